"""What a socket tells whoever watches it: connections, handshakes, subscriptions, full queues, drops.

``number`` is the bit by which libzmq's monitor knows an event, 0 where libzmq has none like it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

FIRST_PROTOCOL_ERROR: Final = 0x10000000
"""Below are errno's numbers. Source: ZMQ_PROTOCOL_ERROR_* in zmq.h."""


@dataclass(frozen=True, slots=True)
class SocketEvent:
    """Something happened at a socket.

    Attributes:
        at_s: when, on the engine's clock, seconds.
        endpoint: ours, as it was bound or connected.
        label: the link's name, when it has one.
    """

    number: ClassVar[int] = 0

    at_s: float
    endpoint: str
    label: str


# -- endpoints -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listening(SocketEvent):
    """The socket accepts connections on an endpoint (libzmq: LISTENING)."""

    number: ClassVar[int] = 0x0008


@dataclass(frozen=True, slots=True)
class BindFailed(SocketEvent):
    """An endpoint could not be bound; ``bind`` raises the same (libzmq: BIND_FAILED)."""

    number: ClassVar[int] = 0x0010

    reason: str


@dataclass(frozen=True, slots=True)
class EndpointClosed(SocketEvent):
    """An endpoint was unbound or disconnected (libzmq: CLOSED)."""

    number: ClassVar[int] = 0x0080


@dataclass(frozen=True, slots=True)
class CloseFailed(SocketEvent):
    """An endpoint was closed and left something behind: an ipc path that cannot be removed (CLOSE_FAILED)."""

    number: ClassVar[int] = 0x0100

    reason: str


# -- connections -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConnectDelayed(SocketEvent):
    """An attempt to reach the peer begins, and its outcome is waited for (libzmq: CONNECT_DELAYED).

    libzmq tells it of transports that do not answer at once; here it comes before every attempt.
    """

    number: ClassVar[int] = 0x0002


@dataclass(frozen=True, slots=True)
class Connected(SocketEvent):
    """We reached a peer; the handshake begins (libzmq: CONNECTED)."""

    number: ClassVar[int] = 0x0001

    peer: str


@dataclass(frozen=True, slots=True)
class ConnectFailed(SocketEvent):
    """An attempt to reach the peer came to nothing (libzmq tells that its descriptor is CLOSED)."""

    number: ClassVar[int] = 0x0080

    reason: str


@dataclass(frozen=True, slots=True)
class Retried(SocketEvent):
    """Another attempt to reach the peer follows, after ``delay_ms`` (libzmq: CONNECT_RETRIED)."""

    number: ClassVar[int] = 0x0004

    reason: str
    delay_ms: int


@dataclass(frozen=True, slots=True)
class GaveUp(SocketEvent):
    """No more attempts are made to reach this endpoint; libzmq falls silent here."""

    reason: str


@dataclass(frozen=True, slots=True)
class Accepted(SocketEvent):
    """A peer reached us; the handshake begins (libzmq: ACCEPTED)."""

    number: ClassVar[int] = 0x0020

    peer: str


@dataclass(frozen=True, slots=True)
class AcceptFailed(SocketEvent):
    """A connection could not be accepted, or a filter kept it out (libzmq: ACCEPT_FAILED)."""

    number: ClassVar[int] = 0x0040

    reason: str


@dataclass(frozen=True, slots=True)
class Disconnected(SocketEvent):
    """A connection ended (libzmq: DISCONNECTED); after a failed handshake it follows that event."""

    number: ClassVar[int] = 0x0200

    peer: str
    reason: str
    was_ready: bool = True
    """Whether its handshake had been done, so that messages could pass."""


@dataclass(frozen=True, slots=True)
class Refused(SocketEvent):
    """A peer was connected and is ignored: PAIR has one already, or its routing id is taken.

    libzmq ignores it without a word.
    """

    peer: str
    reason: str


# -- handshakes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandshakeProgress(SocketEvent):
    """The peer has taken one more step of the handshake; libzmq keeps these to itself."""

    peer: str
    step: str
    """``greeting``, the name of the command that came (``HELLO``, ``READY`` …), or ``authentication``."""
    detail: str
    """For a greeting version and mechanism, as "ZMTP 3.1, CURVE"; else empty."""


@dataclass(frozen=True, slots=True)
class HandshakeSucceeded(SocketEvent):
    """Traffic may flow (libzmq: HANDSHAKE_SUCCEEDED)."""

    number: ClassVar[int] = 0x1000

    peer: str
    peer_type: str
    version: str
    """ZMTP's, as "3.1"; empty over inproc, which has no wire, and for STREAM."""
    mechanism: str
    metadata: Mapping[str, bytes] = field(default_factory=dict)
    """What the peer said of itself and the authenticator of it, names in lower case; never a secret."""


@dataclass(frozen=True, slots=True)
class HandshakeFailed(SocketEvent):
    """The peer could not be talked to; each is one of the three kinds that follow."""

    peer: str
    reason: str
    will_retry: bool
    """Whether a connecting side tries again; after a refusal it does not, as libzmq."""
    code: int = 0
    """libzmq's number for what broke the protocol (ZMQ_PROTOCOL_ERROR_*), or an errno; 0 for none."""
    zap_status: int = 0
    """300, 400 or 500 when an authenticator turned somebody away, ours or the peer's; 0 otherwise."""


@dataclass(frozen=True, slots=True)
class HandshakeFailedNoDetail(HandshakeFailed):
    """The connection ended before its handshake did (libzmq: HANDSHAKE_FAILED_NO_DETAIL)."""

    number: ClassVar[int] = 0x0800


@dataclass(frozen=True, slots=True)
class HandshakeFailedProtocol(HandshakeFailed):
    """One end broke the protocol or does not suit the other (libzmq: HANDSHAKE_FAILED_PROTOCOL)."""

    number: ClassVar[int] = 0x2000


@dataclass(frozen=True, slots=True)
class HandshakeFailedAuth(HandshakeFailed):
    """An authenticator let the peer, or us, not in (libzmq: HANDSHAKE_FAILED_AUTH)."""

    number: ClassVar[int] = 0x4000


def failed_handshake(
    at_s: float,
    endpoint: str,
    label: str,
    peer: str,
    reason: str,
    will_retry: bool,  # noqa: FBT001 - in the order of the event's fields
    code: int = 0,
    zap_status: int = 0,
) -> HandshakeFailed:
    """Return the event of a handshake that failed, of the kind that its numbers make it."""
    if zap_status:
        return HandshakeFailedAuth(at_s, endpoint, label, peer, reason, will_retry, code, zap_status)
    if code >= FIRST_PROTOCOL_ERROR:
        return HandshakeFailedProtocol(at_s, endpoint, label, peer, reason, will_retry, code)
    return HandshakeFailedNoDetail(at_s, endpoint, label, peer, reason, will_retry, code)


# -- subscriptions and groups ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubscriptionAdded(SocketEvent):
    """A peer now wants what begins with ``topic``; one that leaves takes its topics along unsaid."""

    topic: bytes
    peer: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionRemoved(SocketEvent):
    """A peer no longer wants what begins with ``topic``."""

    topic: bytes
    peer: str = ""


@dataclass(frozen=True, slots=True)
class GroupJoined(SocketEvent):
    """A DISH now wants what is sent to ``group``; one that leaves takes its groups along unsaid."""

    group: bytes
    peer: str = ""


@dataclass(frozen=True, slots=True)
class GroupLeft(SocketEvent):
    """A DISH no longer wants what is sent to ``group``."""

    group: bytes
    peer: str = ""


# -- queues: only for observers that ask for them ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueEvent(SocketEvent):
    """Something happened to the messages of one pipe, or of a socket; told to those who ask for it."""


@dataclass(frozen=True, slots=True)
class HwmReached(QueueEvent):
    """A pipe is at its high-water mark and has refused a message, the first since it last had room."""

    peer: str
    is_outbound: bool
    depth: int
    hwm: int


@dataclass(frozen=True, slots=True)
class HwmLeft(QueueEvent):
    """A pipe that was at its high-water mark has room again, a block of it as libzmq's has."""

    peer: str
    is_outbound: bool
    depth: int
    hwm: int


@dataclass(frozen=True, slots=True)
class Dropped(QueueEvent):
    """Messages of one pipe were dropped for one reason since this was last told, within 0.1 s."""

    peer: str
    is_outbound: bool
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Unrouted(QueueEvent):
    """Messages given to ``send`` found no pipe, for one reason, since this was last told, within 0.1 s."""

    reason: str
    count: int


# -- of observing itself ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventsMissed(SocketEvent):
    """The observer was too slow: this many events were not kept for it."""

    count: int


@dataclass(frozen=True, slots=True)
class MonitorStopped(SocketEvent):
    """The socket is closed, or the observer: nothing follows (libzmq: MONITOR_STOPPED)."""

    number: ClassVar[int] = 0x0400


EVENTS: Final[tuple[type[SocketEvent], ...]] = (
    Listening,
    BindFailed,
    EndpointClosed,
    CloseFailed,
    ConnectDelayed,
    Connected,
    ConnectFailed,
    Retried,
    GaveUp,
    Accepted,
    AcceptFailed,
    Disconnected,
    Refused,
    HandshakeProgress,
    HandshakeSucceeded,
    HandshakeFailedNoDetail,
    HandshakeFailedProtocol,
    HandshakeFailedAuth,
    SubscriptionAdded,
    SubscriptionRemoved,
    GroupJoined,
    GroupLeft,
    HwmReached,
    HwmLeft,
    Dropped,
    Unrouted,
    EventsMissed,
    MonitorStopped,
)
"""Every event there is, in the order of a reference."""
