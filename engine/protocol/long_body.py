"""The body of a long frame, gathered in pieces and joined once."""

from engine.wire.frames import FrameHeader


class LongBody:
    """The body of a long frame, gathered in pieces and joined once."""

    def __init__(self, header: FrameHeader) -> None:
        self.more = header.more
        self.missing = header.body
        self.gathered = 0
        self._pieces: list[bytes] = []

    def add(self, data: bytes) -> bytes:
        """Take what belongs to the body, and return what comes after it."""
        rest = b""
        if len(data) > self.missing:
            rest = data[self.missing :]
            data = data[: self.missing]
        if data:
            self._pieces.append(data)
            self.gathered += len(data)
            self.missing -= len(data)
        return rest

    def octets(self) -> bytes:
        """Return the whole body; the pieces are given up."""
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
