"""What every pattern has in common that receives from its peers in turn."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_queue import FairQueue
from engine.routing.pattern import Pattern


class FairReceiver(Pattern):
    """Takes messages from its peers in turn; on its own it is PULL's pattern, and GATHER's."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._queue = FairQueue(self.drained)

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer."""
        super().attach(pair)
        self._queue.attach(pair)
        self.on_receivable()
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; what it sent can still be received."""
        super().detach(pair)
        self._queue.detach(pair)

    def try_receive(self) -> Message | None:
        """Return the next message, peers taking turns."""
        return self._queue.pop()

    def can_receive_now(self) -> bool:
        """Tell whether some peer has sent something."""
        return self._queue.settle()

    def pair_readable(self, pair: PipePair) -> None:
        """A peer that had nothing has something."""
        self._queue.activate(pair)
        self.on_receivable()
