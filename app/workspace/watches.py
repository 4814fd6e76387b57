"""Ordered, lossless watches: everything that is told about a subject, in order, to each who watches it."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final

Json = Any

LONGEST_BACKLOG: Final = 2_000
"""Messages that may wait for one watcher; one that falls behind further is told to reload."""


class Watch:
    """One watcher's messages, an async iterator that ends when it is closed.

    Args:
        on_close: called once, when the watch is over.
    """

    def __init__(self, on_close: Callable[["Watch"], None]) -> None:
        self._on_close = on_close
        self._waiting: deque[Json] = deque()
        self._news = asyncio.Event()
        self._is_closed = False

    def put(self, message: Json) -> None:
        """Tell the watcher; never waits."""
        if self._is_closed:
            return
        if len(self._waiting) >= LONGEST_BACKLOG:
            self._waiting.clear()
            message = {"kind": "reload"}
        self._waiting.append(message)
        self._news.set()

    def close(self) -> None:
        """End the watch; whoever iterates gets what is left and then the end."""
        if not self._is_closed:
            self._is_closed = True
            self._news.set()
            self._on_close(self)

    def __aiter__(self) -> "Watch":
        return self

    async def __anext__(self) -> Json:
        while not self._waiting:
            if self._is_closed:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()


class Audience:
    """Who watches which subject."""

    def __init__(self) -> None:
        self._watches: dict[str, list[Watch]] = {}

    def join(self, subject: str) -> Watch:
        """A new watch on ``subject``; it hears everything told from now on."""

        def leave(watch: Watch) -> None:
            watches = self._watches[subject]
            watches.remove(watch)
            if not watches:
                del self._watches[subject]
            self._tell_presence(subject)

        watch = Watch(leave)
        self._watches.setdefault(subject, []).append(watch)
        self._tell_presence(subject)
        return watch

    def tell(self, subject: str, message: Json) -> None:
        """Tell everybody who watches ``subject``, in the order of the calls."""
        for watch in self._watches.get(subject, ()):
            watch.put(message)

    def count(self, subject: str) -> int:
        """How many watch ``subject``."""
        return len(self._watches.get(subject, ()))

    def close(self) -> None:
        """End every watch."""
        for watches in [*self._watches.values()]:
            for watch in [*watches]:
                watch.close()

    def _tell_presence(self, subject: str) -> None:
        self.tell(subject, {"kind": "presence", "watchers": self.count(subject)})
