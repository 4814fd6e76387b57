"""PAIR: one peer and no other (31/EXPAIR)."""

from engine.clock import Chance
from engine.constants import SocketType
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.distribute import all_have_room
from engine.routing.fair_receiver import FairReceiver


class ExclusivePair(FairReceiver):
    """Talks to exactly one peer; a second is refused while the first is there."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._peer: PipePair | None = None

    def attach(self, pair: PipePair) -> bool:
        """Take on the one peer, or refuse a second."""
        if self._peer is not None:
            return False
        self._peer = pair
        self.on_sendable()
        return super().attach(pair)

    def detach(self, pair: PipePair) -> None:
        """Let the peer go; another may come."""
        if pair is self._peer:
            self._peer = None
        super().detach(pair)

    def try_send(self, message: Message) -> bool:
        """Give ``message`` to the peer, if it is there and has room."""
        if self._peer is not None and self._peer.outbound.push(message):
            self._routed += 1
            return True
        return False

    def can_send_now(self) -> bool:
        """Tell whether the peer is there and has room."""
        return self._peer is not None and all_have_room((self._peer,))

    def pair_writable(self, pair: PipePair) -> None:
        """The peer has room again."""
        self.on_sendable()
