import asyncio

import pytest

from engine import DEALER, PAIR, PUB, PULL, PUSH, REP, REQ, ROUTER, SUB, XPUB, XSUB, Again, Closed, Context
from engine.errors import HostUnreachable, MessageInvalid, OptionInvalid, RoutingIdTaken, WrongState
from engine.sockets.socket import Socket


def fill(socket: Socket, most: int = 100) -> int:
    """Send until refused, and return how many were taken."""
    for n in range(most):
        try:
            socket.send_nowait(b"%d" % n)
        except Again:
            return n
    return most


def joined(context: Context, sndhwm: int = 1000, rcvhwm: int = 1000) -> tuple[Socket, Socket]:
    source, sink = context.socket(PUSH, sndhwm=sndhwm), context.socket(PULL, rcvhwm=rcvhwm)
    sink.bind("inproc://work")
    source.connect("inproc://work")
    return source, sink


# -- messages --------------------------------------------------------------------------------------


async def test_messages_pass_unchanged_on_every_transport(context: Context, anywhere: str) -> None:
    source, sink = context.socket(PUSH), context.socket(PULL)
    source.connect(sink.bind(anywhere))
    messages = [[b"x"], [b""], [b"a", b"", b"c"], [bytes(70_000)], [bytes(255), bytes(256)]]
    for frames in messages:
        await source.send(frames)
    assert [await sink.recv() for _ in messages] == messages
    assert source.books().is_balanced
    assert sink.books().is_balanced


async def test_what_is_no_message_is_refused_and_counted_nowhere(context: Context) -> None:
    source, _ = joined(context)
    for wrong in ("text", [], ["text"], 7, None):
        with pytest.raises(MessageInvalid):
            await source.send(wrong)  # type: ignore[arg-type]
    assert source.books().offered == 0


async def test_not_waiting_raises_again_and_waiting_gives_up_in_time(context: Context) -> None:
    source, sink = context.socket(PUSH, sndtimeo=1), context.socket(PULL, rcvtimeo=1)
    with pytest.raises(Again):
        source.send_nowait(b"x")
    with pytest.raises(Again):
        sink.recv_nowait()
    with pytest.raises(Again, match="after 1 ms"):
        await source.send(b"x")
    with pytest.raises(Again, match="after 1 ms"):
        await sink.recv()
    assert source.books().offered == 0


async def test_many_are_received_at_once_and_no_more_than_asked_for(context: Context) -> None:
    source, sink = joined(context)
    for n in range(5):
        source.send_nowait(b"%d" % n)
    assert await sink.recv_many(3) == [[b"0"], [b"1"], [b"2"]]
    assert await sink.recv_many(9) == [[b"3"], [b"4"]]


async def test_a_lock_step_socket_gives_one_of_many(context: Context) -> None:
    server = context.socket(REP)
    server.bind("inproc://ask")
    dealers = [context.socket(DEALER) for _ in range(2)]
    for dealer in dealers:
        dealer.connect("inproc://ask")
        dealer.send_nowait([b"", b"question"])
    assert await server.recv_many(9) == [[b"question"]]
    with pytest.raises(WrongState):
        server.recv_nowait()
    server.send_nowait(b"answer")
    assert await dealers[0].recv() == [b"", b"answer"]


# -- waiting ---------------------------------------------------------------------------------------


async def test_many_who_wait_are_all_served_by_one_edge(context: Context) -> None:
    source, sink = joined(context)
    waiting = [asyncio.create_task(sink.recv()) for _ in range(3)]
    await asyncio.sleep(0)
    for n in range(3):
        source.send_nowait(b"%d" % n)
    assert await asyncio.gather(*waiting) == [[b"0"], [b"1"], [b"2"]]


async def test_many_senders_who_wait_for_room_all_get_it(context: Context) -> None:
    source, sink = joined(context, 2, 2)
    assert fill(source) == 4
    waiting = [asyncio.create_task(source.send(b"w%d" % n)) for n in range(2)]
    await asyncio.sleep(0)
    for _ in range(2):
        sink.recv_nowait()
    await asyncio.gather(*waiting)
    assert await sink.recv_many(9) == [[b"2"], [b"3"], [b"w0"], [b"w1"]]


async def test_a_cancelled_send_sends_nothing_and_passes_its_turn_on(context: Context) -> None:
    source, sink = joined(context, 1, 1)
    fill(source)
    first, second = (asyncio.create_task(source.send(name)) for name in (b"first", b"second"))
    await asyncio.sleep(0)
    sink.recv_nowait()  # wakes the first
    first.cancel()
    await second
    await asyncio.wait([first])
    assert first.cancelled()
    assert await sink.recv_many(9) == [[b"1"], [b"second"]]


async def test_a_cancelled_receive_takes_nothing_and_passes_its_turn_on(context: Context) -> None:
    source, sink = joined(context)
    first, second = (asyncio.create_task(sink.recv()) for _ in range(2))
    await asyncio.sleep(0)
    source.send_nowait(b"x")
    first.cancel()
    assert await second == [b"x"]


async def test_a_newcomer_goes_behind_those_who_wait(context: Context) -> None:
    source, sink = joined(context, 1, 1)
    fill(source)
    waiting = asyncio.create_task(source.send(b"first"))
    await asyncio.sleep(0)
    sink.recv_nowait()
    with pytest.raises(Again):
        source.send_nowait(b"pushes in")
    await waiting
    assert (await sink.recv_many(9))[-1] == [b"first"]


async def test_who_never_has_to_wait_leaves_timers_working(context: Context) -> None:
    publisher = context.socket(PUB)
    source, sink = joined(context, 0, 0)

    async def publish() -> None:
        while True:
            await publisher.send(b"x")

    async def pass_on() -> None:
        while True:
            await source.send(b"x")
            await sink.recv()

    for work in (publish, pass_on):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(work(), 0.01)
    assert publisher.books().is_balanced
    assert source.books().offered == source.books().routed


async def test_a_router_that_waits_for_one_peer_sends_to_another(context: Context) -> None:
    router = context.socket(ROUTER, router_mandatory=1, sndhwm=1)
    router.bind("inproc://hub")
    a, b = (context.socket(DEALER, routing_id=name, rcvhwm=1) for name in (b"a", b"b"))
    for dealer in (a, b):
        dealer.connect("inproc://hub")
    for name in (b"a", b"a", b"b", b"b"):
        router.send_nowait([name, b"fills it"])
    for_a, for_b = (asyncio.create_task(router.send([name, b"late"])) for name in (b"a", b"b"))
    await asyncio.sleep(0)
    b.recv_nowait()
    await for_b
    b.recv_nowait()
    router.send_nowait([b"b", b"behind nobody"])
    assert not for_a.done()
    a.close()
    with pytest.raises(HostUnreachable):
        await for_a


async def test_an_xpub_that_drops_nothing_waits_for_the_subscriber_that_is_full(context: Context) -> None:
    publisher, subscriber = context.socket(XPUB, xpub_nodrop=1, sndhwm=1), context.socket(SUB, rcvhwm=1)
    publisher.bind("inproc://news")
    subscriber.connect("inproc://news")
    subscriber.subscribe(b"")
    assert fill(publisher) == 2
    waiting = asyncio.create_task(publisher.send(b"late"))
    await asyncio.sleep(0)
    assert [await subscriber.recv() for _ in range(3)] == [[b"0"], [b"1"], [b"late"]]
    await waiting


# -- high-water marks ------------------------------------------------------------------------------


@pytest.mark.parametrize(("sndhwm", "rcvhwm", "fits"), [(10, 10, 20), (5, 2, 7), (0, 5, 100), (5, 0, 100)])
@pytest.mark.parametrize("bind_first", [True, False])
async def test_inproc_marks_add_up_and_zero_on_either_side_is_no_limit(
    context: Context, sndhwm: int, rcvhwm: int, fits: int, bind_first: bool
) -> None:
    source, sink = context.socket(PUSH, sndhwm=sndhwm), context.socket(PULL, rcvhwm=rcvhwm)
    if bind_first:
        sink.bind("inproc://x")
    source.connect("inproc://x")
    if not bind_first:
        sink.bind("inproc://x")
    assert fill(source) == fits


async def test_until_the_bind_only_the_connectors_mark_counts(context: Context) -> None:
    source, sink = context.socket(PUSH, sndhwm=4), context.socket(PULL, rcvhwm=6)
    source.connect("inproc://x")
    assert fill(source) == 4
    sink.bind("inproc://x")
    assert fill(source) == 6
    assert len(await sink.recv_many(99)) == 10


async def test_a_mark_that_changes_acts_on_pipes_that_stand(context: Context) -> None:
    source = context.socket(PUSH, sndhwm=2)
    source.connect("tcp://127.0.0.1:1")
    assert fill(source) == 2
    source.set("sndhwm", 5)
    assert fill(source) == 3
    source.set("sndhwm", 1)
    assert fill(source) == 0
    [pipe] = source.pipes
    assert (pipe.depth, pipe.hwm, pipe.is_full) == (5, 1, True)


async def test_a_mark_that_changes_acts_on_inproc_too(context: Context) -> None:
    source, sink = joined(context, 2, 3)
    assert fill(source) == 5
    source.set("sndhwm", 7)
    assert fill(source) == 5
    sink.set("rcvhwm", 0)
    assert fill(source) == 100


async def test_conflate_keeps_the_newest(context: Context, anywhere: str) -> None:
    source, sink = context.socket(PUSH, conflate=1), context.socket(PULL, conflate=1)
    address = sink.bind(anywhere)
    source.connect(address)
    for n in range(9):
        await source.send(b"%d" % n)
    newest = await sink.recv()
    while newest != [b"8"]:
        newest = await sink.recv()
    assert source.books().is_balanced
    assert sink.books().is_balanced


# -- the end ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [PUB, PUSH, ROUTER, XSUB, DEALER, PAIR, REQ, XPUB])
async def test_a_closed_socket_takes_nothing(context: Context, kind: int) -> None:
    socket = context.socket(kind)  # type: ignore[arg-type]
    socket.close()
    with pytest.raises(Closed):
        await socket.send([b"a", b"b"])
    with pytest.raises(Closed):
        socket.send_nowait([b"a", b"b"])
    with pytest.raises(Closed):
        socket.connect("inproc://x")
    with pytest.raises(Closed):
        socket.bind("inproc://x")
    assert socket.books().offered == 0
    await socket.closed()


async def test_those_who_wait_are_told_when_the_socket_closes(context: Context) -> None:
    source, sink = context.socket(PUSH), context.socket(PULL)
    sending, receiving = asyncio.create_task(source.send(b"x")), asyncio.create_task(sink.recv())
    await asyncio.sleep(0)
    source.close()
    sink.close()
    for task in (sending, receiving):
        with pytest.raises(Closed):
            await task


async def test_iterating_ends_when_the_socket_closes(context: Context) -> None:
    source, sink = joined(context)
    source.send_nowait(b"1")
    heard = []
    async for frames in sink:
        heard.append(frames)
        sink.close()
    assert heard == [[b"1"]]


async def test_inproc_messages_outlive_their_sender(context: Context) -> None:
    source, sink = joined(context)
    fill(source, 3)
    source.close(linger=0)
    await source.closed()
    assert await sink.recv_many(9) == [[b"0"], [b"1"], [b"2"]]
    for socket in (source, sink):
        [lane] = [lane for lane in socket.books().lanes if lane.accepted]
        assert (lane.accepted, lane.delivered, lane.queued) == (3, 3, 0)


async def test_a_peer_that_leaves_drops_what_it_had_not_read(context: Context) -> None:
    source, sink = joined(context)
    fill(source, 3)
    sink.close()
    with pytest.raises(Again):
        source.send_nowait(b"x")
    [lane] = [lane for lane in source.books().lanes if lane.accepted]
    assert lane.dropped == {"disconnected": 3}
    assert source.books().is_balanced


# -- options ---------------------------------------------------------------------------------------


async def test_subscribing_by_option_is_subscribing(context: Context) -> None:
    subscriber = context.socket(SUB, subscribe=b"a")
    subscriber.set("subscribe", "b")
    assert subscriber.pattern.topics() == [b"a", b"b"]
    subscriber.set("unsubscribe", b"a")
    assert subscriber.pattern.topics() == [b"b"]
    with pytest.raises(OptionInvalid):
        subscriber.set("subscribe", 7)


async def test_a_name_that_is_taken_connects_nothing_and_leaves_nothing_behind(context: Context) -> None:
    router = context.socket(ROUTER, connect_routing_id=b"x")
    router.connect("tcp://127.0.0.1:1")
    router.set("connect_routing_id", b"x")
    with pytest.raises(RoutingIdTaken):
        router.connect("tcp://127.0.0.1:2")
    assert len(router.pattern.pairs) == 1
    assert router.last_endpoint == "tcp://127.0.0.1:1"
    router.close(linger=0)
    await router.closed()
