"""wss: certificates that are accepted and not, what passes, and what has really left."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from random import Random

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from engine import DEALER, PUB, PULL, PUSH, REP, REQ, ROUTER, SUB, Context
from engine.errors import OptionInvalid, OptionWriteOnly
from engine.monitor.events import ConnectFailed, Disconnected, HandshakeFailed, HandshakeSucceeded
from engine.net.interface import StreamOwner
from engine.net.tls import TlsStream
from engine.net.tls_contexts import TlsIncomplete, client_context, server_context
from engine.options import SocketOptions
from tests.support.eventually import LIMIT_S, eventually
from tests.support.papers import papers
from tests.support.watcher import Watcher

WSS = "wss://127.0.0.1:*/here"


PAPERS = papers()


async def test_messages_of_every_size_pass(context: Context) -> None:
    pull, push = context.socket(PULL, **PAPERS.server), context.socket(PUSH, **PAPERS.client)
    watcher = Watcher(push)
    endpoint = pull.bind(WSS)
    assert endpoint.startswith("wss://127.0.0.1:")
    assert endpoint.endswith("/here")
    push.connect(endpoint)
    for size in (0, 1, 16383, 16384, 16385, 300_000):
        await push.send([b"a" * size, b"b"])
        assert await pull.recv() == [b"a" * size, b"b"]
    assert (await watcher.until(HandshakeSucceeded)).peer.startswith("wss://127.0.0.1:")


async def test_patterns_pass(context: Context) -> None:
    rep, req = context.socket(REP, **PAPERS.server), context.socket(REQ, **PAPERS.client)
    req.connect(rep.bind("wss://localhost:*"))
    await req.send(b"?")
    assert await rep.recv() == [b"?"]
    await rep.send(b"!")
    assert await req.recv() == [b"!"]
    pub, sub = context.socket(PUB, **PAPERS.server), context.socket(SUB, subscribe=b"a", **PAPERS.client)
    sub.connect(pub.bind(WSS))
    await eventually(lambda: pub.get("topics_count"))
    await pub.send(b"abc")
    assert await sub.recv() == [b"abc"]
    router, dealer = context.socket(ROUTER), context.socket(DEALER, routing_id=b"d", **PAPERS.server)
    for name, value in PAPERS.client.items():
        router.set(name, value)
    router.connect(dealer.bind(WSS))
    await dealer.send(b"x")
    assert await router.recv() == [b"d", b"x"]


async def test_a_slow_reader_makes_the_sender_wait_and_nothing_is_lost_or_doubled(context: Context) -> None:
    pull = context.socket(PULL, rcvhwm=2, rcvbuf=4096, **PAPERS.server)
    push = context.socket(PUSH, sndhwm=2, sndbuf=4096, **PAPERS.client)
    push.connect(pull.bind(WSS))
    some = Random(3)
    sizes = [some.randrange(60_000) for _ in range(60)]

    async def send() -> None:
        for n, size in enumerate(sizes):
            await push.send([b"%d" % n, bytes(size)])

    sending = asyncio.ensure_future(send())
    await eventually(lambda: push.books().lanes and push.books().lanes[0].queued == 2)
    for n, size in enumerate(sizes):
        async with asyncio.timeout(LIMIT_S):
            assert await pull.recv() == [b"%d" % n, bytes(size)]
    await sending


async def test_a_broken_link_loses_nothing_that_had_not_left(context: Context) -> None:
    pull = context.socket(PULL, rcvhwm=1, rcvbuf=4096, **PAPERS.server)
    push = context.socket(PUSH, sndbuf=4096, reconnect_ivl=1, **PAPERS.client)
    endpoint = pull.bind(WSS)
    push.connect(endpoint)
    for n in range(100):
        await push.send([b"%d" % n, bytes(20_000)])
    first = await pull.recv()
    assert first[0] == b"0"
    pull.unbind(endpoint)
    got = [int(first[0])]
    fresh = context.socket(PULL, **PAPERS.server)
    fresh.bind(endpoint)
    while not got or got[-1] != 99:
        async with asyncio.timeout(LIMIT_S):
            got.append(int((await fresh.recv())[0]))
    assert got == sorted(set(got))  # in order, none twice; those that the lost end had are gone with it
    lane = push.books().lanes[0]
    assert lane.accepted == lane.taken + lane.queued + sum(lane.dropped.values())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "set wss_trust_pem, or wss_trust_system"),
        (papers().client, "not accepted"),
        ({**PAPERS.client, "wss_hostname": "else.example"}, "ostname mismatch"),
        ({"wss_trust_pem": "nonsense"}, "wss_trust_pem holds no certificate"),
    ],
    ids=["trusts-nobody", "trusts-others", "another-name", "nonsense"],
)
async def test_who_is_not_trusted_is_not_talked_to_and_it_is_told(
    context: Context, options: dict[str, str], says: str
) -> None:
    pull, push = context.socket(PULL, **PAPERS.server), context.socket(PUSH, reconnect_ivl=50, **options)
    events = push.events()
    push.connect(pull.bind(WSS))
    async with asyncio.timeout(LIMIT_S):
        async for event in events:
            if says in getattr(event, "reason", ""):
                break


async def test_a_name_of_ones_own_is_accepted(context: Context) -> None:
    pull = context.socket(PULL, **PAPERS.server)
    push = context.socket(PUSH, wss_hostname="localhost", **PAPERS.client)
    push.connect(pull.bind(WSS))
    await push.send(b"x")
    assert await pull.recv() == [b"x"]


@pytest.mark.parametrize("name", [".example", "a..b", "a\0b"])
async def test_a_name_that_no_certificate_can_have_is_told_and_leaves_nothing_open(
    context: Context, name: str
) -> None:
    pull, push = context.socket(PULL, **PAPERS.server), context.socket(PUSH, wss_hostname=name)
    watcher, there = Watcher(push), Watcher(pull)
    push.connect(pull.bind(WSS))
    assert "(wss_hostname)" in (await watcher.until(ConnectFailed)).reason
    await there.until(Disconnected)


async def test_who_speaks_no_tls_is_told(context: Context) -> None:
    pull = context.socket(PULL, **PAPERS.server)
    watcher = Watcher(pull)
    push = context.socket(PUSH, reconnect_ivl=10_000)
    push.connect(pull.bind(WSS).replace("wss", "ws"))
    assert "TLS: " in (await watcher.until(HandshakeFailed)).reason


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"wss_cert_pem": PAPERS.server["wss_cert_pem"]},
        {**PAPERS.server, "wss_key_pem": papers().server["wss_key_pem"]},
        {**PAPERS.server, "wss_key_pem": "no key at all"},
    ],
    ids=["neither", "no-key", "no-pair", "nonsense"],
)
async def test_binding_needs_a_certificate_and_its_key(context: Context, given: dict[str, str]) -> None:
    with pytest.raises(TlsIncomplete, match="wss_cert_pem"):
        context.socket(PULL, **given).bind(WSS)


async def test_the_private_key_is_never_shown(context: Context) -> None:
    key = PAPERS.server["wss_key_pem"]
    pull = context.socket(PULL, **PAPERS.server)
    with pytest.raises(OptionWriteOnly):
        pull.get("wss_key_pem")
    with pytest.raises(OptionInvalid) as told:
        pull.set("wss_key_pem", key.encode())
    options = SocketOptions(wss_key_pem=key)
    for text in (str(told.value), repr(options)):
        assert key[40:80] not in text


async def test_a_browser_comes_over_tls(context: Context) -> None:
    rep = context.socket(REP, **PAPERS.server)
    endpoint = rep.bind(WSS)
    trust = ssl.create_default_context(cadata=PAPERS.client["wss_trust_pem"])
    async with connect(endpoint, subprotocols=[Subprotocol("ZWS2.0")], ssl=trust) as peer:
        await peer.send(b"\x00")
        await peer.send(b"\x01")
        await peer.send(b"\x00?")
        assert await rep.recv() == [b"?"]
        await rep.send(b"!")
        async with asyncio.timeout(LIMIT_S):
            assert [await peer.recv() for _ in range(3)] == [b"\x00", b"\x01", b"\x00!"]


# -- record by record ------------------------------------------------------------------------------


class Narrow:
    """A stream that takes as many octets as it is told to, and carries them to its other end."""

    def __init__(self) -> None:
        self.local = self.peer = "wss://here:1"
        self.other: Narrow
        self.owner: StreamOwner
        self.room = 1 << 30
        self.is_closed = False
        self.on_way: list[bytes] = []

    def start(self, owner: StreamOwner) -> None:
        self.owner = owner

    def write(self, chunks: Sequence[bytes | memoryview]) -> int:
        data = b"".join(chunks)[: self.room]
        self.room -= len(data)
        if data:
            self.on_way.append(data)
        return len(data)

    def carry(self) -> None:
        while self.on_way:
            self.other.owner.on_data(self.on_way.pop(0))

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def unsent_octets(self) -> int | None:
        return None

    def unread_octets(self) -> int | None:
        return None

    def peer_credentials(self) -> tuple[int, int, int] | None:
        return None

    def close(self) -> None:
        self.is_closed = True


class Owner:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.data = b""
        self.writable = 0
        self.lost: list[OSError | None] = []

    def on_data(self, data: bytes) -> int:
        self.data += data
        return 0

    def on_writable(self) -> None:
        self.writable += 1

    def on_lost(self, error: OSError | None) -> None:
        self.lost.append(error)


class Ends:
    """A client and a server of TLS, each with its owner, and the streams below them."""

    def __init__(self) -> None:
        self.below, self.above = Narrow(), Narrow()
        self.below.other, self.above.other = self.above, self.below
        self.sending, self.receiving = Owner(), Owner()
        context = client_context(SocketOptions(**PAPERS.client))
        self.client = TlsStream(self.below, context, _never, is_server=False, hostname="localhost")
        context = server_context(SocketOptions(**PAPERS.server))
        self.server = TlsStream(self.above, context, _never, is_server=True)
        self.server.start(self.receiving)
        self.client.start(self.sending)

    def shake_hands(self) -> None:
        for _ in range(6):
            self.below.carry()
            self.above.carry()


def _never(callback: Callable[[], None]) -> None:
    """Nothing here is put off."""


def test_a_peer_that_says_goodbye_and_stays_is_lost_once() -> None:
    ends = Ends()
    ends.shake_hands()
    assert ends.client.write([b"last"]) == 4
    ends.client.close()
    assert not ends.above.is_closed
    ends.below.carry()
    assert (ends.receiving.data, ends.receiving.lost) == (b"last", [None])
    assert ends.above.is_closed
    ends.server.close()
    assert ends.receiving.lost == [None]


@pytest.mark.parametrize("seed", range(5))
def test_what_counts_as_taken_is_what_the_peer_can_read(seed: int) -> None:
    some = Random(seed)
    ends = Ends()
    below, client, sending, receiving = ends.below, ends.client, ends.sending, ends.receiving
    assert client.write([b"too early"]) == 0
    ends.shake_hands()
    assert sending.writable == 1
    plain = [some.randbytes(some.randrange(50_000)) for _ in range(20)]
    rest: list[bytes | memoryview] = [*plain]
    total = 0
    while rest:
        below.room = some.randrange(40_000)
        taken = client.write(rest)
        total += taken
        below.carry()
        assert len(receiving.data) == total
        rest = [memoryview(b"".join(rest))[taken:]] if taken < sum(map(len, rest)) else []
        client.on_writable()
    assert receiving.data == b"".join(plain)
    client.close()
    assert below.is_closed
    assert (sending.lost, receiving.lost) == ([], [])
