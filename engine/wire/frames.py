"""ZMTP 3.x frames, one at a time for reading, and in the two batch loops that carry traffic."""

from dataclasses import dataclass
from typing import Final

from engine.errors import FrameTooLong, IllegalFlags, PeerViolation
from engine.messages import Message
from engine.option_table import INT_MAX

MORE: Final = 0x01
LONG: Final = 0x02
COMMAND: Final = 0x04

LONGEST_SHORT: Final = 255
"""Octets of a body whose length fits one octet."""

LONG_HEADER: Final = 9
"""Octets of the header of a frame in the long form."""

NO_LENGTH: Final = bytes(6)
"""The first octets of the length of a long frame below 64 KiB."""

BY_REFERENCE: Final = 16384
"""Octets from which a frame is handed to the kernel as it is instead of being copied into the batch."""

LONGEST_KEPT: Final = 1 << 17
"""Octets of a batch that are kept for the next pipe; a batch of small frames is shorter."""

SHORT_LAST: Final = tuple(bytes((0, length)) for length in range(256))
SHORT_MORE: Final = tuple(bytes((MORE, length)) for length in range(256))


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What stands before a frame's body."""

    more: bool
    command: bool
    body: int
    """Octets that follow."""
    size: int
    """Octets of the header itself."""


def read_header(data: bytes, start: int = 0, limit: int = INT_MAX) -> FrameHeader | None:
    """Read the frame header that begins at ``start``, or ``None`` if it is not all there yet.

    Nothing is consumed and no room is made for the body, so a hostile length costs the receiver
    nothing. A length in the long form is accepted whatever its value, as libzmq does.

    Args:
        data: octets received so far.
        start: where a frame begins.
        limit: longest acceptable body, octets.

    Raises:
        IllegalFlags: a command claims that more follows.
        FrameTooLong: the announced body exceeds ``limit``.

    Source: 37/ZMTP 3.1, "Framing".
    """
    if len(data) <= start:
        return None
    flags = data[start]
    if flags & COMMAND and flags & MORE:  # bits 7-3 are ignored, as libzmq does
        raise IllegalFlags(flags)
    size = 9 if flags & LONG else 2
    if len(data) < start + size:
        return None
    body = int.from_bytes(data[start + 1 : start + size], "big")
    if body > limit:
        raise FrameTooLong(body, limit)
    return FrameHeader(bool(flags & MORE), bool(flags & COMMAND), body, size)


def frame_header(length: int, *, more: bool = False, command: bool = False) -> bytes:
    """Write the header of a frame whose body has ``length`` octets."""
    flags = (MORE if more else 0) | (COMMAND if command else 0)
    if length <= LONGEST_SHORT:
        return bytes((flags, length))
    return bytes((flags | LONG,)) + length.to_bytes(8, "big")


def encode_messages(batch: list[Message]) -> list[bytes]:
    """Write messages as octets for one ``sendmsg``: small frames joined, large ones by reference."""
    chunks: list[bytes] = []
    parts: list[bytes] = []
    long_length, long_header = 0, b""  # of the last long frame: the next is mostly as long
    for message in batch:
        body = message.body
        if body is not None:
            length = len(body)
            if length <= LONGEST_SHORT:
                parts.append(SHORT_LAST[length])
                parts.append(body)
                continue
            if length < BY_REFERENCE:
                if length != long_length:
                    long_length, long_header = length, frame_header(length)
                parts.append(long_header)
                parts.append(body)
                continue
        _encode_message(message.frames, parts, chunks)
    if parts:
        chunks.append(parts[0] if len(parts) == 1 else b"".join(parts))
    return chunks


def _encode_message(frames: list[bytes], parts: list[bytes], chunks: list[bytes]) -> None:
    last = len(frames) - 1
    for n, body in enumerate(frames):
        length = len(body)
        if length <= LONGEST_SHORT:
            parts.append(SHORT_MORE[length] if n < last else SHORT_LAST[length])
        else:
            parts.append((b"\x03" if n < last else b"\x02") + length.to_bytes(8, "big"))
        if length < BY_REFERENCE:
            parts.append(body)
        else:
            chunks.append(b"".join(parts))
            parts.clear()
            chunks.append(body)


class SharedBatch:
    """The octets of the batch that was written last, for the next pipe that carries the same messages.

    A publisher's pipes mostly do, one after the other; those whose peers want other topics write
    their own. What is kept is one batch of small frames, never a large one.
    """

    __slots__ = ("_batch", "_chunks")

    def __init__(self) -> None:
        self._batch: list[Message] = []
        self._chunks: list[bytes] = []

    def encode(self, batch: list[Message]) -> list[bytes]:
        """Write messages as ``encode_messages`` does."""
        if batch == self._batch:  # the very same messages: that is seen without a look into them
            return self._chunks
        chunks = encode_messages(batch)
        if len(chunks) == 1 and len(chunks[0]) <= LONGEST_KEPT:
            self._batch, self._chunks = batch, chunks
        return chunks


def framed_octets(message: Message) -> int:
    """Return how many octets ``message`` takes on the wire."""
    return sum(len(body) + (2 if len(body) <= LONGEST_SHORT else 9) for body in message.frames)


class Decoded:
    """Where one call of ``decode_messages`` came to.

    Attributes:
        messages: the whole messages found.
        position: the first octet that was not consumed.
        pending: frames of an unfinished multipart, to be given to the next call.
        command: the next frame is a command: somebody else must read it.
        unfinished: the header of a message's frame whose body is not all there, ``None`` if there is none.
        broken: the octets at ``position`` are no frame; the next call will raise.
    """

    __slots__ = ("broken", "command", "messages", "pending", "position", "unfinished")

    def __init__(self, pending: list[bytes]) -> None:
        self.messages: list[Message] = []
        self.position = 0
        self.pending = pending
        self.command = False
        self.unfinished: FrameHeader | None = None
        self.broken = False


def _long_stop(data: bytes, start: int, limit: int) -> int:
    """Return where a long frame below 64 KiB ends, or 0 when it is none, is not all there, or too long."""
    body = start + LONG_HEADER
    if body > len(data) or data[start + 1 : start + 7] != NO_LENGTH:
        return 0
    length = (data[start + 7] << 8) + data[start + 8]
    return body + length if length <= limit and body + length <= len(data) else 0


def decode_messages(  # noqa: C901 - one loop for all traffic; a call per frame would cost more than the frame
    data: bytes, start: int, room: int, limit: int, pending: list[bytes]
) -> Decoded:
    """Read whole messages from ``data`` at ``start``, at most ``room``, and stop before a command.

    Args:
        limit: longest acceptable body, octets.
        pending: frames already read of a message that is not complete.

    Raises:
        IllegalFlags, FrameTooLong: as ``read_header``; never while whole messages came before.
    """
    decoded = Decoded(pending)
    messages = decoded.messages
    position = start
    end = len(data)
    shorts = limit >= LONGEST_SHORT  # else each length has to be looked at
    while room and position + 1 < end:
        flags = data[position]
        if flags <= MORE and shorts:  # a short frame of a message: nearly all traffic
            first = position + 2
            stop = first + data[position + 1]
            if stop > end:
                break
        elif flags == LONG and (stop := _long_stop(data, position, limit)):
            first = position + LONG_HEADER
        else:
            try:
                header = read_header(data, position, limit)
            except PeerViolation:
                if not messages:
                    raise
                decoded.broken = True
                break
            if header is None:
                break
            if header.command:
                decoded.command = True
                break
            first = position + header.size
            stop = first + header.body
            if stop > end:
                decoded.unfinished = header
                break
        body = data[first:stop]
        position = stop
        if flags & MORE:
            pending.append(body)
            continue
        if pending:
            pending.append(body)
            messages.append(Message(pending))
            pending = decoded.pending = []
        else:
            messages.append(Message(body))
        room -= 1
    decoded.position = position
    return decoded
