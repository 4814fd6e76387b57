"""Traffic in protected frames: messages and commands alike go inside, told apart by inner flags."""

from typing import Final

from engine.errors import MalformedCommand
from engine.messages import Message
from engine.security.mechanism import INNER_COMMAND, INNER_MORE, Protection
from engine.wire.frames import BY_REFERENCE, LONGEST_SHORT, SHORT_LAST, frame_header

MESSAGE: Final = "MESSAGE"


class ProtectedTraffic:
    """One connection's protected frames, in the order they leave and come.

    The outer frame is a plain message frame, never a command and never followed by more: that is
    inside. So one outer frame is one part of a message at most, and each has its counter.

    Source: 26/CURVEZMQ, "The MESSAGE Command"; the outer flags are libzmq's.
    """

    def __init__(self, protection: Protection) -> None:
        self._protection = protection
        self._parts: list[bytes] = []

    @property
    def gathered(self) -> int:
        """Octets of a message that is not complete."""
        return sum(map(len, self._parts))

    def seal(self, flags: int, content: bytes) -> bytes:
        """Return a whole frame that carries ``content``; it has to leave before the next is sealed."""
        body = self._protection.protect(flags, content)
        length = len(body)
        header = SHORT_LAST[length] if length <= LONGEST_SHORT else frame_header(length)
        return header + body

    def seal_batch(self, batch: list[Message]) -> list[bytes]:
        """Return the octets of messages for one ``sendmsg``: small frames joined, large ones apart."""
        protect = self._protection.protect
        chunks: list[bytes] = []
        small: list[bytes] = []
        for message in batch:
            frames = message.frames
            last = len(frames) - 1
            for n, content in enumerate(frames):
                body = protect(INNER_MORE if n < last else 0, content)
                length = len(body)
                small.append(SHORT_LAST[length] if length <= LONGEST_SHORT else frame_header(length))
                if length < BY_REFERENCE:
                    small.append(body)
                else:
                    chunks += (b"".join(small), body)
                    small = []
        if small:
            chunks.append(b"".join(small))
        return chunks

    def open(self, outer: Message) -> Message | bytes | None:
        """Return the message that ends with this frame, the body of the command in it, or ``None``.

        Raises:
            PeerViolation: the frame is none of the protection's, or claims that more follow.
        """
        body = outer.body
        if body is None:
            if len(outer.frames) > 1:
                raise MalformedCommand(MESSAGE, "its frame claims that more follow")
            body = outer.frames[0]
        flags, content = self._protection.unprotect(body)
        if flags & INNER_COMMAND:
            return content
        if not flags & INNER_MORE and not self._parts:
            return Message(content)
        self._parts.append(content)
        if flags & INNER_MORE:
            return None
        parts, self._parts = self._parts, []
        return Message(parts)

    def octets_of(self, message: Message) -> int:
        """Return how many octets ``message`` takes on the wire."""
        lengths = [len(content) + self._protection.overhead for content in message.frames]
        return sum(length + (2 if length <= LONGEST_SHORT else 9) for length in lengths)
