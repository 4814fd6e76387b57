"""Tells pollers when a socket may have become readable or writable; costs nothing while nobody polls."""

from collections.abc import Callable

from engine.routing.pattern import Pattern


class Readiness:
    """The edges of one socket, passed on to those who watch, beside the calls that wait.

    While nobody watches, the pattern's edges go to the waiting calls alone, as if this were not here.
    """

    def __init__(self, pattern: Pattern) -> None:
        self._pattern = pattern
        self._wake_receivers = pattern.on_receivable
        self._wake_senders = pattern.on_sendable
        self._watchers: dict[Callable[[], None], None] = {}

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` at each edge from now on; it looks for itself what there is."""
        if not self._watchers:
            self._pattern.on_receivable = self._on_receivable
            self._pattern.on_sendable = self._on_sendable
        self._watchers[watcher] = None

    def forget(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` no more."""
        self._watchers.pop(watcher, None)
        if not self._watchers:
            self._pattern.on_receivable = self._wake_receivers
            self._pattern.on_sendable = self._wake_senders

    def tell(self) -> None:
        """Have all watchers look again."""
        for watcher in tuple(self._watchers):
            watcher()

    def _on_receivable(self) -> None:
        self._wake_receivers()
        self.tell()

    def _on_sendable(self) -> None:
        self._wake_senders()
        self.tell()
