"""What connecting and accepted sessions have in common: the handshake's clock, and a pair kept fed."""

import os
from collections.abc import Callable

from engine.clock import MS
from engine.constants import DropReason
from engine.errors import HandshakeTimeout, InternalError, PeerViolation, RoutingIdTaken
from engine.monitor.events import (
    Disconnected,
    HandshakeProgress,
    HandshakeSucceeded,
    Refused,
)
from engine.net.interface import ByteStream, Timer
from engine.pipes.pair import FarEnd, PipePair
from engine.protocol.events import AuthenticationAsked, Event, HandshakeDone, HandshakeStep, PeerIdentity
from engine.security.choose import Security
from engine.security.zap import ZapRequest
from engine.sessions.conversations import converse
from engine.sessions.door import Verdict, zap_address
from engine.sessions.host import CONNECTION_PROPERTY, LINK_PROPERTY, Host
from engine.sessions.pump import Pump, PumpOwner

TAKEN_ROUTING_ID = "its routing id already belongs to another peer"
CLOSED_THERE = "closed by the peer"
CLOSED_HERE = "closed here"
AUTHENTICATION = "authentication"
ASYNCIO_SAYS = "Connect call failed"
"""How asyncio words every failed connect, which leaves out why; the system's own word says it."""
LONGEST_NAME = 1024
"""Octets of a link's or a connection's name that is taken from a peer."""
ONE_PEER_ONLY = "this socket has its one peer already"


class Session(FarEnd, PumpOwner):
    """One peer of one socket: a pair of pipes, and the connection that feeds it.

    Args:
        host: the socket's shared part.
        endpoint: ours, as it was bound or connected.
        label: the link's name; empty for none.
        on_over: called once, when the session is at its end.
        security: how its connections are secured.
    """

    def __init__(
        self,
        host: Host,
        endpoint: str,
        label: str,
        on_over: Callable[["Session"], None],
        security: Security,
    ) -> None:
        self._host = host
        self._on_over = on_over
        self._security = security
        self._take_question_back: Callable[[], None] | None = None
        self._pump: Pump | None = None
        self._timer: Timer | None = None
        self._linger_timer: Timer | None = None
        self._handshaken = False
        self._is_modest = False
        self._closing = False
        self.endpoint = endpoint
        self.label = label
        self.connection_id = ""
        self.pair: PipePair | None = None
        self.is_over = False

    @property
    def pump(self) -> Pump | None:
        """The connection of the moment, if there is one."""
        return self._pump

    def close(self, linger_ms: int) -> None:
        """End the session once what is queued has left, or ``linger_ms`` have passed; -1 is for ever."""
        if self.is_over or self._closing:
            return
        self._closing = True
        if self.pair is not None:
            self._host.pattern.detach(self.pair)
        if linger_ms == 0 or not self._has_unsent():
            self._finish(DropReason.LINGER)
        elif linger_ms > 0:
            when = self._host.network.now() + linger_ms * MS
            self._linger_timer = self._host.network.call_at(when, self._expire)

    def abort(self) -> None:
        """End the session now; what is queued is dropped and counted as lingered in vain."""
        self._finish(DropReason.LINGER)

    # -- to the peer, beside the messages --------------------------------------------------------

    def tell_subscription(self, topic: bytes, *, wanted: bool) -> None:
        """Tell the peer, if it is there; else it is told at the next handshake."""
        if self._pump is not None and self._handshaken:
            self._pump.tell(topic, wanted=wanted)

    def part(self) -> None:
        """The program ends this peer's connection; what is queued leaves first, within ``linger``."""
        self.close(self._host.options.linger)

    def dismiss(self) -> None:
        """Another peer has taken this one's place."""
        self._finish(DropReason.DISCONNECTED)

    # -- from the pump ---------------------------------------------------------------------------

    def pump_event(self, event: Event) -> None:
        """The handshake is done, or the peer's subscriptions changed."""
        if isinstance(event, HandshakeDone):
            self._shake(event.peer)
        elif isinstance(event, AuthenticationAsked):
            self._tell_progress(AUTHENTICATION, event.mechanism)
            self._ask(event)
        elif self.pair is not None and not self._closing:
            self._host.pattern.take_subscription(self.pair, event.topic, wanted=event.wanted)
            self._host.tell_subscription(self.pair, event.topic, wanted=event.wanted)

    def pump_step(self, step: HandshakeStep) -> None:
        """The peer has come further in its handshake."""
        self._tell_progress(step.step, step.detail)

    def pump_idle(self) -> None:
        """Everything queued has left."""
        if self._closing and not self._has_unsent():
            self._finish(DropReason.LINGER)

    # -- one connection --------------------------------------------------------------------------

    def _try_to_begin(self, stream: ByteStream, connection_id: str) -> None:
        """Start to talk on a stream that is connected; a fault of ours ends it as a peer's would."""
        try:
            self._begin(stream, connection_id)
        except Exception as error:  # noqa: BLE001 - else the session would stand there, and nobody be told
            stream.close()
            self.pump_over(InternalError(error))

    def _begin(self, stream: ByteStream, connection_id: str) -> None:
        host = self._host
        self.connection_id = connection_id
        self._handshaken = False
        local = host.identity(self.label if connection_id else "", connection_id)
        connection = converse(
            host,
            self.endpoint,
            local,
            self._security,
            is_connecting=self._is_connecting,
            is_modest=self._is_modest,
        )
        self._pump = Pump(stream, connection, host.network, host.options, self, host.drains)
        host.in_handshake += 1  # with the pump, for with that it is given back
        if host.options.handshake_ivl:
            when = host.network.now() + host.options.handshake_ivl * MS
            self._timer = host.network.call_at(when, self._time_out)
        self._pump.start()

    def _ask(self, event: AuthenticationAsked) -> None:
        """Ask the authenticator; its word is heard in a round of its own, wherever it comes from."""
        pump = self._pump
        if pump is None:
            return
        host = self._host
        request = ZapRequest(
            self._security.domain,
            zap_address(pump.stream),
            host.options.routing_id,
            event.mechanism,
            event.credentials,
        )

        def hear(verdict: Verdict) -> None:
            self._take_question_back = None
            host.network.call_soon(lambda: pump.decide(verdict))

        self._take_question_back = host.door.ask(request, hear)

    def _shake(self, peer: PeerIdentity) -> None:
        pump = self._pump
        if pump is None:
            return
        self._cancel_timer()
        self._handshaken = True
        host = self._host
        host.in_handshake -= 1
        self._adopt(peer)
        if not self._closing:
            try:
                self._ensure_pair()
            except (
                RoutingIdTaken
            ) as taken:  # with immediate the pair comes this late, and nobody is there to tell
                host.publish(Refused, self.endpoint, self.label, pump.stream.peer, str(taken))
        pair = self.pair
        name = peer.socket_type.name if peer.socket_type is not None else ""
        version = f"{peer.version[0]}.{peer.version[1]}" if peer.version[0] else ""
        host.publish(
            HandshakeSucceeded,
            self.endpoint,
            self.label,
            pump.stream.peer,
            name,
            version,
            peer.mechanism,
            peer.properties,
        )
        if pair is None:
            pump.ignore(self._count_refused)
            return
        pair.peer = pump.stream.peer
        pair.peer_type = name
        pair.peer_properties = peer.properties
        pair.label = self.label
        if not pair.routing_id:
            pair.routing_id = peer.routing_id
        if not self._closing and not host.pattern.introduce(pair):
            self._refuse(TAKEN_ROUTING_ID)
            return
        for topic in host.pattern.topics():
            pump.connection.subscribe(topic, wanted=True)
        host.greet(pair)
        pair.begin_connection(self.connection_id)
        pump.attach(pair)

    def _tell_progress(self, step: str, detail: str) -> None:
        peer = self._pump.stream.peer if self._pump is not None else ""
        self._host.publish(HandshakeProgress, self.endpoint, self.label, peer, step, detail)

    def _adopt(self, peer: PeerIdentity) -> None:
        """Learn from the connecting side which link and which connection this is; it may be a stranger."""
        if self.connection_id:
            return
        self.connection_id = _name_given(peer, CONNECTION_PROPERTY)
        label = _name_given(peer, LINK_PROPERTY)
        if label and self._host.ledger.admits(label):
            self.label = label

    def _ensure_pair(self) -> None:
        """Make and attach the pair, if it does not stand already; the pattern may refuse it."""
        if self.pair is not None:
            return
        pair = self._host.make_pair(self.endpoint, self.label)
        pair.far_end = self
        pair.is_connecting = self._is_connecting
        if self._host.attach(pair):
            self.pair = pair
        else:
            peer = self._pump.stream.peer if self._pump is not None else ""
            self._host.publish(Refused, self.endpoint, self.label, peer, ONE_PEER_ONLY)

    _is_connecting = False

    def _refuse(self, why: str) -> None:
        """Keep the connection and ignore it, as libzmq does with a peer of too much."""
        pair = self.pair
        if pair is None or self._pump is None:
            return
        self._host.publish(Refused, self.endpoint, self.label, self._pump.stream.peer, why)
        self.pair = None
        pair.routing_id = b""
        self._host.detach(pair, DropReason.DISCONNECTED)
        self._pump.ignore(self._count_refused)

    def _count_refused(self, count: int) -> None:
        self._host.ledger.refuse(self.label or self.endpoint, self.connection_id, count)

    def _time_out(self) -> None:
        pump = self._pump
        if pump is not None and not self._handshaken:
            pump.close()
            self.pump_over(HandshakeTimeout(self._host.options.handshake_ivl))

    def _note_end(self, reason: Exception | None, otherwise: str = CLOSED_THERE) -> None:
        """Close one connection's account, and tell observers."""
        pump = self._pump
        self._pump = None
        self._cancel_timer()
        if self._take_question_back is not None:
            self._take_question_back()
            self._take_question_back = None
        if pump is None:
            return
        if not self._handshaken:
            self._host.in_handshake -= 1
        elif self.pair is not None:
            self._host.ledger.end_connection(
                self.pair, self.connection_id, taken=pump.taken, arrived=pump.arrived
            )
            self.pair.begin_connection("")
        why = otherwise if reason is None else describe(reason)
        peer = pump.stream.peer
        self._host.publish(Disconnected, self.endpoint, self.label, peer, why, self._handshaken)

    def _has_unsent(self) -> bool:
        if self.pair is None:
            return False
        return bool(len(self.pair.outbound)) or (self._pump is not None and not self._pump.is_idle)

    def _expire(self) -> None:
        self._finish(DropReason.LINGER)

    def _finish(self, reason: str) -> None:
        """Come to the end: what is left is dropped and counted, the pair leaves the socket."""
        if self.is_over:
            return
        self.is_over = True
        pump = self._pump
        if pump is not None:
            pump.close()
            self._note_end(None, CLOSED_HERE)
        if self._linger_timer is not None:
            self._linger_timer.cancel()
        if self.pair is not None:
            self._host.detach(self.pair, reason)
        self._on_over(self)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _name_given(peer: PeerIdentity, name: str) -> str:
    """Return the text of a property, or nothing if it is longer than a name: it is kept for long."""
    value = peer.properties.get(name.lower(), b"")
    return value.decode("utf-8", "replace") if len(value) <= LONGEST_NAME else ""


def describe(reason: Exception) -> str:
    """Return an error in words."""
    if isinstance(reason, OSError) and reason.strerror:
        if reason.errno and reason.strerror.startswith(ASYNCIO_SAYS):
            return os.strerror(reason.errno).lower()
        return reason.strerror.lower()
    return str(reason) or type(reason).__name__


def numbers_of(reason: Exception | None) -> tuple[int, int]:
    """Return libzmq's number for a failed handshake, and the ZAP status if that was why."""
    return (reason.code, reason.zap_status) if isinstance(reason, PeerViolation) else (0, 0)


def is_final(reason: Exception | None) -> bool:
    """Tell whether a connecting side gives up: the peer understood us and refused, as libzmq sees it."""
    return isinstance(reason, PeerViolation) and reason.is_final
