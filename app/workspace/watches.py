"""Who watches which topology: everything that is told about it, in order, to each of them."""

from typing import Any, Final

from app.telemetry.fanout import Watch

Json = Any

LONGEST_BACKLOG: Final = 2_000
"""Messages that may wait for one watcher; one that falls behind further is told to reload."""


class Audience:
    """The watches by their subject."""

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

        watch = Watch(most=LONGEST_BACKLOG, missed=lambda _: {"kind": "reload"}, closed=leave)
        self._watches.setdefault(subject, []).append(watch)
        self._tell_presence(subject)
        return watch

    def tell(self, subject: str, message: Json) -> None:
        """Tell everybody who watches ``subject``, in the order of the calls."""
        for watch in self._watches.get(subject, ()):
            watch.give(message)

    def subjects(self) -> list[str]:
        """What is watched."""
        return [*self._watches]

    def count(self, subject: str) -> int:
        """How many watch ``subject``."""
        return len(self._watches.get(subject, ()))

    def close(self) -> None:
        """End every watch, once what it was told is read."""
        for watches in self._watches.values():
            for watch in watches:
                watch.end()

    def _tell_presence(self, subject: str) -> None:
        self.tell(subject, {"kind": "presence", "watchers": self.count(subject)})
