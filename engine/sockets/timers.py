"""Repeating timers that fire when they are asked to, as zmq_timers: for loops built around a poller."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

from engine.clock import MS
from engine.errors import OptionInvalid, TimerUnknown

SHARES_OF_MS: Final = 6
"""Digits of a ms that count: below lie a clock's rounding errors, which are worth no ms of their own."""

NEVER: Final = -1
"""What ``timeout`` returns when there is no timer; a poller takes it for ever."""


@dataclass(slots=True)
class _Timer:
    interval_s: float
    due_s: float
    handler: Callable[[], None]


class Timers:
    """Timers that repeat until they are cancelled; nothing happens but by ``execute``.

    A timer that is late fires once, and is due again one interval from then: what was missed is
    not made up for. The way to use it: ``await poller.wait(timers.timeout())``, then ``execute``.

    Args:
        now: the clock, seconds; the running loop's when not given.
    """

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or asyncio.get_running_loop().time
        self._timers: dict[int, _Timer] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._timers)

    def add(self, interval_ms: float, handler: Callable[[], None]) -> int:
        """Call ``handler`` every ``interval_ms`` ms, and return the timer's number."""
        interval_s = _seconds(interval_ms)
        self._last += 1
        self._timers[self._last] = _Timer(interval_s, self._now() + interval_s, handler)
        return self._last

    def cancel(self, timer: int) -> None:
        """Take a timer away.

        Raises:
            TimerUnknown: there is none of this number, or it was cancelled.
        """
        self._known(timer)
        del self._timers[timer]

    def set_interval(self, timer: int, interval_ms: float) -> None:
        """Give a timer another interval, which begins now; see ``cancel``."""
        known = self._known(timer)
        known.interval_s = _seconds(interval_ms)
        known.due_s = self._now() + known.interval_s

    def reset(self, timer: int) -> None:
        """Begin a timer's interval anew; see ``cancel``."""
        known = self._known(timer)
        known.due_s = self._now() + known.interval_s

    def timeout(self) -> int:
        """Return how many ms it is until the next timer is due; 0 when one is late, -1 without any."""
        if not self._timers:
            return NEVER
        left_s = min(timer.due_s for timer in self._timers.values()) - self._now()
        return max(0, ceil(round(left_s / MS, SHARES_OF_MS)))

    def execute(self) -> int:
        """Call the handlers that are due, the longest due first, and return how many that were.

        A handler may add and cancel timers; one that raises leaves those after it for the next call.
        """
        now = self._now()
        due = [(timer.due_s, number) for number, timer in self._timers.items() if timer.due_s <= now]
        fired = 0
        for _, number in sorted(due):
            timer = self._timers.get(number)
            if timer is None:  # cancelled by a handler before it
                continue
            timer.due_s = now + timer.interval_s
            fired += 1
            timer.handler()
        return fired

    def _known(self, timer: int) -> _Timer:
        try:
            return self._timers[timer]
        except KeyError:
            raise TimerUnknown(timer) from None


def _seconds(interval_ms: float) -> float:
    if interval_ms <= 0:
        raise OptionInvalid("interval", interval_ms, "it must be more than 0 ms")
    return interval_ms * MS
