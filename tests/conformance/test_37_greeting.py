"""RFC 37 and 23: greeting, versions, and the NULL handshake, octet by octet."""

import pytest

from engine import DEALER, PAIR, PUB, PULL, PUSH, REP, REQ, ROUTER, SUB, XPUB, XSUB, SocketType
from engine.monitor.events import GaveUp, HandshakeFailed, HandshakeSucceeded, Refused
from engine.sockets.socket import Socket
from tests.conformance.by_hand import (
    SIGNATURE,
    Doorman,
    Peer,
    command,
    dial,
    frame,
    greeting,
    ready,
)
from tests.conformance.stage import Stage, receive, send
from tests.support.shall import shall
from tests.support.watcher import Watcher

PEERS = {
    PAIR: b"PAIR", PUB: b"SUB", SUB: b"PUB", REQ: b"REP", REP: b"REQ", DEALER: b"ROUTER",
    ROUTER: b"DEALER", PULL: b"PUSH", PUSH: b"PULL", XPUB: b"XSUB", XSUB: b"XPUB",
}  # fmt: skip
NAMED = (REQ, DEALER, ROUTER)


@pytest.fixture
async def doorman(stage: Stage) -> Doorman:
    return await Doorman(stage).open()


@pytest.fixture(params=["accepts", "connects"])
async def met(request: pytest.FixtureRequest, stage: Stage, doorman: Doorman):
    """A way to meet a socket by hand, as one that it accepts or that it connects to."""

    async def meet(socket: Socket) -> Peer:
        if request.param == "accepts":
            return await dial(stage, socket.bind(stage.address("tcp")))
        return await doorman.invite(socket)

    return meet


@shall("37/greeting/1", "37/greeting/2")
async def test_the_greeting_leaves_in_three_steps(stage: Stage, met) -> None:
    peer = await met(stage.socket(PULL))
    assert await peer.hear(10) == b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f"
    assert await peer.is_silent()
    peer.say(SIGNATURE)
    assert await peer.hear(1) == b"\x03"
    assert await peer.is_silent()
    peer.say(b"\x03")
    assert await peer.hear(53) == b"\x01" + b"NULL".ljust(20, b"\0") + bytes(32)
    assert await peer.is_silent()
    peer.say(greeting()[11:])
    assert (await peer.properties())["Socket-Type"] == b"PULL"


@shall("37/NULL/1", "37/NULL/2")
@pytest.mark.parametrize("kind", PEERS)
async def test_ready_names_type_and_where_it_has_one_identity(stage: Stage, met, kind: SocketType) -> None:
    socket = stage.socket(kind, routing_id=b"me") if kind in NAMED else stage.socket(kind)
    peer = await met(socket)
    watcher = Watcher(socket)
    said = await peer.shake(PEERS[kind])
    assert said.pop("Socket-Type") == kind.name.encode()
    assert said.pop("Identity", None) == (b"me" if kind in NAMED else None)
    assert all(name.startswith("X-") for name in said)
    done = await watcher.until(HandshakeSucceeded)
    assert (done.peer_type, done.version, done.mechanism) == (PEERS[kind].decode(), "3.1", "NULL")


@shall("37/NULL/3")
async def test_ready_may_come_first_with_the_greeting_or_last(stage: Stage, met) -> None:
    for together in (True, False):
        peer = await met(socket := stage.socket(PULL))
        peer.say(greeting(), *([ready(Socket_Type=b"PUSH")] if together else []))
        await peer.hear(64)
        await peer.properties()
        if not together:
            peer.say(ready(Socket_Type=b"PUSH"))
        peer.say(frame(b"hello"))
        assert await receive(socket) == [b"hello"]


@shall("37/NULL/4")
async def test_no_traffic_leaves_before_the_peer_is_ready(stage: Stage, doorman: Doorman) -> None:
    push = stage.socket(PUSH)
    peer = await doorman.invite(push)
    await send(push, b"early")
    peer.say(greeting())
    await peer.hear(64)
    await peer.properties()
    assert await peer.is_silent()
    peer.say(ready(Socket_Type=b"PULL"))
    assert await peer.frame() == (0, b"early")


@shall("37/version/1")
@pytest.mark.parametrize(("major", "minor"), [(3, 0), (3, 1), (3, 2), (3, 255), (2, 1), (4, 0), (255, 9)])
async def test_versions_from_2_on_are_spoken_to_as_3(stage: Stage, met, major: int, minor: int) -> None:
    peer = await met(socket := stage.socket(PULL))
    peer.say(greeting(major, minor), ready(Socket_Type=b"PUSH"), frame(b"hello"))
    assert (await peer.hear(64))[10:12] == b"\x03\x01"
    assert await receive(socket) == [b"hello"]


@shall("37/version/2")
@pytest.mark.parametrize(
    ("octets", "version"),
    [
        (b"\x01\x00", "1.0"),
        (greeting(0, 8)[:12] + b"\x01\x00", "1.0"),
        (greeting(1, 8)[:12] + bytes(2), "2.0"),
    ],
    ids=["1.0 unversioned", "1.0 versioned", "2.0"],
)
async def test_what_is_older_is_spoken_to_in_its_own_version(
    stage: Stage, met, octets: bytes, version: str
) -> None:
    socket = stage.socket(PULL)
    watcher = Watcher(socket)
    peer = await met(socket)
    peer.say(octets)
    done = await watcher.until(HandshakeSucceeded)
    assert (done.version, done.mechanism) == (version, "NULL")


@shall("37/version/2")
@pytest.mark.parametrize(
    "octets",
    [b"\xff" + bytes(8) + b"\x7e" + bytes(54), b"GET / HTTP/1.1\r\n", b"\x00\x00"],
    ids=["no signature", "http", "nothing at all"],
)
async def test_what_is_no_zmtp_is_refused_by_name(stage: Stage, met, octets: bytes) -> None:
    socket = stage.socket(PULL)
    watcher = Watcher(socket)
    peer = await met(socket)
    peer.say(octets)
    failed = await watcher.until(HandshakeFailed)
    assert "does not speak ZMTP" in failed.reason
    assert await peer.is_hung_up_on()


@shall("37/mechanism/1")
@pytest.mark.parametrize("mechanism", [b"PLAIN", b"CURVE", b"null", b"NULL2", b""])
async def test_another_mechanism_is_refused(stage: Stage, met, mechanism: bytes) -> None:
    socket = stage.socket(PULL)
    watcher = Watcher(socket)
    peer = await met(socket)
    peer.say(greeting(mechanism=mechanism))
    failed = await watcher.until(HandshakeFailed)
    assert mechanism.decode() in failed.reason
    assert await peer.is_hung_up_on()


@shall("37/greeting/3")
async def test_the_role_in_the_greeting_is_of_no_account_for_null(stage: Stage, met) -> None:
    peer = await met(socket := stage.socket(PULL))
    peer.say(greeting(as_server=1), ready(Socket_Type=b"PUSH"), frame(b"hello"))
    assert await receive(socket) == [b"hello"]


@shall("37/metadata/1")
@pytest.mark.parametrize("name", ["Socket_Type", "socket_type", "SOCKET_TYPE"])
async def test_property_names_differ_not_by_case(stage: Stage, met, name: str) -> None:
    socket = stage.socket(PULL)
    watcher = Watcher(socket)
    peer = await met(socket)
    peer.say(greeting(), ready(**{name: b"PULL"}))
    failed = await watcher.until(HandshakeFailed)
    assert "PULL" in failed.reason


@shall("37/metadata/2")
async def test_a_peer_that_does_not_name_its_type_is_let_in(stage: Stage, met) -> None:
    peer = await met(socket := stage.socket(PULL))
    peer.say(greeting(), ready(X_Something=b"else"), frame(b"hello"))
    assert await receive(socket) == [b"hello"]
    [pipe] = socket.pipes
    assert pipe.peer_metadata == {"x-something": b"else"}


@shall("37/metadata/3")
@pytest.mark.parametrize("identity", [b"\x00zero", b"x" * 300], ids=["leading zero", "long"])
async def test_any_identity_from_the_wire_is_taken(stage: Stage, met, identity: bytes) -> None:
    peer = await met(router := stage.socket(ROUTER))
    await peer.shake(b"DEALER", Identity=identity)
    peer.say(frame(b"hello"))
    assert await receive(router) == [identity, b"hello"]
    await send(router, [identity, b"answer"])
    assert await peer.frame() == (0, b"answer")


@shall("37/NULL/5")
async def test_an_error_ends_the_attempts_of_the_connecting_side(stage: Stage, doorman: Doorman) -> None:
    push = stage.socket(PUSH, reconnect_ivl=1)
    watcher = Watcher(push)
    peer = await doorman.invite(push)
    peer.say(greeting(), command(b"ERROR", b"\x07go away"))
    failed = await watcher.until(HandshakeFailed)
    assert "go away" in failed.reason
    assert not failed.will_retry
    await watcher.until(GaveUp)
    assert await peer.is_hung_up_on()


@shall("37/NULL/6")
async def test_one_who_hangs_up_without_a_word_is_tried_again(stage: Stage, doorman: Doorman) -> None:
    push = stage.socket(PUSH, reconnect_ivl=1)
    peer = await doorman.invite(push)
    for _ in range(3):
        peer.hang_up()
        peer = await doorman.next()
    await peer.shake(b"PULL")
    await send(push, b"at last")
    assert await peer.frame() == (0, b"at last")


@shall("37/NULL/7")
@pytest.mark.parametrize(
    "octets",
    [
        frame(b"hello"),
        command(b"HELLO", b"\x00\x00"),
        command(b"PING", b"\x00\x00"),
        frame(b"\x05READY\x0bSocket-Type\x00\x00", 4),
        frame(b"", 4),
        frame(b"\xff", 4),
        b"\x05\x06\x05READY",
    ],
    ids=["message", "HELLO", "PING", "cut off READY", "empty", "name cut off", "READY with more"],
)
async def test_anything_else_in_the_handshake_is_fatal(stage: Stage, met, octets: bytes) -> None:
    socket = stage.socket(PULL)
    watcher = Watcher(socket)
    peer = await met(socket)
    peer.say(greeting(), octets)
    failed = await watcher.until(HandshakeFailed)
    assert failed.reason
    assert await peer.is_hung_up_on()


@shall("37/NULL/8")
async def test_a_second_peer_of_a_pair_stays_connected_and_is_ignored(stage: Stage) -> None:
    pair = stage.socket(PAIR)
    watcher = Watcher(pair)
    endpoint = pair.bind(stage.address("tcp"))
    first, second = await dial(stage, endpoint), await dial(stage, endpoint)
    await first.shake(b"PAIR")
    await watcher.until(HandshakeSucceeded)
    await second.shake(b"PAIR")
    await watcher.until(Refused)
    second.say(frame(b"unheard"))
    first.say(frame(b"heard"))
    assert await receive(pair) == [b"heard"]
    assert await second.is_silent()
