"""A cable that can be cut: passes tcp on, until it is told to break every connection and refuse new ones."""

import asyncio
from typing import Final

OCTETS: Final = 1 << 16


class Relay:
    """Listens on loopback and passes each connection on to a port; made by ``open``."""

    def __init__(self) -> None:
        self.port = 0
        self.target = 0
        """Where connections go to; 0 while nobody is there."""
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_cut = False

    @classmethod
    async def open(cls) -> "Relay":
        """Start to listen."""
        relay = cls()
        relay._server = await asyncio.start_server(relay._pass_on, "127.0.0.1", 0)
        relay.port = relay._server.sockets[0].getsockname()[1]
        return relay

    def cut(self) -> None:
        """Break all connections; new ones are broken at once until ``heal``."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def heal(self) -> None:
        """Pass on what comes from now on."""
        self._is_cut = False

    async def close(self) -> None:
        """Stop, and break what is left."""
        self.cut()
        if self._server is not None:
            self._server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut or not self.target:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._writers -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while octets := await reader.read(OCTETS):
                writer.write(octets)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort() if self._is_cut else writer.close()
