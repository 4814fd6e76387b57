"""What libzmq's tests pin down of proxies, pollers, timers, z85 and contexts."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from engine import (
    DEALER,
    PAIR,
    PULL,
    PUSH,
    READABLE,
    REP,
    REQ,
    ROUTER,
    SUB,
    WRITABLE,
    XPUB,
    XSUB,
    Closed,
    Context,
    Poller,
    Proxy,
    Timers,
)
from engine.errors import OptionInvalid, PollNotPossible, TimerUnknown, TooManySockets
from engine.sockets.socket import Socket
from engine.z85 import Z85Invalid, decode, encode
from tests.conformance.pinned import EVERYWHERE, HERE, IN_VIRTUAL_TIME, pinned
from tests.conformance.stage import Stage, fill, receive, receive_all, send, waiting
from tests.support.eventually import eventually


@asynccontextmanager
async def running(proxy: Proxy) -> AsyncIterator[Proxy]:
    task = asyncio.create_task(proxy.run())
    try:
        yield proxy
    finally:
        proxy.terminate()
        await asyncio.wait_for(task, 5)


async def device(stage: Stage, scheme: str, control: Socket | None = None) -> tuple[Proxy, Socket, Socket]:
    """A streamer between a PUSH and a PULL."""
    front, back = stage.socket(PULL), stage.socket(PUSH)
    push, pull = stage.socket(PUSH), stage.socket(PULL)
    await stage.join(front, push, scheme=scheme)
    await stage.join(back, pull, scheme=scheme)
    return Proxy(front, back, None, control), push, pull


async def steered(stage: Stage, scheme: str) -> tuple[Proxy, Socket, Socket, Socket]:
    """A streamer, and a REQ that tells it what to do."""
    control, hand = stage.socket(REP), stage.socket(REQ)
    control.bind("inproc://control")
    hand.connect("inproc://control")
    proxy, push, pull = await device(stage, scheme, control)
    return proxy, push, pull, hand


async def told(hand: Socket, word: bytes) -> list[bytes]:
    await send(hand, word)
    return await receive(hand)


@pinned("proxy/1")
async def test_a_proxy_passes_questions_and_answers(stage: Stage, scheme: str) -> None:
    front, back = stage.socket(ROUTER), stage.socket(DEALER)
    reqs, reps = [stage.socket(REQ) for _ in range(3)], [stage.socket(REP) for _ in range(2)]
    await stage.join(front, *reqs, scheme=scheme)
    await stage.join(back, *reps, scheme=scheme)

    async def serve(rep: Socket) -> None:
        async for frames in rep:
            await rep.send([b"re", *frames])

    serving = [asyncio.create_task(serve(rep)) for rep in reps]
    async with running(Proxy(front, back)):
        for n, req in enumerate(reqs):
            await send(req, b"%d" % n)
        assert [await receive(req) for req in reqs] == [[b"re", b"%d" % n] for n in range(3)]
    for task in serving:
        task.cancel()


@pinned("proxy/2")
async def test_a_proxy_passes_topics_up_and_news_down(stage: Stage, scheme: str) -> None:
    front, back = stage.socket(XPUB), stage.socket(XSUB)
    xpub, sub = stage.socket(XPUB), stage.socket(SUB, subscribe=b"A")
    await stage.join(front, sub, scheme=scheme)
    await stage.join(back, xpub, scheme=scheme)
    async with running(Proxy(front, back)):
        assert await receive(xpub) == [b"\x01A"]
        await send(xpub, [b"A", b"news"])
        assert await receive(sub) == [b"A", b"news"]


@pinned("proxy/3")
async def test_a_capture_socket_gets_a_copy_of_all(stage: Stage, scheme: str) -> None:
    front, back, capture, tap = (stage.socket(kind) for kind in (PULL, PUSH, PUSH, PULL))
    push, pull = stage.socket(PUSH), stage.socket(PULL)
    await stage.join(front, push, scheme=scheme)
    await stage.join(back, pull, scheme=scheme)
    await stage.join(capture, tap, scheme=scheme)
    async with running(Proxy(front, back, capture)):
        await send(push, [b"a", b"b"])
        assert await receive(pull) == await receive(tap) == [b"a", b"b"]


@pinned("proxy/4")
async def test_one_socket_may_be_both_sides(stage: Stage, scheme: str) -> None:
    both, dealer = await stage.pair(DEALER, DEALER, scheme)
    async with running(Proxy(both, both)):
        await send(dealer, [b"there", b"and back"])
        assert await receive(dealer) == [b"there", b"and back"]


@pinned("proxy_hwm/1")
async def test_a_proxy_takes_nothing_that_it_cannot_pass_on(stage: Stage, scheme: str) -> None:
    front, back = stage.socket(PULL, rcvhwm=2), stage.socket(PUSH, sndhwm=2)
    push, pull = stage.socket(PUSH, sndhwm=2), stage.socket(PULL, rcvhwm=2)
    for one, other, name in ((front, push, "front"), (back, pull, "back")):
        one.bind(f"inproc://{name}")
        other.connect(f"inproc://{name}")
    async with running(Proxy(front, back)):
        for n in range(8):  # all that the four marks hold
            await send(push, b"%d" % n)
        await eventually(lambda: waiting(pull) == waiting(front) == 4, "both queues are full")
        assert fill(push) == 0
        assert await receive_all(pull, 8) == [[b"%d" % n] for n in range(8)]


@pinned("proxy_terminate/1")
async def test_a_proxy_ends_when_a_side_is_closed(stage: Stage, scheme: str) -> None:
    proxy, _, _ = await device(stage, scheme)
    task = asyncio.create_task(proxy.run())
    await asyncio.sleep(0)
    proxy._front.close()
    await asyncio.wait_for(task, 5)


@pinned("proxy_steerable/1")
async def test_a_proxy_that_is_paused_passes_nothing_and_all_when_it_resumes(
    stage: Stage, scheme: str
) -> None:
    proxy, push, pull, hand = await steered(stage, scheme)
    async with running(proxy):
        await told(hand, b"PAUSE")
        await send(push, b"held")
        await eventually(lambda: waiting(proxy._front) == 1, "it has come")
        assert await told(hand, b"STATISTICS") == [bytes(8)] * 8
        await told(hand, b"RESUME")
        assert await receive(pull) == [b"held"]


@pinned("proxy_steerable/2")
async def test_a_proxy_counts_frames_and_octets_both_ways(stage: Stage, scheme: str) -> None:
    proxy, push, pull, hand = await steered(stage, scheme)
    async with running(proxy):
        await send(push, [b"abc", b"de"])
        await receive(pull)
        counts = [int.from_bytes(frame, "little") for frame in await told(hand, b"STATISTICS")]
        assert counts == [2, 5, 0, 0, 0, 0, 2, 5]


@pinned("proxy_steerable/3")
async def test_a_proxy_is_told_to_end(stage: Stage, scheme: str) -> None:
    proxy, _, _, hand = await steered(stage, scheme)
    task = asyncio.create_task(proxy.run())
    assert await told(hand, b"TERMINATE") == [b""]
    await asyncio.wait_for(task, 5)


@pinned("proxy_steerable/4")
async def test_a_word_that_a_proxy_does_not_know_is_answered_and_changes_nothing(
    stage: Stage, scheme: str
) -> None:
    proxy, push, pull, hand = await steered(stage, scheme)
    async with running(proxy):
        assert await told(hand, b"DANCE") == [b""]
        await send(push, b"goes on")
        assert await receive(pull) == [b"goes on"]


@pinned("proxy_steerable/5")
async def test_a_control_that_is_no_rep_is_not_answered_but_asked_for_statistics(
    stage: Stage, scheme: str
) -> None:
    control, hand = stage.socket(PAIR), stage.socket(PAIR)
    control.bind("inproc://control")
    hand.connect("inproc://control")
    proxy, _, _ = await device(stage, scheme, control)
    async with running(proxy):
        await send(hand, b"PAUSE", b"RESUME", b"STATISTICS")
        assert await receive(hand) == [bytes(8)] * 8


@pinned("poller/1")
async def test_a_poller_tells_who_can_be_read_and_who_written(stage: Stage, scheme: str) -> None:
    push, pull = await stage.pair(PUSH, PULL, scheme)
    poller = Poller()
    poller.add(push)
    poller.add(pull)
    assert await poller.wait(0) == [(push, WRITABLE)]
    await send(push, b"x")
    poller.modify(push, 0)
    assert await poller.wait(5000) == [(pull, READABLE)]


@pinned("poller/2", EVERYWHERE)
async def test_what_is_left_alone_is_told_again(stage: Stage, scheme: str) -> None:
    push, pull = await stage.pair(PUSH, PULL, scheme)
    poller = Poller()
    poller.add(pull, READABLE)
    await send(push, b"x")
    assert await poller.wait(5000) == await poller.wait(0) == [(pull, READABLE)]
    await receive(pull)
    assert await poller.wait(0) == []


@pinned("poller/3", HERE)
async def test_a_source_is_added_once_and_removed_once(stage: Stage, scheme: str) -> None:
    poller, socket = Poller(), stage.socket(PULL)
    poller.add(socket)
    with pytest.raises(PollNotPossible):
        poller.add(socket)
    poller.remove(socket)
    for refused in (poller.remove, lambda known: poller.modify(known, READABLE)):
        with pytest.raises(PollNotPossible):
            refused(socket)
    assert len(poller) == 0


@pinned("poller/4", HERE)
async def test_events_that_are_none_are_refused(stage: Stage, scheme: str) -> None:
    poller, socket = Poller(), stage.socket(PULL)
    with pytest.raises(PollNotPossible):
        poller.add(socket, 8)
    poller.add(socket)
    with pytest.raises(PollNotPossible):
        poller.modify(socket, -1)


@pinned("poller/5", HERE)
async def test_nothing_to_wait_for_and_no_end_is_refused(stage: Stage, scheme: str) -> None:
    with pytest.raises(PollNotPossible):
        await Poller().wait()
    assert await Poller().wait(0) == []


@pinned("poller/6", IN_VIRTUAL_TIME)
async def test_a_wait_lasts_as_long_as_it_may(stage: Stage, scheme: str) -> None:
    poller = Poller()
    poller.add(stage.socket(PULL), READABLE)
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await poller.wait(1500) == []
    assert loop.time() - began == pytest.approx(1.5)


@pinned("poller/7", ("tcp",))
async def test_a_plain_descriptor_is_polled_beside_sockets(stage: Stage, scheme: str) -> None:
    poller, pull = Poller(), stage.socket(PULL)
    read, write = os.pipe()
    try:
        poller.add(read, READABLE)
        poller.add(pull, READABLE)
        assert await poller.wait(0) == []
        os.write(write, b"x")
        assert await poller.wait(5000) == [(read, READABLE)]
    finally:
        os.close(read)
        os.close(write)


@pinned("timers/1", IN_VIRTUAL_TIME)
async def test_timers_fire_again_and_again_and_pace_a_poller(stage: Stage, scheme: str) -> None:
    timers, fired, poller = Timers(), [], Poller()
    poller.add(stage.socket(PULL), READABLE)
    loop = asyncio.get_running_loop()
    timers.add(100, lambda: fired.append(round(loop.time(), 3)))
    began = loop.time()
    while len(fired) < 3:
        await poller.wait(timers.timeout())
        timers.execute()
    assert fired == pytest.approx([began + 0.1, began + 0.2, began + 0.3], abs=0.002)


@pinned("timers/2", HERE)
async def test_a_timer_is_cancelled_once(stage: Stage, scheme: str) -> None:
    timers = Timers()
    number = timers.add(100, lambda: None)
    timers.cancel(number)
    assert timers.timeout() == -1
    for refused in (timers.cancel, timers.reset, lambda gone: timers.set_interval(gone, 5)):
        with pytest.raises(TimerUnknown):
            refused(number)


@pinned("timers/3", HERE)
async def test_a_late_timer_fires_once(stage: Stage, scheme: str) -> None:
    now, fired = [0.0], []
    timers = Timers(lambda: now[0])
    timers.add(100, lambda: fired.append(now[0]))
    now[0] = 1.05
    assert (timers.execute(), fired) == (1, [1.05])
    assert timers.timeout() == 100
    timers.set_interval(1, 200)
    assert timers.timeout() == 200


@pinned("base85/1", HERE)
async def test_the_rfcs_vector_both_ways(stage: Stage, scheme: str) -> None:
    octets = bytes.fromhex("864FD26FB559F75B")
    assert encode(octets) == "HelloWorld"
    assert decode("HelloWorld") == octets


@pinned("base85/2", HERE)
async def test_lengths_and_characters_that_are_none_are_refused(stage: Stage, scheme: str) -> None:
    with pytest.raises(Z85Invalid):
        encode(b"123")
    for wrong in ("1234", "12 45", "####~", "#####", "\x80bcde"):
        with pytest.raises(Z85Invalid):
            decode(wrong)
    assert (encode(b""), decode("")) == ("", b"")


@pinned("ctx_options/1", HERE)
async def test_a_context_has_so_many_sockets_and_no_more(stage: Stage, scheme: str) -> None:
    async with Context(max_sockets=2) as context:
        first, _ = context.socket(PULL), context.socket(PULL)
        with pytest.raises(TooManySockets):
            context.socket(PULL)
        first.close()
        context.socket(PULL)


@pinned("ctx_options/2", HERE)
async def test_sockets_of_a_context_that_is_not_blocky_do_not_linger(stage: Stage, scheme: str) -> None:
    async with Context(blocky=False) as context:
        push = context.socket(PUSH)
        push.connect("tcp://127.0.0.1:1")
        await push.send(b"never sent")


@pinned("ctx_destroy/1", HERE)
async def test_a_closed_context_makes_no_sockets(stage: Stage, scheme: str) -> None:
    context = Context()
    await context.close()
    with pytest.raises(Closed):
        context.socket(PULL)


@pinned("ctx_destroy/2")
async def test_a_closing_socket_ends_every_wait_at_it(stage: Stage, scheme: str) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH)
    pull.bind(stage.address(scheme))
    push.bind(stage.address(scheme))
    waits = [asyncio.create_task(pull.recv()), asyncio.create_task(push.send(b"x"))]
    await asyncio.sleep(0)
    pull.close()
    push.close()
    for wait in waits:
        with pytest.raises(Closed):
            await wait


@pinned("timeo/2", IN_VIRTUAL_TIME)
async def test_a_receive_waits_exactly_as_long_as_it_may(stage: Stage, scheme: str) -> None:
    pull = stage.socket(PULL, rcvtimeo=250)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(Exception, match="250 ms"):
        await pull.recv()
    assert loop.time() - began == pytest.approx(0.25)


@pinned("setsockopt/1", HERE)
async def test_kernel_buffers_are_as_they_were_set(stage: Stage, scheme: str) -> None:
    socket = stage.socket(PUSH, sndbuf=10_000)
    assert socket.get("sndbuf") == 10_000
    with pytest.raises(OptionInvalid):
        socket.set("sndbuf", -2)
