"""RFC 31: PAIR."""

import asyncio

import pytest

from engine import PAIR
from engine.errors import Again
from engine.monitor.events import Refused
from tests.conformance.stage import Stage, fill, receive, receive_all, send
from tests.support.eventually import eventually
from tests.support.shall import shall
from tests.support.watcher import Watcher


@shall("31/PAIR/1")
async def test_both_ends_send_and_receive(stage: Stage, scheme: str) -> None:
    one, other = await stage.pair(PAIR, PAIR, scheme)
    messages = [[b"%d" % n, b""] for n in range(50)]
    await asyncio.gather(send(one, *messages), send(other, *messages))
    assert await receive_all(one, 50) == messages
    assert await receive_all(other, 50) == messages


@shall("31/PAIR/2")
async def test_a_second_peer_is_refused_and_the_first_is_not_disturbed(stage: Stage, scheme: str) -> None:
    one, first, second = (stage.socket(PAIR) for _ in range(3))
    endpoint = await stage.join(one, first, scheme=scheme)
    watcher = Watcher(one)
    second.connect(endpoint)
    if scheme != "inproc":
        await watcher.until(Refused)
    for n in range(10):
        await send(one, b"%d" % n)
        assert await receive(first) == [b"%d" % n]
        await send(first, b"%d" % n)
        assert await receive(one) == [b"%d" % n]
    with pytest.raises(Again):
        second.recv_nowait()


@shall("31/PAIR/3")
async def test_when_the_peer_leaves_another_may_come(stage: Stage, scheme: str) -> None:
    one, first, second = (stage.socket(PAIR) for _ in range(3))
    endpoint = await stage.join(one, first, scheme=scheme)
    first.close()
    await eventually(lambda: not one.pipes, "the first is gone")
    await stage.connect(second, one, endpoint)
    await send(one, b"to the second")
    assert await receive(second) == [b"to the second"]


@shall("31/PAIR/out/1", "31/PAIR/out/2")
async def test_it_waits_when_there_is_no_peer_or_it_is_full(stage: Stage) -> None:
    one, other = stage.socket(PAIR, sndhwm=2), stage.socket(PAIR, rcvhwm=3)
    with pytest.raises(Again):
        one.send_nowait(b"x")
    await stage.join(one, other, scheme="inproc")
    assert fill(one) == 5
    waiting = asyncio.create_task(one.send(b"last"))
    assert await receive_all(other, 6) == [[b"x"]] * 5 + [[b"last"]]
    await waiting
