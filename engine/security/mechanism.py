"""What a security mechanism does in a handshake, and the choice of one."""

from dataclasses import dataclass
from typing import Protocol

from engine.wire.commands import Command


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step of a handshake gives.

    Attributes:
        reply: a whole command frame to send, or nothing.
        properties: the peer's metadata once the handshake is done, ``None`` before.
    """

    reply: bytes = b""
    properties: dict[str, bytes] | None = None


class Mechanism(Protocol):
    """A small state machine over commands; it knows no sockets and does no I/O."""

    name: str
    """The name in the greeting, at most 20 ASCII characters."""
    as_server: bool

    def begin(self) -> bytes:
        """Return the frame to send as soon as the greetings agree; may be empty."""
        ...

    def receive(self, command: Command) -> Outcome:
        """Take the peer's next command.

        Raises:
            PeerViolation: the peer broke the mechanism's rules, or refused us.
        """
        ...
