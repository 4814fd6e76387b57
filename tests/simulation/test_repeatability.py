"""The same seed gives the same world, to the octet and the moment, in any process; another seed another."""

import asyncio
import os
import subprocess
import sys

import pytest

from engine import DEALER, PUB, PULL, PUSH, ROUTER, SUB
from engine.sim.context import SimContext
from engine.sim.faults import Faults
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World

STORMY = LinkWeather(latency_s=0.02, jitter_s=0.05, octets_per_s=200_000, loss=0.05, segment_octets=1460)


async def busy(world: World) -> list[int]:
    """A story with every source of chance in it: jitter, loss, back-off, ids, a partition, a cut."""
    faults = Faults(world)
    faults.partition("alice", "bob", at_s=1.0)
    faults.heal("alice", "bob", at_s=4.0)
    faults.sever("alice", "carol", at_s=2.5)
    heard: list[int] = []
    async with (
        SimContext(world, "alice") as alice,
        SimContext(world, "bob") as bob,
        SimContext(world, "carol") as carol,
        asyncio.TaskGroup() as tasks,
    ):
        sink, router = alice.socket(PULL, rcvhwm=10), alice.socket(ROUTER)
        news = alice.socket(PUB)
        for socket, port in ((sink, 1), (router, 2), (news, 3)):
            socket.bind(f"tcp://*:{port}")
        sink.bind("inproc://near")
        for context in (alice, bob, carol):
            source, dealer = context.socket(PUSH, sndhwm=5), context.socket(DEALER)
            reader = context.socket(SUB, subscribe=b"")
            for socket, port in ((source, 1), (dealer, 2), (reader, 3)):
                socket.connect(f"tcp://alice:{port}")
            tasks.create_task(pour(source))
            tasks.create_task(ask(dealer))
        near = alice.socket(PUSH)
        near.connect("inproc://near")
        tasks.create_task(pour(near))
        answering = tasks.create_task(answer(router, news))
        while len(heard) < 400:
            heard.append(len((await sink.recv())[1]))
        answering.cancel()
    return heard


async def pour(socket) -> None:
    for n in range(100):
        await socket.send([b"%d" % n, bytes(n * 7)])
        await asyncio.sleep(0.01)


async def ask(dealer) -> None:
    for n in range(20):
        await dealer.send([b"%d" % n])
        await asyncio.sleep(0.1)


async def answer(router, news) -> None:
    async for routing_id, *body in router:
        await router.send([routing_id, b"re", *body])
        await news.send([b"news", *body])


def digest(seed: int) -> str:
    return run(busy, seed, STORMY).digest


def elsewhere(seed: int, hash_seed: str) -> str:
    """Run the story in another process, with another order of sets and dicts of strings."""
    code = f"from tests.simulation.test_repeatability import digest; print(digest({seed}))"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("seed", [1, 2**31])
def test_equal_seeds_give_equal_digests_in_processes_of_different_hash_seeds(seed: int) -> None:
    here = digest(seed)
    assert digest(seed) == here
    assert elsewhere(seed, "0") == elsewhere(seed, "4242") == here


def test_another_seed_gives_another_digest() -> None:
    assert len({digest(seed) for seed in range(5)}) == 5


def test_the_trace_holds_every_delivery_with_its_virtual_time() -> None:
    async def main(world: World) -> list[tuple[float, str, str]]:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            sink, source, near = alice.socket(PULL), bob.socket(PUSH), alice.socket(PUSH)
            sink.bind("tcp://*:1")
            sink.bind("inproc://near")
            source.connect("tcp://alice:1", label="far link")
            near.connect("inproc://near", label="near link")
            await near.send(b"inside")
            await sink.recv()
            await asyncio.sleep(5)
            await source.send([b"from", b"afar"])
            await sink.recv()
        entries = [entry for entry in world.trace.entries if entry.what == "message"]
        return [
            (entry.when_s, entry.where, bytes.fromhex(entry.content)) for entry in entries if entry.content
        ]

    def framed(*frames: bytes) -> bytes:
        return b"".join(len(frame).to_bytes(8, "big") + frame for frame in frames)

    heard = run(main, seed=1, weather=LinkWeather(latency_s=0.25)).result
    assert heard == [
        (0.0, "alice.PULL1 near link 1", framed(b"inside")),
        (5.25, "alice.PULL1 far link 1", framed(b"from", b"afar")),
    ]
