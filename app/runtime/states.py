"""The states of a node, as the canvas names them, and how long a failed one waits before it tries again."""

from enum import StrEnum
from typing import Final

FIRST_DELAY_S: Final = 0.2
LONGEST_DELAY_S: Final = 5.0
GOOD_AFTER_S: Final = 10.0
"""A node that ran this long has recovered: its next failure waits for the first delay again."""


class NodeState(StrEnum):
    """Where one instance of a node stands."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    WAITING = "waiting"
    """It failed and will be tried again."""


class Patience:
    """The delays between a node's attempts: doubling, up to a limit, from the start after a good while."""

    def __init__(self) -> None:
        self._next_s = FIRST_DELAY_S

    def next_s(self, ran_s: float) -> float:
        """How long to wait after an attempt that ran for ``ran_s``."""
        if ran_s >= GOOD_AFTER_S:
            self._next_s = FIRST_DELAY_S
        delay, self._next_s = self._next_s, min(self._next_s * 2.0, LONGEST_DELAY_S)
        return delay
