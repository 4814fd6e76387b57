"""RFC 30: PUSH and PULL."""

import asyncio

import pytest

from engine import PULL, PUSH
from engine.errors import Again, NotSupported
from engine.sockets.socket import Socket
from tests.conformance.stage import Stage, arrived, fill, receive, receive_all, send
from tests.support.eventually import eventually
from tests.support.shall import shall

FEW = {"sndhwm": 2, "rcvhwm": 2}


async def one_to_many(stage: Stage, scheme: str, many: int) -> tuple[Socket, list[Socket]]:
    push, pulls = stage.socket(PUSH), [stage.socket(PULL) for _ in range(many)]
    await stage.join(push, *pulls, scheme=scheme)
    return push, pulls


@shall("30/PUSH/out/1")
async def test_push_takes_turns(stage: Stage, scheme: str) -> None:
    push, pulls = await one_to_many(stage, scheme, 3)
    await send(push, *(b"%d" % n for n in range(9)))
    for place, pull in enumerate(pulls):
        assert await receive_all(pull, 3) == [[b"%d" % n] for n in range(place, 9, 3)]


@shall("30/PUSH/out/2")
async def test_push_passes_over_a_peer_whose_queue_is_full(stage: Stage) -> None:
    push, full, free = (
        stage.socket(PUSH, sndhwm=1),
        stage.socket(PULL, rcvhwm=1),
        stage.socket(PULL, rcvhwm=0),
    )
    await stage.join(push, full, free, scheme="inproc")
    await send(push, *(b"%d" % n for n in range(10)))
    assert [await receive_all(full, 2), await receive_all(free, 8)] == [
        [[b"0"], [b"2"]],
        [[b"1"], *([b"%d" % n] for n in range(3, 10))],
    ]


@shall("30/PUSH/out/3", "30/PUSH/out/4")
async def test_push_waits_when_it_has_no_peer_and_loses_nothing(stage: Stage, scheme: str) -> None:
    push = stage.socket(PUSH)
    endpoint = push.bind(stage.address(scheme))
    with pytest.raises(Again):
        push.send_nowait(b"x")
    waiting = asyncio.create_task(push.send(b"patient"))
    await asyncio.sleep(0)
    assert not waiting.done()
    pull = stage.socket(PULL)
    await stage.connect(pull, push, endpoint)
    await waiting
    assert await receive(pull) == [b"patient"]


@shall("30/PUSH/out/5")
async def test_push_waits_when_all_peers_are_full_and_loses_nothing(stage: Stage, scheme: str) -> None:
    push, pull = await stage.pair(PUSH, PULL, scheme, sndbuf=4096, rcvbuf=4096)
    push.set("sndhwm", 3)
    pull.set("rcvhwm", 3)
    accepted = 0
    body = b"x" * 10_000
    while accepted < 1000:
        try:
            push.send_nowait([b"%d" % accepted, body])
        except Again:
            break
        accepted += 1
        await asyncio.sleep(0)
    assert 3 <= accepted < 1000
    waiting = asyncio.create_task(push.send([b"%d" % accepted, body]))
    assert [int(frames[0]) for frames in await receive_all(pull, accepted + 1)] == list(range(accepted + 1))
    await waiting


@shall("30/PUSH/queue/1")
async def test_push_queues_for_a_peer_that_it_connects_to_before_it_is_there(
    stage: Stage, scheme: str
) -> None:
    push, pull = stage.socket(PUSH, sndhwm=5), stage.socket(PULL)
    endpoint = pull.bind(stage.address(scheme))
    pull.unbind(endpoint)
    push.connect(endpoint)
    assert fill(push) == 5
    pull.bind(endpoint)
    assert await receive_all(pull, 5) == [[b"x"]] * 5


@shall("30/PUSH/queue/2")
async def test_a_queue_made_for_an_accepted_peer_dies_with_it(stage: Stage) -> None:
    push, pull = stage.socket(PUSH, sndbuf=4096), stage.socket(PULL, rcvhwm=1, rcvbuf=4096)
    await stage.join(push, pull, scheme="tcp")
    for _ in range(50):
        await push.send(b"x" * 10_000)
    pull.close()
    await eventually(lambda: not push.pipes, "the peer is gone")
    [lane] = [lane for lane in push.books().lanes if lane.is_outbound]
    assert lane.is_balanced
    assert lane.accepted == 50
    assert lane.dropped["disconnected"] == 50 - lane.taken > 0


@shall("30/PUSH/1", "30/PULL/1")
async def test_push_only_sends_and_pull_only_receives(stage: Stage, scheme: str) -> None:
    push, pull = await stage.pair(PUSH, PULL, scheme)
    with pytest.raises(NotSupported):
        await push.recv()
    with pytest.raises(NotSupported):
        await pull.send(b"x")


@shall("30/PULL/in/1")
async def test_pull_takes_from_each_in_turn(stage: Stage, scheme: str) -> None:
    pull, pushes = stage.socket(PULL), [stage.socket(PUSH) for _ in range(3)]
    await stage.join(pull, *pushes, scheme=scheme)
    for name, push in enumerate(pushes):
        await send(push, *(b"%d%d" % (name, n) for n in range(4)))
    await arrived(pull, 12)
    rounds = [await receive_all(pull, 3) for _ in range(4)]
    for n, turn in enumerate(rounds):
        assert sorted(turn) == [[b"%d%d" % (name, n)] for name in range(3)]


@shall("30/PULL/in/2")
async def test_a_silent_peer_does_not_hold_up_the_others(stage: Stage, scheme: str) -> None:
    pull, talker, silent = stage.socket(PULL), stage.socket(PUSH), stage.socket(PUSH)
    await stage.join(pull, silent, talker, scheme=scheme)
    await send(talker, *(b"%d" % n for n in range(20)))
    assert await receive_all(pull, 20) == [[b"%d" % n] for n in range(20)]


@shall("30/message/1")
async def test_a_message_arrives_whole_and_unchanged(stage: Stage, scheme: str) -> None:
    push, pull = await stage.pair(PUSH, PULL, scheme)
    messages = [[b""], [b"a", b"", b"b"], [bytes(range(256)) * 300], [b"x" * n for n in (0, 255, 256)]]
    await send(push, *messages)
    assert await receive_all(pull, len(messages)) == messages
