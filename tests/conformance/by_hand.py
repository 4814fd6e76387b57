"""A peer that speaks ZMTP by hand: octets written out, and read frame by frame."""

import asyncio
from contextlib import suppress

from engine.endpoints import parse
from engine.sockets.socket import Socket
from tests.conformance.stage import Stage
from tests.support.eventually import LIMIT_S

SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
MORE, LARGE, COMMAND = 1, 2, 4


def greeting(major: int = 3, minor: int = 1, mechanism: bytes = b"NULL", as_server: int = 0) -> bytes:
    """Return 64 octets."""
    return SIGNATURE + bytes((major, minor)) + mechanism.ljust(20, b"\0") + bytes((as_server,)) + bytes(31)


def frame(body: bytes, flags: int = 0, *, large: bool = False) -> bytes:
    """Return a frame, in the long form when asked for or needed."""
    if large or len(body) > 255:
        return bytes((flags | LARGE,)) + len(body).to_bytes(8, "big") + body
    return bytes((flags, len(body))) + body


def command(name: bytes, data: bytes = b"", *, large: bool = False) -> bytes:
    """Return a command as a frame."""
    return frame(bytes((len(name),)) + name + data, COMMAND, large=large)


def ready(**properties: bytes) -> bytes:
    """Return READY; underscores in names stand for hyphens."""
    data = b""
    for key, value in properties.items():
        name = key.replace("_", "-").encode()
        data += bytes((len(name),)) + name + len(value).to_bytes(4, "big") + value
    return command(b"READY", data)


class Peer:
    """One connection, driven by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, *octets: bytes) -> None:
        """Send octets as they are."""
        self._writer.write(b"".join(octets))

    async def hear(self, count: int) -> bytes:
        """Read exactly so many octets."""
        async with asyncio.timeout(LIMIT_S):
            return await self._reader.readexactly(count)

    async def frame(self) -> tuple[int, bytes]:
        """Read one frame: its flags but LARGE, and its body."""
        flags = (await self.hear(1))[0]
        length = int.from_bytes(await self.hear(8 if flags & LARGE else 1), "big")
        return flags & ~LARGE, await self.hear(length)

    async def properties(self) -> dict[str, bytes]:
        """Read READY and return its properties in order."""
        flags, body = await self.frame()
        assert (flags, body[:6]) == (COMMAND, b"\x05READY")
        rest, found = body[6:], {}
        while rest:
            name_end = 1 + rest[0]
            value_end = name_end + 4 + int.from_bytes(rest[name_end : name_end + 4], "big")
            found[rest[1:name_end].decode()] = rest[name_end + 4 : value_end]
            rest = rest[value_end:]
        return found

    async def shake(self, kind: bytes, *, minor: int = 1, **properties: bytes) -> dict[str, bytes]:
        """Do the whole handshake as a peer of this kind; returns what the socket says of itself."""
        self.say(greeting(minor=minor), ready(Socket_Type=kind, **properties))
        await self.hear(64)
        return await self.properties()

    async def is_hung_up_on(self) -> bool:
        """Wait until the socket ends the connection; what it still says is thrown away."""
        with suppress(ConnectionError):
            async with asyncio.timeout(LIMIT_S):
                while await self._reader.read(1 << 16):
                    pass
        return True

    async def is_silent(self, seconds: float = 0.05) -> bool:
        """Tell whether the socket says nothing for a while."""
        try:
            async with asyncio.timeout(seconds):
                return not await self._reader.read(1)
        except TimeoutError:
            return True

    def hang_up(self) -> None:
        """End the connection."""
        self._writer.close()

    async def close(self) -> None:
        """End the connection and wait until it is gone."""
        self.hang_up()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


async def dial(stage: Stage, endpoint: str) -> Peer:
    """Reach a bound socket; the stage hangs up at the end."""
    address = parse(endpoint)
    if address.scheme == "ipc":
        peer = Peer(*await asyncio.open_unix_connection(address.path))
    else:
        peer = Peer(*await asyncio.open_connection(address.host, address.port))
    stage.keep(peer)
    return peer


class Doorman:
    """A tcp listener whose guests are met by hand."""

    def __init__(self, stage: Stage) -> None:
        stage.keep(self)
        self._stage = stage
        self._guests: asyncio.Queue[Peer] = asyncio.Queue()
        self._server: asyncio.Server | None = None
        self.endpoint = ""

    async def open(self) -> "Doorman":
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.endpoint = f"tcp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def invite(self, socket: Socket) -> Peer:
        """Let a socket connect, and return its connection."""
        socket.connect(self.endpoint)
        return await self.next()

    async def next(self) -> Peer:
        """Return the next connection that comes in."""
        async with asyncio.timeout(LIMIT_S):
            return await self._guests.get()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        self._stage.keep(peer)
        self._guests.put_nowait(peer)

    async def close(self) -> None:
        if self._server:
            self._server.close()
