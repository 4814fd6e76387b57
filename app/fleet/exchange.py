"""Where the processes of a run report: one ROUTER of the engine, in the run's private directory."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from engine.constants import SocketType
from engine.errors import Closed
from engine.sockets.context import Context
from engine.sockets.socket import Socket

Received = Callable[[list[bytes]], None]
"""Takes a message's frames without the sender's name."""


class Exchange:
    """Passes messages between the server and the processes of one run, each known by its name."""

    def __init__(self, context: Context, address: str) -> None:
        self.address = address
        self._socket: Socket = context.socket(SocketType.ROUTER, linger=0, sndhwm=0, router_handover=1)
        self._socket.bind(address)
        self._receivers: dict[bytes, Received] = {}
        self._task = asyncio.create_task(self._receive(), name="exchange")

    def register(self, name: str, received: Received) -> None:
        """From now on messages from ``name`` go to ``received``."""
        self._receivers[name.encode()] = received

    def forget(self, name: str) -> None:
        """Messages from ``name`` are of no interest any more."""
        self._receivers.pop(name.encode(), None)

    def send(self, name: str, frame: bytes) -> None:
        """Send to a process; to one that is not there nothing is sent, as ROUTER has it."""
        with suppress(Closed):
            self._socket.send_nowait([name.encode(), frame])

    async def close(self) -> None:
        """End the exchange."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._socket.close(0)
        await self._socket.closed()

    async def _receive(self) -> None:
        async for name, *frames in self._socket:
            received = self._receivers.get(name)
            if received is not None and frames:
                self._deliver(received, frames)

    @staticmethod
    def _deliver(received: Received, frames: list[bytes]) -> None:
        """Hand a message over; one that its receiver stumbles over must not keep the others from theirs."""
        try:
            received(frames)
        except Exception as error:  # noqa: BLE001  reported, and the next message is read
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a run's process said something that could not be taken", "exception": error}
            )
