"""Greeting, version choice and mechanism exchange: what comes before the first message."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.compatibility import NAMED, may_talk
from engine.constants import SocketType
from engine.errors import IncompatiblePeer, MechanismMismatch, PeerTooOld, PeerViolation, UnexpectedCommand
from engine.protocol.events import PeerIdentity
from engine.protocol.older import OlderHandshake, version_text
from engine.security.mechanism import Mechanism, Outcome, Protection, Question
from engine.security.null import NullMechanism
from engine.security.zap import USER_ID, ZapReply
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

SOCKET_TYPE = "Socket-Type"
IDENTITY = "Identity"
A_MESSAGE = "a message"
A_COMMAND = "a command"
TOO_MUCH = "more than a command"
AN_ANSWER = "it to wait for an answer"
SECURITY = "security"
LONG_HEADER = 9

LONGEST_COMMAND = 1 << 20
"""Octets. A stranger may not make us gather more than this before it has said who it is."""


@dataclass(frozen=True, slots=True)
class LocalIdentity:
    """What we say of ourselves in a handshake."""

    socket_type: SocketType
    routing_id: bytes
    properties: Mapping[str, bytes]
    """Further metadata; names beginning with ``X-`` are free for use."""

    def metadata(self) -> dict[str, bytes]:
        """Return READY's properties in the order that libzmq sends them."""
        properties = {SOCKET_TYPE: self.socket_type.name.encode()}
        if self.socket_type in NAMED:
            properties[IDENTITY] = self.routing_id
        properties.update(self.properties)
        return properties


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
        self._frame_limit = min(frame_limit, LONGEST_COMMAND)
        self._mechanism = mechanism or NullMechanism(local.metadata())
        self._granted: dict[str, bytes] = {}
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
        self.question: Question | None = None
        """What an authenticator is to be asked; nothing goes on until ``decide`` has brought the answer."""

    @property
    def mechanism(self) -> str:
        """Our security mechanism's name."""
        return self._mechanism.name

    @property
    def protection(self) -> Protection | None:
        """What traffic passes through, once the handshake is done; ``None`` when it goes as it is."""
        return self._mechanism.protection

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
        if isinstance(verdict, PeerViolation):
            raise verdict
        self.question = None
        if verdict is not None:
            self._granted = {name.lower(): value for name, value in verdict.metadata.items()}
            if verdict.user_id:
                self._granted[USER_ID] = verdict.user_id
        self._follow(self._mechanism.decide(verdict))

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
            self.outgoing.append(write_rest(self._mechanism.name, as_server=self._mechanism.as_server))
        if len(data) < GREETING_SIZE:
            return 0
        self._greeting = greeting = read_greeting(data[:GREETING_SIZE])
        if greeting.mechanism != self._mechanism.name:
            raise MechanismMismatch(self._mechanism.name, greeting.mechanism)
        self._follow(self._mechanism.begin())
        return GREETING_SIZE

    def _greet_older(self, data: bytes, dialect: Dialect) -> int:
        """Go on in the peer's older version, unless it was to show who it is."""
        if self._older is None:
            mechanism = self._mechanism
            if not isinstance(mechanism, NullMechanism) or mechanism.asks:
                raise PeerTooOld(version_text(dialect), SECURITY)
            self._older = OlderHandshake(dialect, self._local.socket_type, self._local.routing_id)
        consumed = self._older.advance(data)
        self.outgoing += self._older.outgoing
        self._older.outgoing.clear()
        self.peer = self._older.peer
        self.wants_everything = dialect is Dialect.UNVERSIONED
        return consumed

    def _exchange(self, data: bytes, start: int) -> int:
        header = read_header(data, start, self._frame_limit)
        if header is None or len(data) < start + header.size + header.body:
            return 0
        if not header.command:
            raise UnexpectedCommand(A_MESSAGE, A_COMMAND)
        end = start + header.size + header.body
        self._follow(self._mechanism.receive(data[start + header.size : end]))
        return end - start

    def _follow(self, outcome: Outcome) -> None:
        if outcome.reply:
            self.outgoing.append(outcome.reply)
        if outcome.refusal is not None:
            raise outcome.refusal
        self.question = outcome.question
        if outcome.properties is not None:
            self.peer = self._identify(outcome.properties)

    def _check_patience(self, waiting: int) -> None:
        """Refuse a peer that fills our memory while an authenticator thinks: one command may be early."""
        if waiting > LONGEST_COMMAND + LONG_HEADER:
            raise UnexpectedCommand(TOO_MUCH, AN_ANSWER)

    def _identify(self, properties: dict[str, bytes]) -> PeerIdentity:
        name = properties.get(SOCKET_TYPE.lower())
        socket_type = None
        if name is not None:
            text = name.decode("ascii", "replace")
            socket_type = SocketType.__members__.get(text)
            if socket_type is None or not may_talk(self._local.socket_type, socket_type):
                raise IncompatiblePeer(self._local.socket_type.name, text)
        assert self._greeting is not None
        own = {key: value for key, value in properties.items() if key != USER_ID}  # not the peer's to say
        return PeerIdentity(
            socket_type=socket_type,
            routing_id=own.get(IDENTITY.lower(), b""),
            version=(self._greeting.major, self._greeting.minor),
            mechanism=self._greeting.mechanism,
            properties={**own, **self._granted},
        )
