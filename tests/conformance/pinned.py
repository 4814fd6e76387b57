"""Behaviours that libzmq pins, told once and played over every transport and the simulated network."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from engine import Context
from engine.sim.context import SimContext
from engine.sim.run import run
from engine.sim.world import World
from tests.conformance.stage import Stage

Story = Callable[[Stage, str], Coroutine[Any, Any, None]]

SIM = "sim"
EVERYWHERE = ("inproc", "ipc", "tcp", SIM)
WIRES = ("ipc", "tcp", SIM)
"""Transports that have a handshake."""
HERE = ("inproc",)
IN_VIRTUAL_TIME = (SIM,)


def pinned(clause: str, over: tuple[str, ...] = EVERYWHERE) -> Callable[[Story], Callable[[str], None]]:
    """Make a test of a story; on the simulated network it is played in virtual time.

    Args:
        clause: libzmq's test, or the part of it, and a number, as ``spec_req/3``.
        over: where the story is played; the behaviour counts once.
    """

    def make(story: Story) -> Callable[[str], None]:
        def test(scheme: str) -> None:
            if scheme == SIM:
                run(lambda world: _in_a_world(story, world), seed=1)
            else:
                asyncio.run(_for_real(story, scheme))

        test.__name__ = story.__name__
        test.__doc__ = story.__doc__
        test.__module__ = story.__module__
        marked = pytest.mark.shall(f"libzmq/{clause}")(test)
        return pytest.mark.parametrize("scheme", over)(marked)

    return make


async def _for_real(story: Story, scheme: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        async with Context(close_timeout_s=2) as context:
            await _play(story, Stage(context, directory), scheme)


async def _in_a_world(story: Story, world: World) -> None:
    async with SimContext(world, close_timeout_s=2) as context:
        await _play(story, Stage(context, "unused"), "tcp")


async def _play(story: Story, stage: Stage, scheme: str) -> None:
    try:
        await story(stage, scheme)
    finally:
        await stage.close()
