"""Sockets of every stable type with peers of ZMTP 1.0 and 2.0, on real loopback, from either side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from engine import PULL, PUSH, ROUTER, Context, SocketType
from engine.monitor.events import HandshakeFailed, HandshakeSucceeded
from engine.sockets.socket import Socket
from tests.support.eventually import eventually
from tests.support.old_peer import DIALECTS, TWO, UNVERSIONED, OldPeer, reach, write
from tests.support.watcher import Watcher

LONG = b"x" * 100_000
PEERS = {
    "PAIR": "PAIR", "PUB": "SUB", "SUB": "PUB", "REQ": "REP", "REP": "REQ", "DEALER": "ROUTER",
    "ROUTER": "DEALER", "PULL": "PUSH", "PUSH": "PULL", "XPUB": "XSUB", "XSUB": "XPUB",
}  # fmt: skip

Meet = Callable[[Socket], Awaitable[OldPeer]]


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["accepts", "connects"])
async def meet(request: pytest.FixtureRequest, dialect: str) -> AsyncIterator[Meet]:
    """A way to meet a socket as a peer of this dialect, which it accepts or connects to."""
    met: list[OldPeer] = []
    guests: asyncio.Queue[OldPeer] = asyncio.Queue()

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.put_nowait(OldPeer(reader, writer, dialect))

    server = await asyncio.start_server(welcome, "127.0.0.1", 0)

    async def meet(socket: Socket) -> OldPeer:
        if request.param == "accepts":
            peer = await reach(socket.bind("tcp://127.0.0.1:*"), dialect)
        else:
            socket.connect(f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            peer = await guests.get()
        met.append(peer)
        return peer

    yield meet
    for peer in met:
        peer.hang_up()
    server.close()


async def talk(socket: Socket, peer: OldPeer) -> None:
    """Hold the conversation that the socket's type has."""
    kind = socket.type.name
    if kind in ("PAIR", "DEALER"):
        await exchange(socket, peer)
    elif kind == "PUSH":
        await socket.send([b"a", b"", LONG])
        assert await peer.hear() == [b"a", b"", LONG]
    elif kind == "PULL":
        peer.tell(b"a", b"", LONG)
        assert await socket.recv() == [b"a", b"", LONG]
    elif kind in ("SUB", "XSUB"):
        await subscribe(socket, peer)
    elif kind in ("PUB", "XPUB"):
        await publish(socket, peer)
    elif kind == "ROUTER":
        peer.tell(b"question")
        assert await socket.recv() == [b"alice", b"question"]
        await socket.send([b"alice", b"answer"])
        assert await peer.hear() == [b"answer"]
    elif kind == "REQ":
        await socket.send(b"question")
        assert await peer.hear() == [b"", b"question"]
        peer.tell(b"", b"answer")
        assert await socket.recv() == [b"answer"]
    else:
        peer.tell(b"", b"question")
        assert await socket.recv() == [b"question"]
        await socket.send(b"answer")
        assert await peer.hear() == [b"", b"answer"]


async def exchange(socket: Socket, peer: OldPeer) -> None:
    for n in range(100):
        await socket.send([b"%d" % n, b"x" * n * 10])
    for n in range(100):
        assert await peer.hear() == [b"%d" % n, b"x" * n * 10]
    peer.tell(b"a", LONG, b"")
    assert await socket.recv() == [b"a", LONG, b""]


async def subscribe(socket: Socket, peer: OldPeer) -> None:
    socket.subscribe(b"n")
    assert await peer.hear() == [b"\x01n"]
    peer.tell(b"news", b"1")
    assert await socket.recv() == [b"news", b"1"]
    socket.unsubscribe(b"n")
    assert await peer.hear() == [b"\x00n"]


async def publish(socket: Socket, peer: OldPeer) -> None:
    everything = peer.dialect == UNVERSIONED
    if not everything:
        peer.tell(b"\x01n")
    if socket.type is SocketType.XPUB:
        assert await socket.recv() == [b"\x01" if everything else b"\x01n"]
    await eventually(lambda: socket.pattern._topics.matches(b"news"), "the subscription is in")
    await socket.send([b"weather"])
    await socket.send([b"news", b"1"])
    if everything:
        assert await peer.hear() == [b"weather"]
    assert await peer.hear() == [b"news", b"1"]


@pytest.mark.parametrize("kind", PEERS)
async def test_every_stable_type_talks_to_older_peers(
    context: Context, meet: Meet, dialect: str, kind: str
) -> None:
    socket = context.socket(SocketType[kind], routing_id=b"me")
    watcher = Watcher(socket)
    peer = await meet(socket)
    assert await peer.shake(PEERS[kind], kind) == b"me"
    done = await watcher.until(HandshakeSucceeded)
    assert done.version == ("2.0" if dialect == TWO else "1.0")
    assert done.peer_type == ("" if dialect == UNVERSIONED else PEERS[kind])
    await talk(socket, peer)
    await eventually(lambda: all(lane.is_balanced for lane in socket.books().lanes), "the books balance")


@pytest.mark.parametrize("options", [{"plain_server": 1}, {"zap_domain": "home"}])
async def test_older_peers_stay_out_where_peers_have_to_show_who_they_are(
    context: Context, meet: Meet, options: dict[str, object]
) -> None:
    socket = context.socket(PULL, **options)
    watcher = Watcher(socket)
    peer = await meet(socket)
    peer.tell(b"")
    peer.say(b"\xff" + bytes(7) + b"\x01\x7f\x00\x08")
    failed = await watcher.until(HandshakeFailed)
    assert failed.reason
    assert await peer.is_hung_up_on()
    assert not failed.will_retry or "begins with" in failed.reason


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_peer_without_a_name_gets_one_and_one_without_commands_is_not_pinged(
    context: Context, dialect: str
) -> None:
    router = context.socket(ROUTER, heartbeat_ivl=10, heartbeat_timeout=20)
    peer = await reach(router.bind("tcp://127.0.0.1:*"), dialect)
    await peer.shake("DEALER", "ROUTER", b"")
    peer.tell(b"first")
    name, _ = await router.recv()
    assert (len(name), name[0]) == (5, 0)
    await asyncio.sleep(0.06)  # three times the heartbeat: silence is all there may be
    await router.send([name, b"still there"])
    assert await peer.hear() == [b"still there"]
    peer.hang_up()


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_full_pipe_pushes_back_on_an_old_peer_and_nothing_is_lost(
    context: Context, dialect: str
) -> None:
    pull = context.socket(PULL, rcvhwm=3)
    peer = await reach(pull.bind("tcp://127.0.0.1:*"), dialect)
    await peer.shake("PUSH", "PULL")
    peer.say(b"".join(write(dialect, b"%d" % n, b"") for n in range(500)))
    for n in range(500):
        assert await pull.recv() == [b"%d" % n, b""]
    peer.hang_up()


async def test_old_and_new_peers_share_one_socket(context: Context) -> None:
    push = context.socket(PUSH)
    address = push.bind("tcp://127.0.0.1:*")
    pull = context.socket(PULL)
    pull.connect(address)
    old = [await reach(address, dialect) for dialect in DIALECTS]
    for peer in old:
        await peer.shake("PULL", "PUSH")
    await eventually(lambda: len(push.pipes) == 4)
    for _ in range(4):
        await push.send(b"turn")
    assert [await pull.recv(), *[await peer.hear() for peer in old]] == [[b"turn"]] * 4
    for peer in old:
        peer.hang_up()
