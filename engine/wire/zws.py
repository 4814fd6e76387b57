"""ZWS 2.0: a flag octet before each frame, which is one binary WebSocket message; and its sub-protocols."""

from collections.abc import Callable
from typing import Final

from engine.errors import FrameTooLong, PeerViolation
from engine.messages import Message
from engine.wire.frames import BY_REFERENCE
from engine.wire.web_frames import (
    BINARY,
    FINAL,
    KEY_OCTETS,
    LONGEST_MEDIUM,
    LONGEST_TINY,
    WebHeader,
    mask,
    read_web_header,
    web_header,
)

LAST: Final = 0x00
MORE: Final = 0x01
COMMAND: Final = 0x02
"""The flag octet. Source: 45/ZWS."""

BARE: Final = "ZWS2.0"
"""The sub-protocol without a mechanism: the first message each way is the routing id."""

VERSION: Final = (2, 0)

WHOLE: Final = FINAL | BINARY
LONGEST_SHORT: Final = LONGEST_TINY - 1
"""Octets of a frame whose message, with its flag, has the shortest header."""
SHORT_LAST: Final = tuple(bytes((WHOLE, length + 1, LAST)) for length in range(LONGEST_TINY))
SHORT_MORE: Final = tuple(bytes((WHOLE, length + 1, MORE)) for length in range(LONGEST_TINY))

Key = Callable[[], bytes]
"""Draws a mask for the next message; a server's is always empty."""


def subprotocol_of(mechanism: str) -> str:
    """Return the sub-protocol for traffic with this mechanism.

    Source: 45/ZWS; CURVE is libzmq's.
    """
    return f"{BARE}/{mechanism}"


def frame_flagged(flags: int, body: bytes, key: bytes = b"") -> bytes:
    """Write one frame, or with ``COMMAND`` a command's body, as a whole WebSocket message."""
    payload = bytes((flags,)) + body
    return web_header(BINARY, len(payload), key) + (mask(payload, key) if key else payload)


def encode_bare(batch: list[Message]) -> list[bytes]:
    """Write messages without masks for one ``sendmsg``: small frames joined, large ones by reference."""
    chunks: list[bytes] = []
    parts: list[bytes] = []
    for message in batch:
        frames = message.frames
        last = len(frames) - 1
        for n, body in enumerate(frames):
            length = len(body)
            if length <= LONGEST_SHORT:
                parts.append(SHORT_MORE[length] if n < last else SHORT_LAST[length])
            else:
                parts.append(web_header(BINARY, length + 1) + (b"\x01" if n < last else b"\x00"))
            if length < BY_REFERENCE:
                parts.append(body)
            else:
                chunks += (b"".join(parts), body)
                parts.clear()
    if parts:
        chunks.append(b"".join(parts))
    return chunks


def encode_masked(batch: list[Message], key: Key) -> list[bytes]:
    """Write messages with masks; each is copied once, as a mask needs it."""
    parts: list[bytes] = []
    for message in batch:
        frames = message.frames
        last = len(frames) - 1
        for n, body in enumerate(frames):
            parts.append(frame_flagged(MORE if n < last else LAST, body, key()))
    return [b"".join(parts)]


def octets_of_body(length: int, *, masked: bool) -> int:
    """Return how many octets a frame of ``length`` octets takes on the wire."""
    length += 1
    header = 2 if length <= LONGEST_TINY else 4 if length <= LONGEST_MEDIUM else 10
    return header + length + (KEY_OCTETS if masked else 0)


class ZwsDecoded:
    """Where one call of ``decode_zws`` came to.

    Attributes:
        messages: the whole messages found.
        position: the first octet that was not consumed.
        pending: frames of an unfinished multipart, to be given to the next call.
        header: of the next frame, when it is no whole plain message: not all there, a command, a part, …
        broken: the octets at ``position`` are no frame; the next call will raise.
    """

    __slots__ = ("broken", "header", "messages", "pending", "position")

    def __init__(self, pending: list[bytes]) -> None:
        self.messages: list[Message] = []
        self.position = 0
        self.pending = pending
        self.header: WebHeader | None = None
        self.broken = False


def decode_zws(
    data: bytes, start: int, room: int, limit: int, pending: list[bytes], *, masked: bool
) -> ZwsDecoded:
    """Read whole messages from ``data`` at ``start``, at most ``room``, and stop before all else.

    Args:
        limit: longest acceptable frame, octets, its flag not counted.
        pending: frames already read of a message that is not complete.
        masked: whether the peer is a client.

    Raises:
        WebSocketBroken, FrameTooLong: never while whole messages came before.
    """
    decoded = ZwsDecoded(pending)
    messages = decoded.messages
    position = start
    end = len(data)
    while room:
        try:
            header = read_web_header(data, position, limit + 1, masked=masked)
        except PeerViolation as violation:
            if not messages:
                raise without_flag(violation, limit) from None
            decoded.broken = True
            break
        if header is None:
            break
        body = position + header.size
        stop = body + header.body
        if header.opcode != BINARY or not header.final or stop > end or not header.body:
            decoded.header = header
            break
        flags = data[body]
        if header.key:
            flags ^= header.key[0]
        if flags & COMMAND:
            decoded.header = header
            break
        content = data[body + 1 : stop]
        if header.key:
            content = mask(content, header.key[1:] + header.key[:1])
        pending.append(content)
        position = stop
        if not flags & MORE:
            messages.append(Message(pending))
            pending = decoded.pending = []
            room -= 1
    decoded.position = position
    return decoded


def without_flag(violation: PeerViolation, limit: int) -> PeerViolation:
    """Say the lengths of a frame that is too long without its flag octet, as ``maxmsgsize`` counts."""
    if isinstance(violation, FrameTooLong):
        return FrameTooLong(violation.announced - 1, limit)
    return violation
