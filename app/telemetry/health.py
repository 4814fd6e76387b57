"""The state of a pipe as the canvas draws it, judged from its figures."""

from enum import IntEnum
from typing import Final

from app.telemetry.rows import FULL, PEER, RETRYING, WAITED_FOR

NEAR: Final = 0.8
"""Share of the high-water mark from which a pipe counts as nearly full."""


class PipeState(IntEnum):
    """One octet of the telemetry frame; the numbers are the wire's."""

    IDLE = 0
    FLOWING = 1
    NEAR = 2
    BLOCKED = 3
    PASSED_OVER = 4
    DROPPING = 5
    DISCONNECTED = 6
    NO_PIPE = 7


def judge(flags: int, depth: float, hwm: float, *, is_dropping: bool, is_flowing: bool) -> PipeState:
    """Say the worst thing that is true of a pipe."""
    if is_dropping:
        return PipeState.DROPPING
    if flags & WAITED_FOR and flags & FULL:
        return PipeState.BLOCKED
    if flags & FULL:
        return PipeState.PASSED_OVER
    if flags & RETRYING:
        return PipeState.DISCONNECTED
    if not flags & PEER:
        return PipeState.NO_PIPE
    if hwm and depth >= NEAR * hwm:
        return PipeState.NEAR
    return PipeState.FLOWING if is_flowing else PipeState.IDLE
