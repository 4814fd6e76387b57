"""Types that libzmq's released builds do not have, with the one other implementation that has them: pyomq."""

import asyncio
from collections.abc import AsyncIterator

import pyomq
import pytest

from engine import Context, SocketType
from engine.messages import AddressedMessage
from engine.sockets.socket import Socket
from tests.support.eventually import LIMIT_S, eventually

TCP = "tcp://127.0.0.1:*"
SIZES = (0, 1, 255, 256, 70_000)


class Foreigner:
    """A socket of pyomq's, asked again and again: its waiting calls would hold our loop."""

    def __init__(self, socket: pyomq.Socket) -> None:
        self.socket = socket

    async def receive(self) -> pyomq.Frame:
        await eventually(lambda: self.socket.poll(0))
        return self.socket.recv(pyomq.DONTWAIT, copy=False)

    async def send(self, content: bytes | pyomq.Frame) -> None:
        await eventually(self.socket.connections, "a peer")  # without one even DONTWAIT would hold us
        self.socket.send(content, pyomq.DONTWAIT, copy=False)


class Room:
    """Joins sockets of the two engines."""

    def __init__(self, context: Context, foreign: pyomq.Context, *, we_bind: bool) -> None:
        self._context = context
        self._foreign = foreign
        self._we_bind = we_bind
        self.made: list[pyomq.Socket] = []

    def join(self, ours: SocketType, theirs: SocketType) -> tuple[Socket, Foreigner]:
        """Make one of each, and join them at a fresh address."""
        mine, socket = self._context.socket(ours), self._foreign.socket(int(theirs))
        socket.linger = 0
        self.made.append(socket)
        if self._we_bind:
            socket.connect(mine.bind(TCP))
        else:
            socket.bind(TCP)
            mine.connect(socket.getsockopt_string(pyomq.LAST_ENDPOINT))
        return mine, Foreigner(socket)


@pytest.fixture
async def room(we_bind: bool) -> AsyncIterator[Room]:
    foreign = pyomq.Context()
    async with Context(close_timeout_s=2) as context:
        room = Room(context, foreign, we_bind=we_bind)
        yield room
        for socket in context.sockets:
            socket.close(linger=0)
        for each in room.made:
            each.close(linger=0)
    foreign.term()


async def hear(socket: Socket) -> bytes:
    async with asyncio.timeout(LIMIT_S):
        (frame,) = await socket.recv()
    return frame


async def test_our_server_answers_their_client_by_its_number(room: Room) -> None:
    server, client = room.join(SocketType.SERVER, SocketType.CLIENT)
    for size in SIZES:
        await client.send(b"q" * size)
        async with asyncio.timeout(LIMIT_S):
            asked = await server.recv_message()
        assert asked.frames == [b"q" * size]
        assert isinstance(asked, AddressedMessage)
        assert asked.routing_id
        await server.send(AddressedMessage([b"a" * size], routing_id=asked.routing_id))
        assert bytes(await client.receive()) == b"a" * size


async def test_their_server_answers_our_client(room: Room) -> None:
    client, server = room.join(SocketType.CLIENT, SocketType.SERVER)
    for size in SIZES:
        await client.send(b"q" * size)
        asked = await server.receive()
        assert bytes(asked) == b"q" * size
        answer = pyomq.Frame(b"a" * size)
        answer.routing_id = asked.routing_id
        await server.send(answer)
        assert await hear(client) == b"a" * size


async def test_scatter_and_gather_either_way(room: Room) -> None:
    scatter, gather = room.join(SocketType.SCATTER, SocketType.GATHER)
    ours, theirs = room.join(SocketType.GATHER, SocketType.SCATTER)
    for size in SIZES:
        await scatter.send(b"s" * size)
        assert bytes(await gather.receive()) == b"s" * size
        await theirs.send(b"g" * size)
        assert await hear(ours) == b"g" * size


async def test_a_channel_carries_both_ways(room: Room) -> None:
    ours, theirs = room.join(SocketType.CHANNEL, SocketType.CHANNEL)
    for size in SIZES:
        await ours.send(b"o" * size)
        assert bytes(await theirs.receive()) == b"o" * size
        await theirs.send(b"t" * size)
        assert await hear(ours) == b"t" * size


async def test_our_dish_hears_the_groups_it_joined_of_their_radio(room: Room) -> None:
    dish, radio = room.join(SocketType.DISH, SocketType.RADIO)
    dish.join("weather")
    heard = asyncio.create_task(dish.recv_message())
    while not heard.done():  # a radio says nothing of who listens
        radio.socket.send_multipart([b"traffic", b"no"])
        radio.socket.send_multipart([b"weather", b"sunny"])
        await asyncio.wait([heard], timeout=0.01)
    message = heard.result()
    assert isinstance(message, AddressedMessage)
    assert (message.group, message.frames) == ("weather", [b"sunny"])


async def test_their_dish_hears_the_groups_it_joined_of_our_radio(room: Room) -> None:
    radio, dish = room.join(SocketType.RADIO, SocketType.DISH)
    dish.socket.join("weather")
    heard = asyncio.create_task(dish.receive())
    while not heard.done():  # its wish is on the way
        await radio.send(AddressedMessage([b"no"], group="traffic"))
        await radio.send(AddressedMessage([b"sunny"], group="weather"))
        await asyncio.wait([heard], timeout=0.01)
    assert (bytes(heard.result()), dish.socket.recv()) == (b"weather", b"sunny")
    books = radio.books()
    assert books.unrouted["no_subscriber"] >= books.offered / 2
    assert books.offered == books.routed + sum(books.unrouted.values())
