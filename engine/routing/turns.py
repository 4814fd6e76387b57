"""The round of pairs that strategies take turns in."""

from engine.pipes.pair import NOWHERE, PipePair


class Turns:
    """Pairs in a round, and whose turn is next; a pair that cannot take its turn is not in it.

    Who comes, or comes back, is last. The place of one that leaves goes to the last, and when the last
    has had its turn the first is next, whoever joins before that turn is taken.

    Args:
        reads: whether the turns are to read from a pair, or to write to it; a pair has a place for each, so
            that leaving costs the same in a round of ten thousand.

    Source: libzmq 4.3.5, of its load balancer and its fair queue: it can be seen who is next.
    """

    def __init__(self, *, reads: bool) -> None:
        self._active: list[PipePair] = []
        self._turn = 0  # a place in the round; 0 when there is nobody
        self._reads = reads

    def activate(self, pair: PipePair) -> None:
        """A pair, new or one that had left, can take its turn."""
        self._put(pair, len(self._active))
        self._active.append(pair)

    def _part(self, pair: PipePair) -> None:
        """Take a pair out of the round, if it is there."""
        place = pair.read_turn if self._reads else pair.write_turn
        if place >= 0:
            self._leave(place)

    def _leave(self, place: int) -> None:
        """Take the pair at ``place`` out of the round."""
        active = self._active
        self._put(active[place], NOWHERE)
        last = active.pop()
        left = len(active)
        if place < left:
            active[place] = last
            self._put(last, place)
        if self._turn == left:
            self._turn = 0

    def _put(self, pair: PipePair, place: int) -> None:
        if self._reads:
            pair.read_turn = place
        else:
            pair.write_turn = place
