"""Reaching for a peer in virtual time: the delays of back-off, what is queued meanwhile, who gives up."""

import asyncio

import pytest

from engine import DEALER, PULL, PUSH, SUB, XPUB
from engine.monitor.events import (
    Disconnected,
    GaveUp,
    HandshakeSucceeded,
    Retried,
)
from engine.sim.context import SimContext
from engine.sim.faults import Faults
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World
from engine.sockets.socket import Socket


async def retries(socket: Socket, count: int) -> list[int]:
    """Return the delays of the next attempts, ms."""
    delays: list[int] = []
    async for event in socket.events():
        if isinstance(event, Retried):
            delays.append(event.delay_ms)
            if len(delays) == count:
                break
    return delays


def delays(count: int, **options: int) -> tuple[list[int], float]:
    async def main(world: World) -> tuple[list[int], float]:
        async with SimContext(world) as context:
            socket = context.socket(PUSH, linger=0, **options)
            waiting = asyncio.create_task(retries(socket, count))
            await asyncio.sleep(0)
            socket.connect("tcp://127.0.0.1:1")
            return await waiting, world.now()

    return run(main, seed=3).result


def test_without_a_maximum_each_delay_is_the_interval_and_up_to_as_much_again() -> None:
    seen, _ = delays(50, reconnect_ivl=100)
    assert all(100 <= delay < 200 for delay in seen)
    assert len(set(seen)) > 20


def test_with_a_maximum_the_delays_double_up_to_it_without_jitter() -> None:
    seen, now_s = delays(7, reconnect_ivl=20, reconnect_ivl_max=200)
    assert seen == [20, 40, 80, 160, 200, 200, 200]
    assert now_s == pytest.approx(sum(seen[:-1]) / 1000)


def test_at_minus_one_there_is_one_attempt() -> None:
    async def main(world: World) -> list[str]:
        async with SimContext(world) as context:
            socket = context.socket(PUSH, linger=0, reconnect_ivl=-1)
            events = socket.events()
            socket.connect("tcp://127.0.0.1:1")
            await asyncio.sleep(3600)
            socket.close()
            return [type(event).__name__ async for event in events]

    seen = run(main, seed=1).result
    assert seen == ["ConnectDelayed", "ConnectFailed", "GaveUp", "MonitorStopped"]


def test_a_peer_that_was_reached_starts_the_delays_anew() -> None:
    async def main(world: World) -> list[int]:
        async with SimContext(world) as context:
            socket = context.socket(PUSH, linger=0, reconnect_ivl=10, reconnect_ivl_max=1000)
            events = socket.events()
            socket.connect("tcp://127.0.0.1:1")
            seen: list[int] = []
            async for event in events:
                if isinstance(event, Retried):
                    seen.append(event.delay_ms)
                    if len(seen) == 5:
                        sink = context.socket(PULL)
                        sink.bind("tcp://127.0.0.1:1")
                if isinstance(event, HandshakeSucceeded):
                    sink.close()
                if len(seen) == 8:
                    return seen
            return seen

    assert run(main, seed=1).result == [10, 20, 40, 80, 160, 10, 20, 40]


def test_what_was_sent_before_the_bind_is_delivered_after_it() -> None:
    async def main(world: World) -> tuple[list[list[bytes]], float]:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            source = alice.socket(PUSH)
            source.connect("tcp://bob:1")
            for n in range(10):
                await source.send([b"%d" % n])
            await asyncio.sleep(60)
            sink = bob.socket(PULL)
            sink.bind("tcp://*:1")
            return [await sink.recv() for _ in range(10)], world.now()

    heard, now_s = run(main, seed=1).result
    assert heard == [[b"%d" % n] for n in range(10)]
    assert 60 <= now_s < 60.2


def test_what_was_handed_over_and_lost_with_the_connection_is_the_only_loss() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink, source = bob.socket(PULL, rcvhwm=0), alice.socket(PUSH, sndhwm=0)
            sink.bind("tcp://*:1")
            source.connect("tcp://bob:1", label="link")
            faults = Faults(world)
            for moment in range(1, 20):
                faults.sever("alice", "bob", at_s=moment * 0.1)
            heard: list[int] = []

            async def receive() -> None:
                async for (frame,) in sink:
                    heard.append(int(frame))

            receiving = asyncio.create_task(receive())
            for n in range(4000):
                await source.send(b"%d" % n)
                await asyncio.sleep(0.0005)
            await asyncio.sleep(10)
            receiving.cancel()
            [sent] = [lane for lane in source.books().lanes if lane.is_outbound]
            [got] = [lane for lane in sink.books().lanes if not lane.is_outbound]
            assert sent.is_balanced
            assert got.is_balanced
            assert (sent.accepted, sent.queued) == (4000, 0)
            assert got.delivered == got.arrived == len(heard)
            assert heard == sorted(set(heard)), "repeated or reordered"
            taken = {**sent.dead_connections}
            arrived = {**got.dead_connections}
            lost = [taken[connection] - arrived.get(connection, 0) for connection in taken]
            assert len(lost) >= 5
            assert all(count >= 0 for count in lost)
            assert sent.taken - got.arrived == sum(lost) == 4000 - len(heard)
            assert sum(lost) > 0

    run(main, seed=1, weather=LinkWeather(latency_s=0.003))


def test_topics_are_told_again_after_every_break() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            publisher, subscriber = alice.socket(XPUB), bob.socket(SUB)
            publisher.bind("tcp://*:1")
            subscriber.connect("tcp://alice:1")
            topics = [b"%04d" % n for n in range(2500)]
            for topic in topics:
                subscriber.subscribe(topic)
            for turn in range(3):
                told = sorted([(await publisher.recv())[0] for _ in topics])
                assert told == [b"\x01" + topic for topic in topics], turn
                Faults(world).sever("alice", "bob")
                cancelled = sorted([(await publisher.recv())[0] for _ in topics])
                assert cancelled == [b"\x00" + topic for topic in topics]

    run(main, seed=1)


def test_a_refusal_ends_the_attempts_and_silence_does_not() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            wrong = bob.socket(PULL)
            wrong.bind("tcp://*:1")
            socket = alice.socket(SUB)
            events = socket.events()
            socket.connect("tcp://bob:1")
            seen = []
            async for event in events:
                seen.append(type(event).__name__)
                if isinstance(event, GaveUp):
                    break
            assert seen[:2] == ["ConnectDelayed", "Connected"]
            assert seen[-3:] == ["HandshakeFailedProtocol", "Disconnected", "GaveUp"]

    run(main, seed=1)


def test_a_partition_is_seen_by_the_heartbeat_and_healed_by_dialling_again() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            ours, theirs = (
                alice.socket(DEALER, heartbeat_ivl=1000, heartbeat_timeout=2000),
                bob.socket(DEALER),
            )
            theirs.bind("tcp://*:1")
            events = ours.events()
            ours.connect("tcp://bob:1")
            faults = Faults(world)
            faults.partition("alice", "bob", at_s=10)
            faults.heal("alice", "bob", at_s=60)
            moments: dict[type, list[float]] = {}
            async for event in events:
                moments.setdefault(type(event), []).append(event.at_s)
                if len(moments.get(HandshakeSucceeded, [])) == 2:
                    break
            [lost_s] = moments[Disconnected]
            assert 12 <= lost_s <= 13.1
            assert 60 <= moments[HandshakeSucceeded][1] <= 140
            await ours.send(b"again")
            assert await theirs.recv() == [b"again"]

    run(main, seed=1)


def test_a_short_partition_only_delays() -> None:
    async def main(world: World) -> float:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink, source = bob.socket(PULL), alice.socket(PUSH)
            sink.bind("tcp://*:1")
            source.connect("tcp://bob:1")
            await source.send(b"before")
            await sink.recv()
            faults = Faults(world)
            faults.partition("alice", "bob")
            faults.heal("alice", "bob", at_s=world.now() + 5)
            for n in range(100):
                await source.send(b"%d" % n)
            assert [await sink.recv() for _ in range(100)] == [[b"%d" % n] for n in range(100)]
            return world.now()

    assert run(main, seed=1).result == pytest.approx(5)


def test_a_host_that_dies_and_comes_back_is_found_again() -> None:
    async def main(world: World) -> float:
        async with SimContext(world, "alice") as alice:
            source = alice.socket(PUSH, connect_timeout=1000)
            source.connect("tcp://bob:1")
            async with SimContext(world, "bob", close_timeout_s=0) as bob:
                sink = bob.socket(PULL)
                sink.bind("tcp://*:1")
                await source.send(b"first")
                assert await sink.recv() == [b"first"]
                Faults(world).kill("bob")
            await asyncio.sleep(30)
            await source.send(b"second")
            await asyncio.sleep(30)
            Faults(world).revive("bob")
            async with SimContext(world, "bob") as bob:
                sink = bob.socket(PULL)
                sink.bind("tcp://*:1")
                assert await sink.recv() == [b"second"]
                return world.now()

    assert 60 <= run(main, seed=1).result <= 62
