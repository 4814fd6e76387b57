"""What a socket tells whoever watches it: connections coming and going, refusals, retries, marks reached."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SocketEvent:
    """Something happened at a socket.

    Attributes:
        at_s: when, on the engine's clock, seconds.
        endpoint: ours, as it was bound or connected.
        label: the link's name, when it has one.
    """

    at_s: float
    endpoint: str
    label: str


@dataclass(frozen=True, slots=True)
class Listening(SocketEvent):
    """The socket accepts connections (libzmq: LISTENING)."""


@dataclass(frozen=True, slots=True)
class AcceptFailed(SocketEvent):
    """A connection could not be accepted (ACCEPT_FAILED)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Accepted(SocketEvent):
    """A peer reached us; the handshake begins (ACCEPTED)."""

    peer: str


@dataclass(frozen=True, slots=True)
class Connected(SocketEvent):
    """We reached a peer; the handshake begins (CONNECTED)."""

    peer: str


@dataclass(frozen=True, slots=True)
class HandshakeSucceeded(SocketEvent):
    """Traffic may flow (HANDSHAKE_SUCCEEDED)."""

    peer: str
    peer_type: str
    version: str
    """ZMTP's, as "3.1"; empty over inproc, which has no wire, and for STREAM."""
    mechanism: str


@dataclass(frozen=True, slots=True)
class HandshakeFailed(SocketEvent):
    """The peer could not be talked to (HANDSHAKE_FAILED_*)."""

    peer: str
    reason: str
    will_retry: bool
    """Whether a connecting side tries again; after a refusal it does not, as libzmq."""
    code: int = 0
    """libzmq's number for what broke the protocol (ZMQ_PROTOCOL_ERROR_*); 0 for none."""
    zap_status: int = 0
    """300, 400 or 500 when an authenticator turned somebody away, ours or the peer's; 0 otherwise."""


@dataclass(frozen=True, slots=True)
class Disconnected(SocketEvent):
    """A connection ended after its handshake (DISCONNECTED)."""

    peer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Retried(SocketEvent):
    """The peer could not be reached; another attempt follows (CONNECT_RETRIED)."""

    reason: str
    delay_ms: int


@dataclass(frozen=True, slots=True)
class GaveUp(SocketEvent):
    """No more attempts are made to reach this endpoint."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused(SocketEvent):
    """A peer was connected and is ignored: PAIR has one already, or its routing id is taken."""

    peer: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndpointClosed(SocketEvent):
    """An endpoint was unbound or disconnected (CLOSED)."""


@dataclass(frozen=True, slots=True)
class SubscriptionAdded(SocketEvent):
    """A peer now wants what begins with ``topic``."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class SubscriptionRemoved(SocketEvent):
    """A peer no longer wants what begins with ``topic``."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class EventsMissed(SocketEvent):
    """The observer was too slow: this many events were not kept for it."""

    count: int
