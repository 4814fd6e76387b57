"""STREAM with plain tcp peers: notices, octets, closing, naming, pressure, and an HTTP answer by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from engine import DEALER, STREAM, Again, Context
from engine.endpoints import parse
from engine.errors import HostUnreachable, MessageInvalid, RoutingIdTaken, TransportIncompatible
from engine.sockets.socket import Socket
from tests.support.eventually import eventually

TCP = "tcp://127.0.0.1:*"
Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def reach() -> AsyncIterator:
    """Connects to an endpoint as a plain tcp client."""
    writers: list[asyncio.StreamWriter] = []

    async def reach(endpoint: str) -> Pipe:
        address = parse(endpoint)
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writers.append(writer)
        return reader, writer

    yield reach
    for writer in writers:
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, asyncio.Queue[Pipe]]]:
    """A plain tcp server: its endpoint, and who came in."""
    guests: asyncio.Queue[Pipe] = asyncio.Queue()
    writers: list[asyncio.StreamWriter] = []

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        guests.put_nowait((reader, writer))

    server = await asyncio.start_server(welcome, "127.0.0.1", 0)
    yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}", guests
    for writer in writers:
        writer.close()
    server.close()


async def octets_from(socket: Socket, count: int) -> bytes:
    """Receive until so many octets have come; they may be cut anywhere."""
    data = b""
    while len(data) < count:
        data += (await socket.recv())[1]
    return data


def is_balanced(socket: Socket) -> bool:
    books = socket.books()
    return all(lane.is_balanced for lane in books.lanes) and books.offered == books.routed


async def test_a_peer_comes_talks_and_goes(context: Context, reach) -> None:
    stream = context.socket(STREAM)
    reader, writer = await reach(stream.bind(TCP))
    name, notice = await stream.recv()
    assert (len(name), name[0], notice) == (5, 0, b"")
    writer.write(b"hello")
    assert await stream.recv() == [name, b"hello"]
    await stream.send([name, b"welcome"])
    assert await reader.readexactly(7) == b"welcome"
    writer.close()
    assert await stream.recv() == [name, b""]
    await eventually(lambda: not stream.pattern.pairs, "the peer is gone")
    with pytest.raises(HostUnreachable):
        await stream.send([name, b"too late"])
    books = stream.books()
    assert sum(lane.arrived for lane in books.lanes) == sum(lane.delivered for lane in books.lanes) == 3
    assert sum(lane.accepted for lane in books.lanes) == sum(lane.handed for lane in books.lanes) == 1
    assert is_balanced(stream)


async def test_an_http_request_is_answered_by_hand(context: Context, reach) -> None:
    stream = context.socket(STREAM)
    reader, writer = await reach(stream.bind(TCP))
    name, _ = await stream.recv()
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    assert await octets_from(stream, 18) == b"GET / HTTP/1.0\r\n\r\n"
    body = b"x" * 1_000_000
    await stream.send([name, b"HTTP/1.0 200 OK\r\nContent-Length: 1000000\r\n\r\n"])
    await stream.send([name, body])
    await stream.send([name, b""])  # what was sent before leaves first
    answer = await reader.read()
    assert answer.partition(b"\r\n\r\n")[2] == body
    with pytest.raises(HostUnreachable):
        stream.send_nowait([name, b"x"])
    await eventually(lambda: not stream.pipes)
    with pytest.raises(Again):  # who closes is not told of it
        stream.recv_nowait()
    assert is_balanced(stream)


async def test_notices_can_be_left_out(context: Context, reach) -> None:
    stream = context.socket(STREAM, stream_notify=0)
    _, writer = await reach(stream.bind(TCP))
    writer.write(b"hello")
    _, octets = await stream.recv()
    assert octets == b"hello"
    writer.close()
    await eventually(lambda: not stream.pipes)
    with pytest.raises(Again):
        stream.recv_nowait()


async def test_a_server_is_named_before_it_answers_and_keeps_its_name(context: Context, server) -> None:
    endpoint, guests = server
    stream = context.socket(STREAM, connect_routing_id=b"server", reconnect_ivl=1)
    stream.connect(endpoint)
    assert stream.get("routing_id") == b"server"
    await stream.send([b"server", b"hello"])
    reader, writer = await guests.get()
    assert await reader.readexactly(5) == b"hello"
    assert await stream.recv() == [b"server", b""]
    writer.write(b"welcome")
    assert await stream.recv() == [b"server", b"welcome"]
    writer.close()
    assert await stream.recv() == [b"server", b""]
    reader, writer = await guests.get()  # it is reached again
    assert await stream.recv() == [b"server", b""]
    await stream.send([b"server", b"again"])
    assert await reader.readexactly(5) == b"again"
    await stream.send([b"server", b""])
    assert await reader.read() == b""
    with pytest.raises(HostUnreachable):
        await stream.send([b"server", b"gone"])


async def test_a_name_is_given_once(context: Context, server) -> None:
    endpoint, _ = server
    stream = context.socket(STREAM, connect_routing_id=b"one")
    stream.connect(endpoint)
    stream.set("connect_routing_id", b"one")
    with pytest.raises(RoutingIdTaken):
        stream.connect(endpoint)
    stream.set("connect_routing_id", b"")
    stream.connect(endpoint)
    assert stream.get("routing_id") not in (b"", b"one")


@pytest.mark.parametrize("frames", [b"x", [b"id", b"a", b"b"]])
async def test_a_message_is_an_id_and_one_frame(context: Context, frames: object) -> None:
    stream = context.socket(STREAM)
    with pytest.raises(MessageInvalid):
        await stream.send(frames)


@pytest.mark.parametrize("endpoint", ["ipc://*", "inproc://here"])
async def test_it_speaks_tcp_only(context: Context, endpoint: str) -> None:
    with pytest.raises(TransportIncompatible, match=r"cannot bind over .*; it can over tcp"):
        context.socket(STREAM).bind(endpoint)
    with pytest.raises(TransportIncompatible, match="a STREAM socket cannot connect over ipc"):
        context.socket(STREAM).connect("ipc:///tmp/anywhere")


async def test_a_peer_that_does_not_read_makes_the_sender_wait(context: Context, reach) -> None:
    stream = context.socket(STREAM, sndhwm=2, sndbuf=4096, linger=0)
    reader, _ = await reach(stream.bind(TCP))
    name, _ = await stream.recv()
    sent = 0
    with suppress(Again):
        while True:
            stream.send_nowait([name, b"x" * 200_000])
            sent += 1
    waiting = asyncio.create_task(stream.send([name, b"the end"]))
    heard = b""
    while not heard.endswith(b"the end"):
        heard += await reader.read(1 << 20)
    await waiting
    assert len(heard) == sent * 200_000 + 7


async def test_a_slow_reader_makes_the_peer_wait_and_loses_nothing(context: Context, reach) -> None:
    stream = context.socket(STREAM, rcvhwm=1)
    _, writer = await reach(stream.bind(TCP))
    data = bytes(range(256)) * 8192
    writer.write(data)
    writer.close()
    seen, notices = b"", 0
    while notices < 2:
        _, octets = await stream.recv()
        seen += octets
        notices += not octets
    assert seen == data
    assert is_balanced(stream)


async def test_it_can_talk_zmtp_by_hand_to_a_dealer(context: Context) -> None:
    dealer, stream = context.socket(DEALER), context.socket(STREAM)
    stream.connect(dealer.bind(TCP))
    name = stream.get("routing_id")
    await stream.send([name, b"\x01\x00"])  # an anonymous peer of ZMTP 1.0
    await stream.send([name, b"\x03\x00hi"])
    assert await dealer.recv() == [b"hi"]
    await dealer.send(b"hello")
    said = b"\xff" + bytes(7) + b"\x01\x7f" + b"\x06\x00hello"
    assert (await octets_from(stream, len(said))) == said
