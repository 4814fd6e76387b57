"""What the sessions of one socket share: its type, options, pattern, ledger, and where events go."""

from collections.abc import Callable
from typing import Final, TypeVar

from engine.constants import SocketType
from engine.messages import Message
from engine.monitor.events import (
    GroupJoined,
    GroupLeft,
    Refused,
    SocketEvent,
    SubscriptionAdded,
    SubscriptionRemoved,
)
from engine.monitor.hub import Hub
from engine.monitor.snapshot import LaneBooks
from engine.net.interface import Network
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe
from engine.protocol.exchange import LocalIdentity
from engine.routing.pattern import Pattern
from engine.sessions.door import Door
from engine.sessions.drains import Drains
from engine.sessions.ledger import Ledger
from engine.sessions.made import first_messages, words_at_coming, words_at_leaving
from engine.sessions.queue_watch import QueueWatch
from engine.wire.frames import SharedBatch

LINK_PROPERTY: Final = "X-Link"
"""READY metadata: the connecting side's name for the link. Names with X- are free (37/ZMTP)."""
CONNECTION_PROPERTY: Final = "X-Connection"
"""READY metadata: the connecting side's name for this one connection, so that both halves know it."""

CONNECTION_ID_OCTETS: Final = 8

TO_MANY: Final = (SocketType.PUB, SocketType.XPUB, SocketType.RADIO)
"""Types whose messages go to many peers, which are then sent the same octets."""

E = TypeVar("E", bound=SocketEvent)


class Host:
    """One socket as its sessions see it.

    Attributes:
        pairs: every pair that has not been absorbed by the ledger, in the order they came: living ones,
            and those whose peer is gone and whose last messages were not read yet.
        drains: where links of the context that were written to are looked after.
        door: the way to the context's authenticator.
        on_pair: called with each new pair, before a message can pass it.
        shared_batch: where a socket that sends to many keeps the octets of a batch for its next peer.
        in_handshake: connections that have not finished their handshake.
        made: messages for peers that the engine made itself, by source.
        made_routed: those of them that went into a pipe.
    """

    def __init__(
        self,
        socket_type: SocketType,
        options: SocketOptions,
        network: Network,
        pattern: Pattern,
        drains: Drains,
        door: Door | None = None,
    ) -> None:
        self.socket_type = socket_type
        self.options = options
        self.network = network
        self.pattern = pattern
        self.drains = drains
        self.door = door or Door()
        self.shared_batch = SharedBatch() if socket_type in TO_MANY else None
        self.hub = Hub(network.now)
        self.hub.on_queues_wanted = self._watch_queues
        self.ledger = Ledger()
        self.pairs: dict[PipePair, None] = {}
        self.made: dict[str, int] = {}
        self.made_routed = 0
        self.in_handshake = 0
        self.is_closed = False
        self.on_pair: Callable[[PipePair], None] | None = None
        self._queues: QueueWatch | None = None
        pattern.on_drained = self.let_go
        pattern.on_refused = self._report_refusal

    def make_pipe(self, hwm: int) -> Pipe:
        """Make a pipe as the options ask."""
        return Pipe(hwm, conflate=bool(self.options.conflate))

    def make_pair(self, endpoint: str, label: str) -> PipePair:
        """Make the two pipes for a peer on a wire."""
        options = self.options
        return PipePair(self.make_pipe(options.sndhwm), self.make_pipe(options.rcvhwm), endpoint, label)

    def attach(self, pair: PipePair) -> bool:
        """Give a pair to the pattern; ``False`` when the socket type allows no more peers.

        What the options have a new pipe begin with goes before all that the program sends.
        """
        if not self.pattern.attach(pair):
            return False
        self.pairs[pair] = None
        if self.on_pair is not None:
            self.on_pair(pair)
        if self._queues is not None:
            self._queues.watch(pair)
        for source, message in first_messages(self.options):
            self.made[source] = self.made.get(source, 0) + 1
            pair.outbound.insert(message)
            self.made_routed += 1
        return True

    def greet(self, pair: PipePair) -> None:
        """The peer has come: deliver what the options want said of that."""
        for message in words_at_coming(self.options):
            self.deliver(pair, message)

    def take_leave(self, pair: PipePair) -> None:
        """The peer has left, and all it sent is here: deliver what the options want said of that."""
        if not self.is_closed and not pair.is_over:
            for message in words_at_leaving(self.options):
                self.deliver(pair, message)

    def deliver(self, pair: PipePair, message: Message) -> None:
        """Have the program receive a message that no peer sent, as if this one had."""
        if not pair.is_joined:  # one pipe for both ends counts what it takes, and needs no second count
            pair.made += 1
        pair.inbound.insert(message)

    def detach(self, pair: PipePair, reason: str) -> None:
        """Take a pair from the pattern; what was not sent is dropped and counted by ``reason``."""
        pair.outbound.discard(reason)
        if self.is_closed:
            pair.inbound.discard(reason)
        pair.is_done = True
        self.pattern.detach(pair)
        self.let_go(pair)

    def let_go(self, pair: PipePair) -> None:
        """Close a pair's books, once its peer is gone and both its pipes are empty."""
        if pair.is_done and not len(pair.inbound) and not len(pair.outbound) and pair in self.pairs:
            del self.pairs[pair]
            self.ledger.absorb(pair)

    def identity(self, label: str, connection: str) -> LocalIdentity:
        """Return what this socket says of itself on one connection."""
        properties = dict(self.options.properties)
        if label:
            properties[LINK_PROPERTY] = label.encode()
        if connection:
            properties[CONNECTION_PROPERTY] = connection.encode()
        return LocalIdentity(self.socket_type, self.options.routing_id, properties)

    def new_connection_id(self) -> str:
        """Return a name for a connection that no other has."""
        return self.network.octets(CONNECTION_ID_OCTETS).hex()

    def publish(self, make: Callable[..., E], endpoint: str, label: str, *details: object) -> None:
        """Tell the socket's observers, if there are any."""
        if self.hub.is_watched:
            self.hub.publish(make(self.network.now(), endpoint, label, *details))

    def tell_subscription(self, pair: PipePair, topic: bytes, *, wanted: bool) -> None:
        """Tell observers that a peer's subscriptions, or groups, have changed."""
        kind: type[SocketEvent]
        if self.socket_type is SocketType.RADIO:
            kind = GroupJoined if wanted else GroupLeft
        else:
            kind = SubscriptionAdded if wanted else SubscriptionRemoved
        self.publish(kind, pair.endpoint, pair.label, topic, pair.peer)

    def stop_monitor(self) -> None:
        """The socket has come to its end: tell what is still to be told, then no more."""
        if self._queues is not None:
            self._queues.flush()
        self.hub.close()

    def lanes(self) -> list[LaneBooks]:
        """Return the books, link by link."""
        return self.ledger.read(self.living(), self.in_handshake)

    def living(self) -> dict[PipePair, None]:
        """Return the pairs that have a peer, or messages of one that left."""
        for pair in tuple(self.pairs):
            if pair.is_done:  # its last message may have been read since, or the other socket's
                self.let_go(pair)
        return self.pairs

    def limit_pipes(self) -> None:
        """Apply changed high-water marks to the pipes that live."""
        for pair in self.pairs:
            if pair.is_joined:
                pair.far_end.limit_pipes()
            else:
                pair.outbound.limit(self.options.sndhwm)
                pair.inbound.limit(self.options.rcvhwm)

    def _watch_queues(self, wanted: bool) -> None:  # noqa: FBT001 - a callback
        queues = self._queues
        if queues is None:
            queues = QueueWatch(self.network, self.hub.publish)
        for pair in self.pairs:
            if wanted:
                queues.watch(pair)
            else:
                queues.unwatch(pair)
        self._queues = queues if wanted else None
        self.pattern.on_unrouted = queues.count_unrouted if wanted else None

    def _report_refusal(self, pair: PipePair, why: str) -> None:
        self.publish(Refused, pair.endpoint, pair.label, pair.peer, why)
