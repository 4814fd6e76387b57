"""Back-pressure made visible: where messages wait when wire or reader is slow, and that none is lost."""

import asyncio

import pytest

from engine import DEALER, PUB, PULL, PUSH, SUB
from engine.sim.context import SimContext
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World
from engine.sockets.socket import Socket


async def keep_sending(socket: Socket, count: int, octets: int = 100) -> None:
    for n in range(count):
        await socket.send([b"%d" % n, bytes(octets)])


def outbound(socket: Socket) -> list[int]:
    return [pipe.depth for pipe in socket.pipes if pipe.is_outbound]


def test_a_thin_wire_fills_the_senders_queue_and_sets_the_rate() -> None:
    async def main(world: World) -> float:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink, source = bob.socket(PULL, rcvbuf=4096), alice.socket(PUSH, sndhwm=50, sndbuf=4096)
            sink.bind("tcp://*:1")
            source.connect("tcp://bob:1")
            sending = asyncio.create_task(keep_sending(source, 1000))
            heard = [int((await sink.recv())[0]) for _ in range(200)]
            assert outbound(source)[0] > 25
            [sent] = [pipe for pipe in source.pipes if pipe.is_outbound]
            assert sent.refused > 0
            heard += [int((await sink.recv())[0]) for _ in range(800)]
            await sending
            assert heard == list(range(1000))
            return world.now()

    # 1000 messages of 100 octets, 3 of number and 4 of framing at 10,700 octets a second.
    assert run(main, 1, LinkWeather(octets_per_s=10_700)).result == pytest.approx(10, rel=0.05)


def test_a_reader_that_stops_stops_the_sender_and_every_queue_on_the_way_is_known() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink = bob.socket(PULL, rcvhwm=10, rcvbuf=2000)
            source = alice.socket(PUSH, sndhwm=10, sndbuf=2000)
            sink.bind("tcp://*:1")
            source.connect("tcp://bob:1")
            sending = asyncio.create_task(keep_sending(source, 1000))
            await asyncio.sleep(60)
            [out] = [pipe for pipe in source.pipes if pipe.is_outbound]
            [into] = [pipe for pipe in sink.pipes if not pipe.is_outbound]
            assert (out.depth, into.depth) == (10, 10)
            assert out.is_full
            assert into.is_full
            assert out.writer_waits
            [sent] = [lane for lane in source.books().lanes if lane.is_outbound]
            [got] = [lane for lane in sink.books().lanes if not lane.is_outbound]
            in_flight = sent.taken - got.arrived
            on_the_way = out.waiting_octets + into.waiting_octets
            on_the_way += (out.kernel_octets() or 0) + (into.kernel_octets() or 0)
            framed = 2 + 100 + 2 + 2  # headers, body, a number of two digits
            assert in_flight > 0
            assert abs(on_the_way - in_flight * framed) <= in_flight  # numbers have one to three digits
            heard = [int((await sink.recv())[0]) for _ in range(1000)]
            assert heard == list(range(1000))
            await sending
            [sent] = [lane for lane in source.books().lanes if lane.is_outbound]
            [got] = [lane for lane in sink.books().lanes if not lane.is_outbound]
            assert sent.taken == sent.handed == got.arrived == got.delivered == 1000

    run(main, seed=1)


@pytest.mark.parametrize("octets", [1, 1000, 100_000])
def test_a_flood_through_small_queues_and_rough_weather_arrives_in_order(octets: int) -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            one, other = alice.socket(DEALER, sndhwm=3, rcvhwm=2), bob.socket(DEALER, sndhwm=1, rcvhwm=5)
            other.bind("tcp://*:1")
            one.connect("tcp://bob:1")
            async with asyncio.TaskGroup() as tasks:
                for socket in (one, other):
                    tasks.create_task(keep_sending(socket, 100, octets))
                for socket in (one, other):
                    tasks.create_task(expect(socket, 100, octets))

    rough = LinkWeather(latency_s=0.01, jitter_s=0.02, octets_per_s=1e7, loss=0.01, segment_octets=1460)
    run(main, seed=1, weather=rough)


async def expect(socket: Socket, count: int, octets: int) -> None:
    for n in range(count):
        assert await socket.recv() == [b"%d" % n, bytes(octets)]


def test_one_octet_at_a_time_is_as_good_as_all_at_once() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            publisher, subscriber = alice.socket(PUB), bob.socket(SUB, subscribe=b"")
            publisher.bind("tcp://*:1")
            subscriber.connect("tcp://alice:1")
            await asyncio.sleep(1)
            for size in (0, 1, 255, 256, 300):
                await publisher.send([b"", bytes(size)])
                assert await subscriber.recv() == [b"", bytes(size)]

    run(main, seed=1, weather=LinkWeather(segment_octets=1))


def test_a_subscriber_behind_a_thin_wire_loses_the_newest_and_the_books_say_how_many() -> None:
    async def main(world: World) -> None:
        world.set_weather("alice", "slow", LinkWeather(octets_per_s=2000))
        async with (
            SimContext(world, "alice") as alice,
            SimContext(world, "slow") as slow,
            SimContext(world, "quick") as quick,
        ):
            publisher = alice.socket(PUB, sndhwm=20, sndbuf=2000)
            publisher.bind("tcp://*:1")
            readers = [slow.socket(SUB, subscribe=b"", rcvbuf=2000), quick.socket(SUB, subscribe=b"")]
            for reader, name in zip(readers, ("slow", "quick"), strict=True):
                reader.connect("tcp://alice:1", label=name)
            await asyncio.sleep(1)
            for n in range(1000):
                await publisher.send([b"%d" % n, bytes(100)])
                await asyncio.sleep(0.001)
            await asyncio.sleep(60)
            lanes = {lane.label: lane for lane in publisher.books().lanes if lane.is_outbound}
            got = [lane for reader in readers for lane in reader.books().lanes if not lane.is_outbound]
            assert all(lane.is_balanced for lane in (*lanes.values(), *got))
            assert lanes["quick"].dropped == {}
            assert got[1].arrived == 1000
            assert lanes["slow"].accepted == 1000
            assert lanes["slow"].dropped == {"hwm": 1000 - got[0].arrived}
            assert 20 <= got[0].arrived < 200
            heard = [int((await readers[0].recv())[0]) for _ in range(got[0].arrived)]
            assert heard == sorted(set(heard))
            assert heard[:20] == list(range(20))

    run(main, seed=1)
