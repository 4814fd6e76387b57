"""When a source sends: steady, Poisson or in bursts, exact on average however late it is woken."""

import math
from collections.abc import Mapping
from typing import Any, Final, Protocol

from app.behaviours.quantities import draw, draw_exponential, draw_integer
from engine.clock import MS, Chance

MOST_ARREARS_S: Final = 1.0
"""What a late wake-up makes up for. After a longer hole the schedule begins again, or a source would flood
the topology once its process had been suspended."""

NEVER: Final = math.inf


class Pace(Protocol):
    """A schedule of messages; times are seconds of the node's clock."""

    def due(self, now: float, most: int) -> int:
        """Take and return how many messages are due at ``now``, at most ``most``."""
        ...

    def next_at(self) -> float:
        """When the next message is due; ``inf`` for never."""
        ...

    def skip(self, now: float) -> None:
        """Forget what came due until ``now``: the source was held up by its peers, and does not catch up."""
        ...


class Unpaced:
    """As fast as it goes."""

    def due(self, now: float, most: int) -> int:
        """All that is asked for."""
        return most

    def next_at(self) -> float:
        """Now."""
        return 0.0

    def skip(self, now: float) -> None:
        """Nothing is ever late."""


class Steady:
    """Evenly spaced messages: the k-th is due at ``start + k / rate``, so rounding never adds up."""

    def __init__(self, rate_per_s: float, start: float) -> None:
        self._rate = rate_per_s
        self._start = start
        self._sent = 0

    def due(self, now: float, most: int) -> int:
        """See ``Pace``."""
        if self._rate <= 0.0 or now < self.next_at():
            return 0
        if now - self.next_at() > MOST_ARREARS_S:
            self._restart(now)
        # A hair is added, or the wake-up at exactly next_at() would find the product just below it.
        count = min(int((now - self._start) * self._rate * (1.0 + 1e-12)) + 1 - self._sent, most)
        count = max(count, 1)
        self._sent += count
        return count

    def next_at(self) -> float:
        """See ``Pace``."""
        return self._start + self._sent / self._rate if self._rate > 0.0 else NEVER

    def skip(self, now: float) -> None:
        """See ``Pace``."""
        if self.next_at() < now:
            self._restart(now)

    def _restart(self, now: float) -> None:
        self._start, self._sent = now, 0


class Poisson:
    """Messages whose gaps are exponential: as many independent senders together would make."""

    def __init__(self, rate_per_s: float, start: float, chance: Chance) -> None:
        self._gap_s = 1.0 / rate_per_s if rate_per_s > 0.0 else NEVER
        self._chance = chance
        self._next = NEVER if self._gap_s == NEVER else start + draw_exponential(self._gap_s, chance)

    def due(self, now: float, most: int) -> int:
        """See ``Pace``."""
        if now - self._next > MOST_ARREARS_S:
            self.skip(now)
        count = 0
        while self._next <= now and count < most:
            count += 1
            self._next += draw_exponential(self._gap_s, self._chance)
        return count

    def next_at(self) -> float:
        """See ``Pace``."""
        return self._next

    def skip(self, now: float) -> None:
        """See ``Pace``."""
        if self._next < now:
            self._next = now + draw_exponential(self._gap_s, self._chance)


class Bursts:
    """Groups of messages: ``size`` of them, or none to ``most``, every so often."""

    def __init__(self, burst: Mapping[str, Any], start: float, chance: Chance) -> None:
        self._burst = burst
        self._chance = chance
        self._next = start
        self._left = 0
        self._turn = -1

    def due(self, now: float, most: int) -> int:
        """See ``Pace``."""
        if not self._left and self._next <= now:
            self._left = self._size()
            self._next = max(self._next, now - MOST_ARREARS_S) + self._gap_s()
        count = min(self._left, most)
        self._left -= count
        return count

    def next_at(self) -> float:
        """See ``Pace``."""
        return 0.0 if self._left else self._next

    def skip(self, now: float) -> None:
        """Only bursts that should have begun meanwhile are forgotten; the rest of this one is still due."""
        if self._next < now:
            self._next = now + self._gap_s()

    def _gap_s(self) -> float:
        self._turn += 1
        return draw(self._burst["every_ms"], self._chance, self._turn) * MS

    def _size(self) -> int:
        if self._burst.get("most") is not None:
            return draw_integer(0, int(self._burst["most"]), self._chance)
        return int(self._burst.get("size") or 1)


def pace_of(parameters: Mapping[str, Any], now: float, chance: Chance) -> Pace:
    """Make the schedule that a generator's parameters describe, beginning at ``now``."""
    burst = parameters.get("burst")
    if burst:
        return Bursts(burst, now, chance)
    rate = parameters.get("rate_per_s")
    if rate is None:
        return Unpaced()
    if parameters.get("pacing") == "poisson":
        return Poisson(float(rate), now, chance)
    return Steady(float(rate), now)
