"""Sockets over ws: every pair of types, security, failures told, and peers that only know WebSocket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol
from websockets.utils import accept_key

from engine import (
    CHANNEL,
    CLIENT,
    DEALER,
    DISH,
    GATHER,
    PAIR,
    PEER,
    PUB,
    PULL,
    PUSH,
    RADIO,
    REP,
    REQ,
    ROUTER,
    SCATTER,
    SERVER,
    SUB,
    XPUB,
    XSUB,
    AddressedMessage,
    Authenticator,
    Context,
    SocketType,
)
from engine.errors import AddressInUse, EndpointUnknown
from engine.monitor.events import (
    Disconnected,
    GaveUp,
    GroupJoined,
    HandshakeFailed,
    HandshakeSucceeded,
    Retried,
)
from engine.security.keys import pair_of
from tests.support.eventually import LIMIT_S, eventually
from tests.support.watcher import Watcher
from tests.support.web_octets import answer, first_frame, frame

WS = "ws://127.0.0.1:*"
BARE = [Subprotocol("ZWS2.0")]


def port_of(endpoint: str) -> int:
    return int(endpoint.split(":")[2].partition("/")[0])


@asynccontextmanager
async def browser(endpoint: str, routing_id: bytes = b"") -> AsyncIterator[ClientConnection]:
    """Come as a browser does: it can ask for no sub-protocol with a slash, and it offers compression."""
    async with connect(endpoint, subprotocols=BARE, origin="https://page.example") as peer:  # type: ignore[arg-type]
        await peer.send(b"\x00" + routing_id)
        assert (await hear(peer))[:1] == b"\x00"
        yield peer


async def hear(peer: ClientConnection | ServerConnection) -> bytes:
    async with asyncio.timeout(LIMIT_S):
        said = await peer.recv()
    assert isinstance(said, bytes)
    return said


# -- between our own sockets -----------------------------------------------------------------------

ONE_WAY = [(PUSH, PULL), (SCATTER, GATHER), (PAIR, PAIR), (CHANNEL, CHANNEL), (DEALER, DEALER)]
SPEAKER_AND_TOPIC = [(PUB, SUB), (XPUB, SUB), (PUB, XSUB), (XPUB, XSUB)]


@pytest.mark.parametrize(("sender", "receiver"), ONE_WAY)
@pytest.mark.parametrize("sender_binds", [True, False])
async def test_messages_pass(
    context: Context, sender: SocketType, receiver: SocketType, sender_binds: bool
) -> None:
    one, other = context.socket(sender), context.socket(receiver)
    binder, connecter = (one, other) if sender_binds else (other, one)
    connecter.connect(binder.bind(WS))
    for n in range(300):
        await one.send(b"%d" % n)
        assert await other.recv() == [b"%d" % n]
    await one.send(bytes(300_000))
    assert await other.recv() == [bytes(300_000)]


@pytest.mark.parametrize(("speaker", "listener"), SPEAKER_AND_TOPIC)
@pytest.mark.parametrize("speaker_binds", [True, False])
async def test_topics_pass(
    context: Context, speaker: SocketType, listener: SocketType, speaker_binds: bool
) -> None:
    pub, sub = context.socket(speaker), context.socket(listener)
    binder, connecter = (pub, sub) if speaker_binds else (sub, pub)
    connecter.connect(binder.bind(WS))
    if listener is SUB:
        sub.subscribe(b"a")
    else:
        await sub.send(b"\x01a")
    await eventually(lambda: pub.get("topics_count"))
    await pub.send(b"b not asked for")
    await pub.send([b"a", b"rest"])
    assert await sub.recv() == [b"a", b"rest"]


async def test_questions_pass(context: Context) -> None:
    for asker, teller in ((REQ, REP), (REQ, ROUTER), (DEALER, REP)):
        one, other = context.socket(asker), context.socket(teller)
        one.connect(other.bind(WS))
        await one.send([b"", b"?"] if asker is DEALER else b"?")
        asked = await other.recv()
        await other.send([*asked[:-1], b"!"])
        assert (await one.recv())[-1] == b"!"


async def test_groups_and_addressed_messages_pass(context: Context) -> None:
    radio, dish = context.socket(RADIO), context.socket(DISH)
    dish.join("news")
    watcher = Watcher(radio)
    dish.connect(radio.bind(WS))
    await watcher.until(GroupJoined)
    await radio.send(AddressedMessage([b"x"], group="news"))
    assert (await dish.recv_message()).frames == [b"x"]
    for asker, teller in ((CLIENT, SERVER), (PEER, PEER)):
        one, other = context.socket(asker), context.socket(teller)
        one.connect(other.bind(WS))
        if asker is PEER:
            continue
        await one.send(b"?")
        asked = await other.recv_message()
        await other.send(AddressedMessage([b"!"], routing_id=asked.routing_id))
        assert await one.recv() == [b"!"]


# -- endpoints and events --------------------------------------------------------------------------


async def test_the_endpoint_is_told_with_its_path_and_unbound_by_it(context: Context) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH)
    endpoint = pull.bind("ws://localhost:*/some/where?x=1")
    assert endpoint == f"ws://127.0.0.1:{port_of(endpoint)}/some/where?x=1" == pull.last_endpoint
    watcher = Watcher(push)
    push.connect(endpoint)
    told = await watcher.until(HandshakeSucceeded)
    assert (told.peer_type, told.mechanism) == ("PULL", "NULL")
    assert told.peer == endpoint.partition("/some")[0]
    with pytest.raises(AddressInUse):
        context.socket(PULL).bind(f"tcp://127.0.0.1:{port_of(endpoint)}")
    push.disconnect(endpoint)
    pull.unbind(endpoint.replace("127.0.0.1", "localhost"))
    with pytest.raises(EndpointUnknown):
        pull.unbind(endpoint)


async def test_a_link_that_breaks_comes_back(context: Context) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH, reconnect_ivl=1)
    endpoint = pull.bind(WS)
    push.connect(endpoint)
    await push.send(b"one")
    assert await pull.recv() == [b"one"]
    watcher = Watcher(push)
    pull.unbind(endpoint)
    await watcher.until(Disconnected)
    await push.send(b"two")
    pull.bind(endpoint)
    assert await pull.recv() == [b"two"]


async def test_a_type_that_may_not_be_talked_to_is_told_and_given_up(context: Context) -> None:
    pull, pub = context.socket(PULL), context.socket(PUB)
    watcher = Watcher(pub)
    pub.connect(pull.bind(WS))
    failed = await watcher.until(HandshakeFailed)
    assert not failed.will_retry
    await watcher.until(GaveUp)


async def test_two_mechanisms_do_not_meet_and_the_server_says_so_in_http(context: Context) -> None:
    keys = pair_of(b"s" * 32)
    pull = context.socket(PULL)
    push = context.socket(PUSH, curve_secretkey=keys.secret, curve_serverkey=keys.public)
    served, seeking = Watcher(pull), Watcher(push)
    push.connect(pull.bind(WS))
    failed = await served.until(HandshakeFailed)
    assert failed.code == 0x11000002
    assert "'CURVE'" in failed.reason
    assert (await seeking.until(HandshakeFailed)).reason.endswith("HTTP status 400 Bad Request")


async def test_zmtp_on_a_ws_port_is_told_and_tried_again(context: Context) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH, reconnect_ivl=10_000)
    watcher, seeking = Watcher(pull), Watcher(push)
    push.connect(f"tcp://127.0.0.1:{port_of(pull.bind(WS))}")
    failed = await watcher.until(HandshakeFailed)
    assert failed.code == 0x30000000
    assert "does not speak WebSocket" in failed.reason
    await seeking.until(Retried)


async def test_a_stranger_who_says_nothing_is_dropped_after_handshake_ivl(context: Context) -> None:
    pull = context.socket(PULL, handshake_ivl=20)
    watcher = Watcher(pull)
    _, writer = await asyncio.open_connection("127.0.0.1", port_of(pull.bind(WS)))
    assert "handshake_ivl" in (await watcher.until(HandshakeFailed)).reason
    writer.close()


# -- security --------------------------------------------------------------------------------------


async def test_curve_passes(context: Context) -> None:
    keys, ours = pair_of(b"s" * 32), pair_of(b"c" * 32)
    pull = context.socket(PULL, curve_server=1, curve_secretkey=keys.secret)
    push = context.socket(PUSH, curve_secretkey=ours.secret, curve_serverkey=keys.public)
    watcher = Watcher(push)
    push.connect(pull.bind(WS))
    for size in (0, 1, 200, 70_000):
        await push.send([b"a" * size, b"b"])
        assert await pull.recv() == [b"a" * size, b"b"]
    assert (await watcher.until(HandshakeSucceeded)).mechanism == "CURVE"
    pub, sub = (
        context.socket(PUB, curve_server=1, curve_secretkey=keys.secret),
        context.socket(SUB, subscribe=b"t", curve_secretkey=ours.secret, curve_serverkey=keys.public),
    )
    sub.connect(pub.bind(WS))
    await eventually(lambda: pub.get("topics_count"))
    await pub.send(b"topic")
    assert await sub.recv() == [b"topic"]


async def test_plain_asks_the_authenticator_and_tells_who_is_refused(context: Context) -> None:
    context.authenticator = Authenticator()
    context.authenticator.set_passwords({"ann": "right"})
    rep = context.socket(REP, plain_server=1)
    endpoint = rep.bind(WS)
    req = context.socket(REQ, plain_username="ann", plain_password="right")
    req.connect(endpoint)
    await req.send(b"?")
    assert await rep.recv() == [b"?"]
    wrong = context.socket(REQ, plain_username="ann", plain_password="wrong")
    watcher = Watcher(wrong)
    wrong.connect(endpoint)
    assert (await watcher.until(HandshakeFailed)).zap_status == 400


async def test_a_bare_peer_does_not_come_in_where_an_authenticator_is_to_be_asked(context: Context) -> None:
    pull = context.socket(PULL, zap_domain="here")
    with pytest.raises(InvalidStatus):
        async with connect(pull.bind(WS), subprotocols=BARE):
            pass


# -- peers that only know WebSocket ----------------------------------------------------------------


async def test_a_browser_asks_and_is_answered(context: Context) -> None:
    rep = context.socket(REP)
    async with browser(rep.bind(WS)) as peer:
        await peer.send(b"\x01")
        await peer.send(b"\x00question")
        assert await rep.recv() == [b"question"]
        await rep.send(b"answer")
        assert [await hear(peer), await hear(peer)] == [b"\x01", b"\x00answer"]


async def test_a_browser_is_known_by_the_routing_id_it_says(context: Context) -> None:
    router = context.socket(ROUTER)
    async with browser(router.bind(WS), b"page-1") as peer:
        await peer.send(b"\x00here")
        assert await router.recv() == [b"page-1", b"here"]
        await router.send([b"page-1", b"x" * 100_000])
        assert await hear(peer) == b"\x00" + b"x" * 100_000


async def test_a_browser_subscribes(context: Context) -> None:
    pub = context.socket(XPUB)
    async with browser(pub.bind(WS)) as peer:
        await peer.send(b"\x00\x01a")
        assert await pub.recv() == [b"\x01a"]
        await pub.send(b"b")
        await pub.send(b"abc")
        assert await hear(peer) == b"\x00abc"


async def test_a_message_in_parts_arrives_whole(context: Context) -> None:
    pull = context.socket(PULL)
    async with browser(pull.bind(WS)) as peer:
        await peer.send([b"\x00one ", b"after ", b"another"])
        assert await pull.recv() == [b"one after another"]


async def test_a_browsers_ping_is_answered_and_ours_by_it(context: Context) -> None:
    pull = context.socket(PULL, heartbeat_ivl=20, heartbeat_timeout=5000)
    async with browser(pull.bind(WS)) as peer:
        async with asyncio.timeout(LIMIT_S):
            await (await peer.ping(b"there?"))
        await peer.send(b"\x00still")
        assert await pull.recv() == [b"still"]


async def test_partings_are_said_on_both_sides(context: Context) -> None:
    pull = context.socket(PULL)
    watcher = Watcher(pull)
    endpoint = pull.bind(WS)
    async with browser(endpoint) as peer:
        await peer.send(b"\x00last")
    assert peer.close_code == 1000
    assert await pull.recv() == [b"last"]
    await watcher.until(Disconnected)
    async with browser(endpoint) as peer:
        pull.close(linger=0)
        with pytest.raises(ConnectionClosed):
            await hear(peer)
        assert peer.close_code == 1000


@pytest.mark.parametrize(
    ("said", "code"),
    [("text", 1002), (b"\x00" + bytes(101), 1009), (b"", 1002)],
    ids=["text", "long", "empty"],
)
async def test_who_breaks_the_rules_is_told_by_the_close_code(
    context: Context, said: str | bytes, code: int
) -> None:
    pull = context.socket(PULL, maxmsgsize=100)
    async with browser(pull.bind(WS)) as peer:
        await peer.send(said)
        with pytest.raises(ConnectionClosed):
            await hear(peer)
        assert peer.close_code == code


async def test_a_full_pipe_stops_reading_and_nothing_is_lost(context: Context) -> None:
    pull = context.socket(PULL, rcvhwm=5, rcvbuf=4096)
    async with browser(pull.bind(WS)) as peer:
        sending = asyncio.ensure_future(_send_many(peer, 2000))
        await eventually(lambda: any(lane.queued == 5 for lane in pull.books().lanes))
        for n in range(2000):
            assert await pull.recv() == [b"%d" % n + bytes(500)]
        await sending


async def _send_many(peer: ClientConnection, count: int) -> None:
    for n in range(count):
        await peer.send(b"\x00%d" % n + bytes(500))


async def test_a_server_that_is_no_zws_is_told_and_given_up(context: Context) -> None:
    async def take(peer: ServerConnection) -> None:
        await peer.wait_closed()

    push = context.socket(PUSH, reconnect_ivl=1)
    watcher = Watcher(push)
    async with serve(take, "127.0.0.1", 0) as server:
        push.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        failed = await watcher.until(HandshakeFailed)
        assert failed.code == 0x30000000
        assert "HTTP status 400" in failed.reason
        assert "wants ZWS2.0" in (await watcher.until(GaveUp)).reason


async def test_a_server_that_refuses_names_with_a_slash_is_asked_again_without(context: Context) -> None:
    heard: asyncio.Queue[object] = asyncio.Queue()

    async def take(peer: ServerConnection) -> None:
        await peer.send(b"\x00" + b"theirs")
        await peer.send(b"\x00hello")
        async for message in peer:
            heard.put_nowait(message)

    dealer = context.socket(DEALER, routing_id=b"ours", reconnect_ivl=1)
    async with serve(take, "127.0.0.1", 0, subprotocols=BARE) as server:
        dealer.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert await dealer.recv() == [b"hello"]
        await dealer.send([b"a", b"b"])
        async with asyncio.timeout(LIMIT_S):
            assert [await heard.get() for _ in range(3)] == [b"\x00ours", b"\x01a", b"\x00b"]
        dealer.close(linger=0)


@pytest.mark.parametrize("chosen", ["ZWS2.0", "ZWS2.0/NULL"])
async def test_a_server_by_hand_is_talked_to_as_it_chooses(context: Context, chosen: str) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    asked: list[str] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:-2])
        asked.append(fields["Sec-WebSocket-Protocol"])
        writer.write(answer(chosen, accept_key(fields["Sec-WebSocket-Key"])))
        hello = b"\x00" if chosen == "ZWS2.0" else b"\x02\x05READY\x0bSocket-Type\x00\x00\x00\x04PULL"
        writer.write(frame(hello, masked=False))
        data = b""
        while came := await reader.read(1000):
            data += came
            while (found := first_frame(data, masked=True)) is not None:
                data = found[1]
                heard.put_nowait(bytes(found[0].data))
        writer.close()

    push = context.socket(PUSH)
    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        push.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/there")
        await push.send([b"a", b"b"])
        async with asyncio.timeout(LIMIT_S):
            [hello, one, other] = [await heard.get() for _ in range(3)]
            assert hello == b"\x00" if chosen == "ZWS2.0" else hello.startswith(b"\x02\x05READY")
            assert [one, other] == [b"\x01a", b"\x00b"]
            push.close(linger=0)
            assert await heard.get() == b"\x03\xe8"  # close, 1000
    assert asked == ["ZWS2.0/NULL, ZWS2.0"]
