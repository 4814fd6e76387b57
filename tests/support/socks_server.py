"""A small SOCKS5 proxy that really connects, and remembers what it was asked."""

import asyncio
import contextlib
import ipaddress
from types import TracebackType


class SocksServer:
    """RFC 1928 CONNECT, with RFC 1929's name and password if it is given them.

    ``asked`` holds each place that was asked for, as it was written; ``names`` says where names lead.
    """

    def __init__(
        self, login: tuple[bytes, bytes] | None = None, names: dict[str, str] | None = None, status: int = 0
    ) -> None:
        self.asked: list[tuple[str, int]] = []
        self.port = 0
        self._login = login
        self._names = names or {}
        self._status = status
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "SocksServer":
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(self._serve(reader, writer))
        self._talks.add(talk)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            if not await self._welcome(reader, writer):
                return
            _, _, _, kind = await reader.readexactly(4)
            host = await self._read_host(reader, kind)
            port = int.from_bytes(await reader.readexactly(2), "big")
            self.asked.append((host, port))
            if self._status:
                writer.write(bytes((5, self._status, 0, 1)) + bytes(6))
                await writer.drain()
                return
            far_reader, far_writer = await asyncio.open_connection(self._names.get(host, host), port)
            writer.write(b"\x05\x00\x00\x03\x04here\x00\x07")
            try:
                await asyncio.gather(_pass(reader, far_writer), _pass(far_reader, writer))
            finally:
                far_writer.close()
                await far_writer.wait_closed()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        if self._login is None:
            writer.write(b"\x05\x00")
            return True
        if 2 not in methods:
            writer.write(b"\x05\xff")
            await writer.drain()
            return False
        writer.write(b"\x05\x02")
        _, length = await reader.readexactly(2)
        username = await reader.readexactly(length)
        (length,) = await reader.readexactly(1)
        is_right = (username, await reader.readexactly(length)) == self._login
        writer.write(b"\x01\x00" if is_right else b"\x01\x01")
        await writer.drain()
        return is_right

    @staticmethod
    async def _read_host(reader: asyncio.StreamReader, kind: int) -> str:
        if kind == 3:
            (length,) = await reader.readexactly(1)
            return (await reader.readexactly(length)).decode()
        return str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()
