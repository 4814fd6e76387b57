"""What ROUTER and STREAM have in common: peers that are named by an id, coming and going."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_receiver import FairReceiver

ID_LIMIT = 1 << 32


class AddressingReceiver(FairReceiver):
    """Receives from its peers in turn, each message with its peer's routing id before it."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._peers: dict[bytes, PipePair] = {}
        self._next_id = int(chance.draw() * ID_LIMIT)

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; what it sent can still be received."""
        pair.outbound.writer_waits = False
        if self._peers.get(pair.routing_id) is pair:
            del self._peers[pair.routing_id]
        super().detach(pair)
        self.on_sendable()

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
            if made_up not in self._peers:  # a peer may call itself so, or have been given it
                return made_up
