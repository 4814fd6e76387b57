"""A peer of ZMTP 1.0 or 2.0 written by hand: it shares no code with the engine."""

import asyncio
from contextlib import suppress

from tests.support.eventually import LIMIT_S

UNVERSIONED, VERSIONED, TWO = "1.0 unversioned", "1.0", "2.0"
DIALECTS = (UNVERSIONED, VERSIONED, TWO)
SIGNATURE = b"\xff" + bytes(7) + b"\x01\x7f"
TYPES = ("PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH", "XPUB", "XSUB")


def write(dialect: str, *frames: bytes) -> bytes:
    """Return a message's octets."""
    said = b""
    for n, body in enumerate(frames):
        more = 1 if n < len(frames) - 1 else 0
        if dialect == TWO and len(body) > 255:
            said += bytes((more | 2,)) + len(body).to_bytes(8, "big") + body
        elif dialect == TWO:
            said += bytes((more, len(body))) + body
        elif len(body) > 253:
            said += b"\xff" + (len(body) + 1).to_bytes(8, "big") + bytes((more,)) + body
        else:
            said += bytes((len(body) + 1, more)) + body
    return said


def opening(dialect: str, kind: str, identity: bytes = b"alice") -> bytes:
    """Return all that the peer says before its first message."""
    greeting = b""
    if dialect != UNVERSIONED:
        greeting = SIGNATURE + bytes((1 if dialect == TWO else 0, TYPES.index(kind)))
    return greeting + write(dialect, identity)


class OldPeer:
    """One connection of an old peer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dialect: str) -> None:
        self._reader = reader
        self._writer = writer
        self.dialect = dialect

    async def shake(self, kind: str, our_type: str, identity: bytes = b"alice") -> bytes:
        """Do the handshake as a socket of ``kind`` and return the identity of the other side."""
        self.say(opening(self.dialect, kind, identity))
        if self.dialect == UNVERSIONED:
            return (await self.hear())[0]
        signature = await self.octets(10)
        assert (signature[0], signature[9]) == (0xFF, 0x7F)
        assert await self.octets(2) == bytes((3, TYPES.index(our_type)))
        return (await self.hear())[0]

    def say(self, octets: bytes) -> None:
        """Send octets as they are."""
        self._writer.write(octets)

    def tell(self, *frames: bytes) -> None:
        """Send a message."""
        self.say(write(self.dialect, *frames))

    async def octets(self, count: int) -> bytes:
        """Read exactly so many octets."""
        async with asyncio.timeout(LIMIT_S):
            return await self._reader.readexactly(count)

    async def hear(self) -> list[bytes]:
        """Read a message; an identity's flags are not looked at, as the old libraries did not."""
        frames: list[bytes] = []
        while True:
            if self.dialect == TWO:
                flags = (await self.octets(1))[0]
                length = int.from_bytes(await self.octets(8 if flags & 2 else 1), "big")
            else:
                length = (await self.octets(1))[0]
                if length == 0xFF:
                    length = int.from_bytes(await self.octets(8), "big")
                length -= 1
                flags = (await self.octets(1))[0]
            frames.append(await self.octets(length))
            if not flags & 1 or flags == 0x7F:
                return frames

    async def is_hung_up_on(self) -> bool:
        """Wait until the other side has ended the connection."""
        with suppress(ConnectionError):
            async with asyncio.timeout(LIMIT_S):
                while await self._reader.read(1 << 16):
                    pass
        return True

    def hang_up(self) -> None:
        """End the connection."""
        self._writer.close()


async def reach(endpoint: str, dialect: str) -> OldPeer:
    """Connect to a bound tcp endpoint."""
    host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
    return OldPeer(*await asyncio.open_connection(host, int(port)), dialect)
