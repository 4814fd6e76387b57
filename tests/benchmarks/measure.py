"""What one end of a benchmark is asked, how it keeps time, and what it answers."""

import json
import time
from dataclasses import asdict, dataclass

HWM = 1000
"""High-water mark on both sides of every row, messages."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one end has to do."""

    role: str
    endpoint: str
    size: int
    """Octets of one message."""
    count: int
    """Messages, or round trips, in all."""
    warm_up: int = 0
    """The first of them that are not timed."""
    watch_hz: float = 0.0
    """How often the books are read meanwhile; 0 for never."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one end measured."""

    per_s: float
    """Messages, or round trips, a second."""
    cpu_us: float
    """Processor time of this end's process for one of them, microseconds."""
    octets: float = 0.0
    """Memory for one queued message, where that was the question."""


class Stopwatch:
    """Wall and processor time since it was made."""

    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._cpu = time.process_time()

    def figures(self, count: int) -> Figures:
        """Divide what passed by ``count``."""
        wall = time.perf_counter() - self._wall
        cpu = time.process_time() - self._cpu
        return Figures(count / wall, cpu / count * 1e6)


def payload(size: int) -> bytes:
    """Make the body of one message."""
    return b"x" * size


def tell(**facts: object) -> None:
    """Say something to the process that started this one."""
    print(json.dumps(facts), flush=True)


def tell_figures(figures: Figures) -> None:
    """Answer the question; the last thing an end says."""
    tell(**asdict(figures))
