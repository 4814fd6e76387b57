"""What a security mechanism does in a handshake, and afterwards with each frame."""

from dataclasses import dataclass, field
from typing import Final, Protocol

from mypy_extensions import mypyc_attr

from engine.errors import PeerViolation
from engine.security.zap import ACCEPTED, TRY_LATER, AccessDenied, ZapReply
from engine.wire.commands import Error, command_body

INNER_MORE: Final = 0x01
INNER_COMMAND: Final = 0x02
"""Flags inside a protected frame; a command is 2 there, not 4 as outside. Source: 26/CURVEZMQ."""


@dataclass(frozen=True, slots=True)
class Question:
    """The handshake goes on when an authenticator has said whether the peer may come in."""

    credentials: tuple[bytes, ...] = field(default=(), repr=False)
    """What the peer shows: its name and password, or its public key."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step of a handshake gives.

    Attributes:
        reply: the body of a command to send, or nothing.
        properties: the peer's metadata once the handshake is done, ``None`` before.
        question: what an authenticator is to be asked before the next step, if anything.
        refusal: why the handshake is over in vain, once ``reply`` has been sent.
    """

    reply: bytes = b""
    properties: dict[str, bytes] | None = None
    question: Question | None = None
    refusal: PeerViolation | None = None


@mypyc_attr(allow_interpreted_subclasses=True)
class Protection:
    """Boxes and opens the frames of one connection's traffic, in the order they go and come."""

    overhead: int
    """Octets by which a protected body is longer than what is in it."""

    def protect(self, flags: int, content: bytes) -> bytes:
        """Return the body of the message frame that carries ``content``."""
        raise NotImplementedError

    def unprotect(self, body: bytes) -> tuple[int, bytes]:
        """Return the flags and the content of a frame's body.

        Raises:
            PeerViolation: it is forged, repeated, or no protected frame.
        """
        raise NotImplementedError


class Mechanism(Protocol):
    """A small state machine over commands; it knows no sockets and does no I/O."""

    name: str
    """The name in the greeting, at most 20 ASCII characters."""
    as_server: bool

    @property
    def protection(self) -> Protection | None:
        """What traffic passes through once the handshake is done; ``None`` when it goes as it is."""
        ...

    def begin(self) -> Outcome:
        """Say what to do as soon as the greetings agree; called once."""
        ...

    def receive(self, body: bytes) -> Outcome:
        """Take the body of the peer's next command; not while a question stands open.

        Raises:
            PeerViolation: the peer broke the mechanism's rules, or refused us.
        """
        ...

    def decide(self, verdict: ZapReply | None) -> Outcome:
        """Go on after a question, with the authenticator's word, or ``None`` when there is nobody to ask.

        Raises:
            PeerViolation: there had to be an authenticator.
        """
        ...


def turn_away(verdict: ZapReply) -> Outcome | None:
    """Return what a refusal comes to, or ``None`` when the verdict lets the peer in.

    The peer is told the status by ERROR; but "try later" ends the connection without a word, so
    that the peer does try.

    Source: libzmq 4.3.5, measured.
    """
    if verdict.status == ACCEPTED:
        return None
    refusal = AccessDenied(verdict.status, verdict.text)
    if verdict.status == TRY_LATER:
        return Outcome(refusal=refusal)
    return Outcome(reply=command_body(Error(str(verdict.status))), refusal=refusal)
