"""CURVE, PLAIN and ZAP with libzmq at the other end, each side as server and as client."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import zmq
from zmq.auth.thread import ThreadAuthenticator

from engine import DEALER, PAIR, PUB, PULL, PUSH, ROUTER, SUB, XPUB, SocketType
from engine.monitor.events import GaveUp, HandshakeFailed, HandshakeSucceeded, Retried
from engine.sockets.authenticator import Authenticator
from tests.interop.conversations import BURST, SHAPES, both_ways, dealt_to_router, pour, published
from tests.interop.ends import Meeting, OurEnd, TheirEnd
from tests.support.eventually import LIMIT_S, eventually
from tests.support.watcher import Watcher

SERVER_PUBLIC, SERVER_SECRET = zmq.curve_keypair()
CLIENT_PUBLIC, CLIENT_SECRET = zmq.curve_keypair()
OTHER_PUBLIC, OTHER_SECRET = zmq.curve_keypair()
CURVE_SERVER: dict[str, Any] = {
    "curve_server": 1,
    "curve_publickey": SERVER_PUBLIC,
    "curve_secretkey": SERVER_SECRET,
}
CURVE_CLIENT: dict[str, Any] = {
    "curve_serverkey": SERVER_PUBLIC,
    "curve_publickey": CLIENT_PUBLIC,
    "curve_secretkey": CLIENT_SECRET,
}
PLAIN_SERVER: dict[str, Any] = {"plain_server": 1}
PLAIN_CLIENT: dict[str, Any] = {"plain_username": b"admin", "plain_password": b"s3cret"}
WRONG_PASSWORD: dict[str, Any] = {"plain_username": b"admin", "plain_password": b"secret"}


@pytest.fixture(params=[True, False], ids=["we-serve", "they-serve"])
def we_serve(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def their_authenticator(meeting: Meeting) -> Iterator[ThreadAuthenticator]:
    """The ZAP handler that pyzmq ships, in the context of libzmq's sockets."""
    handler = ThreadAuthenticator(meeting.libzmq)
    handler.start()
    yield handler
    handler.stop()


@pytest.fixture
def our_authenticator(meeting: Meeting) -> Authenticator:
    meeting.context.authenticator = judge = Authenticator()
    return judge


def both(
    meeting: Meeting,
    kinds: tuple[SocketType, SocketType],
    server: dict[str, Any],
    client: dict[str, Any],
    *,
    we_serve: bool,
) -> tuple[OurEnd, TheirEnd]:
    """Make one socket of each library; ``kinds`` are ours and theirs."""
    ours = meeting.ours(kinds[0], **(server if we_serve else client))
    theirs = meeting.theirs(kinds[1], **(client if we_serve else server))
    return ours, theirs


class TheirMonitor:
    """What libzmq says happens at one of its sockets."""

    def __init__(self, meeting: Meeting, end: TheirEnd) -> None:
        self._socket = end.socket.get_monitor_socket()
        meeting.adopt(self._socket)

    async def until(self, *events: int) -> tuple[int, int]:
        """Wait for one of these events, and return it with its value."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                if not self._socket.poll(0):
                    await asyncio.sleep(0.002)
                    continue
                frame = self._socket.recv_multipart()[0]
                event = int.from_bytes(frame[:2], "little")
                if event in events:
                    return event, int.from_bytes(frame[2:6], "little")


# -- CURVE --------------------------------------------------------------------------------------------


async def test_curve_carries_every_size_and_shape(
    meeting: Meeting, scheme: str, we_bind: bool, we_serve: bool
) -> None:
    ours, theirs = both(meeting, (PAIR, PAIR), CURVE_SERVER, CURVE_CLIENT, we_serve=we_serve)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await both_ways(ours, theirs)


async def test_curve_between_dealer_and_router(meeting: Meeting, we_serve: bool) -> None:
    ours, theirs = both(meeting, (DEALER, ROUTER), CURVE_SERVER, CURVE_CLIENT, we_serve=we_serve)
    meeting.join(ours, theirs, "tcp", we_bind=False)
    await dealt_to_router(ours, theirs)


@pytest.mark.parametrize("we_publish", [True, False], ids=["we-publish", "they-publish"])
async def test_curve_subscriptions_travel_inside(meeting: Meeting, we_serve: bool, we_publish: bool) -> None:
    kinds = (PUB, SUB) if we_publish else (SUB, PUB)
    ours, theirs = both(meeting, kinds, CURVE_SERVER, CURVE_CLIENT, we_serve=we_serve)
    meeting.join(ours, theirs, "tcp", we_bind=we_publish)
    if we_publish:
        theirs.socket.subscribe(b"")
        await published(ours, theirs)
    else:
        ours.socket.subscribe(b"")
        await published(theirs, ours)


async def test_curve_topics_of_every_length_come_and_go(meeting: Meeting, we_serve: bool) -> None:
    ours, theirs = both(meeting, (XPUB, SUB), CURVE_SERVER, CURVE_CLIENT, we_serve=we_serve)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    for length in (0, 1, 200, 244, 245, 246, 255, 256, 1000):
        theirs.socket.subscribe(b"t" * length)
        assert await ours.recv() == [b"\x01" + b"t" * length]
        theirs.socket.unsubscribe(b"t" * length)
        assert await ours.recv() == [b"\x00" + b"t" * length]


async def test_curve_heartbeats_travel_inside(meeting: Meeting, we_serve: bool) -> None:
    beat = {"heartbeat_ivl": 10, "heartbeat_timeout": 500, "heartbeat_ttl": 1000}
    ours, theirs = both(
        meeting, (DEALER, DEALER), {**CURVE_SERVER, **beat}, {**CURVE_CLIENT, **beat}, we_serve=we_serve
    )
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    await watcher.until(HandshakeSucceeded)
    before = ours.socket.pipes[0].octets
    await eventually(lambda: ours.socket.pipes[0].octets > before + 500, "ten heartbeats")
    await both_ways(ours, theirs)
    assert [type(event) for event in watcher.seen if isinstance(event, HandshakeFailed)] == []


async def test_curve_survives_a_broken_connection(meeting: Meeting) -> None:
    ours = meeting.ours(PUSH, **CURVE_CLIENT, reconnect_ivl=10)
    first = meeting.theirs(PULL, **CURVE_SERVER)
    endpoint = meeting.join(ours, first, "tcp", we_bind=False)
    await pour(ours, first, BURST)
    first.socket.close(linger=0)
    watcher = Watcher(ours.socket)
    await watcher.until(Retried)
    second = meeting.theirs(PULL, **CURVE_SERVER)

    def bind() -> bool:
        try:
            second.socket.bind(endpoint)
        except zmq.ZMQError:
            return False
        return True

    await eventually(bind, "the port is free again")
    await pour(ours, second, SHAPES)


async def test_our_authenticator_lets_their_known_key_in(
    meeting: Meeting, our_authenticator: Authenticator
) -> None:
    our_authenticator.trust(CLIENT_PUBLIC)
    ours, theirs = both(meeting, (PULL, PUSH), CURVE_SERVER, CURVE_CLIENT, we_serve=True)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    await pour(theirs, ours, SHAPES)
    assert ours.socket.pipes[0].peer_metadata["user-id"] == CLIENT_PUBLIC


async def test_our_authenticator_keeps_their_unknown_key_out(
    meeting: Meeting, our_authenticator: Authenticator
) -> None:
    our_authenticator.trust(OTHER_PUBLIC)
    ours, theirs = both(meeting, (PULL, PUSH), CURVE_SERVER, CURVE_CLIENT, we_serve=True)
    watcher, monitor = Watcher(ours.socket), TheirMonitor(meeting, theirs)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    assert (await watcher.until(HandshakeFailed)).zap_status == 400
    assert await monitor.until(zmq.EVENT_HANDSHAKE_FAILED_AUTH) == (zmq.EVENT_HANDSHAKE_FAILED_AUTH, 400)


async def test_their_authenticator_lets_our_known_key_in(
    meeting: Meeting, their_authenticator: ThreadAuthenticator, tmp_path
) -> None:
    _write_certificate(tmp_path, CLIENT_PUBLIC)
    their_authenticator.configure_curve(domain="*", location=str(tmp_path))
    ours, theirs = both(meeting, (PUSH, PULL), CURVE_SERVER, CURVE_CLIENT, we_serve=False)
    meeting.join(ours, theirs, "tcp", we_bind=False)
    await pour(ours, theirs, SHAPES)


async def test_their_authenticator_keeps_our_unknown_key_out_for_good(
    meeting: Meeting, their_authenticator: ThreadAuthenticator, tmp_path
) -> None:
    _write_certificate(tmp_path, OTHER_PUBLIC)
    their_authenticator.configure_curve(domain="*", location=str(tmp_path))
    ours, theirs = both(meeting, (PUSH, PULL), CURVE_SERVER, CURVE_CLIENT, we_serve=False)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=False)
    failed = await watcher.until(HandshakeFailed)
    assert (failed.zap_status, failed.will_retry) == (400, False)
    await watcher.until(GaveUp)


async def test_a_wrong_server_key_is_refused_by_whoever_serves(meeting: Meeting, we_serve: bool) -> None:
    wrong = {**CURVE_CLIENT, "curve_serverkey": OTHER_PUBLIC}
    ours, theirs = both(meeting, (PULL, PUSH), CURVE_SERVER, wrong, we_serve=we_serve)
    watcher, monitor = Watcher(ours.socket), TheirMonitor(meeting, theirs)
    meeting.join(ours, theirs, "tcp", we_bind=we_serve)
    if we_serve:
        assert (await watcher.until(HandshakeFailed)).code == zmq.PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC
    else:
        expected = (zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq.PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC)
        assert await monitor.until(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL) == expected
        assert (await watcher.until(HandshakeFailed)).will_retry


async def test_their_client_without_keys_of_its_own_is_refused(meeting: Meeting) -> None:
    keys = {"curve_serverkey": SERVER_PUBLIC, "curve_publickey": bytes(32), "curve_secretkey": bytes(32)}
    ours, theirs = both(meeting, (PULL, PUSH), CURVE_SERVER, keys, we_serve=True)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    assert (await watcher.until(HandshakeFailed)).code == zmq.PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC


# -- PLAIN --------------------------------------------------------------------------------------------


async def test_plain_carries_every_size_and_shape_to_us(
    meeting: Meeting, our_authenticator: Authenticator, scheme: str, we_bind: bool
) -> None:
    our_authenticator.set_passwords({"admin": "s3cret"})
    ours, theirs = both(meeting, (PAIR, PAIR), PLAIN_SERVER, PLAIN_CLIENT, we_serve=True)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await both_ways(ours, theirs)
    assert ours.socket.pipes[0].peer_metadata["user-id"] == b"admin"


async def test_plain_carries_every_size_and_shape_to_them(
    meeting: Meeting, their_authenticator: ThreadAuthenticator, scheme: str, we_bind: bool
) -> None:
    their_authenticator.configure_plain(domain="*", passwords={"admin": "s3cret"})
    ours, theirs = both(meeting, (PAIR, PAIR), PLAIN_SERVER, PLAIN_CLIENT, we_serve=False)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await both_ways(ours, theirs)


async def test_their_wrong_password_is_refused_and_they_do_not_try_again(
    meeting: Meeting, our_authenticator: Authenticator
) -> None:
    our_authenticator.set_passwords({"admin": "s3cret"})
    ours, theirs = both(meeting, (PULL, PUSH), PLAIN_SERVER, WRONG_PASSWORD, we_serve=True)
    watcher, monitor = Watcher(ours.socket), TheirMonitor(meeting, theirs)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    assert (await watcher.until(HandshakeFailed)).zap_status == 400
    event, _ = await monitor.until(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    assert event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL  # libzmq's PLAIN knows only its own ``^RROR``


async def test_our_wrong_password_is_refused_and_we_do_not_try_again(
    meeting: Meeting, their_authenticator: ThreadAuthenticator
) -> None:
    their_authenticator.configure_plain(domain="*", passwords={"admin": "s3cret"})
    ours, theirs = both(meeting, (PULL, PUSH), PLAIN_SERVER, WRONG_PASSWORD, we_serve=False)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=False)
    failed = await watcher.until(HandshakeFailed)
    assert (failed.zap_status, failed.will_retry) == (400, False)


async def test_our_plain_server_without_a_handler_refuses(meeting: Meeting) -> None:
    ours, theirs = both(meeting, (PULL, PUSH), PLAIN_SERVER, PLAIN_CLIENT, we_serve=True)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    assert (await watcher.until(HandshakeFailed)).code == 14


async def test_their_plain_server_without_a_handler_refuses_and_we_try_again(meeting: Meeting) -> None:
    """Not monitored: telling a monitor makes libzmq forget, now and then, to close the connection."""
    ours, theirs = both(meeting, (PULL, PUSH), PLAIN_SERVER, PLAIN_CLIENT, we_serve=False)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=False)
    assert (await watcher.until(HandshakeFailed)).will_retry
    await watcher.until(Retried)


# -- NULL with a domain, and what does not fit --------------------------------------------------------


async def test_null_with_a_domain_is_refused_by_address(
    meeting: Meeting, our_authenticator: Authenticator
) -> None:
    our_authenticator.deny("127.0.0.1")
    ours, theirs = both(meeting, (PULL, PUSH), {"zap_domain": "global"}, {}, we_serve=True)
    watcher, monitor = Watcher(ours.socket), TheirMonitor(meeting, theirs)
    meeting.join(ours, theirs, "tcp", we_bind=True)
    assert (await watcher.until(HandshakeFailed)).zap_status == 400
    assert await monitor.until(zmq.EVENT_HANDSHAKE_FAILED_AUTH) == (zmq.EVENT_HANDSHAKE_FAILED_AUTH, 400)


async def test_null_with_a_domain_on_their_side(
    meeting: Meeting, their_authenticator: ThreadAuthenticator
) -> None:
    their_authenticator.deny("127.0.0.1")
    ours, theirs = both(meeting, (PULL, PUSH), {"zap_domain": b"global"}, {}, we_serve=False)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=False)
    assert (await watcher.until(HandshakeFailed)).zap_status == 400


@pytest.mark.parametrize(
    ("server", "client"),
    [(CURVE_SERVER, {}), (CURVE_SERVER, PLAIN_CLIENT), (PLAIN_SERVER, {}), (PLAIN_SERVER, CURVE_CLIENT)],
    ids=["curve-null", "curve-plain", "plain-null", "plain-curve"],
)
async def test_another_mechanism_is_refused(
    meeting: Meeting, server: dict[str, Any], client: dict[str, Any], we_serve: bool
) -> None:
    ours, theirs = both(meeting, (PULL, PUSH), server, client, we_serve=we_serve)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, "tcp", we_bind=we_serve)
    failed = await watcher.until(HandshakeFailed)
    if "closed by the peer" not in failed.reason:  # libzmq may have read our greeting, and left, first
        assert failed.code == zmq.PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH


def _write_certificate(directory, public: bytes) -> None:
    (directory / "known.key").write_text(f'metadata\ncurve\n    public-key = "{public.decode()}"\n')
