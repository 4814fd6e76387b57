"""WebSocket frames: headers, masks and control frames; what their payloads mean is not known here.

The frames are read and written here and not by the ``websockets`` library, because a conversation has
to stop between two messages when there is no room for the next, and because the masks have to come
from the engine's own chance; a test holds the two equal.
"""

from dataclasses import dataclass
from typing import Final

from engine.errors import FrameTooLong
from engine.option_table import INT_MAX
from engine.wire.web_violations import WebSocketBroken

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA
OPCODES: Final = (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG)

FINAL: Final = 0x80
RESERVED: Final = 0x70
OPCODE: Final = 0x0F
MASKED: Final = 0x80
LENGTH: Final = 0x7F
TWO_OCTETS: Final = 126
EIGHT_OCTETS: Final = 127
LONGEST_TINY: Final = 125
"""Octets of a payload whose length fits the second octet; the longest of a control frame."""
LONGEST_MEDIUM: Final = 0xFFFF
KEY_OCTETS: Final = 4

RESERVED_SET: Final = "reserved bits are set, and no extension was agreed on"
UNKNOWN_OPCODE: Final = "a frame of unknown kind"
NOT_MASKED: Final = "a client's frame without a mask"
IS_MASKED: Final = "a server's frame with a mask"
CONTROL_IN_PARTS: Final = "a control frame in parts"
CONTROL_TOO_LONG: Final = "a control frame above 125 octets"


@dataclass(frozen=True, slots=True)
class WebHeader:
    """What stands before a WebSocket frame's payload."""

    final: bool
    opcode: int
    body: int
    """Octets of payload that follow."""
    size: int
    """Octets of the header itself, the mask among them."""
    key: bytes
    """The mask, 4 octets; empty for none."""


def read_web_header(data: bytes, start: int, limit: int = INT_MAX, *, masked: bool) -> WebHeader | None:
    """Read the frame header that begins at ``start``, or ``None`` if it is not all there yet.

    Args:
        limit: longest acceptable payload of a frame that is no control frame, octets.
        masked: whether frames have to be masked (a client's) or must not be (a server's).

    Raises:
        WebSocketBroken: its bits make no sense.
        FrameTooLong: the announced payload exceeds ``limit``.

    Source: RFC 6455, section 5.2.
    """
    if len(data) < start + 2:
        return None
    first, second = data[start], data[start + 1]
    opcode, length = first & OPCODE, second & LENGTH
    _check_bits(first, second, masked=masked)
    size = 2
    if length >= TWO_OCTETS:
        size = 4 if length == TWO_OCTETS else 10
        if len(data) < start + size:
            return None
        length = int.from_bytes(data[start + 2 : start + size], "big")
    if length > limit and opcode < CLOSE:
        raise FrameTooLong(length, limit)
    if not masked:
        return WebHeader(bool(first & FINAL), opcode, length, size, b"")
    if len(data) < start + size + KEY_OCTETS:
        return None
    key = data[start + size : start + size + KEY_OCTETS]
    return WebHeader(bool(first & FINAL), opcode, length, size + KEY_OCTETS, key)


def _check_bits(first: int, second: int, *, masked: bool) -> None:
    if first & RESERVED:
        raise WebSocketBroken(RESERVED_SET)
    if first & OPCODE not in OPCODES:
        raise WebSocketBroken(UNKNOWN_OPCODE)
    if bool(second & MASKED) != masked:
        raise WebSocketBroken(NOT_MASKED if masked else IS_MASKED)
    if first & OPCODE >= CLOSE:
        if not first & FINAL:
            raise WebSocketBroken(CONTROL_IN_PARTS)
        if second & LENGTH > LONGEST_TINY:
            raise WebSocketBroken(CONTROL_TOO_LONG)


def web_header(opcode: int, length: int, key: bytes = b"") -> bytes:
    """Write the header of a frame that is a whole message, or a control frame; with a key it is masked.

    Source: RFC 6455, section 5.2.
    """
    masked = MASKED if key else 0
    if length <= LONGEST_TINY:
        return bytes((FINAL | opcode, masked | length)) + key
    if length <= LONGEST_MEDIUM:
        return bytes((FINAL | opcode, masked | TWO_OCTETS)) + length.to_bytes(2, "big") + key
    return bytes((FINAL | opcode, masked | EIGHT_OCTETS)) + length.to_bytes(8, "big") + key


def web_frame(opcode: int, payload: bytes, key: bytes = b"") -> bytes:
    """Write a whole frame; with a key of 4 octets it is masked, as a client's has to be."""
    return web_header(opcode, len(payload), key) + (mask(payload, key) if key else payload)


def mask(payload: bytes, key: bytes) -> bytes:
    """Mask a payload, or take its mask off again: it is the same.

    Source: RFC 6455, section 5.3.
    """
    return apply_mask(payload, key)
