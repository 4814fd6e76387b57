"""Waits for what no event announces: state inside a kernel, libzmq or another process."""

import asyncio
from collections.abc import Callable

LIMIT_S = 10.0
"""How long anything that must come may take on a busy machine."""

LOOK_EVERY_S = 0.002


async def eventually(condition: Callable[[], object], what: str = "") -> None:
    """Look again and again until ``condition()`` is true.

    Raises:
        AssertionError: it did not become true in time.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + LIMIT_S
    while not condition():
        assert loop.time() < end, f"never came true: {what or condition}"
        await asyncio.sleep(LOOK_EVERY_S)
