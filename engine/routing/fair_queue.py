"""Take turns among the peers that have something to read."""

from collections.abc import Callable

from engine.messages import Message
from engine.pipes.pair import PipePair
from engine.routing.turns import Turns


class FairQueue(Turns):
    """One message from each readable pipe in turn.

    A pipe found empty leaves the round and comes back by its edge, so a receive asks none twice in
    vain. A new one is in the round, whether it has something or not: who came first is read first.

    Args:
        on_drained: told of a pair whose peer is gone and whose last message was read.
    """

    def __init__(self, on_drained: Callable[[PipePair], None]) -> None:
        super().__init__(reads=True)
        self._on_drained = on_drained
        self.last: PipePair | None = None
        """Where the last message came from."""

    def attach(self, pair: PipePair) -> None:
        """Take a new pair into the round, last; who was told that there is nothing has to look again."""
        pair.inbound.reader_waits = False
        self.activate(pair)

    def detach(self, pair: PipePair) -> None:
        """A peer is gone, or lingers: its pair leaves when its last message has been read.

        While it lingers more may come, which is read as well.
        """
        if len(pair.inbound):
            return
        pair.inbound.reader_waits = True
        self._part(pair)
        self._on_drained(pair)

    def pop(self) -> Message | None:
        """Return the next message, or ``None`` when no pipe has one."""
        active = self._active
        while active:
            turn = self._turn
            pair = active[turn]
            message = pair.inbound.pop()
            if message is not None:
                turn += 1
                self._turn = turn if turn < len(active) else 0
                self.last = pair
                return message
            self._leave(turn)
            pair.inbound.reader_waits = True
            if pair.is_over:
                self._on_drained(pair)
        return None

    def settle(self) -> bool:
        """Tell whether some pipe has a message; if none has, their edges will tell of the next."""
        active = self._active
        while active:
            pair = active[self._turn]
            if len(pair.inbound):
                return True
            self._leave(self._turn)
            pair.inbound.reader_waits = True
            if pair.is_over:
                self._on_drained(pair)
        return False

    def next_message(self) -> tuple[PipePair, Message] | None:
        """Return what ``pop`` would give next and where it waits, without taking it."""
        if not self.settle():
            return None
        pair = self._active[self._turn]
        return pair, pair.inbound.peek(1)[0]
