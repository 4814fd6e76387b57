"""One tree of exceptions, split by whose fault it is; every class keeps the numbers its message prints."""


class EngineError(Exception):
    """The root of everything that the engine raises on purpose."""


# -- the peer's fault: its connection is over, the socket lives on ---------------------------------


LONGEST_TOLD = 120
"""Characters of a stranger's own words that an error repeats; errors are kept, logged and shown."""


def told(text: str) -> str:
    """Return what a stranger said as it can be shown: without control characters, and not too long."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[:LONGEST_TOLD])
    return shown if len(text) <= LONGEST_TOLD else f"{shown}…"


class PeerViolation(EngineError):
    """The other side broke the protocol; this connection is over, the socket lives on."""

    is_final = True
    """Whether a connecting side gives the endpoint up, as libzmq does when it was understood and refused."""

    code: int = 0x10000000
    """libzmq's number for it. Source: ZMQ_PROTOCOL_ERROR_* in zmq.h."""

    codes: tuple[int, ...] = ()
    """Those it may have, where the number depends on the case."""

    zap_status: int = 0
    """300, 400 or 500 when an authenticator turned somebody away; else 0."""


class NotZmtp(PeerViolation):
    """The peer's first octets are no ZMTP greeting that we speak.

    Attributes:
        head: the octets that gave it away, at most 16.
    """

    is_final = False

    def __init__(self, head: bytes) -> None:
        self.head = head[:16]
        super().__init__(f"peer does not speak ZMTP: it begins with {self.head.hex(' ')}")


class PeerTooOld(PeerViolation):
    """The peer's version of ZMTP has no place for what this socket needs of it."""

    def __init__(self, version: str, needs: str) -> None:
        self.version = version
        self.needs = needs
        super().__init__(f"peer speaks ZMTP {version}, which has no {needs}")


class MechanismMismatch(PeerViolation):
    """The two ends are set up for different security mechanisms."""

    code = 0x11000002

    def __init__(self, local: str, peer: str) -> None:
        self.local = local
        self.peer = told(peer)
        super().__init__(f"peer wants security mechanism {self.peer!r}, this socket {local!r}")


class IllegalFlags(PeerViolation):
    """A command frame claims that more frames follow (37/ZMTP 3.1, "Framing")."""

    def __init__(self, flags: int) -> None:
        self.flags = flags
        super().__init__(f"peer sent a command frame with flags 0x{flags:02x}: commands are never multipart")


class FrameEmpty(PeerViolation):
    """A frame of ZMTP 1.0 has no place for its own flags, which its length counts (13/ZMTP)."""

    def __init__(self) -> None:
        super().__init__("peer sent a ZMTP 1.0 frame of length 0: the flags count, so it is 1 at least")


class FrameTooLong(PeerViolation):
    """A frame header promised more than this socket is willing to hold.

    Attributes:
        announced: body length the peer announced, octets.
        limit: the socket's ``maxmsgsize``, octets.
    """

    def __init__(self, announced: int, limit: int) -> None:
        self.announced = announced
        self.limit = limit
        super().__init__(f"peer announced a frame of {announced} octets; this socket accepts {limit}")


MALFORMED = {
    "MESSAGE": 0x10000012,
    "HELLO": 0x10000013,
    "INITIATE": 0x10000014,
    "ERROR": 0x10000015,
    "READY": 0x10000016,
    "WELCOME": 0x10000017,
    "metadata": 0x10000018,
}
OTHERWISE_MALFORMED = 0x10000011


class MalformedCommand(PeerViolation):
    """A command's body does not follow its grammar."""

    codes: tuple[int, ...] = (OTHERWISE_MALFORMED, *MALFORMED.values())

    def __init__(self, command: str, why: str) -> None:
        self.command = command
        self.why = why
        self.code = MALFORMED.get(command, OTHERWISE_MALFORMED)
        super().__init__(f"peer sent a malformed {command}: {why}")


class UnexpectedCommand(PeerViolation):
    """A command, or a message, came where the handshake had no place for it."""

    code = 0x10000001

    def __init__(self, received: str, expected: str) -> None:
        self.received = received
        self.expected = expected
        super().__init__(f"peer sent {received} where the handshake wants {expected}")


class IncompatiblePeer(PeerViolation):
    """The peer's socket type may not talk to ours."""

    def __init__(self, local: str, peer: str) -> None:
        self.local = local
        self.peer = told(peer)
        super().__init__(f"a {local} socket cannot talk to the peer's {self.peer or 'unnamed socket type'}")


class PeerRefused(PeerViolation):
    """The peer answered the handshake with an ERROR command."""

    def __init__(self, reason: str) -> None:
        self.reason = told(reason)
        self.zap_status = int(reason) if reason in ("300", "400", "500") else 0
        super().__init__(f"peer refused the connection: {self.reason or 'no reason given'}")


class HandshakeTimeout(PeerViolation):
    """The peer did not finish the handshake within ``handshake_ivl``."""

    is_final = False
    code = 0  # nothing was said that breaks the protocol: libzmq's "no detail"

    def __init__(self, limit_ms: int) -> None:
        self.limit_ms = limit_ms
        super().__init__(f"peer did not finish the handshake within {limit_ms} ms (handshake_ivl)")


class PeerSilent(PeerViolation):
    """Nothing arrived from the peer for as long as the heartbeat allows."""

    is_final = False
    code = 0

    def __init__(self, limit_ms: int) -> None:
        self.limit_ms = limit_ms
        super().__init__(f"nothing arrived from the peer within {limit_ms} ms (heartbeat)")


class MalformedDatagram(PeerViolation):
    """A datagram is none that 0MQ sends; it is thrown away and counted, and nothing else happens."""

    is_final = False

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"somebody sent a malformed datagram: {why}")


# -- the caller's fault ----------------------------------------------------------------------------


class LocalMisuse(EngineError):
    """The calling program asked for something that 0MQ does not allow."""


class EndpointInvalid(LocalMisuse):
    """An endpoint's text cannot be understood (libzmq: EINVAL)."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        self.why = why
        super().__init__(f"endpoint {text!r}: {why}")


class TransportUnknown(EndpointInvalid):
    """An endpoint's transport is none that this engine has (libzmq: EPROTONOSUPPORT)."""


class TransportIncompatible(EndpointInvalid):
    """The socket's type does not have this transport, or not in this direction (libzmq: ENOCOMPATPROTO)."""

    def __init__(self, text: str, socket_type: str, verb: str, schemes: tuple[str, ...]) -> None:
        self.socket_type = socket_type
        self.schemes = schemes
        scheme = text.partition("://")[0]
        why = (
            f"a {socket_type} socket cannot {verb} over {scheme}; it can over {', '.join(schemes) or 'none'}"
        )
        super().__init__(text, why)


class EndpointUnknown(LocalMisuse):
    """``unbind`` or ``disconnect`` names an endpoint that the socket does not have (libzmq: ENOENT)."""

    def __init__(self, text: str, known: tuple[str, ...]) -> None:
        self.text = text
        self.known = known
        super().__init__(f"this socket has no endpoint {text!r}; it has {', '.join(known) or 'none'}")


class OptionUnknown(LocalMisuse):
    """No socket option has this name (libzmq: EINVAL)."""

    def __init__(self, name: str, nearest: str | None) -> None:
        self.name = name
        self.nearest = nearest
        super().__init__(f"no socket option {name!r}" + (f"; did you mean {nearest!r}?" if nearest else ""))


class OptionInvalid(LocalMisuse):
    """A socket option does not take this value (libzmq: EINVAL)."""

    def __init__(self, name: str, value: object, why: str) -> None:
        self.name = name
        self.value = value
        self.why = why
        super().__init__(f"option {name} = {value!r}: {why}")


class OptionReadOnly(LocalMisuse):
    """A socket option that only tells something was to be set (libzmq: EINVAL)."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"option {name} can only be read")


class OptionWriteOnly(LocalMisuse):
    """A socket option that libzmq never tells was asked for (libzmq: EINVAL)."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"option {name} can only be set")


class NotSupported(LocalMisuse):
    """The socket type does not have this operation (libzmq: ENOTSUP)."""

    def __init__(self, socket_type: str, operation: str) -> None:
        self.socket_type = socket_type
        self.operation = operation
        super().__init__(f"a {socket_type} socket cannot {operation}")


class WrongState(LocalMisuse):
    """A lock-step socket was asked out of turn (libzmq: EFSM)."""

    def __init__(self, socket_type: str, operation: str, instead: str) -> None:
        self.socket_type = socket_type
        self.operation = operation
        self.instead = instead
        super().__init__(f"a {socket_type} socket cannot {operation} now: it must {instead} first")


class MessageInvalid(LocalMisuse):
    """What was given to ``send`` is no message (libzmq: EINVAL)."""

    def __init__(self, given: object, why: str) -> None:
        self.given = type(given).__name__
        super().__init__(f"cannot send {self.given}: {why}")


class GroupInvalid(LocalMisuse):
    """A group's name cannot be used, or was joined or left out of turn (libzmq: EINVAL)."""

    def __init__(self, group: str, why: str) -> None:
        self.group = group
        self.why = why
        super().__init__(f"group {group!r}: {why}")


class HostUnreachable(LocalMisuse):
    """The socket has no peer of that routing id, and its type does not drop (libzmq: EHOSTUNREACH)."""

    def __init__(self, routing_id: bytes) -> None:
        self.routing_id = routing_id
        super().__init__(f"no peer has routing id {routing_id!r}")


class RoutingIdTaken(LocalMisuse):
    """``connect_routing_id`` names an id that another peer of this socket has (libzmq: EADDRINUSE)."""

    def __init__(self, routing_id: bytes) -> None:
        self.routing_id = routing_id
        super().__init__(f"routing id {routing_id!r} already belongs to another peer of this socket")


class PollNotPossible(LocalMisuse):
    """A poller was asked for something that it cannot wait for (libzmq: EINVAL)."""

    def __init__(self, what: str, why: str) -> None:
        self.what = what
        self.why = why
        super().__init__(f"cannot poll {what}: {why}")


class TimerUnknown(LocalMisuse):
    """There is no timer of this number, or it was cancelled (libzmq: EINVAL)."""

    def __init__(self, timer: int) -> None:
        self.timer = timer
        super().__init__(f"there is no timer {timer}: it was never added, or is cancelled")


# -- conditions ------------------------------------------------------------------------------------


class Again(EngineError):
    """The operation would have to wait (libzmq: EAGAIN)."""

    def __init__(self, operation: str = "continue", waited_ms: int = 0) -> None:
        self.operation = operation
        self.waited_ms = waited_ms
        after = f" after {waited_ms} ms" if waited_ms else ""
        super().__init__(f"cannot {operation} now{after}: try again later")


class Closed(EngineError):
    """The socket or its context has been closed (libzmq: ENOTSOCK, ETERM)."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"this {what} is closed")


class ResourceExhausted(EngineError):
    """The operating system or a limit of ours refused."""


class AddressInUse(ResourceExhausted):
    """Another socket already listens on this endpoint (libzmq: EADDRINUSE)."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        super().__init__(f"{endpoint} is already in use: another socket listens there")


class AddressNotAvailable(ResourceExhausted):
    """The endpoint is no address of this machine, or cannot be listened on (libzmq: EADDRNOTAVAIL)."""

    def __init__(self, endpoint: str, why: str) -> None:
        self.endpoint = endpoint
        self.why = why
        super().__init__(f"cannot listen on {endpoint}: {why}")


class NotReachable(ResourceExhausted):
    """Nothing can be sent to an endpoint from here: its name, network or interface is not known."""

    def __init__(self, endpoint: str, why: str) -> None:
        self.endpoint = endpoint
        self.why = why
        super().__init__(f"cannot send to {endpoint}: {why}")


class TooManySockets(ResourceExhausted):
    """The context's ``max_sockets`` is reached (libzmq: EMFILE)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"this context already has {limit} sockets (max_sockets)")


# -- ours ------------------------------------------------------------------------------------------


class InternalError(EngineError):
    """Something went wrong in the engine itself; please report it, with what was being done."""

    def __init__(self, cause: Exception) -> None:
        self.cause = cause
        what = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
        super().__init__(f"a fault of the engine, please report it: {told(what)}")
