"""PUSH: deal work out in turn (30/PIPELINE); PULL takes it in as any fair receiver."""

from engine.clock import Chance
from engine.constants import DropReason, SocketType
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.load_balance import LoadBalance
from engine.routing.pattern import Pattern


class Push(Pattern):
    """Deals messages to its peers in turn; waits when none has room."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._balance = LoadBalance()

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer; it joins the end of the round."""
        super().attach(pair)
        self.pair_readable(pair)
        self._balance.activate(pair)
        self.on_sendable()
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go."""
        super().detach(pair)
        self._balance.detach(pair)
        self.on_drained(pair)

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

    def pair_readable(self, pair: PipePair) -> None:
        """A PULL never sends; whoever does anyway is not listened to."""
        pair.inbound.discard(DropReason.FILTERED)
        pair.inbound.reader_waits = True
