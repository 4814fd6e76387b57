"""Time and chance as arguments: what the engine asks of the world, and the arithmetic of back-off."""

from typing import Final, Protocol

MS: Final = 0.001
"""Seconds in a millisecond."""


class Clock(Protocol):
    """Where the engine reads the time."""

    def now(self) -> float:
        """Return seconds since some fixed moment; never goes back."""
        ...


class Chance(Protocol):
    """Where the engine draws its random numbers."""

    def draw(self) -> float:
        """Return the next number in [0, 1)."""
        ...

    def octets(self, count: int) -> bytes:
        """Return ``count`` random octets."""
        ...


class Backoff:
    """The delays between attempts to reach a peer.

    Without a maximum each delay is the interval plus up to as much again; with one the delays
    double from the interval to the maximum, without jitter.

    Args:
        interval_ms: ``reconnect_ivl``; -1 for never.
        maximum_ms: ``reconnect_ivl_max``; 0 for none.

    Source: measured on libzmq 4.3.5 (100 gives 100 to 199; 20 with 200 gives 20, 40, 80, 160, 200).
    """

    def __init__(self, interval_ms: int, maximum_ms: int, chance: Chance) -> None:
        self._interval_ms = interval_ms
        self._maximum_ms = maximum_ms
        self._chance = chance
        self._next_ms = interval_ms

    def next_ms(self) -> int | None:
        """Return how long to wait before the next attempt, ms, or ``None`` for no more attempts."""
        if self._interval_ms < 0:
            return None
        if self._maximum_ms <= self._interval_ms:
            return self._interval_ms + int(self._chance.draw() * self._interval_ms)
        delay = self._next_ms
        self._next_ms = min(max(delay, 1) * 2, self._maximum_ms)
        return delay

    def reset(self) -> None:
        """Begin again at the interval: the peer was reached."""
        self._next_ms = self._interval_ms
