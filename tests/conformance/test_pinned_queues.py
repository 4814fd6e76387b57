"""What libzmq's own tests pin down of queues: marks, sums, the low-water rule, conflate, immediate."""

import asyncio

import pytest

from engine import DEALER, PUB, PULL, PUSH, SUB
from engine.errors import Again
from engine.monitor.events import Disconnected, HandshakeSucceeded
from engine.sockets.socket import Socket
from tests.conformance.stage import Stage, fill, linked, receive, receive_all, send
from tests.support.eventually import eventually
from tests.support.shall import shall
from tests.support.watcher import Watcher


@shall("libzmq/hwm/1")
@pytest.mark.parametrize(
    ("sndhwm", "rcvhwm", "fits"), [(1000, 1000, 2000), (5, 2, 7), (10, 10, 20), (1, 1, 2)]
)
@pytest.mark.parametrize("bind_first", [True, False])
async def test_over_inproc_the_marks_of_both_ends_are_added(
    stage: Stage, sndhwm: int, rcvhwm: int, fits: int, bind_first: bool
) -> None:
    push, pull = stage.socket(PUSH, sndhwm=sndhwm), stage.socket(PULL, rcvhwm=rcvhwm)
    if bind_first:
        push.connect(pull.bind("inproc://here"))
        assert fill(push) == fits
    else:
        push.connect("inproc://here")
        assert fill(push) == sndhwm
        pull.bind("inproc://here")
        assert fill(push) == rcvhwm
    assert len(await receive_all(pull, fits)) == fits


@shall("libzmq/hwm/2")
@pytest.mark.parametrize(("sndhwm", "rcvhwm"), [(0, 1), (1, 0), (0, 0)])
async def test_over_inproc_one_end_without_a_mark_means_no_mark(
    stage: Stage, sndhwm: int, rcvhwm: int
) -> None:
    push, pull = stage.socket(PUSH, sndhwm=sndhwm), stage.socket(PULL, rcvhwm=rcvhwm)
    push.connect(pull.bind("inproc://here"))
    for n in range(10_000):
        push.send_nowait(b"%d" % n)
    assert [int(frames[0]) for frames in await receive_all(pull, 10_000)] == list(range(10_000))


@shall("libzmq/hwm/3")
async def test_room_comes_back_in_blocks(stage: Stage) -> None:
    push, pull = await stage.pair(PUSH, PULL, "inproc")
    push.set("sndhwm", 5)
    pull.set("rcvhwm", 2)
    assert fill(push) == 7
    await receive_all(pull, 3)
    assert fill(push) == 0, "the low-water mark is 4"
    await receive(pull)
    assert fill(push) == 4


@shall("libzmq/hwm/4")
async def test_a_multipart_message_counts_as_one(stage: Stage) -> None:
    push, pull = stage.socket(PUSH, sndhwm=3), stage.socket(PULL, rcvhwm=2)
    push.connect(pull.bind("inproc://here"))
    assert fill(push, [b"x"] * 100) == 5


@shall("libzmq/hwm/5")
async def test_messages_outlive_a_sender_that_connects_sends_and_closes(stage: Stage, scheme: str) -> None:
    pull = stage.socket(PULL)
    endpoint = pull.bind(stage.address(scheme))
    for _ in range(3):
        push = stage.socket(PUSH)
        push.connect(endpoint)
        await send(push, *(b"%d" % n for n in range(100)))
        push.close(linger=10_000)
        assert await receive_all(pull, 100) == [[b"%d" % n] for n in range(100)]


@shall("libzmq/sockopt_hwm/1")
async def test_a_mark_changed_after_connect_applies(stage: Stage) -> None:
    push, pull = stage.socket(PUSH, sndhwm=1), stage.socket(PULL, rcvhwm=1)
    push.connect(pull.bind("inproc://here"))
    assert fill(push) == 2
    push.set("sndhwm", 5)
    assert fill(push) == 4
    assert len(await receive_all(pull, 6)) == 6


@shall("libzmq/sockopt_hwm/2")
async def test_a_mark_lowered_while_full_loses_nothing_and_then_holds(stage: Stage) -> None:
    push, pull = stage.socket(PUSH, sndhwm=50), stage.socket(PULL, rcvhwm=50)
    push.connect(pull.bind("inproc://here"))
    for n in range(100):
        push.send_nowait(b"%d" % n)
    push.set("sndhwm", 5)
    pull.set("rcvhwm", 5)
    assert fill(push) == 0
    assert await receive_all(pull, 100) == [[b"%d" % n] for n in range(100)]
    assert fill(push) == 10


@shall("libzmq/conflate/1")
async def test_conflate_keeps_the_newest(stage: Stage, scheme: str) -> None:
    push, pull = stage.socket(PUSH), stage.socket(PULL, conflate=1)
    await stage.join(pull, push, scheme=scheme)
    await send(push, *(b"%d" % n for n in range(50)))
    await eventually(lambda: arrivals(pull) == 50, "all have come")
    assert await receive(pull) == [b"49"]
    with pytest.raises(Again):
        pull.recv_nowait()
    dropped = [lane.dropped for lane in pull.books().lanes if lane.is_joined or not lane.is_outbound]
    assert {"conflated": 49} in dropped
    assert all(lane.is_balanced for lane in (*pull.books().lanes, *push.books().lanes))


def arrivals(socket: Socket) -> int:
    lanes = socket.books().lanes
    return max(lane.accepted if lane.is_joined else lane.arrived for lane in lanes)


@shall("libzmq/conflate/2")
async def test_a_conflating_sender_never_waits(stage: Stage) -> None:
    push = stage.socket(PUSH, conflate=1)
    push.connect("tcp://127.0.0.1:9")
    for n in range(5000):
        push.send_nowait(b"%d" % n)
    [pipe] = [pipe for pipe in push.pipes if pipe.is_outbound]
    assert pipe.depth == 1
    assert pipe.dropped == {"conflated": 4999}


@shall("libzmq/immediate/1")
async def test_without_immediate_half_goes_to_one_who_is_not_there(stage: Stage) -> None:
    push, pull = stage.socket(PUSH), stage.socket(PULL)
    push.connect("tcp://127.0.0.1:9")
    push.connect(pull.bind("tcp://127.0.0.1:*"))
    await send(push, *(b"%d" % n for n in range(10)))
    assert await receive_all(pull, 5) == [[b"%d" % n] for n in range(1, 10, 2)]


@shall("libzmq/immediate/2")
async def test_with_immediate_all_goes_to_those_who_are_there(stage: Stage) -> None:
    push, pull = stage.socket(PUSH, immediate=1, reconnect_ivl=5), stage.socket(PULL)
    with pytest.raises(Again):
        push.send_nowait(b"x")
    watcher = Watcher(push)
    push.connect("tcp://127.0.0.1:9")
    endpoint = pull.bind("tcp://127.0.0.1:*")
    push.connect(endpoint)
    await watcher.until(HandshakeSucceeded)
    await send(push, *(b"%d" % n for n in range(10)))
    assert await receive_all(pull, 10) == [[b"%d" % n] for n in range(10)]
    pull.unbind(endpoint)
    await watcher.until(Disconnected)
    with pytest.raises(Again):
        push.send_nowait(b"x")
    waiting = asyncio.create_task(push.send(b"back"))
    pull.bind(endpoint)
    assert await receive(pull) == [b"back"]
    await waiting


@shall("libzmq/pushpull/multipart")
async def test_a_message_cut_off_by_its_senders_end_is_dropped_whole(stage: Stage) -> None:
    pull, dying, living = stage.socket(PULL, rcvhwm=1), stage.socket(PUSH, sndbuf=4096), stage.socket(PUSH)
    await stage.join(pull, dying, living, scheme="tcp")
    await send(dying, [b"first"], [b"second"], [b"part", b"x" * 5_000_000, b"end"])
    await asyncio.sleep(0.05)
    dying.close(linger=0)
    await send(living, b"from another")
    heard = sorted([await receive(pull), await receive(pull), await receive(pull)])
    await eventually(lambda: len(linked(pull)) == 1, "the sender is gone")
    assert heard == [[b"first"], [b"from another"], [b"second"]]
    with pytest.raises(Again):
        pull.recv_nowait()


@shall("libzmq/connect_twice/1")
async def test_connecting_twice_is_one_connection_for_some_types_and_two_for_others(stage: Stage) -> None:
    for kind, peer, pipes in ((DEALER, DEALER, 1), (SUB, PUB, 1), (PUB, SUB, 1), (PUSH, PULL, 2)):
        binder, connecter = stage.socket(peer), stage.socket(kind)
        endpoint = binder.bind("tcp://127.0.0.1:*")
        connecter.connect(endpoint)
        connecter.connect(endpoint)
        await eventually(lambda c=connecter, n=pipes: len(linked(c)) == n, f"{kind.name} has {pipes}")
