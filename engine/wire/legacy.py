"""Frames of ZMTP 1.0; those of 2.0 are 3.x's without commands, and have no code of their own."""

from typing import Final

from engine.errors import FrameEmpty, FrameTooLong, PeerViolation
from engine.messages import Message
from engine.option_table import INT_MAX
from engine.wire.frames import BY_REFERENCE, MORE, Decoded, FrameHeader

LONG: Final = 0xFF
"""The first octet of a frame whose length does not fit it."""

SHORT_SIZE: Final = 2
LONG_SIZE: Final = 10
"""Octets of a header: a length, which counts the flags too, and the flags."""


def read_old_header(data: bytes, start: int = 0, limit: int = INT_MAX) -> FrameHeader | None:
    """Read the header of the frame that begins at ``start``, or ``None`` if it is not all there yet.

    Args:
        limit: longest acceptable body, octets.

    Raises:
        FrameEmpty: the length is 0.
        FrameTooLong: the announced body exceeds ``limit``.

    Source: 13/ZMTP 1.0, "Framing"; the flags but MORE are ignored, as libzmq does.
    """
    if len(data) <= start:
        return None
    is_long = data[start] == LONG
    size = LONG_SIZE if is_long else SHORT_SIZE
    if len(data) < start + size:
        return None
    length = int.from_bytes(data[start + 1 : start + size - 1], "big") if is_long else data[start]
    if not length:
        raise FrameEmpty
    if length - 1 > limit:
        raise FrameTooLong(length - 1, limit)
    return FrameHeader(bool(data[start + size - 1] & MORE), command=False, body=length - 1, size=size)


def old_header(length: int, *, more: bool = False) -> bytes:
    """Write the header of a frame whose body has ``length`` octets."""
    flags = MORE if more else 0
    if length + 1 < LONG:
        return bytes((length + 1, flags))
    return bytes((LONG,)) + (length + 1).to_bytes(8, "big") + bytes((flags,))


def encode_old(batch: list[Message]) -> list[bytes]:
    """Write messages as octets for one ``sendmsg``: small frames joined, large ones by reference."""
    chunks: list[bytes] = []
    parts: list[bytes] = []
    for message in batch:
        last = len(message.frames) - 1
        for n, body in enumerate(message.frames):
            parts.append(old_header(len(body), more=n < last))
            if len(body) < BY_REFERENCE:
                parts.append(body)
            else:
                chunks += (b"".join(parts), body)
                parts.clear()
    if parts:
        chunks.append(b"".join(parts))
    return chunks


def old_octets(message: Message) -> int:
    """Return how many octets ``message`` takes on the wire."""
    return sum(len(body) + (SHORT_SIZE if len(body) + 1 < LONG else LONG_SIZE) for body in message.frames)


def decode_old(data: bytes, start: int, room: int, limit: int, pending: list[bytes]) -> Decoded:
    """Read whole messages as ``decode_messages`` does; there are no commands to stop before.

    Raises:
        FrameEmpty, FrameTooLong: as ``read_old_header``; never while whole messages came before.
    """
    decoded = Decoded(pending)
    position = start
    while room:
        try:
            header = read_old_header(data, position, limit)
        except PeerViolation:
            if not decoded.messages:
                raise
            decoded.broken = True
            break
        if header is None:
            break
        stop = position + header.size + header.body
        if stop > len(data):
            decoded.unfinished = header
            break
        pending.append(data[position + header.size : stop])
        position = stop
        if not header.more:
            decoded.messages.append(Message(pending))
            pending = decoded.pending = []
            room -= 1
    decoded.position = position
    return decoded
