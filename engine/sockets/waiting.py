"""Who waits to send or to receive: first come, first served, and safe to cancel."""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from typing import Final, TypeVar

from engine.clock import MS
from engine.errors import Again, Closed
from engine.sessions.drains import Drains

CREDITS: Final = 128
"""Socket calls of one context that need not wait, between two turns of the loop."""

Result = TypeVar("Result")


class Credits:
    """Keeps calls that never have to wait from starving the loop; shared by a context's sockets."""

    __slots__ = ("drains", "left")

    def __init__(self, drains: Drains) -> None:
        self.drains = drains
        self.left = CREDITS

    def renew(self) -> None:
        """All are spent, and the caller yields: the program runs hot."""
        self.left = CREDITS
        self.drains.is_hot = True


class Turn:
    """Awaited, lets the loop have one turn: a bare ``yield``, half the price of ``sleep(0)``."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, None]:
        yield


TURN: Final = Turn()


class Waiters:
    """Futures of calls that wait for the same thing, in the order they came.

    A waiter that was woken and then cancelled passes its turn on, so that no edge is lost.
    """

    __slots__ = ("_closed", "queue")

    def __init__(self) -> None:
        self.queue: deque[asyncio.Future[None]] = deque()
        self._closed: Closed | None = None

    async def within(self, attempt: Callable[[], Result | None], timeout_ms: int, what: str) -> Result:
        """Wait as ``until`` does, at most ``timeout_ms``: 0 for not at all, negative for ever.

        Raises:
            Again: the time passed; ``what`` could not be done.
            Closed: the socket was closed meanwhile.
        """
        if timeout_ms == 0:
            raise Again(what)
        if timeout_ms < 0:
            return await self.until(attempt)
        try:
            async with asyncio.timeout(timeout_ms * MS):
                return await self.until(attempt)
        except TimeoutError:
            raise Again(what, timeout_ms) from None

    async def until(self, attempt: Callable[[], Result | None]) -> Result:
        """Wait for wake-ups until ``attempt`` gives something, and return that.

        Nothing is held while waiting, so a cancelled wait loses nothing. One edge may stand for
        many messages or much room: who succeeds wakes the next.

        Raises:
            Closed: the socket was closed meanwhile.
        """
        is_first = False
        while True:
            await self._wait(is_first=is_first)
            try:
                result = attempt()
            except BaseException:
                self.wake()
                raise
            if result is not None:
                self.wake()
                return result
            is_first = True  # it was woken in vain, and keeps its place

    async def _wait(self, *, is_first: bool) -> None:
        if self._closed is not None:
            raise self._closed
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if is_first:
            self.queue.appendleft(future)
        else:
            self.queue.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.queue.remove(future)
                self.wake()
            raise
        finally:
            if future in self.queue:
                self.queue.remove(future)

    def wake(self) -> None:
        """Wake the one that has waited longest, if anyone waits."""
        for future in self.queue:
            if not future.done():
                future.set_result(None)
                return

    def wake_all(self) -> None:
        """Wake everyone: who can go on depends on what each has to send."""
        for future in self.queue:
            if not future.done():
                future.set_result(None)

    def close(self, closed: Closed) -> None:
        """Tell all who wait, and who will, that the socket is closed."""
        self._closed = closed
        for future in self.queue:
            if not future.done():
                future.set_exception(closed)
