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
    """Its place in its connection, from 1: the same number at both ends. Of an inproc pipe or a manual
    node, which have none, its place among all."""
    t_s: float
    frames: Sequence[bytes]
    facts: dict[str, Any]
    """Where it passed: lane, instances; for a manual node the socket and direction."""
    connection: str = ""
    """The connection's name; empty where both ends share the pipe, and for peers that do not tell it."""

    @property
    def octets(self) -> int:
        """Octets of all frames."""
        return sum(map(len, self.frames))

    def shape(self, limit: int | None = CUT_OCTETS) -> dict[str, Any]:
        """The message as JSON, frames cut at ``limit`` octets."""
        return {
            "connection": self.connection,
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

    def find(self, seq: int, lane: str | None = None, connection: str | None = None) -> Kept | None:
        """The newest kept message with this number, of any lane and connection that is not given."""
        for message in reversed(self._kept):
            is_there = lane in (None, message.facts.get("lane")) and connection in (None, message.connection)
            if message.seq == seq and is_there:
                return message
        return None
