"""DEALER: requests out in turn, replies in fairly, no envelope of its own (28/REQREP)."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_receiver import FairReceiver
from engine.routing.load_balance import LoadBalance


class Dealer(FairReceiver):
    """Deals messages to its peers in turn and takes theirs in turn."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._balance = LoadBalance()

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer."""
        self._balance.activate(pair)
        self.on_sendable()
        return super().attach(pair)

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; what it sent can still be received."""
        self._balance.detach(pair)
        super().detach(pair)

    def try_send(self, message: Message) -> bool:
        """Give ``message`` to the next peer with room."""
        return self._balance.push(message)

    def can_send_now(self) -> bool:
        """Tell whether some peer has room."""
        return self._balance.settle()

    @property
    def routed(self) -> int:
        """Messages that found a pipe."""
        return self._balance.dealt

    def pair_writable(self, pair: PipePair) -> None:
        """A full peer has room again."""
        self._balance.activate(pair)
        self.on_sendable()
