"""From the octets of a WebSocket connection to whole messages; its control frames are seen to on the way."""

from typing import Final

from engine.errors import FrameTooLong
from engine.protocol.long_body import LongBody
from engine.wire.frames import FrameHeader
from engine.wire.web_frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    WebHeader,
    mask,
    read_web_header,
)
from engine.wire.web_violations import WebSocketBroken
from engine.wire.zws import ZwsDecoded, decode_zws

LONG_BODY: Final = 8192
"""Octets from which an unfinished payload is gathered in pieces instead of being joined at each read."""

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
        self._masked = masked
        self._data = b""
        self._position = 0
        self._long: LongBody | None = None
        self._long_header: WebHeader | None = None
        self._fragments: bytearray | None = None

    @property
    def octets(self) -> int:
        """Octets that are here."""
        gathered = self._long.gathered if self._long is not None else 0
        fragments = len(self._fragments) if self._fragments is not None else 0
        return len(self._data) - self._position + gathered + fragments

    @property
    def missing(self) -> int:
        """Octets that a long payload still lacks; 0 when none is gathered."""
        return self._long.missing if self._long is not None else 0

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        if self.farewell is not None:
            return
        if self._long is not None:
            data = self._long.add(data)
            if not data:
                return
        self._data = self._data[self._position :] + data if self._position < len(self._data) else data
        self._position = 0

    def head(self) -> bytes:
        """Return all that is here, for the opening."""
        return self._data

    def skip(self, count: int) -> None:
        """Go on behind the opening."""
        self._position += count

    def next_messages(self, room: int, limit: int, pending: list[bytes]) -> ZwsDecoded | None:
        """Return the plain messages that come next, at most ``room``; ``None`` inside one in parts.

        Raises:
            WebSocketBroken, FrameTooLong: never while whole messages came before.
        """
        if self._long is not None or self._fragments is not None:
            return None
        decoded = decode_zws(self._data, self._position, room, limit, pending, masked=self._masked)
        self._position = decoded.position
        return decoded

    def next_payload(self, limit: int) -> bytes | None:
        """Return the payload of the next whole message, flag octet and all; ``None`` if it is not all there.

        Args:
            limit: longest acceptable frame, octets, its flag not counted.

        Raises:
            WebSocketBroken: the peer's frames make no message.
            FrameTooLong: the message exceeds ``limit``.
        """
        while self.farewell is None:
            header = self._next_header(limit)
            if header is None:
                return None
            payload = self._next_body(header)
            if payload is None:
                return None
            whole = self._follow(header, mask(payload, header.key) if header.key else payload)
            if whole is not None:
                if not whole:
                    raise WebSocketBroken(NO_FLAG)
                return whole
        return None

    def _next_header(self, limit: int) -> WebHeader | None:
        if self._long_header is not None:
            return self._long_header
        gathered = len(self._fragments) if self._fragments is not None else 0
        try:
            return read_web_header(self._data, self._position, limit + 1 - gathered, masked=self._masked)
        except FrameTooLong as violation:
            raise FrameTooLong(gathered + violation.announced - 1, limit) from None

    def _next_body(self, header: WebHeader) -> bytes | None:
        if self._long is not None:
            if self._long.missing:
                return None
            payload = self._long.octets()
            self._long = self._long_header = None
            return payload
        body = self._position + header.size
        stop = body + header.body
        if stop <= len(self._data):
            self._position = stop
            return self._data[body:stop]
        if header.body > LONG_BODY:
            self._long_header = header
            self._long = LongBody(FrameHeader(more=False, command=False, body=header.body, size=header.size))
            self._long.add(self._data[body:])
            self._data = b""
            self._position = 0
        return None

    def _follow(self, header: WebHeader, payload: bytes) -> bytes | None:
        """Take one frame, and return the message that it completes."""
        opcode = header.opcode
        if opcode >= CLOSE:
            self._obey(opcode, payload)
            return None
        if opcode == TEXT:
            raise WebSocketBroken(IN_TEXT)
        if opcode == BINARY:
            if self._fragments is not None:
                raise WebSocketBroken(NOT_CONTINUED)
            if header.final:
                return payload
            self._fragments = bytearray(payload)
            return None
        assert opcode == CONTINUATION
        if self._fragments is None:
            raise WebSocketBroken(NOTHING_TO_CONTINUE)
        self._fragments += payload
        if not header.final:
            return None
        whole, self._fragments = bytes(self._fragments), None
        return whole

    def _obey(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.pong = payload
        elif opcode == CLOSE:
            self.farewell = payload[:CODE_OCTETS] if len(payload) >= CODE_OCTETS else b""
            self._data = b""
            self._position = 0
            self._fragments = None
