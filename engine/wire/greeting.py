"""The 64 octets with which a ZMTP 3.x connection begins."""

from dataclasses import dataclass
from typing import Final

from engine.errors import NotZmtp

GREETING_SIZE: Final = 64
SIGNATURE: Final = b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f"
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


def check_signature(data: bytes) -> None:
    """Look at what has come of a greeting and refuse what cannot become one that we speak.

    Raises:
        NotZmtp: the octets are none, or of a version below 3.

    Source: 37/ZMTP 3.1, "Version Negotiation".
    """
    if data and data[0] != SIGNATURE[0]:
        raise NotZmtp(data)
    if len(data) >= VERSION_AT and not data[VERSION_AT - 1] & 0x01:
        raise NotZmtp(data)
    if len(data) > VERSION_AT and data[VERSION_AT] < MAJOR and data[VERSION_AT] != 2:  # libzmq: 2 is as 3
        raise NotZmtp(data)


def read_greeting(data: bytes) -> Greeting:
    """Read a whole greeting of 64 octets.

    Raises:
        NotZmtp: see ``check_signature``; or a mechanism name that is not ASCII.
    """
    check_signature(data)
    name = data[12 : 12 + MECHANISM_SIZE].rstrip(b"\0")
    if not name.isascii():
        raise NotZmtp(data)
    return Greeting(data[VERSION_AT], data[11], name.decode("ascii"), bool(data[32]))
