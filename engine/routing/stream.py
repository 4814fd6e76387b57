"""STREAM: octets to and from tcp peers that speak no ZMTP, each under an id of five octets."""

from engine.errors import HostUnreachable, MessageInvalid, RoutingIdTaken
from engine.messages import Message
from engine.pipes.pair import PipePair
from engine.routing.addressing import AddressingReceiver


class Stream(AddressingReceiver):
    """Each message is a peer's id and octets; an id and nothing ends that peer's connection.

    A peer that is connected to keeps its id through every break; ``connect_routing_id`` may name it,
    and ``routing_id`` tells the id of the peer connected to last.

    Source: ZMQ_STREAM in libzmq's manual.
    """

    chooses_by_message = True

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer, under the id that ``connect_routing_id`` gave it or one made up.

        Raises:
            RoutingIdTaken: another peer has that id (libzmq would end the process).
        """
        given = self.options.connect_routing_id if pair.is_connecting else b""
        if given in self._peers:
            raise RoutingIdTaken(given)
        if given:
            self.options.connect_routing_id = b""
        pair.routing_id = given or self._make_up_id()
        if pair.is_connecting:
            self.options.routing_id = pair.routing_id
        self._peers[pair.routing_id] = pair
        return super().attach(pair)

    def try_send(self, message: Message) -> bool:
        """Send octets to the peer that the first frame names, or end its connection.

        Raises:
            MessageInvalid: it is not an id and one frame of octets.
            HostUnreachable: no peer has this id.
        """
        frames = message.frames
        if len(frames) != 2:
            raise MessageInvalid(frames, "a STREAM socket sends a peer's id and one frame of octets")
        pair = self._peers.get(frames[0])
        if pair is None:
            raise HostUnreachable(frames[0])
        if not frames[1]:
            pair.far_end.part()
        elif not pair.outbound.push(Message(frames[1:])):
            return False
        self._routed += 1  # to end a connection is obeyed: it is no message of any pipe
        return True
