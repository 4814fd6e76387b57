"""Virtual time: it jumps, it is the loop's only clock, and it says when nothing can happen any more."""

import asyncio
import time

import pytest

from engine.sim.loop import SimulationStuck, VirtualLoop
from engine.sim.run import SimulationFailed, run
from engine.sim.world import World


def test_an_hour_passes_at_once() -> None:
    async def main(world: World) -> float:
        await asyncio.sleep(3600)
        return world.now()

    before = time.perf_counter()
    assert run(main, seed=1).result == pytest.approx(3600)
    assert time.perf_counter() - before < 5


def test_timeouts_and_sleeps_follow_the_virtual_clock() -> None:
    async def main(world: World) -> list[tuple[str, float]]:
        seen = []

        async def sleeper(name: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            seen.append((name, round(world.now(), 6)))

        async with asyncio.TaskGroup() as tasks:
            for name, seconds in (("c", 3.0), ("a", 1.0), ("b", 2.0)):
                tasks.create_task(sleeper(name, seconds))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await asyncio.Event().wait()
        seen.append(("timeout", round(world.now(), 6)))
        return seen

    assert run(main, seed=1).result == [("a", 1.0), ("b", 2.0), ("c", 3.0), ("timeout", 13.0)]


def test_a_world_where_nothing_can_happen_any_more_says_so() -> None:
    async def main(world: World) -> None:
        await asyncio.sleep(5)
        await asyncio.get_running_loop().create_future()

    with pytest.raises(SimulationStuck, match="at 5 s"):
        run(main, seed=1)


def test_a_callback_that_raises_fails_the_run() -> None:
    async def main(world: World) -> None:
        world.call_at(1.0, lambda: 1 // 0)
        await asyncio.sleep(2)

    with pytest.raises(SimulationFailed) as failed:
        run(main, seed=1)
    assert isinstance(failed.value.__cause__, ZeroDivisionError)


def test_the_loop_can_be_used_without_a_world() -> None:
    loop = VirtualLoop()
    assert loop.run_until_complete(asyncio.sleep(60, "done")) == "done"
    assert loop.time() == pytest.approx(60)
    loop.close()


def test_one_who_never_waits_does_not_stop_the_clock() -> None:
    async def main(world: World) -> int:
        turns = 0

        async def spin() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        spinning = asyncio.create_task(spin())
        await asyncio.sleep(0.01)
        spinning.cancel()
        return turns

    assert 10_000 < run(main, seed=1).result < 12_000
