"""What a connection tells its owner; never one event per message."""

from dataclasses import dataclass, field

from engine.constants import SocketType


@dataclass(frozen=True, slots=True)
class PeerIdentity:
    """What a peer said of itself in the handshake."""

    socket_type: SocketType | None
    """``None`` when the peer did not say (libzmq then checks nothing, and so do we)."""
    routing_id: bytes
    version: tuple[int, int]
    """ZMTP major and minor."""
    mechanism: str
    properties: dict[str, bytes]
    """Its metadata, names in lower case."""


@dataclass(frozen=True, slots=True)
class HandshakeDone:
    """Traffic may flow."""

    peer: PeerIdentity


@dataclass(frozen=True, slots=True)
class SubscriptionChanged:
    """The peer wants, or no longer wants, what begins with ``topic``."""

    topic: bytes
    wanted: bool


@dataclass(frozen=True, slots=True)
class AuthenticationAsked:
    """An authenticator is to say whether the peer may come in; ``ZmtpConnection.decide`` takes the answer."""

    mechanism: str
    credentials: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandshakeStep:
    """The peer has done one more part of the handshake."""

    step: str
    """``greeting``, over WebSocket ``opening``, or the name of the command that came."""
    detail: str = ""
    """For a greeting version and mechanism, as "ZMTP 3.1, CURVE"; for an opening the sub-protocol."""


Event = HandshakeDone | SubscriptionChanged | AuthenticationAsked
