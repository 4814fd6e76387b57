"""A datagram port's owner that keeps what arrives and lets a test wait for it."""

import asyncio

from engine.net.interface import DatagramPort
from engine.wire.datagrams import Place

LIMIT_S = 10.0
RESEND_S = 0.05


class Letterbox:
    """Owns one port."""

    def __init__(self, port: DatagramPort) -> None:
        self.port = port
        self.got: list[tuple[bytes, Place]] = []
        self.writable = 0
        self._changed = asyncio.Event()
        port.start(self)

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.port.local.host, self.port.local.port

    def on_datagram(self, data: bytes, source: Place) -> None:
        self.got.append((data, source))
        self._changed.set()

    def on_writable(self) -> None:
        self.writable += 1

    async def count(self, count: int) -> list[bytes]:
        """Wait until ``count`` datagrams are there, and return what they hold."""
        async with asyncio.timeout(LIMIT_S):
            while len(self.got) < count:
                self._changed.clear()
                await self._changed.wait()
        return [data for data, _ in self.got]

    async def sent(self, data: bytes, source: "Letterbox", place: Place | None = None) -> Place:
        """Have ``source`` send until it is here, for a datagram may be lost; return where it came from."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                assert source.port.send(data, place or self.place)
                try:
                    async with asyncio.timeout(RESEND_S):
                        while all(held != data for held, _ in self.got):
                            self._changed.clear()
                            await self._changed.wait()
                except TimeoutError:
                    continue
                return next(where for held, where in self.got if held == data)
