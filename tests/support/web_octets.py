"""ZWS by hand: an opening and messages as octets, for whichever side a test plays."""

from collections.abc import Generator

from websockets.frames import Frame
from websockets.streams import StreamReader
from websockets.utils import apply_mask

FINAL, BINARY, MASKED = 0x80, 0x02, 0x80

KEY = b"\x01\x02\x03\x04"
NONCE = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""The nonce of RFC 6455's example, and its answer."""


def request(*subprotocols: str, path: str = "/", extra: str = "") -> bytes:
    """Return a client's opening request."""
    offered = f"Sec-WebSocket-Protocol: {', '.join(subprotocols)}\r\n" if subprotocols else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        f"Sec-WebSocket-Key: {NONCE}\r\nSec-WebSocket-Version: 13\r\n{offered}{extra}\r\n"
    ).encode()


def answer(subprotocol: str = "", accept: str = ACCEPT) -> bytes:
    """Return a server's answer."""
    chosen = f"Sec-WebSocket-Protocol: {subprotocol}\r\n" if subprotocol else ""
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n{chosen}\r\n"
    ).encode()


def frame(payload: bytes, first: int = FINAL | BINARY, *, masked: bool = True) -> bytes:
    """Return a frame with this first octet."""
    length = len(payload)
    bit = MASKED if masked else 0
    if length < 126:
        head = bytes((first, bit | length))
    elif length < 1 << 16:
        head = bytes((first, bit | 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((first, bit | 127)) + length.to_bytes(8, "big")
    return head + (KEY + apply_mask(payload, KEY) if masked else payload)


def first_frame(data: bytes, *, masked: bool) -> tuple[Frame, bytes] | None:
    """Return the frame at the start, and what follows it; ``None`` if it is not all there."""
    stream = StreamReader()
    stream.feed_data(data)
    parsing: Generator[None, None, Frame] = Frame.parse(stream.read_exact, mask=masked)
    try:
        next(parsing)
    except StopIteration as done:
        return done.value, bytes(stream.buffer)
    return None
