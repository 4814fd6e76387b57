"""Greeting, version choice and mechanism exchange: what comes before the first message."""

from engine.errors import FrameTooLong, MechanismMismatch, PeerTooOld, PeerViolation, UnexpectedCommand
from engine.protocol.events import HandshakeStep, PeerIdentity
from engine.protocol.exchange import LONGEST_INTRODUCTION, Exchange, LocalIdentity, refused_for_length
from engine.protocol.older import OlderHandshake, version_text
from engine.security.mechanism import Mechanism, Protection, Question
from engine.security.null import NullMechanism
from engine.security.zap import ZapReply
from engine.wire.commands import frame_command
from engine.wire.frames import read_header
from engine.wire.greeting import (
    GREETING_SIZE,
    MAJOR,
    VERSION_AT,
    Dialect,
    Greeting,
    dialect_of,
    read_greeting,
    write_rest,
    write_signature,
)

A_MESSAGE = "a message"
A_COMMAND = "a command"
TOO_MUCH = "more than a command"
AN_ANSWER = "it to wait for an answer"
SECURITY = "security"
GREETING = "greeting"
LONG_HEADER = 9


class Handshake:
    """One connection's handshake, fed the octets that have come so far.

    The greeting leaves in three steps as libzmq's does, each when the peer's part before it is in,
    so that a peer of an older version can still be answered in its own.

    Args:
        local: who we are.
        frame_limit: longest frame to accept, octets.
        mechanism: the security mechanism and our role in it; NULL when not given.

    Source: 37/ZMTP 3.1, "Version Negotiation"; libzmq 4.3.5.
    """

    def __init__(self, local: LocalIdentity, frame_limit: int, mechanism: Mechanism | None = None) -> None:
        self._local = local
        self._frame_limit = min(frame_limit, LONGEST_INTRODUCTION)
        self._exchanged = Exchange(local, mechanism)
        self._said_version = False
        self._said_rest = False
        self._greeting: Greeting | None = None
        self._older: OlderHandshake | None = None
        self.wants_everything = False
        """Whether the peer is of a kind that is sent everything, since it tells no subscriptions."""
        self.outgoing: list[bytes] = [write_signature(local.routing_id)]
        """Octets to send; the owner takes them away."""
        self.peer: PeerIdentity | None = None
        """The peer, once the handshake is done."""

    @property
    def steps(self) -> list[HandshakeStep]:
        """What the peer has done so far; the owner takes them away."""
        return self._exchanged.steps

    @property
    def question(self) -> Question | None:
        """What an authenticator is to be asked; nothing goes on until ``decide`` has brought the answer."""
        return self._exchanged.question

    @property
    def mechanism(self) -> str:
        """Our security mechanism's name."""
        return self._exchanged.mechanism.name

    @property
    def protection(self) -> Protection | None:
        """What traffic passes through, once the handshake is done; ``None`` when it goes as it is."""
        return self._exchanged.protection

    def advance(self, data: bytes) -> int:
        """Look at the octets that were not consumed yet, and return how many of them were now.

        Raises:
            PeerViolation: the peer cannot be talked to.
        """
        consumed = 0
        if self._greeting is None:
            consumed = self._greet(data)
            if self._greeting is None:
                return consumed
        while self.peer is None:
            if self.question is not None:
                self._check_patience(len(data) - consumed)
                break
            step = self._exchange(data, consumed)
            if not step:
                break
            consumed += step
        return consumed

    def decide(self, verdict: ZapReply | PeerViolation | None) -> None:
        """Go on with the authenticator's word, or ``None`` when there is nobody to ask.

        What is then to be sent stands in ``outgoing`` even when this raises.

        Raises:
            PeerViolation: the peer was turned away, or nobody could say whether it may come in.
        """
        try:
            self._exchanged.decide(verdict)
        finally:
            self._gather_replies()
        self.peer = self._exchanged.peer

    def _greet(self, data: bytes) -> int:
        dialect = dialect_of(data)
        if dialect is Dialect.UNVERSIONED:
            return self._greet_older(data, dialect)
        if len(data) >= VERSION_AT and not self._said_version:
            self._said_version = True
            self.outgoing.append(bytes((MAJOR,)))
        if dialect is None:
            return 0
        if dialect is not Dialect.ZMTP_3:
            return self._greet_older(data, dialect)
        if not self._said_rest:
            self._said_rest = True
            mechanism = self._exchanged.mechanism
            self.outgoing.append(write_rest(mechanism.name, as_server=mechanism.as_server))
        if len(data) < GREETING_SIZE:
            return 0
        self._greeting = greeting = read_greeting(data[:GREETING_SIZE])
        spoken = f"ZMTP {greeting.major}.{greeting.minor}, {greeting.mechanism}"
        self.steps.append(HandshakeStep(GREETING, spoken))
        if greeting.mechanism != self.mechanism:
            raise MechanismMismatch(self.mechanism, greeting.mechanism)
        self._exchanged.begin((greeting.major, greeting.minor))
        self._gather_replies()
        return GREETING_SIZE

    def _greet_older(self, data: bytes, dialect: Dialect) -> int:
        """Go on in the peer's older version, unless it was to show who it is."""
        if self._older is None:
            mechanism = self._exchanged.mechanism
            if not isinstance(mechanism, NullMechanism) or mechanism.asks:
                raise PeerTooOld(version_text(dialect), SECURITY)
            self.steps.append(HandshakeStep(GREETING, f"ZMTP {version_text(dialect)}, {mechanism.name}"))
            self._older = OlderHandshake(dialect, self._local.socket_type, self._local.routing_id)
        consumed = self._older.advance(data)
        self.outgoing += self._older.outgoing
        self._older.outgoing.clear()
        self.peer = self._older.peer
        self.wants_everything = dialect is Dialect.UNVERSIONED
        return consumed

    def _exchange(self, data: bytes, start: int) -> int:
        try:
            header = read_header(data, start, self._frame_limit)
        except FrameTooLong as violation:
            raise refused_for_length(violation) from None
        if header is None or len(data) < start + header.size + header.body:
            return 0
        if not header.command:
            raise UnexpectedCommand(A_MESSAGE, A_COMMAND)
        end = start + header.size + header.body
        try:
            self._exchanged.receive(data[start + header.size : end])
        finally:
            self._gather_replies()
        self.peer = self._exchanged.peer
        return end - start

    def _gather_replies(self) -> None:
        self.outgoing += [frame_command(body) for body in self._exchanged.replies]
        self._exchanged.replies.clear()

    def _check_patience(self, waiting: int) -> None:
        """Refuse a peer that fills our memory while an authenticator thinks: one command may be early."""
        if waiting > LONGEST_INTRODUCTION + LONG_HEADER:
            raise UnexpectedCommand(TOO_MUCH, AN_ANSWER)
