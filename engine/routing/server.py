"""SERVER and PEER: each peer has a number, which names it coming and going (41/CLISRV, 51/P2P)."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.errors import Again, HostUnreachable
from engine.messages import AddressedMessage, Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_receiver import FairReceiver

ID_LIMIT = 1 << 32
ID_OCTETS = 4


class Server(FairReceiver):
    """Sends to the peer whose number the message bears, and never waits: a full peer is an error.

    The numbers are this socket's own, 32 bits, never 0, from a random start.
    """

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._peers: dict[int, PipePair] = {}
        self._last_id = int(chance.draw() * ID_LIMIT)

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer and give it a number, under which it can be sent to at once."""
        number = self._number()
        pair.routing_id = number.to_bytes(ID_OCTETS, "big")
        self._peers[number] = pair
        return super().attach(pair)

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; what it sent can still be received."""
        pair.outbound.writer_waits = False
        self._peers.pop(number_of(pair), None)
        super().detach(pair)

    def try_send(self, message: Message) -> bool:
        """Send to the peer that the message names.

        Raises:
            HostUnreachable: there is no such peer.
            Again: its pipe is full.
        """
        number = message.routing_id if isinstance(message, AddressedMessage) else 0
        pair = self._peers.get(number)
        if pair is None:
            raise HostUnreachable(number.to_bytes(ID_OCTETS, "big"))
        if not pair.outbound.push(Message(message.frames)):
            pair.outbound.writer_waits = False  # nobody waits: the caller was told
            raise Again("send")
        self._routed += 1
        return True

    def try_receive(self) -> Message | None:
        """Return the next message, with its peer's number."""
        message = self._queue.pop()
        if message is None:
            return None
        pair = self._queue.last
        assert pair is not None
        return AddressedMessage(message.frames, routing_id=number_of(pair))

    def _number(self) -> int:
        self._last_id = self._last_id % (ID_LIMIT - 1) + 1
        while self._last_id in self._peers:
            self._last_id = self._last_id % (ID_LIMIT - 1) + 1
        return self._last_id


def number_of(pair: PipePair) -> int:
    """Return the number under which a SERVER or a PEER knows this peer."""
    return int.from_bytes(pair.routing_id, "big")
