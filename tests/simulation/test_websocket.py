"""ws in a simulated world: the same every time, through rough weather, and the books balance."""

import asyncio

import pytest

from engine import PUB, PULL, PUSH, SUB
from engine.errors import AddressInUse
from engine.sim.context import SimContext
from engine.sim.faults import Faults
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World

ROUGH = LinkWeather(latency_s=0.01, jitter_s=0.02, octets_per_s=200_000, loss=0.02, segment_octets=700)
COUNT = 80


async def busy(world: World) -> list[bytes]:
    """A story with masks, breaks and back-off: everything that draws lots."""
    faults = Faults(world)
    faults.sever("alice", "bob", at_s=1.0)
    heard: list[bytes] = []
    async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
        pull, pub = alice.socket(PULL, rcvhwm=10), alice.socket(PUB)
        push, sub = bob.socket(PUSH, sndhwm=10), bob.socket(SUB, subscribe=b"")
        pull.bind("ws://*:1/in")
        pub.bind("wss://*:2/out")
        push.connect("ws://alice:1/in")
        sub.connect("wss://alice:2/out")
        pouring = asyncio.ensure_future(pour(push))
        while len(heard) < COUNT // 2:
            heard.append((await pull.recv())[0])
            await pub.send(heard[-1])
        pouring.cancel()
        for socket in (push, pull):
            for lane in socket.books().lanes:
                out = lane.accepted - lane.taken - lane.queued - sum(lane.dropped.values())
                come = lane.arrived + lane.made - lane.delivered - lane.queued - sum(lane.dropped.values())
                assert (out if lane.is_outbound else come) == 0
        for socket in (*alice.sockets, *bob.sockets):
            socket.close(linger=0)
    return heard


async def pour(push) -> None:
    for n in range(COUNT):
        await push.send([b"%d" % n, bytes(n * 40)])
        await asyncio.sleep(0.01)


def test_the_same_seed_gives_the_same_octets_masks_and_all() -> None:
    one, other, third = (run(busy, seed=seed, weather=ROUGH) for seed in (5, 5, 6))
    assert one.result == other.result
    assert one.digest == other.digest
    assert one.digest != third.digest


def test_tcp_and_ws_share_the_ports_of_a_host() -> None:
    async def story(world: World) -> None:
        async with SimContext(world, "alice") as alice:
            endpoint = alice.socket(PULL).bind("ws://*:*/a")
            with pytest.raises(AddressInUse):
                alice.socket(PULL).bind(endpoint.replace("ws", "tcp").removesuffix("/a"))

    run(story, seed=1)
