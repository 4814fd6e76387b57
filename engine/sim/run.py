"""Run a story in a world of its own: virtual time, a seed, and a digest of all that was delivered."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

from engine.errors import EngineError
from engine.sim.loop import VirtualLoop
from engine.sim.weather import CALM, LinkWeather
from engine.sim.world import World

T = TypeVar("T")


class Outcome(NamedTuple):
    """What a run came to."""

    result: Any
    """What the story returned."""
    digest: str
    """Equal for equal seeds, in every process; another for another seed."""


class SimulationFailed(EngineError):
    """A callback of the loop raised while the story ran; the exception is the cause."""

    def __init__(self, message: str) -> None:
        super().__init__(f"something raised behind the story's back: {message}")


def run(main: Callable[[World], Coroutine[Any, Any, T]], seed: int, weather: LinkWeather = CALM) -> Outcome:
    """Run ``main(world)`` to its end in virtual time.

    Args:
        main: the story; it makes its contexts over ``SimNetwork(world, host)``.
        seed: decides every draw.
        weather: between all hosts that are not given their own.

    Raises:
        SimulationStuck: every task waits and no timer is armed.
        SimulationFailed: a callback raised.
    """
    failures: list[dict[str, Any]] = []
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        loop.set_exception_handler(lambda _, context: failures.append(context))
        world = World(loop, seed, weather)
        result = runner.run(main(world))
        digest = world.trace.digest()
    for failure in failures:
        raise SimulationFailed(str(failure.get("message"))) from failure.get("exception")
    return Outcome(result, digest)
