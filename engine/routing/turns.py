"""The round of pairs that strategies take turns in."""

from engine.pipes.pair import PipePair


class Turns:
    """Pairs in a round, and whose turn is next; a pair that cannot take its turn is not in it.

    Who comes, or comes back, is last. The place of one that leaves goes to the last, and when the last
    has had its turn the first is next, whoever joins before that turn is taken.

    Source: libzmq 4.3.5, of its load balancer and its fair queue: it can be seen who is next.
    """

    def __init__(self) -> None:
        self._active: list[PipePair] = []
        self._turn = 0  # a place in the round; 0 when there is nobody

    def activate(self, pair: PipePair) -> None:
        """A pair that had left can take its turn again."""
        self._active.append(pair)

    def _leave(self, place: int) -> None:
        """Take a pair out of the round."""
        last = self._active.pop()
        left = len(self._active)
        if place < left:
            self._active[place] = last
        if self._turn == left:
            self._turn = 0
