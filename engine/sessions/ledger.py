"""What a socket remembers of the pipes that are gone: the totals of each link and direction."""

from collections.abc import Iterable

from engine.monitor.snapshot import LaneBooks
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe


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
            lane = self._lanes[(label, is_outbound)] = LaneBooks(label, is_outbound, pair.is_joined)
        return lane

    def end_connection(self, pair: PipePair, connection: str, *, taken: int, arrived: int) -> None:
        """Note what one connection carried, now that it is over."""
        if connection:
            self.lane(pair, is_outbound=True).dead_connections[connection] = taken
            self.lane(pair, is_outbound=False).dead_connections[connection] = arrived

    def absorb(self, pair: PipePair) -> None:
        """Add the counts of a pair whose pipes are both at their end."""
        _add(self.lane(pair, is_outbound=True), pair.outbound, pair)
        _add(self.lane(pair, is_outbound=False), pair.inbound, pair)

    def read(self, living: Iterable[PipePair]) -> list[LaneBooks]:
        """Return the totals, with the pipes that still live added; the caller owns the result."""
        lanes = {key: _copy(lane) for key, lane in self._lanes.items()}
        for pair in living:
            label = pair.label or pair.endpoint
            for is_outbound in (True, False):
                lane = lanes.get((label, is_outbound))
                if lane is None:
                    lane = lanes[(label, is_outbound)] = LaneBooks(label, is_outbound, pair.is_joined)
                _add(lane, pair.outbound if is_outbound else pair.inbound, pair)
        return list(lanes.values())


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
        lane.made,
    )
