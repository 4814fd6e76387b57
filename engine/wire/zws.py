"""ZWS 2.0: a flag octet before each frame, which is one binary WebSocket message; and its sub-protocols."""

from collections.abc import Callable
from typing import Final

from engine.messages import Message
from engine.wire.web_frames import BINARY, KEY_OCTETS, web_frame

LAST: Final = 0x00
MORE: Final = 0x01
COMMAND: Final = 0x02
"""The flag octet. Source: 45/ZWS."""

BARE: Final = "ZWS2.0"
"""The sub-protocol without a mechanism: the first message each way is the routing id."""

VERSION: Final = (2, 0)

LONGEST_TINY: Final = 125
LONGEST_MEDIUM: Final = 0xFFFF
"""Octets of a payload whose length fits the second octet of a frame, and two more."""

Key = Callable[[], bytes]
"""Draws a mask for the next message; a server's is always empty."""


def subprotocol_of(mechanism: str) -> str:
    """Return the sub-protocol for traffic with this mechanism.

    Source: 45/ZWS; CURVE is libzmq's.
    """
    return f"{BARE}/{mechanism}"


def frame_flagged(flags: int, body: bytes, key: bytes = b"") -> bytes:
    """Write one frame, or with ``COMMAND`` a command's body, as a whole WebSocket message."""
    return web_frame(BINARY, bytes((flags,)) + body, key)


def encode_zws(batch: list[Message], key: Key) -> bytes:
    """Write messages for one ``sendmsg``."""
    parts: list[bytes] = []
    for message in batch:
        frames = message.frames
        last = len(frames) - 1
        for n, body in enumerate(frames):
            parts.append(frame_flagged(MORE if n < last else LAST, body, key()))
    return b"".join(parts)


def octets_of_body(length: int, *, masked: bool) -> int:
    """Return how many octets a frame of ``length`` octets takes on the wire.

    Source: RFC 6455, section 5.2.
    """
    payload = length + 1  # the flag octet
    header = 2 if payload <= LONGEST_TINY else 4 if payload <= LONGEST_MEDIUM else 10
    return header + (KEY_OCTETS if masked else 0) + payload
