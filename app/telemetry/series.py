"""Rates from counters: differences over a short window, in fixed memory."""

from collections import deque
from typing import Final

SHORT_S: Final = 0.5
LONG_S: Final = 1.0
GRAIN_S: Final = 0.09
"""Samples are kept this far apart: every other tick's."""
ENOUGH: Final = 30
"""Messages that make half a second worth believing; below, a whole second is looked at."""


class RateMeter:
    """How fast a counter has been growing of late."""

    __slots__ = ("_samples",)

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque()

    def take(self, now_s: float, counter: float) -> float:
        """Note the counter and return its rate, per second.

        A counter that went back (its owner was replaced) begins a new window. Time that stands
        still (a paused run) adds nothing, so that the rate does not jump when it goes on.
        """
        samples = self._samples
        if samples and (counter < samples[-1][1] or now_s < samples[-1][0]):
            samples.clear()
        if not samples or now_s >= samples[-1][0] + GRAIN_S:
            samples.append((now_s, counter))
        while len(samples) > 2 and samples[1][0] <= now_s - LONG_S:
            samples.popleft()
        began, first = samples[0]
        latest = now_s - SHORT_S + 0.01
        for sample in reversed(samples):
            if sample[0] <= latest:
                if counter - sample[1] >= ENOUGH:
                    began, first = sample
                break
        elapsed = now_s - began
        return (counter - first) / elapsed if elapsed > 0.0 else 0.0
