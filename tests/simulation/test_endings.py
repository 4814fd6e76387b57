"""Closing in virtual time: linger, its expiry, the handshake's time limit, silence."""

import asyncio
from itertools import pairwise

import pytest

from engine import DEALER, PULL, PUSH, REP, REQ, ROUTER, SUB
from engine.endpoints import parse
from engine.errors import Again
from engine.monitor.events import Accepted, HandshakeFailed, HandshakeFailedNoDetail, HandshakeSucceeded
from engine.net.interface import ByteStream
from engine.options import SocketOptions
from engine.sim.context import SimContext
from engine.sim.network import SimNetwork
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World

SLOW = LinkWeather(latency_s=0.05, octets_per_s=10_000)


def test_linger_waits_for_the_last_octet_and_no_longer() -> None:
    async def main(world: World) -> tuple[float, int]:
        async with SimContext(world, "bob") as bob:
            sink = bob.socket(PULL)
            sink.bind("tcp://*:1")
            async with SimContext(world, "alice", close_timeout_s=3600) as alice:
                source = alice.socket(PUSH, sndbuf=8000)
                source.connect("tcp://bob:1")
                for _ in range(100):
                    await source.send(bytes(1000))
            closed_s = world.now()
            heard = [await sink.recv() for _ in range(100)]
            return closed_s, len(heard)

    closed_s, heard = run(main, seed=1, weather=SLOW).result
    assert heard == 100
    assert 9 < closed_s < 11


@pytest.mark.parametrize(("linger", "within_s"), [(0, 0.0), (500, 0.5), (2000, 2.0)])
def test_linger_expires_and_the_rest_is_dropped_and_counted(linger: int, within_s: float) -> None:
    async def main(world: World) -> tuple[float, object]:
        async with SimContext(world) as context:
            source = context.socket(PUSH, linger=linger)
            source.connect("tcp://127.0.0.1:1")
            for _ in range(10):
                await source.send(b"x")
        return world.now(), source.books().lanes

    now_s, lanes = run(main, seed=1).result
    [lane] = [lane for lane in lanes if lane.is_outbound]
    assert now_s == pytest.approx(within_s)
    assert lane.dropped == {"linger": 10}
    assert (lane.accepted, lane.taken, lane.queued) == (10, 0, 0)


def test_a_context_ends_within_its_own_limit_whatever_linger_says() -> None:
    async def main(world: World) -> tuple[float, dict[str, int]]:
        async with SimContext(world, close_timeout_s=7) as context:
            source = context.socket(PUSH)
            source.connect("tcp://127.0.0.1:1")
            await source.send(b"never")
        [lane] = [lane for lane in source.books().lanes if lane.is_outbound]
        return world.now(), lane.dropped

    now_s, dropped = run(main, seed=1).result
    assert now_s == pytest.approx(7)
    assert dropped == {"linger": 1}


def test_a_subscriber_and_an_idle_socket_do_not_linger() -> None:
    async def main(world: World) -> float:
        async with SimContext(world) as context:
            for kind in (SUB, PUSH, REQ, DEALER):
                context.socket(kind).connect("tcp://127.0.0.1:1")
        return world.now()

    assert run(main, seed=1).result == 0


def test_a_peer_that_comes_while_we_linger_still_gets_all() -> None:
    async def main(world: World) -> tuple[float, list[list[bytes]]]:
        async with SimContext(world, "bob") as bob:
            source_context = SimContext(world, "alice")
            source = source_context.socket(PUSH, linger=60_000)
            source.connect("tcp://bob:1")
            for n in range(5):
                await source.send([b"%d" % n])
            closing = asyncio.create_task(source_context.close())
            await asyncio.sleep(20)
            sink = bob.socket(PULL)
            sink.bind("tcp://*:1")
            heard = [await sink.recv() for _ in range(5)]
            await closing
            return world.now(), heard

    now_s, heard = run(main, seed=1).result
    assert heard == [[b"%d" % n] for n in range(5)]
    assert 20 <= now_s < 21


class Mute:
    """Accepts, or connects, and says nothing or too little."""

    def __init__(self, words: bytes = b"") -> None:
        self.words = words
        self.stream: ByteStream | None = None
        self.heard = b""
        self.is_over = False

    def meet(self, stream: ByteStream) -> None:
        self.stream = stream
        stream.start(self)
        stream.write([self.words])

    def on_data(self, data: bytes) -> None:
        self.heard += data

    def on_writable(self) -> None: ...

    def on_lost(self, error: OSError | None) -> None:
        self.is_over = True


@pytest.mark.parametrize("words", [b"", b"\xff", b"\xff" + bytes(8) + b"\x7f\x03"])
def test_a_peer_that_does_not_finish_the_handshake_is_dropped_in_time(words: bytes) -> None:
    async def main(world: World) -> tuple[list[object], bool, float]:
        async with SimContext(world, "bob") as bob:
            sink = bob.socket(PULL)
            events = sink.events()
            sink.bind("tcp://*:1")
            mute = Mute(words)
            network = SimNetwork(world, "alice")
            mute.meet(await network.dial(parse("tcp://bob:1"), SocketOptions()))
            seen = []
            async for event in events:
                seen.append(event)
                if isinstance(event, HandshakeFailed):
                    break
            at_s = world.now()
            await asyncio.sleep(1)
            return seen, mute.is_over, at_s

    seen, is_over, at_s = run(main, seed=1).result
    assert [type(event) for event in seen[-2:]] == [Accepted, HandshakeFailedNoDetail]
    assert "30000 ms" in seen[-1].reason
    assert is_over
    assert at_s == pytest.approx(30)


def test_a_binder_that_says_nothing_is_tried_again() -> None:
    async def main(world: World) -> list[float]:
        async with SimContext(world, "alice") as alice:
            network = SimNetwork(world, "bob")
            accepted: list[ByteStream] = []
            network.listen(parse("tcp://*:1"), SocketOptions(), accepted.append, lambda _: None)
            source = alice.socket(PUSH, handshake_ivl=1000, reconnect_ivl=10, linger=0)
            events = source.events()
            source.connect("tcp://bob:1")
            failures = []
            async for event in events:
                if isinstance(event, HandshakeFailed):
                    assert event.will_retry
                    failures.append(event.at_s)
                    if len(failures) == 5:
                        return failures
            return []

    failures = run(main, seed=1).result
    between_ms = [round((later - earlier) * 1000) for earlier, later in pairwise(failures)]
    assert all(1010 <= ms < 1020 for ms in between_ms)


def test_timeouts_of_send_and_recv_are_exact() -> None:
    async def main(world: World) -> list[float]:
        moments = []
        async with SimContext(world) as context:
            source, sink = context.socket(PUSH, sndtimeo=250), context.socket(PULL, rcvtimeo=1500)
            with pytest.raises(Again):
                await source.send(b"x")
            moments.append(world.now())
            with pytest.raises(Again):
                await sink.recv()
            moments.append(world.now())
        return moments

    assert run(main, seed=1).result == pytest.approx([0.25, 1.75])


def test_a_request_times_out_and_the_next_is_answered() -> None:
    async def main(world: World) -> list[bytes]:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            server = bob.socket(REP)
            server.bind("tcp://*:1")

            async def serve() -> None:
                async for (question,) in server:
                    await asyncio.sleep(5 if question == b"slow" else 0.1)
                    await server.send(b"re " + question)

            serving = asyncio.create_task(serve())
            client = alice.socket(REQ, rcvtimeo=1000, req_relaxed=1, req_correlate=1)
            client.connect("tcp://bob:1")
            answers = []
            for question in (b"quick", b"slow"):
                await client.send(question)
                try:
                    answers += await client.recv()
                except Again:
                    answers.append(b"timeout")
            client.set("rcvtimeo", 10_000)
            await client.send(b"again")
            answers += await client.recv()
            serving.cancel()
            return answers

    assert run(main, seed=1).result == [b"re quick", b"timeout", b"re again"]


def test_a_router_can_address_a_peer_from_its_handshake_to_its_end() -> None:
    async def main(world: World) -> None:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            router, dealer = bob.socket(ROUTER), alice.socket(DEALER, routing_id=b"alice")
            events = router.events()
            router.bind("tcp://*:1")
            dealer.connect("tcp://bob:1")
            await router.send([b"alice", b"too early"])
            async for event in events:
                if isinstance(event, HandshakeSucceeded):
                    break
            await router.send([b"alice", b"in time"])
            assert await dealer.recv() == [b"in time"]
            dealer.close()
            await asyncio.sleep(1)
            await router.send([b"alice", b"too late"])
            assert router.books().unrouted == {"unknown_routing_id": 2}

    run(main, seed=1)
