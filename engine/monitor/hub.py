"""Where a socket publishes its events, and observers pick them up, each from a bounded queue."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from engine.monitor.events import EventsMissed, SocketEvent

MOST_KEPT: Final = 1000
"""Events kept for one observer; beyond, the oldest are dropped and their number is told."""


class Observer(AsyncIterator[SocketEvent]):
    """One observer's view of a socket's events; iterate it, and close it when done.

    It ends when the socket is closed and what was kept has been read. A cancelled wait loses nothing.
    """

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._kept: deque[SocketEvent] = deque()
        self._missed = 0
        self._is_closed = False
        self._waiter: asyncio.Future[None] | None = None

    def __aiter__(self) -> "Observer":
        return self

    async def __anext__(self) -> SocketEvent:
        while not self._kept:
            if self._hub.is_closed or self._is_closed:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if self._missed:
            missed, self._missed = self._missed, 0
            first = self._kept[0]
            return EventsMissed(first.at_s, first.endpoint, first.label, missed)
        return self._kept.popleft()

    def close(self) -> None:
        """Stop observing; whoever iterates comes to the end once what was kept has been read."""
        self._is_closed = True
        self._hub.forget(self)
        self.wake()

    def give(self, event: SocketEvent) -> None:
        """Keep an event for the observer, and wake it."""
        if len(self._kept) >= MOST_KEPT:
            self._kept.popleft()
            self._missed += 1
        self._kept.append(event)
        self.wake()

    def wake(self) -> None:
        """Let a waiting observer look again."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Hub:
    """Passes a socket's events to its observers; without any, publishing costs a truth test."""

    def __init__(self) -> None:
        self._observers: list[Observer] = []
        self.is_closed = False

    @property
    def is_watched(self) -> bool:
        """Whether an event would reach anyone."""
        return bool(self._observers)

    def observe(self) -> Observer:
        """Return a new observer, which sees what happens from now on."""
        observer = Observer(self)
        self._observers.append(observer)
        return observer

    def forget(self, observer: Observer) -> None:
        """Drop an observer."""
        if observer in self._observers:
            self._observers.remove(observer)

    def publish(self, event: SocketEvent) -> None:
        """Give ``event`` to every observer."""
        for observer in self._observers:
            observer.give(event)

    def close(self) -> None:
        """Let observers end once they have read what is kept."""
        self.is_closed = True
        for observer in self._observers:
            observer.wake()
