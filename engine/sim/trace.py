"""What happened in a simulated world, in order, with its virtual time; equal worlds have equal digests."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

SHOWN_WHOLE: Final = 64
"""Octets up to which an entry shows its content and not a digest of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    when_s: float
    """Virtual time, seconds."""
    what: str
    """connected, octets, message, lost, partition, …"""
    where: str
    """Between whom."""
    content: str
    """What arrived, shortened to a digest when long."""

    def __str__(self) -> str:
        return f"{self.when_s!r} {self.what} {self.where} {self.content}"


class Trace:
    """A growing list of entries and the digest of them all."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._hash = sha256()

    def note(self, when_s: float, what: str, where: str, content: bytes = b"") -> None:
        """Write down that something happened."""
        shown = (
            content.hex()
            if len(content) <= SHOWN_WHOLE
            else f"{len(content)}:{sha256(content).hexdigest()[:32]}"
        )
        entry = Entry(when_s, what, where, shown)
        self.entries.append(entry)
        self._hash.update(str(entry).encode() + b"\n")

    def digest(self) -> str:
        """Return one text that differs as soon as one entry does."""
        return self._hash.hexdigest()
