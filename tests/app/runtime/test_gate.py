"""The gate stops a loop between two callbacks, and its clock with it."""

import asyncio
import time
from itertools import pairwise

import pytest

from app.runtime.engine_thread import EngineThread
from tests.support.eventually import eventually


@pytest.fixture
def engine():
    engine = EngineThread()
    engine.start()
    yield engine
    engine.stop()


class Counter:
    def __init__(self) -> None:
        self.count = 0

    async def run(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(0)


async def test_a_held_loop_does_nothing_and_can_be_read(engine) -> None:
    counter = Counter()
    running = asyncio.ensure_future(engine.run(counter.run()))
    await eventually(lambda: counter.count > 1000)
    await engine.gate.hold()
    before = counter.count
    assert await engine.look(lambda: counter.count) == before
    await asyncio.sleep(0.05)
    assert counter.count == before
    engine.gate.release()
    await eventually(lambda: counter.count > before)
    running.cancel()


async def test_holding_takes_less_than_fifty_milliseconds(engine) -> None:
    counter = Counter()
    running = asyncio.ensure_future(engine.run(counter.run()))
    took = [1.0]
    while min(took) >= 0.05 and len(took) < 20:
        began = time.monotonic()
        await engine.gate.hold()
        took.append(time.monotonic() - began)
        engine.gate.release()
    assert min(took) < 0.05, took
    running.cancel()


async def test_the_clock_leaves_out_the_time_it_was_held(engine) -> None:
    before, real = engine.loop.time(), time.monotonic()
    await engine.gate.hold()
    held = engine.loop.time()
    await asyncio.sleep(0.3)
    assert engine.loop.time() == held
    engine.gate.release()
    await engine.look(lambda: None)
    passed, left_out = engine.loop.time() - before, 0.29
    assert time.monotonic() - real - passed >= left_out


async def test_timers_do_not_fire_all_at_once_after_a_hold(engine) -> None:
    fired: list[float] = []

    async def tick() -> None:
        for _ in range(5):
            await asyncio.sleep(0.05)
            fired.append(engine.loop.time())

    ticking = asyncio.ensure_future(engine.run(tick()))
    await engine.gate.hold()
    await asyncio.sleep(0.4)
    engine.gate.release()
    await ticking
    gaps = [after - before for before, after in pairwise(fired)]
    assert min(gaps) > 0.03


async def test_holding_twice_and_releasing_twice_is_holding_once(engine) -> None:
    await engine.gate.hold()
    await engine.gate.hold()
    engine.gate.release()
    engine.gate.release()
    assert await engine.look(lambda: 5) == 5


async def test_what_fails_in_a_look_is_told_to_who_looked(engine) -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await engine.look(fail)
