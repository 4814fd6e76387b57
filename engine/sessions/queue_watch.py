"""Tells a socket's observers of full pipes and of drops: each edge at once, drops counted together."""

from collections.abc import Callable
from typing import Final

from engine.monitor.events import Dropped, HwmLeft, HwmReached, SocketEvent, Unrouted
from engine.net.interface import Network, Timer
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe, PipeWatch

COUNTED_TOGETHER_S: Final = 0.1
"""Drops within this time become one event for each pipe and reason."""

Tell = Callable[[SocketEvent], None]


class QueueWatch:
    """Watches the pipes of one socket while an observer asks for it.

    A pipe that two sockets share is watched by the one that writes into it, so that each drop is told once.
    """

    def __init__(self, network: Network, tell: Tell) -> None:
        self._network = network
        self._tell = tell
        self._drops: dict[tuple[PipePair, bool, str], int] = {}
        self._unrouted: dict[str, int] = {}
        self._timer: Timer | None = None

    def watch(self, pair: PipePair) -> None:
        """Watch a pair's pipes from now on."""
        pair.outbound.watch = _Side(self, pair, is_outbound=True)
        if not pair.is_joined:
            pair.inbound.watch = _Side(self, pair, is_outbound=False)

    def unwatch(self, pair: PipePair) -> None:
        """Watch them no more."""
        pair.outbound.watch = None
        if not pair.is_joined:
            pair.inbound.watch = None

    def tell_edge(self, pair: PipePair, pipe: Pipe, *, is_outbound: bool, is_full: bool) -> None:
        """Tell that a pipe is full, or has room again."""
        kind = HwmReached if is_full else HwmLeft
        now = self._network.now()
        self._tell(kind(now, pair.endpoint, pair.label, pair.peer, is_outbound, len(pipe), pipe.hwm))

    def count_drop(self, pair: PipePair, reason: str, count: int, *, is_outbound: bool) -> None:
        """Count messages that a pipe dropped, to be told soon."""
        key = (pair, is_outbound, reason)
        self._drops[key] = self._drops.get(key, 0) + count
        self._arm()

    def count_unrouted(self, reason: str) -> None:
        """Count a message that found no pipe, to be told soon."""
        self._unrouted[reason] = self._unrouted.get(reason, 0) + 1
        self._arm()

    def flush(self) -> None:
        """Tell what was counted."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        drops, self._drops = self._drops, {}
        unrouted, self._unrouted = self._unrouted, {}
        now = self._network.now()
        for (pair, is_outbound, reason), count in drops.items():
            self._tell(Dropped(now, pair.endpoint, pair.label, pair.peer, is_outbound, reason, count))
        for reason, count in unrouted.items():
            self._tell(Unrouted(now, "", "", reason, count))

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = self._network.call_at(self._network.now() + COUNTED_TOGETHER_S, self.flush)


class _Side(PipeWatch):
    """One pipe's edges, of which only the changes are told."""

    def __init__(self, queues: QueueWatch, pair: PipePair, *, is_outbound: bool) -> None:
        self._queues = queues
        self._pair = pair
        self._is_outbound = is_outbound
        self._is_full = (pair.outbound if is_outbound else pair.inbound).writer_waits

    def pipe_full(self, pipe: Pipe) -> None:
        if not self._is_full:
            self._is_full = True
            self._queues.tell_edge(self._pair, pipe, is_outbound=self._is_outbound, is_full=True)

    def pipe_has_room(self, pipe: Pipe) -> None:
        if self._is_full:
            self._is_full = False
            self._queues.tell_edge(self._pair, pipe, is_outbound=self._is_outbound, is_full=False)

    def pipe_dropped(self, pipe: Pipe, reason: str, count: int) -> None:
        self._queues.count_drop(self._pair, reason, count, is_outbound=self._is_outbound)
