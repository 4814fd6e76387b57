"""Take turns among the peers that have something to read."""

from collections.abc import Callable

from engine.messages import Message
from engine.pipes.pair import PipePair


class FairQueue:
    """One message from each readable pipe in turn.

    Only pipes with something in them stand in the queue: an empty one leaves it and comes back by
    its edge, so a receive never asks pipes in vain.

    Args:
        on_drained: told of a pair whose peer is gone and whose last message was read.
    """

    def __init__(self, on_drained: Callable[[PipePair], None]) -> None:
        self._active: list[PipePair] = []
        self._turn = 0
        self._on_drained = on_drained
        self.last: PipePair | None = None
        """Where the last message came from."""

    def attach(self, pair: PipePair) -> None:
        """Take a new pair into the round, last."""
        if len(pair.inbound):
            self._active.append(pair)
        else:
            pair.inbound.reader_waits = True

    def detach(self, pair: PipePair) -> None:
        """A peer is gone, or lingers: its pair leaves when its last message has been read.

        While it lingers more may come, which is read as well.
        """
        if len(pair.inbound):
            return
        pair.inbound.reader_waits = True
        if pair in self._active:
            position = self._active.index(pair)
            del self._active[position]
            if position < self._turn:
                self._turn -= 1
        self._on_drained(pair)

    def activate(self, pair: PipePair) -> None:
        """A pair's pipe has something to read again."""
        self._active.append(pair)

    def pop(self) -> Message | None:
        """Return the next message, or ``None`` when no pipe has one."""
        active = self._active
        while active:
            turn = self._turn if self._turn < len(active) else 0
            pair = active[turn]
            message = pair.inbound.pop()
            if message is not None:
                self._turn = turn + 1
                self.last = pair
                return message
            del active[turn]
            self._turn = turn
            pair.inbound.reader_waits = True
            if pair.is_over:
                self._on_drained(pair)
        return None

    def settle(self) -> bool:
        """Tell whether some pipe has a message; if none has, their edges will tell of the next."""
        active = self._active
        while active:
            turn = self._turn if self._turn < len(active) else 0
            if len(active[turn].inbound):
                return True
            pair = active.pop(turn)
            self._turn = turn
            pair.inbound.reader_waits = True
            if pair.is_over:
                self._on_drained(pair)
        return False

    def next_message(self) -> tuple[PipePair, Message] | None:
        """Return what ``pop`` would give next and where it waits, without taking it."""
        if not self.settle():
            return None
        turn = self._turn if self._turn < len(self._active) else 0
        pair = self._active[turn]
        return pair, pair.inbound.peek(1)[0]
