"""An event loop whose time jumps to the next timer as soon as nobody has anything to do."""

import asyncio
import selectors
from typing import Final

from engine.errors import EngineError

FREE_TURNS: Final = 1000
"""Turns of the loop in a row that take no time; a moment has never so much to do."""

TURN_S: Final = 1e-6
"""What each further one takes, seconds: who never waits must not stop the clock for all others."""


class SimulationStuck(EngineError):
    """Every task waits, and no timer is armed that could wake one.

    Attributes:
        now_s: the virtual moment at which the world stood still, seconds.
    """

    def __init__(self, now_s: float) -> None:
        self.now_s = now_s
        super().__init__(f"the simulation is stuck at {now_s:g} s: every task waits and no timer is armed")


class _JumpingSelector(selectors.SelectSelector):
    """A selector that never sleeps: asked to wait, it moves the clock instead."""

    now_s = 0.0
    """Virtual time, seconds."""
    _busy_turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise SimulationStuck(self.now_s)
        if timeout > 0:
            self._busy_turns = 0
            self.now_s += timeout
        else:
            self._busy_turns += 1
            if self._busy_turns > FREE_TURNS:
                self.now_s += TURN_S
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs coroutines in virtual time.

    ``asyncio.sleep``, ``asyncio.timeout`` and every timer of the engine read this loop's clock, so
    an hour of reconnects passes in milliseconds, the same way each time. Sockets of the real
    network and threads do not belong here.

    Raises:
        SimulationStuck: from ``run_until_complete``, when every task waits and no timer is armed.
    """

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual time, seconds since the loop was made."""
        return self._jumping.now_s
