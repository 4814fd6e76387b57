"""The engine's thread: one loop for all sockets and behaviours of a process, driven by the control thread."""

import asyncio
import concurrent.futures
import os
import threading
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from app.runtime.gate import Gate, HeldClockLoop

T = TypeVar("T")


class EngineThread:
    """Runs the engine's loop; every method but ``start`` is for the control thread.

    Attributes:
        loop: the engine's loop.
        gate: stops it and lets it go.
    """

    def __init__(self) -> None:
        self.loop = HeldClockLoop()
        self.gate = Gate(self.loop)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def look(self, function: Callable[[], T]) -> T:
        """Call ``function`` in the engine's loop, or right here while that is held; it must only look."""
        if self.gate.is_held:
            return function()
        answer: concurrent.futures.Future[T] = concurrent.futures.Future()
        # Not a coroutine: its first step would come a round later, behind a gate that closes meanwhile.
        self.loop.call_soon_threadsafe(_fulfil, answer, function)
        return await asyncio.wrap_future(answer)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` in the engine's loop; while that is held, it waits for the release."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def stop(self) -> None:
        """End the loop and wait for its thread."""
        self.gate.release()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        except BaseException:  # noqa: BLE001  a process without its engine is of no use; say why and go
            traceback.print_exc()
            os._exit(70)


def _fulfil(answer: "concurrent.futures.Future[T]", function: Callable[[], T]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        answer.set_result(function())
    except Exception as error:  # noqa: BLE001  it belongs to whoever asked
        answer.set_exception(error)
