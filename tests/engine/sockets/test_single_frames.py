"""CLIENT, SERVER, PEER, SCATTER, GATHER, CHANNEL, RADIO, DISH: messages of one frame, and what they bear."""

import asyncio

import pytest

from engine import (
    CHANNEL,
    CLIENT,
    DISH,
    GATHER,
    PEER,
    RADIO,
    SCATTER,
    SERVER,
    AddressedMessage,
    Again,
    Context,
    Socket,
    SocketType,
)
from engine.errors import GroupInvalid, HostUnreachable, MessageInvalid, NotSupported
from engine.messages import Message
from engine.wire.commands import Ready, write_command
from engine.wire.frames import encode_messages
from tests.support.eventually import eventually

EVERYWHERE = pytest.mark.parametrize("endpoint", ["tcp://127.0.0.1:*", "ipc://*", "inproc://here"])


def number_of(socket: Socket) -> int:
    """The number under which a socket knows its one peer."""
    return int.from_bytes(socket.pipes[0].routing_id, "big")


async def addressed(socket: Socket) -> AddressedMessage:
    message = await socket.recv_message()
    assert isinstance(message, AddressedMessage)
    return message


@EVERYWHERE
async def test_a_server_answers_the_client_that_asked(endpoint: str) -> None:
    async with Context() as context:
        server = context.socket(SERVER)
        clients = [context.socket(CLIENT) for _ in range(3)]
        place = server.bind(endpoint)
        for n, client in enumerate(clients):
            client.connect(place)
            await client.send(b"question %d" % n)
        for _ in clients:
            asked = await addressed(server)
            answer = asked.frames[0].replace(b"question", b"answer")
            await server.send(AddressedMessage([answer], routing_id=asked.routing_id))
        assert [await client.recv() for client in clients] == [[b"answer %d" % n] for n in range(3)]
        assert all(socket.books().is_balanced for socket in context.sockets)


async def test_a_server_cannot_send_to_nobody() -> None:
    async with Context() as context:
        server = context.socket(SERVER)
        for lost in (AddressedMessage([b"lost"], routing_id=7), b"lost"):
            with pytest.raises(HostUnreachable):
                await server.send(lost)
        assert server.books().offered == 0


async def test_a_server_never_waits_for_a_full_client() -> None:
    async with Context() as context:
        server = context.socket(SERVER, sndhwm=2)
        context.socket(CLIENT, rcvhwm=2).connect(server.bind("inproc://full"))
        message = AddressedMessage([b"x"], routing_id=number_of(server))
        for _ in range(4):
            server.send_nowait(message)
        with pytest.raises(Again):
            await server.send(message)
        assert server.books().is_balanced


@EVERYWHERE
async def test_peers_call_each_other_by_number(endpoint: str) -> None:
    async with Context() as context:
        one, other = context.socket(PEER), context.socket(PEER)
        one.connect(other.bind(endpoint))
        await one.send(AddressedMessage([b"hello"], routing_id=number_of(one)))
        await other.send(AddressedMessage([b"and you"], routing_id=(await addressed(other)).routing_id))
        assert await one.recv() == [b"and you"]


@EVERYWHERE
async def test_scatter_deals_in_turn(endpoint: str) -> None:
    async with Context() as context:
        gathers = [context.socket(GATHER) for _ in range(2)]
        scatter = context.socket(SCATTER, immediate=1)
        for n, gather in enumerate(gathers):
            scatter.connect(gather.bind(f"{endpoint}{n}" if endpoint.startswith("inproc") else endpoint))
        await eventually(lambda: len(scatter.pipes) == 2)
        for n in range(6):
            await scatter.send(b"%d" % n)
        got = [[await gather.recv() for _ in range(3)] for gather in gathers]
        assert sorted(frames[0] for one in got for frames in one) == [b"%d" % n for n in range(6)]


@EVERYWHERE
async def test_a_channel_has_one_peer(endpoint: str) -> None:
    async with Context() as context:
        bound, first, second = (context.socket(CHANNEL) for _ in range(3))
        place = bound.bind(endpoint)
        first.connect(place)
        await first.send(b"mine")
        assert await bound.recv() == [b"mine"]
        second.connect(place)
        await bound.send(b"yours")
        assert await first.recv() == [b"yours"]


@EVERYWHERE
async def test_a_dish_gets_the_groups_it_joined_by_exact_name(endpoint: str) -> None:
    async with Context() as context:
        radio, dish = context.socket(RADIO), context.socket(DISH)
        dish.join("news")
        dish.connect(radio.bind(endpoint))

        def is_heard() -> bool:
            radio.send_nowait(AddressedMessage([b"now"], group="news"))
            return bool(radio.books().routed)

        await eventually(is_heard)
        for body, group in ((b"not this", "newsletter"), (b"nor this", ""), (b"last", "news")):
            radio.send_nowait(AddressedMessage([body], group=group))
        heard = [await addressed(dish)]
        while heard[-1].frames != [b"last"]:
            heard.append(await addressed(dish))
        assert {(message.group, message.frames[0]) for message in heard} == {
            ("news", b"now"),
            ("news", b"last"),
        }
        assert all(socket.books().is_balanced for socket in context.sockets)


async def test_joining_twice_and_leaving_unjoined_are_errors() -> None:
    async with Context() as context:
        dish = context.socket(DISH)
        dish.join("a")
        with pytest.raises(GroupInvalid, match="joined already"):
            dish.join("a")
        dish.leave("a")
        with pytest.raises(GroupInvalid, match="not joined"):
            dish.leave("a")
        with pytest.raises(GroupInvalid, match="255"):
            dish.join("x" * 256)
        with pytest.raises(NotSupported):
            context.socket(RADIO).join("a")


async def test_a_radio_forgets_a_group_that_was_left() -> None:
    async with Context() as context:
        radio, dish = context.socket(RADIO), context.socket(DISH)
        dish.connect(radio.bind("inproc://left"))
        dish.join("a")
        radio.send_nowait(AddressedMessage([b"1"], group="a"))
        dish.leave("a")
        radio.send_nowait(AddressedMessage([b"2"], group="a"))
        books = radio.books()
        assert (books.routed, books.unrouted) == (1, {"no_subscriber": 1})


@pytest.mark.parametrize("kind", [CLIENT, SERVER, PEER, SCATTER, CHANNEL, RADIO], ids=lambda kind: kind.name)
async def test_a_multipart_cannot_be_sent(kind: SocketType) -> None:
    async with Context() as context:
        socket = context.socket(kind)
        with pytest.raises(MessageInvalid, match="single frames"):
            await socket.send([b"one", b"two"])


async def test_a_multipart_that_arrives_is_dropped_whole_and_counted() -> None:
    async with Context() as context:
        gather = context.socket(GATHER)
        host, port = gather.bind("tcp://127.0.0.1:*").removeprefix("tcp://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(bytes.fromhex("ff00000000000000017f0301") + b"NULL".ljust(52, b"\0"))
        writer.write(write_command(Ready({"Socket-Type": b"SCATTER"})))
        await reader.readexactly(64 + 2)
        writer.write(b"".join(encode_messages([Message([b"a", b"b"]), Message([b"c"])])))
        assert await gather.recv() == [b"c"]
        [lane] = [lane for lane in gather.books().lanes if not lane.is_outbound]
        assert (lane.arrived, lane.delivered, lane.dropped) == (2, 1, {"malformed_envelope": 1})
        writer.close()
        await writer.wait_closed()
