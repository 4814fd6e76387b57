"""RADIO, DISH and DGRAM over the simulated network: late, lost, cut off, and the same every time."""

import asyncio

import pytest

from engine import DGRAM, DISH, RADIO, AddressedMessage, Again
from engine.sim.context import SimContext
from engine.sim.faults import Faults
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World
from engine.sockets.socket import Socket

LOSSY = LinkWeather(latency_s=0.02, jitter_s=0.05, loss=0.2)
SENT = 500


def totals(socket: Socket, *, outbound: bool) -> tuple[int, int]:
    """Messages taken for the wire, and those that arrived."""
    lanes = [lane for lane in socket.books().lanes if lane.is_outbound is outbound]
    return sum(lane.taken for lane in lanes), sum(lane.arrived for lane in lanes)


async def broadcast(radio: Socket, count: int) -> None:
    for n in range(count):
        await radio.send(AddressedMessage([b"%d" % n], group="g"))
        await asyncio.sleep(0.001)


async def through_the_weather(world: World) -> list[int]:
    dish, radio = SimContext(world, "b").socket(DISH), SimContext(world, "a").socket(RADIO)
    dish.join("g")
    dish.bind("udp://*:5555")
    radio.connect("udp://b:5555", label="link")
    await broadcast(radio, SENT)
    await asyncio.sleep(1)
    heard = []
    while True:
        try:
            heard.append(int(dish.recv_nowait()[0]))
        except Again:
            break
    assert totals(radio, outbound=True)[0] == SENT
    assert totals(dish, outbound=False)[1] == len(heard)
    lost = [entry for entry in world.trace.entries if entry.what == "datagram lost"]
    assert len(heard) + len(lost) == SENT
    assert radio.books().is_balanced
    assert dish.books().is_balanced
    return heard


def test_bad_weather_loses_some_and_lets_others_overtake() -> None:
    heard = run(through_the_weather, seed=1, weather=LOSSY).result
    assert 0.7 * SENT < len(heard) < 0.9 * SENT
    assert heard != sorted(heard)
    assert len(set(heard)) == len(heard)


def test_calm_weather_loses_none() -> None:
    assert run(through_the_weather, seed=1).result == list(range(SENT))


def test_the_same_seed_loses_the_same() -> None:
    one, again, other = (run(through_the_weather, seed=seed, weather=LOSSY) for seed in (1, 1, 2))
    assert one == again
    assert other.result != one.result


def test_a_partition_loses_what_is_sent_into_it_and_nothing_later() -> None:
    async def story(world: World) -> list[bytes]:
        dish, radio = SimContext(world, "b").socket(DISH), SimContext(world, "a").socket(RADIO)
        dish.join("g")
        dish.bind("udp://*:5555")
        radio.connect("udp://b:5555")
        faults = Faults(world)
        heard = []
        for body, damage in ((b"1", faults.partition), (b"2", faults.heal), (b"3", faults.heal)):
            await radio.send(AddressedMessage([body], group="g"))
            await asyncio.sleep(0.1)
            damage("a", "b")
        for _ in range(2):
            heard += await dish.recv()
        return heard

    assert run(story, seed=1).result == [b"1", b"3"]


def test_a_dead_host_hears_nothing_and_says_nothing() -> None:
    async def story(world: World) -> None:
        one, other = SimContext(world, "a").socket(DGRAM), SimContext(world, "b").socket(DGRAM)
        one.bind("udp://*:5555")
        there = other.bind("udp://*:5555").removeprefix("udp://").encode()
        Faults(world).kill("b")
        await one.send([there, b"question"])
        await other.send([b"10.0.0.1:5555", b"last words"])
        await asyncio.sleep(1)
        for socket in (one, other):
            with pytest.raises(Again):
                socket.recv_nowait()

    run(story, seed=1)


def test_dgrams_answer_by_the_addresses_of_their_hosts() -> None:
    async def story(world: World) -> list[list[bytes]]:
        server, client = SimContext(world, "a").socket(DGRAM), SimContext(world, "b").socket(DGRAM)
        address = server.bind("udp://*:5555").removeprefix("udp://").encode()
        client.connect("udp://a:5555")
        await client.send([address, b"question"])
        question = await server.recv()
        await server.send([question[0], b"answer"])
        return [question, await client.recv()]

    assert run(story, seed=1).result == [
        [b"10.0.0.2:49152\0", b"question"],
        [b"10.0.0.1:5555\0", b"answer"],
    ]


def test_a_group_reaches_every_host_that_bound_it() -> None:
    async def story(world: World) -> list[list[bytes]]:
        dishes = [SimContext(world, host).socket(DISH) for host in "abc"]
        for dish in dishes:
            dish.bind("udp://239.1.1.1:5555")
            dish.join("g")
        radio = SimContext(world, "a").socket(RADIO)
        radio.connect("udp://239.1.1.1:5555")
        await radio.send(AddressedMessage([b"x"], group="g"))
        return [await dish.recv() for dish in dishes]

    assert run(story, seed=1).result == [[b"x"]] * 3
