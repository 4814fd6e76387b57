"""From the octets of a WebSocket connection to whole messages; its control frames are seen to on the way."""

from typing import Final

from websockets.frames import Frame, Opcode

from engine.errors import FrameTooLong
from engine.wire.web_frames import FrameReader
from engine.wire.web_violations import WebSocketBroken

CODE_OCTETS: Final = 2

IN_TEXT: Final = "a text message; 0MQ's are binary"
NO_FLAG: Final = "a message without a flag octet"
NOT_CONTINUED: Final = "a new message where the last was to go on"
NOTHING_TO_CONTINUE: Final = "a continuation of nothing"


class WebReader:
    """What has come in on one connection and was not taken yet.

    Args:
        masked: whether the peer is a client.

    Attributes:
        pong: what a ping wants to be sent back, the newest only; ``None`` for none.
        farewell: the code with which the peer closed, as it came; ``None`` before. Nothing follows.

    Source: RFC 6455, section 5.
    """

    def __init__(self, *, masked: bool) -> None:
        self.pong: bytes | None = None
        self.farewell: bytes | None = None
        self._frames = FrameReader(masked=masked)
        self._fragments: bytearray | None = None

    @property
    def octets(self) -> int:
        """Octets that are here."""
        fragments = len(self._fragments) if self._fragments is not None else 0
        return self._frames.octets + fragments

    @property
    def missing(self) -> int:
        """Octets that a long payload still lacks; 0 when none has begun."""
        return self._frames.missing

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        if self.farewell is None:
            self._frames.feed(data)

    def head(self) -> bytes:
        """Return all that is here, for the opening."""
        return self._frames.head()

    def skip(self, count: int) -> None:
        """Go on behind the opening."""
        self._frames.skip(count)

    def next_payload(self, limit: int) -> bytes | None:
        """Return the payload of the next whole message, flag octet and all; ``None`` if it is not all there.

        Args:
            limit: longest acceptable frame, octets, its flag not counted.

        Raises:
            WebSocketBroken: the peer's frames make no message.
            FrameTooLong: the message exceeds ``limit``.
        """
        while self.farewell is None:
            frame = self._next_frame(limit)
            if frame is None:
                return None
            whole = self._follow(frame)
            if whole is not None:
                if not whole:
                    raise WebSocketBroken(NO_FLAG)
                return whole
        return None

    def _next_frame(self, limit: int) -> Frame | None:
        gathered = len(self._fragments) if self._fragments is not None else 0
        try:
            return self._frames.next_frame(limit + 1 - gathered)
        except FrameTooLong as violation:
            raise FrameTooLong(gathered + violation.announced - 1, limit) from None

    def _follow(self, frame: Frame) -> bytes | None:
        """Take one frame, and return the message that it completes."""
        payload = bytes(frame.data)
        opcode = frame.opcode
        if opcode is Opcode.BINARY:
            if self._fragments is not None:
                raise WebSocketBroken(NOT_CONTINUED)
            if frame.fin:
                return payload
            self._fragments = bytearray(payload)
        elif opcode is Opcode.TEXT:
            raise WebSocketBroken(IN_TEXT)
        elif opcode is Opcode.CONT:
            return self._continue(payload, is_last=frame.fin)
        elif opcode is Opcode.PING:
            self.pong = payload
        elif opcode is Opcode.CLOSE:
            self.farewell = payload[:CODE_OCTETS] if len(payload) >= CODE_OCTETS else b""
            self._frames.discard()
            self._fragments = None
        return None

    def _continue(self, payload: bytes, *, is_last: bool) -> bytes | None:
        if self._fragments is None:
            raise WebSocketBroken(NOTHING_TO_CONTINUE)
        self._fragments += payload
        if not is_last:
            return None
        whole, self._fragments = bytes(self._fragments), None
        return whole
