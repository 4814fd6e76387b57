"""DGRAM: udp datagrams to and from any place, each under the address of its other end."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.errors import MessageInvalid
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_receiver import FairReceiver
from engine.wire.datagrams import address_frame, check_length, read_address

PARTS = 2
"""Frames of each message: an address, and a body."""


class Datagram(FairReceiver):
    """Each message is an address and a body, both ways; the socket has one udp port.

    What goes to a place that has a pair of its own (``pair.routing_id`` is its address frame) takes
    that pair's pipe, everything else the port's own (no routing id). A full pipe makes the send wait.

    Source: ZMQ_DGRAM in libzmq's socket.
    """

    chooses_by_message = True

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._port: PipePair | None = None
        self._places: dict[bytes, PipePair] = {}

    def attach(self, pair: PipePair) -> bool:
        """Take on the port, or a place that is reached through it; ``False`` for a second port."""
        if pair.routing_id:
            self._places[pair.routing_id] = pair
            return super().attach(pair)
        if self._port is not None:
            return False
        self._port = pair
        self.on_sendable()
        return super().attach(pair)

    def detach(self, pair: PipePair) -> None:
        """Let the port or a place go; what came from there can still be received."""
        pair.outbound.writer_waits = False
        if pair is self._port:
            self._port = None
        if self._places.get(pair.routing_id) is pair:
            del self._places[pair.routing_id]
        super().detach(pair)
        self.on_sendable()

    def try_send(self, message: Message) -> bool:
        """Queue the body for the place that the first frame names; wait while there is no port.

        Raises:
            MessageInvalid: it is not an address and one body, or too long for a datagram.
        """
        frames = message.frames
        if len(frames) != PARTS:
            why = f"a DGRAM socket sends an address and one body, two frames, not {len(frames)}"
            raise MessageInvalid(frames, why)
        check_length(len(frames[1]))
        pair = self._places.get(frames[0])
        if pair is None:
            address = address_frame(read_address(frames[0]))
            pair = self._places.get(address, self._port)
            message = Message([address, frames[1]])
        if pair is None or not pair.outbound.push(message):
            return False
        self._routed += 1
        return True

    def can_send_now(self) -> bool:
        """Tell whether there is a port; which pipe has to have room depends on the message."""
        return self._port is not None

    def pair_writable(self, pair: PipePair) -> None:
        """A full pipe has room again."""
        self.on_sendable()
