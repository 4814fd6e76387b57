"""What one end of a benchmark is asked, how it keeps time, and what it answers."""

import json
import time
from dataclasses import asdict, dataclass

HWM = 1000
"""High-water mark on both sides of every row, messages."""

BURST = 500
"""Messages that a publisher sends before it waits for its crowd: under the mark, so that none is dropped."""

SERVER_KEYS = (b"Q#mA0WO:[^XPYP9Pi[Of6wiO%ypo7(}p)F*3hyk3", b"0rAi40rAi40rAi40rAi40rAi40rAi40rAi40rAi4")
CLIENT_KEYS = (b"=w:)j+^Gs]DVl/C6S5&/+(Th+1R0pUmy&UT4P[cZ", b"0S&A80S&A80S&A80S&A80S&A80S&A80S&A80S&A8")
"""CURVE keys, public and secret, of nobody but these rows."""


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
    crowd: int = 1
    """Sockets at the asking end, or subscriptions."""
    secure: bool = False
    """Whether CURVE is spoken."""
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


def prefixes(job: Job) -> list[bytes]:
    """Make ``job.crowd`` subscriptions of all lengths that begin like the topic and do not fit."""
    return [b"x" * (n % job.size) + b"%05d" % n for n in range(job.crowd)]


def tell(**facts: object) -> None:
    """Say something to the process that started this one."""
    print(json.dumps(facts), flush=True)


def tell_figures(figures: Figures) -> None:
    """Answer the question; the last thing an end says."""
    tell(**asdict(figures))
