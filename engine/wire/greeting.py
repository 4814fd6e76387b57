"""How a connection begins: the 64 octets of a ZMTP 3.x greeting, and how an older peer is told from them."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from engine.errors import NotZmtp

GREETING_SIZE: Final = 64
OLDER_GREETING_SIZE: Final = 12
"""Octets of the greeting of a peer of ZMTP 2.0, or 1.0 with a version: signature, version, socket type."""
MAJOR: Final = 3
MINOR: Final = 1
MECHANISM_SIZE: Final = 20

VERSION_AT: Final = 10
"""Index of the octet with the peer's major version, the first after the signature."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a peer says of itself before the handshake."""

    major: int
    minor: int
    mechanism: str
    as_server: bool


def write_rest(mechanism: str, *, as_server: bool) -> bytes:
    """Return the greeting after signature and major version: minor version, mechanism, role, filler."""
    name = mechanism.encode().ljust(MECHANISM_SIZE, b"\0")
    return bytes((MINOR,)) + name + bytes((as_server,)) + bytes(31)


class Dialect(Enum):
    """What a peer's first octets show that it speaks."""

    UNVERSIONED = auto()
    """ZMTP 1.0, of the days before greetings: it begins with the frame of its identity."""
    VERSIONED = auto()
    """ZMTP 1.0 behind a greeting."""
    ZMTP_2 = auto()
    ZMTP_3 = auto()
    """Also what is newer, and 2, as libzmq takes it (23/ZMTP counts 2 to ZMTP 2.0)."""


OLDER_VERSIONS: Final = {0: Dialect.VERSIONED, 1: Dialect.ZMTP_2}
"""What the octet that is 3 today was before."""


def write_signature(routing_id: bytes) -> bytes:
    """Return the first ten octets of our greeting.

    A peer of ZMTP 1.0 reads them as the header of a long frame, which its own identity frame answers:
    so they bear the length of what would follow, our routing id.
    """
    return b"\xff" + (len(routing_id) + 1).to_bytes(8, "big") + b"\x7f"


def dialect_of(data: bytes) -> Dialect | None:
    """Tell what a peer speaks by what has come of its greeting; ``None`` while more has to come.

    Source: 37/ZMTP 3.1 and 15/ZMTP 2.0, "Version Negotiation"; libzmq 4.3.5.
    """
    if not data:
        return None
    if data[0] != 0xFF:
        return Dialect.UNVERSIONED
    if len(data) < VERSION_AT:
        return None
    if not data[VERSION_AT - 1] & 0x01:  # the flags of an identity frame in the long form
        return Dialect.UNVERSIONED
    if len(data) == VERSION_AT:
        return None
    return OLDER_VERSIONS.get(data[VERSION_AT], Dialect.ZMTP_3)


def read_greeting(data: bytes) -> Greeting:
    """Read a whole greeting of 64 octets, of a peer that speaks ZMTP 3.

    Raises:
        NotZmtp: its mechanism's name is not ASCII.
    """
    name = data[12 : 12 + MECHANISM_SIZE].rstrip(b"\0")
    if not name.isascii():
        raise NotZmtp(data)
    return Greeting(data[VERSION_AT], data[11], name.decode("ascii"), bool(data[32]))
