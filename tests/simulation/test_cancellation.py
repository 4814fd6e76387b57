"""Cancelling ``send`` and ``recv`` wherever they wait: what was accepted arrives, once, in order."""

import asyncio
from itertools import count
from random import Random

import pytest

from engine import DEALER, PAIR, PUB, PULL, PUSH, REP, REQ, ROUTER, SUB, XPUB, SocketType
from engine.errors import Again
from engine.sim.context import SimContext
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World
from engine.sockets.socket import Socket

CANCELLED = 1_000
"""Cancellations of ``send``, and at least as many of ``recv``, in each of the first test's twelve cases."""

TIMES = 2_500
"""Calls in the other tests."""

QUICK = LinkWeather(latency_s=1e-6, octets_per_s=1e8)


class Canceller:
    """Starts calls and cancels them after a few turns of the loop, each time at another await."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.cancelled = 0

    async def attempt(self, call: asyncio.Task[list[bytes] | None]) -> bool:
        """Let a call run for up to seven turns; ``False`` when it was cancelled before it was done."""
        try:
            for _ in range(self._chance.randrange(8)):
                await asyncio.sleep(0)
        finally:
            call.cancel()
        await asyncio.wait([call])
        self.cancelled += call.cancelled()
        return not call.cancelled()


async def send_numbers(socket: Socket, canceller: Canceller, accepted: list[int], head: list[bytes]) -> None:
    """Send numbers until enough attempts were cancelled."""
    for n in count():
        if canceller.cancelled >= CANCELLED:
            return
        if await canceller.attempt(asyncio.ensure_future(socket.send([*head, b"%d" % n]))):
            accepted.append(n)


async def receive_numbers(socket: Socket, canceller: Canceller, received: list[int]) -> None:
    while True:
        call = asyncio.ensure_future(socket.recv())
        if await canceller.attempt(call):
            received.append(int(call.result()[-1]))


PAIRS = [(PUSH, PULL), (DEALER, DEALER), (PAIR, PAIR), (DEALER, ROUTER)]


@pytest.mark.parametrize("endpoint", ["inproc://here", "tcp://alice:1", "ipc:///here"])
@pytest.mark.parametrize(("sender", "receiver"), PAIRS)
def test_received_is_accepted_in_order(sender: SocketType, receiver: SocketType, endpoint: str) -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice:
            sink = alice.socket(receiver, rcvhwm=3, rcvbuf=64)
            source = alice.socket(sender, sndhwm=2, sndbuf=64)
            sink.bind(endpoint.replace("alice", "*"))
            source.connect(endpoint)
            sending, receiving = Canceller(world.chance("sending")), Canceller(world.chance("receiving"))
            accepted: list[int] = []
            received: list[int] = []
            reader = asyncio.create_task(receive_numbers(sink, receiving, received))
            await send_numbers(source, sending, accepted, [])
            await asyncio.sleep(0.01)
            reader.cancel()
            await asyncio.wait([reader])
            assert received == accepted
            assert len(accepted) > CANCELLED
            assert receiving.cancelled >= CANCELLED

    run(main, seed=1, weather=QUICK)


def test_a_publisher_that_waits_for_its_subscribers_can_be_cancelled() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice:
            publisher = alice.socket(XPUB, sndhwm=2, xpub_nodrop=1, sndbuf=64)
            subscriber = alice.socket(SUB, subscribe=b"", rcvhwm=2, rcvbuf=64)
            publisher.bind("tcp://*:1")
            subscriber.connect("tcp://alice:1")
            await publisher.recv()
            sending, receiving = Canceller(world.chance("sending")), Canceller(world.chance("receiving"))
            accepted: list[int] = []
            received: list[int] = []
            reader = asyncio.create_task(receive_numbers(subscriber, receiving, received))
            await send_numbers(publisher, sending, accepted, [b"topic"])
            await asyncio.sleep(0.01)
            reader.cancel()
            await asyncio.wait([reader])
            assert received == accepted

    run(main, seed=1, weather=QUICK)


@pytest.mark.parametrize("calls", [2, 5])
def test_many_who_wait_and_are_cancelled_lose_nothing_between_them(calls: int) -> None:
    async def main(world: World) -> None:
        async with SimContext(world) as context:
            sink, source = context.socket(PULL, rcvhwm=1), context.socket(PUSH, sndhwm=1)
            sink.bind("inproc://here")
            source.connect("inproc://here")
            chance = world.chance("all")
            accepted: list[int] = []
            received: list[int] = []
            readers = [
                asyncio.create_task(receive_numbers(sink, Canceller(chance), received)) for _ in range(calls)
            ]

            async def send(first: int) -> None:
                canceller = Canceller(chance)
                for n in range(first, TIMES, calls):
                    call = asyncio.ensure_future(source.send(b"%d" % n))
                    accepted.extend([n] if await canceller.attempt(call) else [])

            await asyncio.gather(*(send(first) for first in range(calls)))
            await asyncio.sleep(0.01)
            for reader in readers:
                reader.cancel()
            await asyncio.wait(readers)
            assert sorted(received) == sorted(accepted)
            assert len(accepted) > 500

    run(main, seed=1)


def test_timeouts_lose_nothing_either() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice:
            sink, source = alice.socket(PULL, rcvhwm=2, rcvtimeo=2), alice.socket(PUSH, sndhwm=2, sndtimeo=1)
            sink.bind("inproc://here")
            source.connect("inproc://here")
            accepted: list[int] = []
            received: list[int] = []
            timeouts = 0
            chance = world.chance("pauses")

            async def receive() -> None:
                nonlocal timeouts
                while True:
                    try:
                        received.append(int((await sink.recv())[0]))
                    except Again:
                        timeouts += 1
                    await asyncio.sleep(chance.choice([0, 0.0005, 0.001, 0.002]))

            reader = asyncio.create_task(receive())
            for n in range(TIMES):
                try:
                    await source.send(b"%d" % n)
                    accepted.append(n)
                except Again:
                    timeouts += 1
                await asyncio.sleep(chance.choice([0, 0.0005, 0.001, 0.003]))
            await asyncio.sleep(0.01)
            reader.cancel()
            await asyncio.wait([reader])
            assert received == accepted
            assert timeouts > 100

    run(main, seed=1)


def test_lockstep_sockets_stay_in_step_when_cancelled() -> None:
    async def main(world: World) -> None:
        async with SimContext(world) as context:
            client, server = context.socket(REQ), context.socket(REP)
            server.bind("inproc://here")
            client.connect("inproc://here")

            async def serve() -> None:
                async for frames in server:
                    await server.send(frames)

            serving = asyncio.create_task(serve())
            canceller = Canceller(world.chance("client"))
            for n in range(TIMES):
                while not await canceller.attempt(asyncio.ensure_future(client.send(b"%d" % n))):
                    pass
                call = asyncio.ensure_future(client.recv())
                while not await canceller.attempt(call):
                    call = asyncio.ensure_future(client.recv())
                assert call.result() == [b"%d" % n]
            assert canceller.cancelled > 100
            serving.cancel()

    run(main, seed=1)


@pytest.mark.parametrize("kind", [PUB, PUSH, ROUTER])
def test_sending_for_ever_starves_nobody(kind: SocketType) -> None:
    """Timers, timeouts, cancellation and the peers go on beside a loop that never has to wait."""

    async def main(world: World) -> None:
        async with SimContext(world) as context:
            endless = context.socket(kind, sndhwm=0)
            endless.bind("inproc://here")
            reader = context.socket({PUB: SUB, PUSH: PULL, ROUTER: DEALER}[kind], rcvhwm=0)
            if kind is PUB:
                reader.subscribe(b"")
            reader.connect("inproc://here")
            head = [b"nobody"] if kind is ROUTER else []
            sent = turns = heard = 0

            async def send() -> None:
                nonlocal sent
                while True:
                    await endless.send([*head, b"x"])
                    sent += 1

            async def hear() -> None:
                nonlocal heard
                while True:
                    await reader.recv()
                    heard += 1

            tasks = [asyncio.create_task(send()), asyncio.create_task(hear())]
            for _ in range(100):
                await asyncio.sleep(0)
                turns += 1
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            assert turns == 100
            assert sent > 1000
            assert sent <= 129 * 101
            assert heard > 1000 or kind is ROUTER

    run(main, seed=1)
