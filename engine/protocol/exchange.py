"""The mechanism's part of a handshake, whatever carries its commands: who the peer is, and may it come in."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.compatibility import NAMED, may_talk
from engine.constants import LONGEST_METADATA, SocketType
from engine.errors import FrameTooLong, IncompatiblePeer, PeerViolation
from engine.protocol.events import HandshakeStep, PeerIdentity
from engine.security.mechanism import Mechanism, Outcome, Protection, Question
from engine.security.null import NullMechanism
from engine.security.zap import USER_ID, ZapReply

SOCKET_TYPE = "Socket-Type"
IDENTITY = "Identity"

LONGEST_NAME = 16
"""Octets of a command's name that are told; none has more than nine."""
LONGEST_COMMAND = 1 << 20
"""Octets of a command once messages pass."""
LONGEST_INTRODUCTION = LONGEST_METADATA + 4096
"""Octets of a command of the handshake: a stranger may not make us gather more before it has said who it is.
Its metadata, and what stands around it: type, routing id, names of link and connection, CURVE's boxes."""


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


class Exchange:
    """One connection's exchange of commands by its mechanism, until the peer is known.

    Args:
        local: who we are.
        mechanism: the security mechanism and our role in it; NULL when not given.
    """

    def __init__(self, local: LocalIdentity, mechanism: Mechanism | None) -> None:
        self.mechanism = mechanism or NullMechanism(local.metadata())
        self.replies: list[bytes] = []
        """The bodies of commands to send; the owner takes them away."""
        self.steps: list[HandshakeStep] = []
        """What the peer has done so far; the owner takes them away."""
        self.question: Question | None = None
        """What an authenticator is to be asked; nothing goes on until ``decide`` has brought the answer."""
        self.peer: PeerIdentity | None = None
        """The peer, once it is known and let in."""
        self._local = local
        self._version = (0, 0)
        self._granted: dict[str, bytes] = {}

    @property
    def protection(self) -> Protection | None:
        """What traffic passes through, once the peer is known; ``None`` when it goes as it is."""
        return self.mechanism.protection

    def begin(self, version: tuple[int, int]) -> None:
        """Go, now that the peer's protocol has this version and the mechanism is agreed on."""
        self._version = version
        self._follow(self.mechanism.begin())

    def receive(self, body: bytes) -> None:
        """Take the body of the peer's next command; not while a question stands open.

        What is then to be sent stands in ``replies`` even when this raises.

        Raises:
            PeerViolation: the peer broke the mechanism's rules, refused us, or is of no use to us.
        """
        self.steps.append(HandshakeStep(command_name(body)))
        self._follow(self.mechanism.receive(body))

    def decide(self, verdict: ZapReply | PeerViolation | None) -> None:
        """Go on with the authenticator's word, or ``None`` when there is nobody to ask.

        What is then to be sent stands in ``replies`` even when this raises.

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
        self._follow(self.mechanism.decide(verdict))

    def _follow(self, outcome: Outcome) -> None:
        if outcome.reply:
            self.replies.append(outcome.reply)
        if outcome.refusal is not None:
            raise outcome.refusal
        self.question = outcome.question
        if outcome.properties is not None:
            self.peer = self._identify(outcome.properties)

    def _identify(self, properties: dict[str, bytes]) -> PeerIdentity:
        name = properties.get(SOCKET_TYPE.lower())
        socket_type = None
        if name is not None:
            text = name.decode("ascii", "replace")
            socket_type = SocketType.__members__.get(text)
            if socket_type is None or not may_talk(self._local.socket_type, socket_type):
                raise IncompatiblePeer(self._local.socket_type.name, text)
        own = {key: value for key, value in properties.items() if key != USER_ID}  # not the peer's to say
        return PeerIdentity(
            socket_type=socket_type,
            routing_id=own.get(IDENTITY.lower(), b""),
            version=self._version,
            mechanism=self.mechanism.name,
            properties={**own, **self._granted},
        )


class IntroductionTooLong(PeerViolation):
    """A command of the handshake is longer than a peer needs to say who it is, whatever ``maxmsgsize`` is.

    libzmq sets no limit; only a program that gives its socket that much ``metadata`` sends such a command.

    Attributes:
        announced: the length that the peer announced, octets.
        limit: the longest that is taken, octets.
    """

    def __init__(self, announced: int, limit: int) -> None:
        self.announced = announced
        self.limit = limit
        super().__init__(
            f"peer announced a handshake command of {announced} octets; {limit} are taken: send less metadata"
        )


def refused_for_length(violation: FrameTooLong) -> PeerViolation:
    """Return what to say of a command of the handshake that is too long: our limit, or ``maxmsgsize``."""
    if violation.limit == LONGEST_INTRODUCTION:
        return IntroductionTooLong(violation.announced, violation.limit)
    return violation


def command_name(body: bytes) -> str:
    """Return the name of the command that ``body`` is, as far as it can be read."""
    return body[1 : 1 + min(body[0], LONGEST_NAME)].decode("ascii", "replace") if body else ""
