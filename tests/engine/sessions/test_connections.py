"""Sessions over real loopback and ipc: reconnecting, giving up, refusing, lingering, and the books of it."""

import asyncio
from pathlib import Path

import pytest

from engine import DEALER, PAIR, PUB, PULL, PUSH, RADIO, ROUTER, SUB, Again, Context
from engine.errors import AddressInUse, EndpointInvalid, EndpointUnknown, NotReachable
from engine.monitor.events import (
    Accepted,
    ConnectDelayed,
    Connected,
    Disconnected,
    GaveUp,
    HandshakeFailedProtocol,
    HandshakeSucceeded,
    Listening,
    Refused,
    Retried,
)
from engine.monitor.snapshot import LaneBooks
from engine.sockets.socket import Socket
from tests.support.eventually import eventually
from tests.support.watcher import Watcher

TCP = "tcp://127.0.0.1:*"


def lane(socket: Socket, *, is_outbound: bool) -> LaneBooks:
    [found] = [lane for lane in socket.books().lanes if lane.is_outbound is is_outbound]
    return found


@pytest.fixture(params=["tcp", "ipc"])
def wire(request: pytest.FixtureRequest) -> str:
    return TCP if request.param == "tcp" else "ipc://*"


# -- endpoints -------------------------------------------------------------------------------------


async def test_a_wildcard_is_told_as_what_it_became(context: Context, wire: str) -> None:
    sink = context.socket(PULL)
    address = sink.bind(wire)
    assert "*" not in address
    assert sink.last_endpoint == address
    with pytest.raises(EndpointUnknown):
        sink.unbind(wire)
    sink.unbind(address)


async def test_of_endpoints_that_are_gone_nothing_is_kept(context: Context) -> None:
    push, radio = context.socket(PUSH, linger=0), context.socket(RADIO)
    for port in range(40000, 40010):
        push.connect(f"tcp://127.0.0.1:{port}")
        push.disconnect(f"tcp://127.0.0.1:{port}")
    push.unbind(push.bind(TCP))
    with pytest.raises(NotReachable):
        radio.connect("udp://nosuch0;239.0.0.1:5555")
    for book in (push._book, radio._book):
        assert not book._connects
        assert not book._listeners


async def test_a_taken_address_is_refused_and_given_back_by_unbind(context: Context, anywhere: str) -> None:
    one, two = context.socket(PULL), context.socket(PULL)
    address = one.bind(anywhere)
    with pytest.raises(AddressInUse):
        two.bind(address)
    one.unbind(address)
    if not address.startswith("ipc"):
        assert two.bind(address) == address


async def test_a_stale_ipc_path_is_taken_over_and_removed_in_the_end(
    context: Context, tmp_path: Path
) -> None:
    path = tmp_path / "socket"
    first = context.socket(PULL)
    first.bind(f"ipc://{path}")
    with pytest.raises(AddressInUse):
        context.socket(PULL).bind(f"ipc://{path}")
    first.close()
    assert not path.exists()
    path.write_text("a file, not a socket")
    with pytest.raises(AddressInUse):
        context.socket(PULL).bind(f"ipc://{path}")
    assert path.read_text() == "a file, not a socket"


async def test_a_wildcard_cannot_be_connected_to(context: Context) -> None:
    for text in ("tcp://127.0.0.1:*", "ipc://*", "tcp://*:5555"):
        with pytest.raises(EndpointInvalid):
            context.socket(PUSH).connect(text)


async def test_ipv6_works_and_is_written_in_brackets(context: Context) -> None:
    source, sink = context.socket(PUSH, ipv6=1), context.socket(PULL, ipv6=1)
    address = sink.bind("tcp://[::1]:*")
    assert address.startswith("tcp://[::1]:")
    source.connect(address)
    await source.send(b"x")
    assert await sink.recv() == [b"x"]


# -- coming and going ------------------------------------------------------------------------------


async def test_connecting_may_come_before_binding_and_the_queue_outlives_connections(
    context: Context, tmp_path: Path
) -> None:
    address = f"ipc://{tmp_path}/later"
    source = context.socket(PUSH, reconnect_ivl=1)
    watcher = Watcher(source)
    source.connect(address, label="work")
    await source.send(b"early")
    await watcher.until(Retried)
    for turn in (b"early", b"in between"):
        sink = context.socket(PULL)
        sink.bind(address)
        assert await sink.recv() == [turn]
        sink.close()
        await watcher.until(Disconnected)
        await source.send(b"in between")
    books = lane(source, is_outbound=True)
    assert (books.label, books.accepted, books.taken) == ("work", 3, 2)


async def test_both_ends_know_each_connection_by_one_name_when_it_is_over(
    context: Context, wire: str
) -> None:
    source, sink = context.socket(PUSH), context.socket(PULL)
    source.connect(sink.bind(wire), label="work")
    for n in range(3):
        await source.send(b"%d" % n)
    assert len([await sink.recv() for _ in range(3)]) == 3
    assert source.pipes[0].connection == sink.pipes[0].connection != ""
    assert sink.pipes[0].label == "work"
    source.close()
    await eventually(lambda: lane(sink, is_outbound=False).dead_connections)
    sent, got = lane(source, is_outbound=True), lane(sink, is_outbound=False)
    assert sent.dead_connections == got.dead_connections
    assert list(sent.dead_connections.values()) == [3]
    assert (sent.accepted, sent.taken, sent.handed, got.arrived, got.delivered) == (3, 3, 3, 3, 3)


async def test_events_come_in_order_at_both_ends(context: Context) -> None:
    source, sink = context.socket(PUSH), context.socket(PULL)
    ours, theirs = Watcher(source), Watcher(sink)
    source.connect(sink.bind(TCP))
    await ours.until(HandshakeSucceeded)
    await theirs.until(HandshakeSucceeded)
    source.close()
    await theirs.until(Disconnected)
    assert ours.kinds() == [ConnectDelayed, Connected, HandshakeSucceeded]
    assert theirs.kinds() == [Listening, Accepted, HandshakeSucceeded, Disconnected]


async def test_a_peer_of_the_wrong_type_is_given_up_and_closing_does_not_wait_for_it(
    context: Context,
) -> None:
    source, wrong = context.socket(PUSH), context.socket(PUB)
    watcher = Watcher(source)
    source.connect(wrong.bind(TCP))
    await source.send(b"for nobody")
    await watcher.until(GaveUp)
    assert watcher.kinds() == [
        ConnectDelayed,
        Connected,
        HandshakeFailedProtocol,
        Disconnected,
        GaveUp,
    ]
    source.close()
    await asyncio.wait_for(source.closed(), 1)
    assert lane(source, is_outbound=True).dropped == {"linger": 1}


async def test_what_a_refused_peer_sends_is_counted_as_dropped(context: Context, wire: str) -> None:
    pair, first, second = (context.socket(PAIR) for _ in range(3))
    endpoint = pair.bind(wire, label="")
    first.connect(endpoint, label="first")
    await first.send(b"heard")
    assert await pair.recv() == [b"heard"]
    second.connect(endpoint, label="second")
    for _ in range(5):
        await second.send(b"not heard")
    await eventually(lambda: any(lane.label == "second" for lane in pair.books().lanes))
    await eventually(lambda: inbound(pair, "second").arrived == 5)
    assert inbound(pair, "second").dropped == {"refused": 5}
    assert pair.books().is_balanced
    second.close()
    await second.closed()
    [taken] = [lane.dead_connections for lane in second.books().lanes if lane.is_outbound]
    assert inbound(pair, "second").dead_connections == taken


def inbound(socket: Socket, label: str) -> LaneBooks:
    [found] = [lane for lane in socket.books().lanes if lane.label == label and not lane.is_outbound]
    return found


async def test_a_second_peer_of_a_pair_is_ignored(context: Context, wire: str) -> None:
    one = context.socket(PAIR)
    watcher = Watcher(one)
    address = one.bind(wire)
    first, second = context.socket(PAIR), context.socket(PAIR)
    first.connect(address)
    await watcher.until(HandshakeSucceeded)
    second.connect(address)
    await watcher.until(Refused)
    await second.send(b"who hears me?")
    await first.send(b"hello")
    assert await one.recv() == [b"hello"]
    with pytest.raises(Again):
        one.recv_nowait()


async def test_immediate_queues_nothing_for_a_peer_that_is_not_there(context: Context) -> None:
    source, sink = context.socket(PUSH, immediate=1, reconnect_ivl=1), context.socket(PULL)
    watcher = Watcher(source)
    address = sink.bind(TCP)
    source.connect(address)
    with pytest.raises(Again):
        source.send_nowait(b"x")
    await watcher.until(HandshakeSucceeded)
    source.send_nowait(b"x")
    assert await sink.recv() == [b"x"]
    sink.close()
    await watcher.until(Disconnected)
    with pytest.raises(Again):
        source.send_nowait(b"y")
    assert source.books().is_balanced


async def test_unbinding_ends_what_came_in_there_and_disconnecting_what_went_out(context: Context) -> None:
    source, sink = context.socket(DEALER, reconnect_ivl=1), context.socket(ROUTER)
    address = sink.bind(TCP)
    source.connect(address)
    await source.send(b"x")
    await sink.recv()
    sink.unbind(address)
    await eventually(lambda: not sink.pattern.pairs)
    source.disconnect(address)
    with pytest.raises(EndpointUnknown):
        source.disconnect(address)
    with pytest.raises(Again):
        source.send_nowait(b"y")


async def test_a_second_connect_to_the_same_place_is_one_connection_for_some_types(context: Context) -> None:
    for kind, count in ((DEALER, 1), (SUB, 1), (PUSH, 2), (ROUTER, 2)):
        socket = context.socket(kind, linger=0)
        for _ in range(2):
            socket.connect("tcp://127.0.0.1:1")
        assert len(socket.pattern.pairs) == count, kind


# -- pressure and the end --------------------------------------------------------------------------


async def test_small_kernel_buffers_show_the_pressure_and_nothing_is_lost(context: Context) -> None:
    source = context.socket(PUSH, sndhwm=10, sndbuf=4096)
    sink = context.socket(PULL, rcvhwm=10, rcvbuf=4096)
    source.connect(sink.bind(TCP))
    sending = asyncio.create_task(send_all(source, 2000))
    await eventually(lambda: sink.pipes and sink.pipes[0].is_full)
    out, into = source.pipes[0], sink.pipes[0]
    await eventually(lambda: out.writer_waits and out.depth == 10, "the kernels are full too")
    assert (into.depth, into.peak) == (10, 10)
    assert out.kernel_octets() is not None
    assert into.waiting_octets >= 0
    assert [message.frames[0] for message in into.peek(2)] == [b"%0100d" % 0, b"%0100d" % 1]
    heard = [(await sink.recv())[0] for _ in range(2000)]
    await sending
    assert heard == [b"%0100d" % n for n in range(2000)]
    sent, got = lane(source, is_outbound=True), lane(sink, is_outbound=False)
    assert sent.taken == sent.handed == got.arrived == got.delivered == 2000


async def send_all(socket: Socket, count: int) -> None:
    for n in range(count):
        await socket.send(b"%0100d" % n)


async def test_what_was_not_handed_over_when_a_connection_breaks_goes_back_to_its_pipe(
    context: Context,
) -> None:
    source = context.socket(PUSH, sndhwm=50, sndbuf=4096, linger=0)
    sink = context.socket(PULL, rcvhwm=1, rcvbuf=4096)
    watcher = Watcher(source)
    source.connect(sink.bind(TCP))
    sending = asyncio.create_task(send_all(source, 3000))
    await eventually(lambda: source.pipes and source.pipes[0].taken and source.pipes[0].writer_waits)
    sink.close()
    await watcher.until(Disconnected)
    books = lane(source, is_outbound=True)
    assert books.taken == books.handed == next(iter(books.dead_connections.values()))
    assert books.is_balanced
    sending.cancel()


async def test_lingering_sends_what_is_queued_and_zero_drops_it(context: Context, wire: str) -> None:
    sink = context.socket(PULL)
    address = sink.bind(wire)
    for linger, heard in ((-1, True), (5000, True), (0, False)):
        source = context.socket(PUSH)
        source.connect(address)
        await source.send(b"%d" % linger)
        source.close(linger=linger)
        await source.closed()
        if heard:
            assert await sink.recv() == [b"%d" % linger]
        else:
            assert lane(source, is_outbound=True).dropped == {"linger": 1}


async def test_a_context_that_has_waited_long_enough_drops_what_is_left() -> None:
    async with Context(close_timeout_s=0.01) as context:
        source = context.socket(PUSH)
        source.connect("tcp://127.0.0.1:1")
        await source.send(b"never")
    assert lane(source, is_outbound=True).dropped == {"linger": 1}
    assert context.sockets == ()
