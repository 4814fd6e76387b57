"""Deal messages in turn to the peers that have room."""

from engine.messages import Message
from engine.pipes.pair import PipePair
from engine.routing.turns import Turns


class LoadBalance(Turns):
    """The next writable pipe, round robin; a full one leaves the round until it has room."""

    def __init__(self) -> None:
        super().__init__(reads=False)
        self.dealt = 0
        """Messages that a pipe took."""
        self.last: PipePair | None = None
        """Where the last message went."""

    def detach(self, pair: PipePair) -> None:
        """Take a pair out of the round."""
        pair.outbound.writer_waits = False
        self._part(pair)

    def push(self, message: Message) -> bool:
        """Give ``message`` to the next pipe with room, or return ``False``."""
        active = self._active
        while active:
            turn = self._turn
            pair = active[turn]
            if pair.outbound.push(message):
                turn += 1
                self._turn = turn if turn < len(active) else 0
                self.last = pair
                self.dealt += 1
                return True
            self._leave(turn)  # the refusal asked for the edge that brings it back
        return False

    def settle(self) -> bool:
        """Tell whether some pipe has room; if none has, their edges will tell of it."""
        active = self._active
        while active:
            turn = self._turn
            pipe = active[turn].outbound
            if not pipe.is_full:
                return True
            pipe.ask_for_room()
            self._leave(turn)
        return False
