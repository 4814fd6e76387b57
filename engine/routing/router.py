"""ROUTER: each message names its peer in its first frame, coming and going (28/REQREP)."""

from engine.clock import Chance
from engine.constants import DropReason, SocketType, Unrouted
from engine.errors import HostUnreachable, RoutingIdTaken
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_receiver import FairReceiver

ID_LIMIT = 1 << 32


class Router(FairReceiver):
    """Addresses peers by routing id: their own, or one made up for them.

    A peer cannot be addressed before it has said who it is, unless ``connect_routing_id`` named it.
    """

    chooses_by_message = True

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._peers: dict[bytes, PipePair] = {}
        self._next_id = int(chance.draw() * ID_LIMIT)

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer, under the id that ``connect_routing_id`` gave it if it did.

        Raises:
            RoutingIdTaken: another peer has that id (libzmq would end the process).
        """
        given = self.options.connect_routing_id
        if given and pair.is_connecting:
            if given in self._peers:
                raise RoutingIdTaken(given)
            self.options.connect_routing_id = b""
            pair.routing_id = given
            self._peers[given] = pair
        return super().attach(pair)

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; what it sent can still be received."""
        pair.outbound.writer_waits = False
        if self._peers.get(pair.routing_id) is pair:
            del self._peers[pair.routing_id]
        super().detach(pair)
        self.on_sendable()

    def introduce(self, pair: PipePair) -> bool:
        """Enter a peer under its id, or one made up; a second of that id is refused, or takes over."""
        if self._peers.get(pair.routing_id) is pair:
            return True
        if not pair.routing_id:
            pair.routing_id = self._make_up_id()
        other = self._peers.get(pair.routing_id)
        if other is not None:
            if not self.options.router_handover:
                return False
            del self._peers[pair.routing_id]
            other.far_end.dismiss()
        self._peers[pair.routing_id] = pair
        self.on_sendable()
        return True

    def try_send(self, message: Message) -> bool:
        """Send to the peer that the first frame names; unknown or full, it is dropped.

        Raises:
            HostUnreachable: unknown, with ``router_mandatory``.
        """
        frames = message.frames
        pair = self._peers.get(frames[0])
        mandatory = bool(self.options.router_mandatory)
        if pair is None:
            if mandatory:
                raise HostUnreachable(frames[0])
            self.count_unrouted(Unrouted.UNKNOWN_ROUTING_ID)
            return True
        if len(frames) == 1:
            self.count_unrouted(Unrouted.NO_BODY)
            return True
        if not pair.outbound.push(Message(frames[1:])):
            if mandatory:
                return False
            pair.outbound.overflow(DropReason.HWM)
        self._routed += 1
        return True

    def try_receive(self) -> Message | None:
        """Return the next message, its peer's routing id before it."""
        message = self._queue.pop()
        if message is None:
            return None
        pair = self._queue.last
        assert pair is not None
        return Message([pair.routing_id, *message.frames])

    def pair_writable(self, pair: PipePair) -> None:
        """A full peer has room again."""
        self.on_sendable()

    def _make_up_id(self) -> bytes:
        while True:
            self._next_id = (self._next_id + 1) % ID_LIMIT
            made_up = b"\0" + self._next_id.to_bytes(4, "big")
            if made_up not in self._peers:  # a peer may call itself so
                return made_up
