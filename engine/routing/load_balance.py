"""Deal messages in turn to the peers that have room."""

from engine.messages import Message
from engine.pipes.pair import PipePair


class LoadBalance:
    """The next writable pipe, round robin; a full one is passed over until it has room.

    A pipe that comes back, or a new one, joins the end of the round.
    """

    def __init__(self) -> None:
        self._active: list[PipePair] = []
        self._turn = 0
        self.dealt = 0
        """Messages that a pipe took."""
        self.last: PipePair | None = None
        """Where the last message went."""

    def attach(self, pair: PipePair) -> None:
        """Take a new pair into the round, last."""
        self._active.append(pair)

    def detach(self, pair: PipePair) -> None:
        """Take a pair out of the round."""
        pair.outbound.writer_waits = False
        if pair in self._active:
            position = self._active.index(pair)
            del self._active[position]
            if position < self._turn:
                self._turn -= 1

    def activate(self, pair: PipePair) -> None:
        """A pair that refused has room again."""
        self._active.append(pair)

    def push(self, message: Message) -> bool:
        """Give ``message`` to the next pipe with room, or return ``False``."""
        active = self._active
        while active:
            turn = self._turn if self._turn < len(active) else 0
            pair = active[turn]
            if pair.outbound.push(message):
                self._turn = turn + 1
                self.last = pair
                self.dealt += 1
                return True
            del active[turn]  # the refusal asked for the edge that brings it back
            self._turn = turn
        return False

    def settle(self) -> bool:
        """Tell whether some pipe has room; if none has, their edges will tell of it."""
        active = self._active
        while active:
            turn = self._turn if self._turn < len(active) else 0
            pipe = active[turn].outbound
            if not pipe.is_full:
                return True
            pipe.ask_for_room()
            del active[turn]
            self._turn = turn
        return False
