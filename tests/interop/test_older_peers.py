"""What libzmq says to peers of ZMTP 1.0 and 2.0 is, octet by octet, what we say to them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import zmq

from engine import PULL, Context, SocketType
from tests.support.eventually import LIMIT_S
from tests.support.old_peer import DIALECTS, UNVERSIONED, opening, reach, write

PEERS = {"DEALER": "ROUTER", "PUSH": "PULL", "XPUB": "SUB", "SUB": "PUB", "XSUB": "XPUB", "REQ": "REP"}
MESSAGE = [b"news", b"", b"x" * 253, b"y" * 254, b"z" * 300]


@pytest.fixture
async def libzmq() -> AsyncIterator[zmq.Context]:
    context = zmq.Context()
    yield context
    context.destroy(linger=0)


async def nudge(socket: zmq.Socket[bytes]) -> None:
    """Call libzmq now and then: it takes on a new peer only while it is called."""
    while True:
        socket.get(zmq.EVENTS)
        await asyncio.sleep(0.002)


async def send(socket: zmq.Socket[bytes], frames: list[bytes]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while True:
            try:
                return socket.send_multipart(frames, zmq.NOBLOCK)
            except zmq.Again:
                await asyncio.sleep(0.002)


async def receive(socket: zmq.Socket[bytes]) -> list[bytes]:
    async with asyncio.timeout(LIMIT_S):
        while True:
            try:
                return socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                await asyncio.sleep(0.002)


@pytest.fixture
async def context() -> AsyncIterator[Context]:
    async with Context(close_timeout_s=2) as context:
        yield context
        for socket in context.sockets:
            socket.close(linger=0)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", PEERS)
@pytest.mark.parametrize("routing_id", [b"", b"me", b"i" * 255])
async def test_both_libraries_say_the_same_to_an_old_peer(
    context: Context, libzmq: zmq.Context, dialect: str, kind: str, routing_id: bytes
) -> None:
    greeting = opening(dialect, PEERS[kind])
    if kind == "XPUB" and dialect != UNVERSIONED:
        greeting += write(dialect, b"\x01n")

    theirs = libzmq.socket(getattr(zmq, kind))
    if routing_id:
        theirs.set(zmq.ROUTING_ID, routing_id)
    if kind == "SUB":
        theirs.subscribe(b"n")
    their_peer = await reach(f"tcp://127.0.0.1:{theirs.bind_to_random_port('tcp://127.0.0.1')}", dialect)
    their_peer.say(greeting)

    ours = context.socket(SocketType[kind], routing_id=routing_id)
    if kind == "SUB":
        ours.subscribe(b"n")
    our_peer = await reach(ours.bind("tcp://127.0.0.1:*"), dialect)
    our_peer.say(greeting)

    if kind == "XPUB":
        assert await receive(theirs) == await ours.recv()
    if kind == "XSUB":
        await send(theirs, [b"\x01n"])
        await ours.send(b"\x01n")
    elif kind != "SUB":
        await send(theirs, MESSAGE)
        await ours.send(MESSAGE)

    greeted = routing_id if dialect == UNVERSIONED else b"\x03\x00" + write(dialect, routing_id)
    envelope = [b""] if kind == "REQ" else []
    said = write(dialect, *([b"\x01n"] if kind in ("SUB", "XSUB") else [*envelope, *MESSAGE]))
    size = 10 + len(greeted) + len(said)
    heard = await our_peer.octets(size)
    assert heard.endswith(said)
    nudging = asyncio.create_task(nudge(theirs))
    assert await their_peer.octets(size) == heard
    nudging.cancel()
    their_peer.hang_up()
    our_peer.hang_up()
    theirs.close(linger=0)


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_both_libraries_keep_old_peers_out_of_secured_sockets(
    context: Context, libzmq: zmq.Context, dialect: str
) -> None:
    theirs, ours = libzmq.socket(zmq.PULL), context.socket(PULL, plain_server=1)
    theirs.plain_server = True
    port = theirs.bind_to_random_port("tcp://127.0.0.1")
    for endpoint in (f"tcp://127.0.0.1:{port}", ours.bind("tcp://127.0.0.1:*")):
        peer = await reach(endpoint, dialect)
        peer.say(opening(dialect, "PUSH") + write(dialect, b"let me in"))
        assert await peer.is_hung_up_on()
        peer.hang_up()
    theirs.close(linger=0)
