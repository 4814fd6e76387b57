"""Many watchers of one stream of frames: each gets the newest, none a backlog, and lag is counted."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

MOST_UNACKNOWLEDGED: Final = 2
"""Frames on their way to one watcher. A TCP send buffer is a backlog too, so it is the watcher's
acknowledgement that makes room, not the taking over by the transport."""

FASTEST_HZ: Final = 20.0
EARLY: Final = 0.3
"""Share of its period that a frame may come too early: ticks are never quite even."""

Text = dict[str, Any]


class Watch(AsyncIterator[Text]):
    """An ordered stream of messages for one watcher.

    Args:
        most: messages kept while the watcher does not take them; then the oldest are dropped. 0: no limit.
        missed: makes the message that says how many were dropped.
        closed: called once when the watch is closed.
    """

    def __init__(
        self,
        *,
        most: int = 0,
        missed: Callable[[int], Text] | None = None,
        closed: Callable[["Watch"], None] | None = None,
    ) -> None:
        self._kept: deque[Text] = deque()
        self._most = most
        self._missed = missed
        self._dropped = 0
        self._closed = closed
        self._is_over = False
        self._news = asyncio.Event()

    def __aiter__(self) -> "Watch":
        return self

    async def __anext__(self) -> Text:
        while not self._kept:
            if self._is_over:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        if self._dropped and self._missed is not None:
            dropped, self._dropped = self._dropped, 0
            return self._missed(dropped)
        return self._kept.popleft()

    def give(self, message: Text) -> None:
        """Queue a message for the watcher."""
        if self._is_over:
            return
        if self._most and len(self._kept) >= self._most:
            self._kept.popleft()
            self._dropped += 1
        self._kept.append(message)
        self._news.set()

    def end(self) -> None:
        """Nothing more comes: the watcher reads what is kept and stops."""
        self._is_over = True
        self._news.set()

    def close(self) -> None:
        """The watcher leaves."""
        self.end()
        self._kept.clear()
        if self._closed is not None:
            closed, self._closed = self._closed, None
            closed(self)


class FrameWatch(AsyncIterator[Text | bytes]):
    """The telemetry of one watcher: layouts and totals as texts, gauges and counters as frames.

    Only the newest of each kind is kept, and frames wait for acknowledgements.

    Args:
        rate_hz: frames a second at most; never above ``FASTEST_HZ``.
        links: links whose counters come with each frame.
        closed: called once when the watch is closed.

    Attributes:
        skipped: frames that were replaced by newer ones before they could be sent.
    """

    def __init__(self, rate_hz: float, links: list[str], closed: Callable[["FrameWatch"], None]) -> None:
        self.rate_hz = min(max(rate_hz, 0.1), FASTEST_HZ)
        self.links = list(links)
        self.skipped = 0
        self._closed: Callable[[FrameWatch], None] | None = closed
        self._layout: Text | None = None
        self._totals: Text | None = None
        self._gauges: tuple[int, bytes] | None = None
        self._counters: bytes | None = None
        self._unacknowledged: deque[int] = deque()
        self._is_over = False
        self._news = asyncio.Event()
        self._due_s = 0.0

    def __aiter__(self) -> "FrameWatch":
        return self

    async def __anext__(self) -> Text | bytes:
        while True:
            item = self._next()
            if item is not None:
                return item
            if self._is_over:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()

    def wants(self, now_s: float) -> bool:
        """Whether a frame made now would come at this watcher's rate, not above it on average."""
        return now_s >= self._due_s - EARLY / self.rate_hz

    def give(self, now_s: float, tick: int, gauges: bytes, counters: bytes | None) -> None:
        """Offer a frame; it takes the place of one that was not sent yet."""
        period = 1.0 / self.rate_hz
        self._due_s = max(self._due_s + period, now_s + 0.5 * period)
        if self._gauges is not None:
            self.skipped += 1
        self._gauges = (tick, gauges)
        if counters is not None:
            self._counters = counters
        self._news.set()

    def give_layout(self, layout: Text) -> None:
        """Offer a new layout; frames of the old one that were not sent are void."""
        self._layout = layout
        self._gauges = self._counters = None
        self._news.set()

    def give_totals(self, totals: Text) -> None:
        """Offer the totals, with what this watcher has missed."""
        self._totals = {**totals, "skipped": self.skipped}
        self._news.set()

    def acknowledge(self, tick: int) -> None:
        """The watcher has drawn the frame of ``tick`` and with it all before."""
        while self._unacknowledged and self._unacknowledged[0] <= tick:
            self._unacknowledged.popleft()
        self._news.set()

    def end(self) -> None:
        """Nothing more comes."""
        self._is_over = True
        self._news.set()

    def close(self) -> None:
        """The watcher leaves."""
        self.end()
        self._layout = self._totals = self._gauges = self._counters = None
        if self._closed is not None:
            closed, self._closed = self._closed, None
            closed(self)

    def _next(self) -> Text | bytes | None:
        if self._layout is not None:
            layout, self._layout = self._layout, None
            return layout
        if self._totals is not None:
            totals, self._totals = self._totals, None
            return totals
        if self._gauges is not None and len(self._unacknowledged) < MOST_UNACKNOWLEDGED:
            (tick, frame), self._gauges = self._gauges, None
            self._unacknowledged.append(tick)
            return frame
        if self._counters is not None and self._gauges is None:  # they travel behind their gauges
            counters, self._counters = self._counters, None
            return counters
        return None
