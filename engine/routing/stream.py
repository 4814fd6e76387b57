"""STREAM: octets to and from tcp peers that speak no ZMTP, each under an id of five octets."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.errors import HostUnreachable, MessageInvalid, RoutingIdTaken
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_receiver import FairReceiver

ID_LIMIT = 1 << 32


class Stream(FairReceiver):
    """Each message is a peer's id and octets; an id and nothing ends that peer's connection.

    A peer that is connected to keeps its id through every break; ``connect_routing_id`` may name it,
    and ``routing_id`` tells the id of the peer connected to last.

    Source: ZMQ_STREAM in libzmq's manual.
    """

    chooses_by_message = True

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._peers: dict[bytes, PipePair] = {}
        self._next_id = int(chance.draw() * ID_LIMIT)

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

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; what it sent can still be received."""
        pair.outbound.writer_waits = False
        if self._peers.get(pair.routing_id) is pair:
            del self._peers[pair.routing_id]
        super().detach(pair)
        self.on_sendable()

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

    def try_receive(self) -> Message | None:
        """Return the next octets, their peer's id before them; no octets tell that it came, or went."""
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
            if made_up not in self._peers:  # connect_routing_id may have given it
                return made_up
