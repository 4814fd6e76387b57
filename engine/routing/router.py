"""ROUTER: each message names its peer in its first frame, coming and going (28/REQREP)."""

from engine.constants import DropReason, Unrouted
from engine.errors import HostUnreachable, RoutingIdTaken
from engine.messages import Message
from engine.pipes.pair import PipePair
from engine.routing.addressing import AddressingReceiver


class Router(AddressingReceiver):
    """Addresses peers by routing id: their own, or one made up for them.

    A peer cannot be addressed before it has said who it is, unless ``connect_routing_id`` named it.
    """

    chooses_by_message = True

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
