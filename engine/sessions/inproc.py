"""inproc://: a name book, connects that come before their bind, and two sockets that share their pipes."""

from engine.compatibility import may_talk
from engine.constants import DropReason, SocketType
from engine.errors import AddressInUse, IncompatiblePeer
from engine.monitor.events import HandshakeFailedProtocol, HandshakeSucceeded
from engine.pipes.pair import FarEnd, PipePair
from engine.pipes.pipe import Pipe
from engine.sessions.host import Host

HERE = "inproc"
NO_WIRE = ""
"""The version told for a connection that has no protocol."""


class InprocBook:
    """The inproc names of one context: who is bound where, and who waits for a name to be bound."""

    def __init__(self) -> None:
        self._bound: dict[str, InprocListener] = {}
        self._waiting: dict[str, list[InprocSession]] = {}

    def bind(self, listener: "InprocListener") -> None:
        """Give a name to a socket, and join those who connected before.

        Raises:
            AddressInUse: the name is taken.
        """
        if listener.endpoint in self._bound:
            raise AddressInUse(listener.endpoint)
        self._bound[listener.endpoint] = listener
        for session in self._waiting.pop(listener.endpoint, []):
            session.join(listener)

    def unbind(self, listener: "InprocListener") -> None:
        """Take a name back."""
        if self._bound.get(listener.endpoint) is listener:
            del self._bound[listener.endpoint]

    def type_at(self, endpoint: str) -> SocketType | None:
        """Return the type of the socket that is bound to a name, or ``None``."""
        listener = self._bound.get(endpoint)
        return listener.host.socket_type if listener is not None else None

    def connect(self, session: "InprocSession") -> None:
        """Join a session to its name, now or when it is bound."""
        listener = self._bound.get(session.endpoint)
        if listener is not None:
            session.join(listener)
        else:
            self._waiting.setdefault(session.endpoint, []).append(session)

    def forget(self, session: "InprocSession") -> None:
        """A waiting session waits no more."""
        waiting = self._waiting.get(session.endpoint, [])
        if session in waiting:
            waiting.remove(session)


class InprocListener:
    """One bound inproc name of one socket.

    Raises:
        AddressInUse: the name is taken in this context.
    """

    def __init__(self, host: Host, endpoint: str, label: str, book: InprocBook) -> None:
        self.host = host
        self.endpoint = endpoint
        self.label = label
        self.ends: dict[InprocEnd, None] = {}
        self._book = book
        book.bind(self)

    def close(self, linger_ms: int) -> None:
        """Give the name back and part from the peers; what was sent to them can still be received."""
        self._book.unbind(self)
        for end in tuple(self.ends):
            end.part()


class InprocEnd(FarEnd):
    """One side of two joined sockets: its pair's outbound pipe is the other's inbound one."""

    def __init__(self, host: Host, pair: PipePair) -> None:
        self.host = host
        self.pair = pair
        self.other: InprocEnd | None = None
        self.is_over = False
        self.listener: InprocListener | None = None
        pair.far_end = self

    def tell_subscription(self, topic: bytes, *, wanted: bool) -> None:
        """Tell the other socket at once."""
        if self.other is not None:
            self.other.take_subscription(topic, wanted=wanted)

    def take_subscription(self, topic: bytes, *, wanted: bool) -> None:
        """The other socket's subscriptions have changed."""
        self.host.pattern.take_subscription(self.pair, topic, wanted=wanted)
        self.host.tell_subscription(self.pair, topic, wanted=wanted)

    def limit_pipes(self) -> None:
        """Add up the marks of both sides; before there is another side only ours count."""
        ours = self.host.options
        if self.other is not None:
            theirs = self.other.host.options
            self.pair.outbound.limit(_sum(ours.sndhwm, theirs.rcvhwm))
            self.pair.inbound.limit(_sum(theirs.sndhwm, ours.rcvhwm))
        elif not self.is_over:
            self.pair.outbound.limit(ours.sndhwm)
            self.pair.inbound.limit(ours.rcvhwm)

    def dismiss(self) -> None:
        """Another peer has taken this one's place."""
        self.part()

    def part(self) -> None:
        """Leave the other side, which can still receive what was sent to it."""
        if self.is_over:
            return
        self.is_over = True
        if self.listener is not None:
            self.listener.ends.pop(self, None)
        other, self.other = self.other, None
        if other is None:
            self.host.detach(self.pair, DropReason.LINGER)
            return
        self.pair.inbound.discard(DropReason.DISCONNECTED)  # it has one reader, and that is leaving
        self.pair.is_done = True
        self.host.pattern.detach(self.pair)
        self.host.let_go(self.pair)
        other.lose()

    def lose(self) -> None:
        """The other side has left."""
        if self.is_over:
            return
        self.is_over = True
        self.other = None
        if self.listener is not None:
            self.listener.ends.pop(self, None)
        self.pair.outbound.discard(DropReason.DISCONNECTED)
        self.host.take_leave(self.pair)
        self.pair.is_done = True
        self.host.pattern.detach(self.pair)
        self.host.let_go(self.pair)


class InprocSession:
    """The connecting side of one inproc connection.

    Until the name is bound only the connector's high-water marks count; then they are added up
    (libzmq: one shared pipe a direction, unlimited when either side is).
    """

    def __init__(self, host: Host, endpoint: str, label: str, book: InprocBook) -> None:
        self._host = host
        self._book = book
        self.endpoint = endpoint
        self.label = label
        self.end: InprocEnd | None = None
        self.is_over = False

    def start(self) -> None:
        """Make the pair, and join the name or wait for it."""
        host = self._host
        pair = host.make_pair(self.endpoint, self.label)
        pair.is_connecting = True
        pair.is_joined = True
        pair.peer = self.endpoint
        if not host.attach(pair):
            return
        self.end = InprocEnd(host, pair)
        self._book.connect(self)

    def join(self, listener: InprocListener) -> None:
        """Share pipes with the socket that is bound to the name."""
        end = self.end
        if end is None:
            return
        ours, theirs = self._host, listener.host
        if not may_talk(ours.socket_type, theirs.socket_type):
            refusal = IncompatiblePeer(ours.socket_type.name, theirs.socket_type.name)
            ours.publish(
                HandshakeFailedProtocol, self.endpoint, self.label, HERE, str(refusal), False, refusal.code
            )
            return
        pair = PipePair(end.pair.inbound, end.pair.outbound, listener.endpoint, self.label or listener.label)
        pair.is_joined = True
        pair.peer = HERE
        pair.routing_id = ours.options.routing_id
        pair.peer_type = ours.socket_type.name
        pair.peer_properties = _as_read(ours.options.properties)
        end.pair.peer_properties = _as_read(theirs.options.properties)
        end.pair.peer_type = theirs.socket_type.name
        end.pair.routing_id = end.pair.routing_id or theirs.options.routing_id
        _widen(
            end.pair.outbound,
            ours.options.sndhwm,
            theirs.options.rcvhwm,
            conflates=bool(theirs.options.conflate),
        )
        _widen(
            end.pair.inbound,
            theirs.options.sndhwm,
            ours.options.rcvhwm,
            conflates=bool(theirs.options.conflate),
        )
        if not theirs.attach(pair):
            return
        other = InprocEnd(theirs, pair)
        other.listener = listener
        listener.ends[other] = None
        end.other, other.other = other, end
        for host, own, peer in ((ours, end, theirs), (theirs, other, ours)):
            if not host.pattern.introduce(own.pair):
                end.part()
                return
            host.publish(
                HandshakeSucceeded,
                own.pair.endpoint,
                own.pair.label,
                HERE,
                peer.socket_type.name,
                NO_WIRE,
                "",
                own.pair.peer_properties,
            )
            host.greet(own.pair)
        for near, far in ((end, other), (other, end)):
            for topic in near.host.pattern.topics():
                far.take_subscription(topic, wanted=True)

    def close(self, linger_ms: int) -> None:
        """Part from the peer; what waited for a name that was never bound is dropped."""
        if self.is_over:
            return
        self.is_over = True
        self._book.forget(self)
        if self.end is not None:
            self.end.part()


def _as_read(properties: dict[str, bytes]) -> dict[str, bytes]:
    """Return properties as a peer on a wire would know them: names in lower case."""
    return {name.lower(): value for name, value in properties.items()}


def _widen(pipe: Pipe, sender_hwm: int, receiver_hwm: int, *, conflates: bool) -> None:
    if conflates:
        pipe.set_conflate()
    pipe.limit(_sum(sender_hwm, receiver_hwm))


def _sum(sender_hwm: int, receiver_hwm: int) -> int:
    return sender_hwm + receiver_hwm if sender_hwm and receiver_hwm else 0
