"""The last messages of a link, kept where they were received, for people to open."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.telemetry.message_shapes import CUT_OCTETS, shape_frames

KEPT: Final = 200
MOST_OCTETS: Final = 8 * 1024 * 1024
"""Octets that one ring may hold; a ring of large messages is shorter."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One message that passed."""

    seq: int
    """Its place in its pipe, from 1; the same number at both ends of a connection."""
    t_s: float
    frames: Sequence[bytes]
    facts: dict[str, Any]
    """Where it passed: lane, instances; for a manual node the socket and direction."""

    @property
    def octets(self) -> int:
        """Octets of all frames."""
        return sum(map(len, self.frames))

    def shape(self, limit: int | None = CUT_OCTETS) -> dict[str, Any]:
        """The message as JSON, frames cut at ``limit`` octets."""
        return {
            "seq": self.seq,
            "t": round(self.t_s, 6),
            "octets": self.octets,
            **self.facts,
            "frames": shape_frames(self.frames, limit),
        }


class Ring:
    """Keeps the last messages, in the order they passed."""

    def __init__(self) -> None:
        self._kept: deque[Kept] = deque()
        self._octets = 0

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, message: Kept) -> None:
        """Keep a message; the oldest make room."""
        self._kept.append(message)
        self._octets += message.octets
        while len(self._kept) > KEPT or (self._octets > MOST_OCTETS and len(self._kept) > 1):
            self._octets -= self._kept.popleft().octets

    def last(self, count: int) -> list[Kept]:
        """The last ``count`` messages, oldest first."""
        return list(self._kept)[-count:] if count > 0 else []

    def find(self, seq: int) -> Kept | None:
        """The newest kept message with this number."""
        return next((message for message in reversed(self._kept) if message.seq == seq), None)
