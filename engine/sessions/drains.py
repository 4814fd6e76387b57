"""Links with something to send, drained once a round of the loop, so that messages leave together."""

from typing import Final

from mypy_extensions import trait

from engine.net.interface import Network
from engine.pipes.pipe import Pipe

LONGEST_WAIT_S: Final = 0.0005
MOST_ROUNDS: Final = 8
"""Rounds that a few messages may wait, where the loop's time stands still meanwhile (the simulator)."""
FEW: Final = 16
"""Messages below which a link of a program that runs hot waits for more to send with them."""
WIDE: Final = 512
"""A high-water mark that these, one round's credits and half of it unacknowledged do not reach."""


def can_wait(pipe: Pipe) -> bool:
    """Tell whether a pipe has few messages, far from its high-water mark."""
    return len(pipe) < FEW and (not pipe.hwm or pipe.hwm >= WIDE) and not pipe.conflate


@trait
class Drained:
    """What has messages to send: one link's pump."""

    def may_wait(self) -> bool:
        """Tell whether what is queued is so little that it can wait for more."""
        raise NotImplementedError

    def drain(self, *, stay: bool) -> bool:
        """Send what is queued; ``True`` when it wants to be looked after in the next round too.

        Args:
            stay: whether a link that has sent something does not yet count as idle.
        """
        raise NotImplementedError


class Drains:
    """One context's links that were written to, drained in one callback a round.

    While the program runs hot, that is, while its calls use up their credits and need not wait,
    a link with few messages is left to gather more, for half a millisecond at most. A round in which
    the program waited for something drains everything, so a message to an idle link, a question
    and its answer never wait.
    """

    def __init__(self, network: Network) -> None:
        self.is_hot = False
        """Whether the program has used up its credits since the last round; set by its sockets."""
        self._network = network
        self._due: list[Drained] = []
        self._scheduled = False
        self._rounds = 0
        self._since = 0.0

    def add(self, link: Drained) -> None:
        """Drain ``link`` in the loop's next round; it must not be due already."""
        self._due.append(link)
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._network.call_soon(self._look)

    def _look(self) -> None:
        self._scheduled = False
        hot, self.is_hot = self.is_hot, False
        patient = hot and self._is_early()
        if not patient:
            self._rounds = 0
        due, self._due = self._due, []
        n = 0
        try:
            for link in due:
                n += 1
                if (patient and link.may_wait()) or link.drain(stay=hot):
                    self._due.append(link)
        finally:  # one link's fault must not silence the others
            self._due += due[n:]
            if self._due:
                self._schedule()

    def _is_early(self) -> bool:
        now = self._network.now()
        if not self._rounds:
            self._since = now
        self._rounds += 1
        return self._rounds <= MOST_ROUNDS and now - self._since < LONGEST_WAIT_S
