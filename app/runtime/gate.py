"""Stopping the world: holds the engine's loop between two callbacks, and its clock with it."""

import asyncio
import threading
from collections.abc import Callable


class HeldClockLoop(asyncio.SelectorEventLoop):
    """A loop whose clock leaves out the time that it was held.

    Timers, heartbeats, linger and back-off read this clock, so none of them
    fires all at once when the loop goes on.
    """

    _left_out_s = 0.0
    _held_at: float | None = None

    def time(self) -> float:
        """Seconds of this loop's own life; stands still while it is held."""
        held_at = self._held_at
        return (super().time() if held_at is None else held_at) - self._left_out_s

    def hold_clock(self) -> None:
        """Stop the clock; the loop's thread calls this when it stops."""
        self._held_at = super().time()

    def release_clock(self) -> None:
        """Let the clock go on from where it stood."""
        held_at, self._held_at = self._held_at, None
        if held_at is not None:
            self._left_out_s += super().time() - held_at


class Gate:
    """Holds one loop from another thread.

    While it is held every queue is intact and may be read by the thread that
    holds it: the loop's thread stands between two callbacks, so no counter is torn.
    """

    def __init__(self, loop: HeldClockLoop) -> None:
        self._loop = loop
        self._let_go: threading.Event | None = None
        self._is_held = threading.Event()

    @property
    def is_held(self) -> bool:
        """Whether the loop stands."""
        return self._is_held.is_set()

    async def hold(self) -> None:
        """Return when the loop stands; called in another loop's thread."""
        if self._let_go is not None:
            return
        # One event for each hold: the loop may still be leaving the one before when the next begins.
        self._let_go = threading.Event()
        asker = asyncio.get_running_loop()
        stood: asyncio.Future[None] = asker.create_future()
        self._loop.call_soon_threadsafe(
            self._stand, self._let_go, lambda: asker.call_soon_threadsafe(_settle, stood)
        )
        await stood

    def release(self) -> None:
        """Let the loop go on; does nothing when it is not held."""
        let_go, self._let_go = self._let_go, None
        if let_go is not None:
            self._is_held.clear()  # here, so that nobody looks at what is about to move
            let_go.set()

    def _stand(self, let_go: threading.Event, tell: Callable[[], object]) -> None:
        """Runs in the held loop."""
        self._loop.hold_clock()
        self._is_held.set()
        tell()
        let_go.wait()
        self._loop.release_clock()


def _settle(stood: "asyncio.Future[None]") -> None:
    if not stood.done():
        stood.set_result(None)
