"""The event log of a run: coalesced by place and kind within a tick, the last ten thousand kept."""

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from app.telemetry.fanout import Watch

KEPT: Final = 10_000
COALESCED: Final = frozenset(
    {"dropped", "blocked", "unblocked", "hwm_reached", "hwm_left", "retried", "disconnected", "unrouted"}
)
"""What can happen thousands of times a second: one event for each place and tick, with a count."""

Event = dict[str, Any]


class Journal:
    """Numbers the events of a run, keeps the last of them and tells whoever watches."""

    def __init__(self) -> None:
        self._seq = 0
        self._kept: deque[Event] = deque(maxlen=KEPT)
        self._pending: dict[tuple[str, tuple[tuple[str, str], ...], str], Event] = {}
        self._watches: list[Watch] = []

    def note(self, t_s: float, what: str, where: Mapping[str, str], detail: str = "", count: int = 1) -> None:
        """Note an event; frequent kinds appear at the next ``flush``, in one with their like."""
        event = {"t": round(t_s, 3), "what": what, "where": dict(where), "count": count, "detail": detail}
        if what not in COALESCED:
            self._tell(event)
            return
        key = (what, tuple(where.items()), detail)
        known = self._pending.get(key)
        if known is None:
            self._pending[key] = event
        else:
            known["count"] += count

    def flush(self) -> None:
        """A tick is over: tell what was held back to be counted together."""
        if self._pending:
            pending, self._pending = self._pending, {}
            for event in pending.values():
                self._tell(event)

    def watch(self, after: int | None) -> Watch:
        """Return a watch that begins behind event ``after``, or with all that is kept.

        Where events between were not kept any more, it begins with ``gap``, which counts them.
        """
        watch = Watch(most=KEPT + 100, missed=_gap, closed=self._forget)
        oldest = self._seq - len(self._kept) + 1
        begin = oldest if after is None else after + 1
        if begin < oldest:
            watch.give(_gap(oldest - begin))
        for event in self._kept:
            if event["seq"] >= begin:
                watch.give(event)
        self._watches.append(watch)
        return watch

    def end(self) -> None:
        """The run is over."""
        self.flush()
        for watch in list(self._watches):
            watch.end()

    def _tell(self, event: Event) -> None:
        self._seq += 1
        numbered = {"kind": "event", "seq": self._seq, **event}
        self._kept.append(numbered)
        for watch in self._watches:
            watch.give(numbered)

    def _forget(self, watch: Watch) -> None:
        if watch in self._watches:
            self._watches.remove(watch)


def _gap(missed: int) -> Event:
    return {"kind": "gap", "missed": missed}
