"""WebSocket frames, read and written by the ``websockets`` library; what they carry is not known here.

By its ``Frame`` and not its ``Protocol``: that decodes all that has come however little room there is for
it, answers each ping of a flood, and refuses close codes that we give back as they are.
"""

from collections.abc import Generator
from typing import Final

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from engine.errors import FrameTooLong
from engine.wire.web_violations import WebSocketBroken

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

BINARY: Final = Opcode.BINARY
CLOSE: Final = Opcode.CLOSE
PING: Final = Opcode.PING
PONG: Final = Opcode.PONG

MASKED: Final = 0x80
LONGEST_CONTROL: Final = 125
"""Octets of a control frame's payload. Source: RFC 6455, section 5.5."""
LONG_BODY: Final = 8192
"""Octets from which it is told how many an unfinished payload lacks."""
KEY_OCTETS: Final = 4

CONTROL_TOO_LONG: Final = "control frame too long"


class FrameReader:
    """The frames of one direction of a connection, one at a time.

    Args:
        masked: whether frames have to be masked (a client's) or must not be (a server's).

    Attributes:
        octets: how many are here that were not given away in frames.

    Source: RFC 6455, section 5.
    """

    def __init__(self, *, masked: bool) -> None:
        self.octets = 0
        self._masked = masked
        self._stream = StreamReader()
        self._parsing: Generator[None, None, Frame] | None = None
        self._is_control = False
        self._wanted = 0

    @property
    def missing(self) -> int:
        """Octets that a long payload still lacks; 0 when none has begun."""
        if self._parsing is None or self._wanted <= LONG_BODY:
            return 0
        return self._wanted - len(self._stream.buffer)

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        self._stream.feed_data(data)
        self.octets += len(data)

    def head(self) -> bytes:
        """Return what is here, when it is no frame yet."""
        return bytes(self._stream.buffer)

    def skip(self, count: int) -> None:
        """Forget the first octets, which were no frame."""
        del self._stream.buffer[:count]
        self.octets -= count

    def discard(self) -> None:
        """Forget all that is here."""
        self._stream.discard()
        self.octets = 0

    def next_frame(self, limit: int) -> Frame | None:
        """Return the next frame, or ``None`` if it is not all there yet; no octet behind it is looked at.

        A length is judged as soon as it is there, and no room is made for the payload.

        Args:
            limit: longest acceptable payload of a frame that is no control frame, octets.

        Raises:
            WebSocketBroken: it is none that WebSocket allows.
            FrameTooLong: the announced payload exceeds ``limit``.
        """
        if self._parsing is None:
            buffer = self._stream.buffer
            if not buffer:
                return None
            self._is_control = bool(buffer[0] & CLOSE)  # or any size would do, and be waited for
            longest = LONGEST_CONTROL if self._is_control else limit
            self._parsing = Frame.parse(self._read_exact, mask=self._masked, max_size=longest)
        try:
            next(self._parsing)
        except StopIteration as done:
            frame: Frame = done.value
        except PayloadTooBig as violation:
            if self._is_control:
                raise WebSocketBroken(CONTROL_TOO_LONG) from None
            raise FrameTooLong(violation.size or 0, limit) from None
        except ProtocolError as violation:
            raise WebSocketBroken(str(violation)) from None
        else:
            return None
        self._parsing = None
        self.octets = len(self._stream.buffer)
        return frame

    def _read_exact(self, count: int) -> Generator[None, None, bytearray]:
        self._wanted = count
        return self._stream.read_exact(count)


def web_frame(opcode: Opcode, payload: bytes, key: bytes = b"") -> bytes:
    """Write a whole frame; with a key of 4 octets it is masked, as a client's has to be."""
    octets = Frame(opcode, payload).serialize(mask=False)
    if not key:
        return octets
    # The library would draw the key itself; a simulated world has to draw the same one each time.
    size = len(octets) - len(payload)
    return b"".join((octets[:1], bytes((octets[1] | MASKED,)), octets[2:size], key, apply_mask(payload, key)))
