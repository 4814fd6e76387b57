"""PAIR: one peer and no other (31/EXPAIR)."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_queue import FairQueue
from engine.routing.pattern import Pattern


class ExclusivePair(Pattern):
    """Talks to exactly one peer; a second is refused while the first is there."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._peer: PipePair | None = None
        self._queue = FairQueue(self.drained)
        self.receive_now = self._queue.pop

    def attach(self, pair: PipePair) -> bool:
        """Take on the one peer, or refuse a second."""
        if self._peer is not None:
            return False
        super().attach(pair)
        self._peer = pair
        self._queue.attach(pair)
        self.on_sendable()
        if len(pair.inbound):
            self.on_receivable()
        return True

    def detach(self, pair: PipePair) -> None:
        """Let the peer go; another may come."""
        super().detach(pair)
        if pair is self._peer:
            self._peer = None
            self._queue.detach(pair)

    def try_send(self, message: Message) -> bool:
        """Give ``message`` to the peer, if it is there and has room."""
        if self._peer is not None and self._peer.outbound.push(message):
            self._routed += 1
            return True
        return False

    def try_receive(self) -> Message | None:
        """Return the next message."""
        return self._queue.pop()

    def pair_readable(self, pair: PipePair) -> None:
        """The peer has sent something."""
        self._queue.activate(pair)
        self.on_receivable()

    def pair_writable(self, pair: PipePair) -> None:
        """The peer has room again."""
        self.on_sendable()
