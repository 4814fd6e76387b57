"""A connection that broke before its binding end had finished the handshake: what it took is known lost."""

import asyncio

from app.telemetry.books import Expected, Half, balance
from engine import PULL, PUSH
from engine.monitor.events import HandshakeFailed, HandshakeSucceeded, SocketEvent
from engine.monitor.snapshot import LaneBooks
from engine.sim.context import SimContext
from engine.sim.faults import Faults
from engine.sim.run import run
from engine.sim.weather import CALM, LinkWeather
from engine.sim.world import World
from engine.sockets.socket import Socket

SLOW = LinkWeather(octets_per_s=100)
"""The connecting end hears READY long before its own has arrived."""
LOST = 3
PAIR = ("link", "to_bind", "a#1", "b#1")


def lane(socket: Socket, *, is_outbound: bool) -> LaneBooks | None:
    """The link's books in one direction, once there are any."""
    return next((lane for lane in socket.books().lanes if lane.is_outbound is is_outbound), None)


def half(lane: LaneBooks | None, end: str) -> Half:
    """What the book-keeper is told of a lane."""
    if lane is None:
        return Half(PAIR, end)
    return Half(
        PAIR,
        end,
        accepted=lane.accepted,
        taken=lane.taken,
        handed=lane.handed,
        arrived=lane.arrived,
        delivered=lane.delivered,
        queued=lane.queued,
        dead=dict(lane.dead_connections),
        live=set(lane.live_connections),
        in_handshake=lane.in_handshake,
    )


def judge(source: Socket, sink: Socket) -> tuple[int, int, bool | None]:
    """In flight, lost in transit, and the verdict."""
    got, sent = half(lane(sink, is_outbound=False), "receive"), half(lane(source, is_outbound=True), "send")
    books = balance([Expected("link", "to_bind", 1.0)], [sent, got], [], is_drained=False)
    return books.totals["in_flight"], books.lost.get(PAIR, 0), books.balanced


async def until(socket: Socket, kind: type[SocketEvent]) -> None:
    async for event in socket.events():
        if isinstance(event, kind):
            return


def test_what_was_taken_into_a_connection_the_other_end_never_knew_is_lost() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink, source = bob.socket(PULL), alice.socket(PUSH, reconnect_ivl=10, linger=0)
            sink.bind("tcp://*:1")
            world.set_weather("alice", "bob", SLOW)
            met = asyncio.create_task(until(source, HandshakeSucceeded))
            failed = asyncio.create_task(until(sink, HandshakeFailed))
            await asyncio.sleep(0)
            source.connect("tcp://bob:1", label="link")
            await met
            for n in range(LOST):
                await source.send(b"%d" % n)
            await asyncio.sleep(0.01)
            sent = lane(source, is_outbound=True)
            assert sent is not None
            assert (sent.taken, len(sent.live_connections), sent.dead_connections) == (LOST, 1, {})
            assert sink._host.in_handshake == 1
            assert judge(source, sink) == (LOST, 0, True)
            world.set_weather("alice", "bob", CALM)
            Faults(world).sever("alice", "bob")
            await failed
            assert sink._host.in_handshake == 0
            await source.send(b"after")
            assert await sink.recv() == [b"after"]
            assert judge(source, sink) == (0, LOST, True)

    run(main, seed=1)


def test_a_half_that_has_been_told_of_a_settled_connection_forgets_it() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink, source = bob.socket(PULL), alice.socket(PUSH, reconnect_ivl=10, linger=0)
            sink.bind("tcp://*:1")
            source.connect("tcp://bob:1", label="link")
            for n in range(20):
                await source.send(b"%d" % n)
                assert await sink.recv() == [b"%d" % n]
                Faults(world).sever("alice", "bob")
                await asyncio.sleep(0.1)
            sent, got = lane(source, is_outbound=True), lane(sink, is_outbound=False)
            assert sent is not None
            assert got is not None
            assert sent.dead_connections == got.dead_connections
            assert len(sent.dead_connections) == 20
            source.settle(sent.dead_connections)
            sink.settle(got.dead_connections)
            assert judge(source, sink) == (0, 0, True)
            assert not lane(source, is_outbound=True).dead_connections  # type: ignore[union-attr]

    run(main, seed=1)


def test_attempts_that_never_came_to_a_handshake_leave_nothing_behind() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink = bob.socket(PULL, handshake_ivl=100)
            source = alice.socket(PUSH, reconnect_ivl=10, handshake_ivl=100, linger=0)
            sink.bind("tcp://*:1")
            world.set_weather("alice", "bob", LinkWeather(latency_s=0.09))
            source.connect("tcp://bob:1", label="link")
            await asyncio.sleep(20)
            for socket in (source, sink):
                assert all(not books.dead_connections for books in socket.books().lanes)
                assert socket._host.in_handshake <= 1

    run(main, seed=1)
