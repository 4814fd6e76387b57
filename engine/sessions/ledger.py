"""What a socket remembers of the pipes that are gone: the totals of each link and direction."""

from collections.abc import Iterable
from typing import Final

from engine.constants import DropReason
from engine.monitor.snapshot import LaneBooks
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe

MOST_LANES: Final = 2048
"""Links, each direction by itself, that peers may give a name: whoever connects chooses one."""
MOST_ENDED: Final = 4096
"""Ended connections of one link and direction that wait for ``settle``; where nobody ever compares both
ends, as in a program on its own, the oldest are forgotten."""


class Ledger:
    """The books of one socket's links; living pipes are added when it is read.

    A pipe of the binding side dies with its connection, so its counts are carried over here.
    """

    def __init__(self) -> None:
        self._lanes: dict[tuple[str, bool], LaneBooks] = {}

    def lane(self, pair: PipePair, *, is_outbound: bool) -> LaneBooks:
        """Return the totals to which this pair's dead pipes and connections are added."""
        label = pair.label or pair.endpoint
        lane = self._lanes.get((label, is_outbound))
        if lane is None:
            lane = self._lanes[(label, is_outbound)] = _open(label, pair, is_outbound=is_outbound)
        return lane

    def admits(self, label: str) -> bool:
        """Tell whether a peer's name for its link can have totals of its own."""
        return len(self._lanes) < MOST_LANES or (label, False) in self._lanes

    def end_connection(self, pair: PipePair, connection: str, *, taken: int, arrived: int) -> None:
        """Note what one connection carried, now that it is over."""
        if connection:
            for is_outbound, count in ((True, taken), (False, arrived)):
                _note(self.lane(pair, is_outbound=is_outbound).dead_connections, connection, count)
            pair.far_end.count_losses()
            if pair.lost:
                _note(self.lane(pair, is_outbound=False).lost, connection, pair.lost)
                pair.lost = 0

    def refuse(self, label: str, connection: str, count: int) -> None:
        """Note messages that came from a peer the socket has no use for."""
        lane = self._lanes.setdefault((label, False), LaneBooks(label, is_outbound=False))
        lane.arrived += count
        lane.count_drops({DropReason.REFUSED: count})
        if connection:
            _note(lane.dead_connections, connection, count)

    def settle(self, connections: Iterable[str]) -> None:
        """Forget what these ended connections carried: both their ends have been compared."""
        for lane in self._lanes.values():
            for connection in connections:
                lane.dead_connections.pop(connection, None)
                lane.lost.pop(connection, None)

    def absorb(self, pair: PipePair) -> None:
        """Add the counts of a pair whose pipes are both at their end."""
        _add(self.lane(pair, is_outbound=True), pair.outbound, pair)
        _add(self.lane(pair, is_outbound=False), pair.inbound, pair)

    def read(self, living: Iterable[PipePair], in_handshake: int) -> list[LaneBooks]:
        """Return the totals, with the pipes that still live added; the caller owns the result."""
        lanes = {key: _copy(lane) for key, lane in self._lanes.items()}
        for pair in living:
            label = pair.label or pair.endpoint
            for is_outbound in (True, False):
                lane = lanes.get((label, is_outbound))
                if lane is None:
                    lane = lanes[(label, is_outbound)] = _open(label, pair, is_outbound=is_outbound)
                _add(lane, pair.outbound if is_outbound else pair.inbound, pair)
                if pair.connection:
                    lane.live_connections.append(pair.connection)
        for lane in lanes.values():
            lane.in_handshake = in_handshake
        return list(lanes.values())


def _note(counts: dict[str, int], connection: str, count: int) -> None:
    counts[connection] = counts.get(connection, 0) + count  # a udp port may be bound again
    if len(counts) > MOST_ENDED:
        del counts[next(iter(counts))]


def _open(label: str, pair: PipePair, *, is_outbound: bool) -> LaneBooks:
    return LaneBooks(label, is_outbound, pair.is_joined, is_multicast=pair.is_multicast)


def _add(lane: LaneBooks, pipe: Pipe, pair: PipePair) -> None:
    if lane.is_joined:
        lane.accepted += pipe.accepted
        lane.delivered += pipe.popped
    elif lane.is_outbound:
        lane.accepted += pipe.accepted
        lane.taken += pipe.popped
        lane.handed += pair.handed
    else:
        lane.arrived += pipe.accepted - pair.made
        lane.made += pair.made
        lane.delivered += pipe.popped
        pair.far_end.count_losses()
        if pair.lost:
            _note(lane.lost, pair.connection or pair.endpoint, pair.lost)
    lane.queued += len(pipe)
    lane.count_drops(pipe.dropped)


def _copy(lane: LaneBooks) -> LaneBooks:
    return LaneBooks(
        lane.label,
        lane.is_outbound,
        lane.is_joined,
        lane.accepted,
        lane.taken,
        lane.handed,
        lane.arrived,
        lane.delivered,
        lane.queued,
        dict(lane.dropped),
        dict(lane.dead_connections),
        made=lane.made,
        lost=dict(lane.lost),
        is_multicast=lane.is_multicast,
    )
