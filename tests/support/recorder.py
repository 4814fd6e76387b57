"""A stream's owner that writes down what it was told and lets a test wait for it."""

import asyncio

from engine.net.interface import ByteStream

LIMIT_S = 10.0
"""How long a test waits for what must come."""


class Recorder:
    """Owns one stream; ``until`` waits for a condition over what was recorded."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.lost: list[OSError | None] = []
        self.writable = 0
        self._changed = asyncio.Event()

    def on_data(self, data: bytes) -> None:
        assert data, "an owner is never given nothing"
        assert not self.lost, "octets after the end"
        self.data += data
        self._changed.set()

    def on_writable(self) -> None:
        self.writable += 1
        self._changed.set()

    def on_lost(self, error: OSError | None) -> None:
        self.lost.append(error)
        self._changed.set()

    async def octets(self, count: int) -> bytes:
        """Wait until ``count`` octets are there, and return all."""
        async with asyncio.timeout(LIMIT_S):
            while len(self.data) < count:
                await self._change()
        return bytes(self.data)

    async def end(self) -> OSError | None:
        """Wait until the stream is over, and return why."""
        async with asyncio.timeout(LIMIT_S):
            while not self.lost:
                await self._change()
        return self.lost[0]

    async def send(self, stream: ByteStream, octets: bytes) -> None:
        """Write all of ``octets``, waiting for room as the interface says."""
        async with asyncio.timeout(LIMIT_S):
            while octets:
                seen = self.writable
                taken = stream.write([octets])
                octets = octets[taken:]
                while octets and self.writable == seen:
                    await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
