"""Wait on many sockets and plain file descriptors at once."""

import asyncio
import os
from typing import Final

from engine.clock import MS
from engine.errors import Closed, PollNotPossible
from engine.sockets.option_access import READABLE, WRITABLE
from engine.sockets.socket import Socket
from engine.sockets.waiting import TURN

Source = Socket | int
"""What can be waited for: a socket, or the number of an open file."""

BOTH: Final = READABLE | WRITABLE


class Poller:
    """Tells which of its sources can be read or written without waiting.

    Level-triggered, as zmq_poll: what was ready and was left alone is told again by the next
    ``wait``. A file that was hung up at its far end is told as ready, and reading it tells why.
    """

    def __init__(self) -> None:
        self._wanted: dict[Source, int] = {}

    def __len__(self) -> int:
        return len(self._wanted)

    def __contains__(self, source: Source) -> bool:
        return source in self._wanted

    def add(self, source: Source, events: int = BOTH) -> None:
        """Wait for ``source`` too.

        Args:
            source: a socket, or a file's number.
            events: ``READABLE``, ``WRITABLE``, or both; 0 for none.

        Raises:
            PollNotPossible: it is here already, or ``events`` is something else.
        """
        if source in self._wanted:
            raise PollNotPossible(repr(source), "it is in this poller already")
        self._wanted[source] = _checked(source, events)

    def modify(self, source: Source, events: int) -> None:
        """Wait for other events of a source that is here; see ``add``."""
        self._check_known(source)
        self._wanted[source] = _checked(source, events)

    def remove(self, source: Source) -> None:
        """Wait for ``source`` no more."""
        self._check_known(source)
        del self._wanted[source]

    async def wait(self, timeout_ms: float = -1) -> list[tuple[Source, int]]:
        """Return the sources that are ready, with what each is ready for; empty when time is up.

        Args:
            timeout_ms: how long to wait; 0 not at all, -1 for ever.

        Raises:
            PollNotPossible: nothing is here and no time is given: it would never end.
            Closed: one of the sockets is closed.
        """
        if not self._wanted and timeout_ms < 0:
            raise PollNotPossible("nothing", "this poller is empty, and no time is given")
        turn = _Turn(self._wanted)
        try:
            ready = await turn.look()
            if ready or timeout_ms == 0:
                return ready
            async with asyncio.timeout(timeout_ms * MS if timeout_ms > 0 else None):
                while not ready:
                    await turn.change()
                    ready = await turn.look()
            return ready
        except TimeoutError:
            return []
        finally:
            turn.end()

    def _check_known(self, source: Source) -> None:
        if source not in self._wanted:
            raise PollNotPossible(repr(source), "it is not in this poller")


class _Turn:
    """One call of ``wait``: what it watches, and has to stop watching in the end."""

    def __init__(self, wanted: dict[Source, int]) -> None:
        self._sockets = [(source, events) for source, events in wanted.items() if isinstance(source, Socket)]
        files = [(source, events) for source, events in wanted.items() if isinstance(source, int)]
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ready: dict[int, int] = {}
        self._always: dict[int, int] = {}
        self._copies: list[int] = []
        for socket, _ in self._sockets:
            socket.readiness.watch(self._changed.set)
        try:
            for file, events in files:
                self._watch_file(file, events)
        except BaseException:
            self.end()
            raise

    def _watch_file(self, file: int, events: int) -> None:
        copy = os.dup(file)  # the loop may look after the file itself already, for somebody else
        self._copies.append(copy)
        try:
            if events & READABLE:
                self._loop.add_reader(copy, self._note, file, READABLE)
            if events & WRITABLE:
                self._loop.add_writer(copy, self._note, file, WRITABLE)
        except PermissionError:  # a file on a disk, which is always ready
            self._always[file] = events

    def _note(self, file: int, event: int) -> None:
        self._ready[file] = self._ready.get(file, 0) | event
        self._changed.set()

    async def look(self) -> list[tuple[Source, int]]:
        """Return what is ready now."""
        self._ready = dict(self._always)
        if self._copies:  # in the first turn the loop asks the kernel, in the second it tells us
            await TURN
            await TURN
        self._changed.clear()
        ready: list[tuple[Source, int]] = []
        for socket, wanted in self._sockets:
            if socket.is_closed:
                raise Closed("socket")
            events = socket.ready_for & wanted
            if events:
                ready.append((socket, events))
        ready += self._ready.items()
        return ready

    async def change(self) -> None:
        """Wait until something may have become ready."""
        await self._changed.wait()

    def end(self) -> None:
        """Watch no more."""
        for socket, _ in self._sockets:
            socket.readiness.forget(self._changed.set)
        for copy in self._copies:
            self._loop.remove_reader(copy)
            self._loop.remove_writer(copy)
            os.close(copy)
        self._copies.clear()


def _checked(source: Source, events: int) -> int:
    if events & ~BOTH:
        raise PollNotPossible(repr(source), f"{events} is no event: READABLE is 1, WRITABLE 2")
    return events
