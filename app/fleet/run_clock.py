"""The clock of a run: seconds since its traffic began, without the time it was paused."""

import time


class RunClock:
    """Counts the seconds of a run; stands still before the start, while paused, and after the end."""

    def __init__(self) -> None:
        self._counted_s = 0.0
        self._since: float | None = None

    @property
    def t_s(self) -> float:
        """Run time now, seconds."""
        running = time.monotonic() - self._since if self._since is not None else 0.0
        return self._counted_s + running

    def go(self) -> None:
        """Begin, or go on after a pause."""
        if self._since is None:
            self._since = time.monotonic()

    def stand(self) -> None:
        """Stop counting."""
        self._counted_s = self.t_s
        self._since = None
