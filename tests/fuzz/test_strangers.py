"""Strangers on a bound tcp endpoint: each is dropped with an event that says why, and nobody else notices."""

import asyncio
import json
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from engine import PULL, PUSH, Context
from engine.endpoints import parse
from engine.monitor.events import Disconnected, HandshakeFailed, SocketEvent
from engine.sockets.socket import Socket
from engine.wire.commands import Ready, write_command
from tests.fuzz.conversation import greeting
from tests.support.eventually import eventually
from tests.support.watcher import Watcher

HELLO = greeting() + write_command(Ready({"Socket-Type": b"PUSH"}))
TOO_LONG = b"\x02" + (2**63).to_bytes(8, "big")
LONGEST = b"\x02" + (2**63 - 1).to_bytes(8, "big")
SHORT_MS = 200
"""Time for the handshake where a test waits for it to run out."""


class Street:
    """A bound socket with a friend on it, and strangers who come by."""

    def __init__(self, sink: Socket, friend: Socket, endpoint: str) -> None:
        self.sink = sink
        self.watcher = Watcher(sink)
        self._friend = friend
        self._address = parse(endpoint)
        self._sent = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def stranger(self, *words: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect and say something."""
        reader, writer = await asyncio.open_connection(self._address.host, self._address.port)
        self._writers.append(writer)
        for word in words:
            writer.write(word)
            await writer.drain()
        return reader, writer

    async def friend_is_served(self) -> None:
        """Send a message over the connection that stood before, and see it arrive."""
        self._sent += 1
        async with asyncio.timeout(5):
            await self._friend.send(b"%d" % self._sent)
            assert await self.sink.recv() == [b"%d" % self._sent]

    async def close(self) -> None:
        for writer in self._writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async with Context() as context:
        sink = context.socket(PULL, handshake_ivl=SHORT_MS)
        friend = context.socket(PUSH)
        endpoint = sink.bind("tcp://127.0.0.1:*")
        friend.connect(endpoint)
        street = Street(sink, friend, endpoint)
        await street.friend_is_served()
        yield street
        await street.friend_is_served()
        await eventually(lambda: len(sink.pipes) == 1, "only the friend is left")
        await street.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    """Wait until the socket has hung up."""
    with suppress(ConnectionError):
        async with asyncio.timeout(10):
            while await reader.read(1 << 16):
                pass
    return True


GARBAGE = {
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tls": bytes.fromhex("16030100c8010000c40303") + bytes(189),
    "zeros": bytes(1000),
    "an identity of 2.0 that is too long": b"\xff"
    + bytes(8)
    + b"\x7f\x01\x08\x02"
    + bytes(6)
    + b"\x01"
    + bytes(99),
    "an identity of 1.0 with flags": b"\x05\x02name",
    "another mechanism": greeting(mechanism=b"CURVE"),
    "traffic instead of READY": greeting() + b"\x00\x05hello",
    "a command instead of READY": greeting() + b"\x04\x0a\x09SUBSCRIBE",
    "a READY that is cut off inside": greeting() + b"\x04\x08\x05READY\xff\x01",
    "another socket type": greeting() + write_command(Ready({"Socket-Type": b"PULL"})),
    "a socket type that nobody has": greeting() + write_command(Ready({"Socket-Type": b"<b>x</b>"})),
    "a READY of 2^63 octets": greeting() + b"\x06" + (2**63).to_bytes(8, "big"),
    "a READY of a gibibyte": greeting() + b"\x06" + (2**30).to_bytes(8, "big"),
}


@pytest.mark.parametrize("words", GARBAGE.values(), ids=GARBAGE)
async def test_garbage_ends_the_connection_and_an_event_says_why(street: Street, words: bytes) -> None:
    reader, _ = await street.stranger(words)
    failed = await street.watcher.until(HandshakeFailed)
    assert len(failed.reason) > 20
    assert failed.peer.startswith("tcp://127.0.0.1:")
    assert await ended(reader)


@pytest.mark.parametrize("words", [b"", b"\xff", greeting()[:11], greeting()[:40], greeting()])
async def test_half_a_greeting_is_given_its_time_and_no_more(street: Street, words: bytes) -> None:
    reader, _ = await street.stranger(words)
    failed = await street.watcher.until(HandshakeFailed)
    assert f"{SHORT_MS} ms" in failed.reason
    assert await ended(reader)


@pytest.mark.parametrize("words", [b"", b"\xff", greeting()[:40], greeting(), HELLO[:-1]])
async def test_one_who_hangs_up_during_the_handshake_is_noticed(street: Street, words: bytes) -> None:
    _, writer = await street.stranger(words)
    writer.close()
    failed = await street.watcher.until(HandshakeFailed)
    assert "closed" in failed.reason or "reset" in failed.reason


async def test_a_slow_drip_does_not_hold_the_handshake_open(street: Street) -> None:
    reader, writer = await street.stranger()

    async def drip() -> None:
        with suppress(ConnectionError):
            for n in range(len(HELLO)):
                writer.write(HELLO[n : n + 1])
                await writer.drain()
                await asyncio.sleep(SHORT_MS / 1000 / 20)

    dripping = asyncio.create_task(drip())
    failed = await street.watcher.until(HandshakeFailed)
    assert f"{SHORT_MS} ms" in failed.reason
    assert await ended(reader)
    await dripping


@pytest.mark.parametrize("frame", [TOO_LONG, LONGEST, b"\x03" + b"\xff" * 8, b"\x05\x01x"])
async def test_a_frame_that_cannot_be_ends_the_connection(street: Street, frame: bytes) -> None:
    reader, _ = await street.stranger(HELLO, b"\x00\x05whole", frame)
    assert await street.sink.recv() == [b"whole"]
    lost = await street.watcher.until(Disconnected)
    assert len(lost.reason) > 20
    assert await ended(reader)


async def test_a_promise_of_a_gibibyte_costs_nothing(street: Street) -> None:
    _, writer = await street.stranger(HELLO, b"\x02" + (2**30).to_bytes(8, "big"), b"x" * 1000)
    await eventually(lambda: len(street.sink.pipes) == 2, "the stranger is in")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await street.friend_is_served()
    writer.close()
    await street.watcher.until(Disconnected)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    [lane] = [lane for lane in street.sink.books().lanes if not lane.is_outbound]
    assert lane.is_balanced


async def test_a_part_of_a_message_is_not_delivered_when_the_rest_never_comes(street: Street) -> None:
    _, writer = await street.stranger(HELLO, b"\x01\x04half")
    await eventually(lambda: len(street.sink.pipes) == 2, "the stranger is in")
    writer.close()
    await street.watcher.until(Disconnected)
    await street.friend_is_served()


async def test_a_crowd_of_everything_at_once_leaves_the_friend_served(street: Street) -> None:
    everything = [*GARBAGE.values(), b"", b"\xff", greeting()] * 10
    for words in everything:
        await street.stranger(words)
        await street.friend_is_served()
    failures: list[SocketEvent] = []
    while len(failures) < len(everything):
        failures.append(await street.watcher.until(HandshakeFailed))


CROWD = 1000
ROUNDS = 3
WITHIN = 2 << 20
"""Octets that later rounds may add to what the first left behind."""


async def test_thousands_who_say_nothing_leave_nothing_behind() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    victim = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fuzz.victim"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert victim.stdin
    assert victim.stdout
    try:
        address = parse(json.loads(await victim.stdout.readline())["endpoint"])
        async with Context() as context:
            friend = context.socket(PUSH)
            friend.connect(str(address))
            weights = []
            for turn in range(1, ROUNDS + 1):
                victim.stdin.write(b"round %d %d\n" % (CROWD, 100 * turn))
                crowd = await open_many(address.host, address.port, CROWD)
                for _ in range(100):
                    await friend.send(b"served")
                report = json.loads(await asyncio.wait_for(victim.stdout.readline(), 30))
                assert report["reasons"] == {
                    "peer did not finish the handshake within 1000 ms (handshake_ivl)": CROWD
                }
                assert (report["heard"], report["pipes"]) == (100 * turn, 1)
                weights.append(report["resident"])
                for writer in crowd:
                    writer.close()
            assert max(weights[1:]) - weights[0] < WITHIN, weights
        victim.stdin.write(b"end\n")
        assert await victim.wait() == 0
    finally:
        if victim.returncode is None:
            victim.kill()
            await victim.wait()


async def open_many(host: str, port: int, count: int) -> list[asyncio.StreamWriter]:
    """Connect often, a hundred at a time."""
    writers: list[asyncio.StreamWriter] = []
    while len(writers) < count:
        met = await asyncio.gather(*(asyncio.open_connection(host, port) for _ in range(100)))
        writers += [writer for _, writer in met]
    return writers
