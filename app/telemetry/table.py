"""The table of a run's pipes: each row's latest figures, its rate and state, and the frames made of them."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from app.telemetry import frames
from app.telemetry.health import PipeState, judge
from app.telemetry.rows import QUICK, RETRYING, THOROUGH, PipeKey
from app.telemetry.series import RateMeter

DROPPING_S: Final = 1.0
"""How long after a drop a pipe counts as dropping."""

_COUNTERS: Final = [THOROUGH.index(name) for name, _, _ in frames.COUNTER_COLUMNS[1:-1]]
_CUMULATIVE: Final = [place for place, name in enumerate(THOROUGH) if place >= 4 and name != "kernel_octets"]
_DEPTH, _HWM, _PEAK, _FLAGS, _PUSHED, _POPPED, _REFUSED, _DROPPED = range(len(QUICK))
_NOTHING: Final = [0.0] * len(THOROUGH)


class PipeRow:
    """One row: figures of the pipe's present incarnation, and the sums of those before it."""

    __slots__ = ("before", "figures", "key", "last_drop_s", "lost", "meter", "rate", "state", "told_at_s")

    def __init__(self, key: PipeKey) -> None:
        self.key = key
        self.figures = list(_NOTHING)
        self.before = list(_NOTHING)
        self.meter = RateMeter()
        self.rate = 0.0
        self.state = PipeState.NO_PIPE
        self.last_drop_s = -math.inf
        self.lost = 0.0
        self.told_at_s = -math.inf

    def total(self, place: int) -> float:
        """A cumulative figure with those of dead predecessors."""
        return self.before[place] + self.figures[place]

    def bury(self) -> None:
        """The pipe's process is gone: keep its counters, forget its gauges."""
        for place in _CUMULATIVE:
            self.before[place] += self.figures[place]
        self.figures = list(_NOTHING)
        self.rate = 0.0
        self.state = PipeState.DISCONNECTED if self.key.side == "connect" else PipeState.NO_PIPE


Noticed = Callable[[PipeRow, str, int], None]
"""Told what changed at a row: "dropped", "blocked", "unblocked", "hwm_reached", "hwm_left"; and how many."""


class PipeTable:
    """All rows of a run, in the order they were first known.

    Args:
        noticed: see ``Noticed``.

    Attributes:
        epoch: grows with each new row; frames of one epoch have the rows of its layout.
    """

    def __init__(self, noticed: Noticed) -> None:
        self.epoch = 1
        self.rows: list[PipeRow] = []
        self._by_key: dict[PipeKey, int] = {}
        self._noticed = noticed

    def row_of(self, key: PipeKey) -> int:
        """Return the number of this key's row; a new key gets the next number, and a new epoch begins."""
        row = self._by_key.get(key)
        if row is None:
            row = self._by_key[key] = len(self.rows)
            self.rows.append(PipeRow(key))
            self.epoch += 1
        return row

    def rows_of(self, links: Iterable[str]) -> list[int]:
        """The rows of these links."""
        wanted = set(links)
        return [number for number, row in enumerate(self.rows) if row.key.link in wanted]

    def update(self, number: int, figures: Sequence[float], now_s: float) -> None:
        """Take new figures of one row: those of ``QUICK``, or all of ``THOROUGH``."""
        row = self.rows[number]
        row.told_at_s = now_s
        dropped = figures[_DROPPED] - row.figures[_DROPPED]
        row.figures[: len(figures)] = figures
        if dropped > 0:
            row.last_drop_s = now_s
            self._noticed(row, "dropped", int(dropped))
        row.rate = row.meter.take(now_s, row.total(_POPPED))
        state = judge(
            int(figures[_FLAGS]),
            figures[_DEPTH],
            figures[_HWM],
            is_dropping=now_s - row.last_drop_s < DROPPING_S,
            is_flowing=row.rate > 0.0,
        )
        if state is not row.state:
            self._tell(row, row.state, state)
            row.state = state

    def settle(self, now_s: float) -> None:
        """A tick is over: rates and alarms of rows of which nothing new was told fade by themselves."""
        for number, row in enumerate(self.rows):
            if (row.rate or row.state is PipeState.DROPPING) and row.told_at_s < now_s:
                self.update(number, row.figures[: len(QUICK)], now_s)

    def layout(self) -> dict[str, Any]:
        """Describe the rows of this epoch."""
        return frames.layout(self.epoch, [row.key for row in self.rows])

    def gauges(self, tick: int, t_s: float) -> bytes:
        """Encode the gauges of all rows."""
        rows = self.rows
        columns: list[Sequence[float]] = [
            [row.figures[_DEPTH] for row in rows],
            [row.figures[_HWM] for row in rows],
            [row.figures[_PEAK] for row in rows],
            [row.rate for row in rows],
            self._states(),
        ]
        return frames.encode_gauges(self.epoch, tick, t_s, columns)

    def counters(self, tick: int, t_s: float, chosen: Sequence[int]) -> bytes:
        """Encode the counters of the chosen rows."""
        rows = [self.rows[number] for number in chosen]
        columns: list[Sequence[float]] = [chosen]
        columns.extend([row.total(place) for row in rows] for place in _COUNTERS)
        columns.append([row.lost for row in rows])
        return frames.encode_counters(self.epoch, tick, t_s, columns)

    def _states(self) -> list[PipeState]:
        """What each row is drawn as: a full receiver holds somebody back only where its sender waits."""
        blocked = {
            row.key.pair for row in self.rows if row.state is PipeState.BLOCKED and row.key.end == "send"
        }
        full = (PipeState.BLOCKED, PipeState.PASSED_OVER)
        return [
            row.state
            if row.key.end != "receive" or row.state not in full
            else (PipeState.BLOCKED if row.key.pair in blocked else PipeState.NEAR)
            for row in self.rows
        ]

    def _tell(self, row: PipeRow, before: PipeState, after: PipeState) -> None:
        full = (PipeState.BLOCKED, PipeState.PASSED_OVER)
        if after in full and before not in full:
            self._noticed(row, "hwm_reached", 1)
        elif before in full and after not in full and not int(row.figures[_FLAGS]) & RETRYING:
            self._noticed(row, "hwm_left", 1)
        if row.key.end == "receive":
            return
        if after is PipeState.BLOCKED:
            self._noticed(row, "blocked", 1)
        elif before is PipeState.BLOCKED:
            self._noticed(row, "unblocked", 1)
