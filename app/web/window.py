"""How far a browser is behind with its frames: silence has an end."""

from collections import deque
from collections.abc import Callable


class Window:
    """The frames that were sent and not yet acknowledged. How many there may be is the watch's affair.

    Args:
        now: the loop's clock, seconds.
        longest_silence_s: how long a frame may stay unacknowledged.
    """

    def __init__(self, now: Callable[[], float], longest_silence_s: float) -> None:
        self._now = now
        self._longest_silence_s = longest_silence_s
        self._sent: deque[tuple[int, float]] = deque()

    def sent(self, tick: int) -> None:
        """A frame has gone out."""
        self._sent.append((tick, self._now()))

    def acknowledged(self, tick: int) -> None:
        """The browser has seen the frame of this tick, and with it the older ones."""
        while self._sent and self._sent[0][0] <= tick:
            self._sent.popleft()

    def is_stuck(self) -> bool:
        """Whether the oldest frame has been under way for too long."""
        return bool(self._sent) and self._now() - self._sent[0][1] > self._longest_silence_s
