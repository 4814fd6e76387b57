"""Where a socket publishes its events, and observers pick them up, each from a bounded queue."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final

from engine.monitor.events import EventsMissed, MonitorStopped, QueueEvent, SocketEvent

MOST_KEPT: Final = 1000
"""Events kept for one observer; beyond, the oldest are dropped and their number is told."""


class Observer(AsyncIterator[SocketEvent]):
    """One observer's view of a socket's events; iterate it, and close it when done.

    It ends with ``MonitorStopped``, when the socket is closed and what was kept has been read. A
    cancelled wait loses nothing.

    Attributes:
        wants_queues: whether it is told of what happens to queues as well.
    """

    def __init__(self, hub: "Hub", *, wants_queues: bool) -> None:
        self._hub = hub
        self._kept: deque[SocketEvent] = deque()
        self._missed = 0
        self._is_closed = False
        self._said_goodbye = False
        self._waiter: asyncio.Future[None] | None = None
        self.wants_queues = wants_queues

    def __aiter__(self) -> "Observer":
        return self

    async def __anext__(self) -> SocketEvent:
        while not self._kept:
            if self._said_goodbye:
                raise StopAsyncIteration
            if self._hub.is_closed or self._is_closed:
                self._said_goodbye = True
                return MonitorStopped(self._hub.now(), "", "")
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
        if isinstance(event, QueueEvent) and not self.wants_queues:
            return
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
    """Passes a socket's events to its observers; without any, publishing costs a truth test.

    Args:
        now: the engine's clock, seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._observers: list[Observer] = []
        self.now = now
        self.is_closed = False
        self.on_queues_wanted: Callable[[bool], None] | None = None
        """Told when the first observer comes that asks for events of queues, and when the last has gone."""

    @property
    def is_watched(self) -> bool:
        """Whether an event would reach anyone."""
        return bool(self._observers)

    def observe(self, *, queues: bool = False) -> Observer:
        """Return a new observer, which sees what happens from now on."""
        observer = Observer(self, wants_queues=queues)
        is_first = queues and not self._are_queues_wanted()
        self._observers.append(observer)
        if is_first and self.on_queues_wanted is not None:
            self.on_queues_wanted(True)
        return observer

    def forget(self, observer: Observer) -> None:
        """Drop an observer."""
        if observer in self._observers:
            self._observers.remove(observer)
            if observer.wants_queues and not self._are_queues_wanted() and self.on_queues_wanted is not None:
                self.on_queues_wanted(False)

    def publish(self, event: SocketEvent) -> None:
        """Give ``event`` to every observer."""
        for observer in self._observers:
            observer.give(event)

    def close(self) -> None:
        """Let observers end once they have read what is kept."""
        self.is_closed = True
        for observer in self._observers:
            observer.wake()

    def _are_queues_wanted(self) -> bool:
        return any(observer.wants_queues for observer in self._observers)
