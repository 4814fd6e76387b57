"""Pulls samples from a run's processes, receivers before senders, and spreads them to whoever watches."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from app.fleet.accounting import Accounting
from app.fleet.process_handle import OrderRefused, ProcessGone, ProcessHandle, ProcessStuck, Reply
from app.fleet.run_clock import RunClock
from app.runtime import control
from app.telemetry.fanout import FASTEST_HZ, FrameWatch, Watch
from app.telemetry.journal import Journal
from app.telemetry.rows import QUICK, THOROUGH
from app.telemetry.series import RateMeter
from app.telemetry.table import PipeTable
from app.telemetry.tokens import TokenStream

TICK_S: Final = 1.0 / FASTEST_HZ
THOROUGH_EVERY_S: Final = 0.5
UNWATCHED_EVERY_S: Final = 1.0
"""The books are kept up while nobody watches, so that a killed process leaves fresh counts behind."""
SHORTEST_PAUSE: Final = 0.5
"""Shortest pause between two samples, as a share of what the last one took: watching a large
topology gets slower before it gets dear."""
SETTLE_EVERY_TICKS: Final = 4
"""How often rates fade of which nothing new was told."""
ANSWER_WITHIN_S: Final = 1.0
LATE_ANSWER_WITHIN_S: Final = 30.0

Json = dict[str, Any]


class Sampling:
    """The telemetry of one run.

    Args:
        handles: gives the processes of the moment.
        clock: the run's.
        is_paused: whether the run stands still.

    Attributes:
        nodes: how each node instance stands, by key: the list that its process told last.
    """

    def __init__(
        self,
        handles: Callable[[], Iterable[ProcessHandle]],
        clock: RunClock,
        table: PipeTable,
        accounting: Accounting,
        journal: Journal,
    ) -> None:
        self._handles = handles
        self._clock = clock
        self._table = table
        self._accounting = accounting
        self._journal = journal
        self.tokens = TokenStream()
        self.nodes: dict[str, list[Any]] = {}
        self.offsets: dict[str, float] = {}
        """Run time minus the engine's clock, by process, seconds."""
        self._watches: list[FrameWatch] = []
        self._told_epoch = 0
        self._tick = 0
        self._last_thorough_s = 0.0
        self._handled: dict[str, RateMeter] = {}
        self._cpu: dict[str, RateMeter] = {}
        self._cpu_s: dict[str, float] = {}
        self._late: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def watch(self, rate_hz: float, links: list[str]) -> FrameWatch:
        """Return a watch of frames from now on; it begins with the layout."""
        watch = FrameWatch(rate_hz, links, self._forget)
        watch.give_layout(self._table.layout())
        self._watches.append(watch)
        self._wake.set()
        return watch

    def watch_tokens(self) -> Watch:
        """Return a watch of sampled messages from now on."""
        self._wake.set()
        return self.tokens.watch()

    async def run(self) -> None:
        """Sample until cancelled: at the watchers' pace, or now and then while nobody watches."""
        due = time.monotonic()
        while True:
            began = time.monotonic()
            is_watched = bool(self._watches) or self.tokens.is_watched
            every_s = THOROUGH_EVERY_S if is_watched else UNWATCHED_EVERY_S
            await self.sample(thorough=began - self._last_thorough_s >= every_s - TICK_S / 2)
            now = time.monotonic()
            pause_s = max((now - began) * SHORTEST_PAUSE, 0.0)
            due = max(due + (TICK_S if is_watched else UNWATCHED_EVERY_S), now + pause_s)
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), due - now)
            except TimeoutError:
                continue
            due = time.monotonic()  # somebody new watches: begin at once

    async def sample(self, *, thorough: bool) -> None:
        """Take one sample of all processes and give it to the watchers."""
        async with self._one_at_a_time:
            if thorough:
                self._last_thorough_s = time.monotonic()  # begun: a slow one puts off no other
            links = sorted({link for watch in self._watches for link in watch.links})
            unheard = await self._phase("receive", thorough=thorough, links=links)
            unheard |= await self._phase("send", thorough=thorough, links=links)
            if self._tick % SETTLE_EVERY_TICKS == 0:
                self._table.settle(self._clock.t_s)
            self._tick += 1
            if thorough:
                self._accounting.draw_up(self._clock.t_s, unheard=unheard)
                if not unheard:
                    self._accounting.settle()
            self._journal.flush()
            self._spread(links, thorough=thorough)

    def end(self) -> None:
        """The run is over: the watchers read what is there and stop."""
        for late in self._late.values():
            late.cancel()
        self.tokens.end()
        for watch in list(self._watches):
            watch.end()

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    async def _phase(self, phase: Any, *, thorough: bool, links: list[str]) -> set[str]:
        """Ask all who answer, and return those who did not."""
        order = control.Sample(
            phase=phase,
            thorough=thorough,
            links=links,
            tokens=self.tokens.is_watched,
            settled=self._accounting.settled if thorough else [],
        )
        everyone = list(self._handles())
        asked = [handle for handle in everyone if handle.answers and handle.key not in self._late]
        replies = await asyncio.gather(*(self._ask(handle, order) for handle in asked))
        heard = set()
        for handle, reply in zip(asked, replies, strict=True):
            if reply is not None:
                heard.add(handle.key)
                self._take(handle, reply, thorough=thorough)
        return {handle.key for handle in everyone if handle.is_alive} - heard

    async def _ask(self, handle: ProcessHandle, order: control.Sample) -> Reply | None:
        """Ask one process; its rows keep their last figures when it does not answer."""
        try:
            return await handle.ask(order, ANSWER_WITHIN_S)
        except ProcessStuck:
            self._journal.note(self._clock.t_s, "process_stuck", {"process": handle.id}, handle.key)
            self._late[handle.key] = asyncio.create_task(self._wait_for(handle, order), name="a late process")
        except (ProcessGone, OrderRefused):
            pass
        return None

    async def _wait_for(self, handle: ProcessHandle, order: control.Sample) -> None:
        """Leave a stuck process alone, so that the others are not held up, until it answers again."""
        try:
            while True:
                with suppress(ProcessStuck):
                    await handle.ask(order, LATE_ANSWER_WITHIN_S)
                    return
        except (ProcessGone, OrderRefused):
            return
        finally:
            self._late.pop(handle.key, None)

    def _take(self, handle: ProcessHandle, reply: Reply, *, thorough: bool) -> None:
        now_s = self._clock.t_s
        facts = reply.facts
        self.offsets[handle.key] = now_s - facts["now"]
        quick, full = reply.rows
        self._accounting.take_figures(handle.slots, quick, len(QUICK), now_s)
        self._accounting.take_figures(handle.slots, full, len(THOROUGH), now_s)
        if thorough:
            self._accounting.take_halves(handle.key, handle.slots, facts["halves"])
        for stand in facts.get("nodes", ()):
            self.nodes[stand[0]] = stand
        if "doors" in facts:
            self._accounting.take_doors(handle.key, facts["doors"])
            self._cpu_s[handle.key] = facts["cpu_s"]
        if facts.get("tokens"):
            self.tokens.give(time.monotonic(), facts["tokens"])

    # ── spreading ─────────────────────────────────────────────────────────────────────────────

    def _spread(self, links: Sequence[str], *, thorough: bool) -> None:
        now = time.monotonic()
        t_s = self._clock.t_s
        if self._table.epoch != self._told_epoch:
            self._told_epoch = self._table.epoch
            for watch in self._watches:
                watch.give_layout(self._table.layout())
        due = [watch for watch in self._watches if watch.wants(now)]
        if due:
            gauges = self._table.gauges(self._tick, t_s)
            chosen = range(len(self._table.rows)) if thorough else self._table.rows_of(links)
            counters = self._table.counters(self._tick, t_s, list(chosen)) if chosen else None
            for watch in due:
                watch.give(now, self._tick, gauges, counters)
        if thorough and self._watches:
            totals = self.totals()
            for watch in self._watches:
                watch.give_totals(totals)

    def totals(self) -> Json:
        """The sums of the run: books, sockets, nodes, processes."""
        now = time.monotonic()
        t_s = self._clock.t_s
        return {
            "kind": "totals",
            "t_s": round(t_s, 3),
            "books": self._accounting.books.totals,
            "sockets": [
                {
                    "id": ledger.id,
                    "replica": _number(socket),
                    "offered": ledger.offered,
                    "routed": ledger.routed,
                    "unrouted": dict(ledger.unrouted),
                }
                for socket, ledger in self._accounting.doors()
            ],
            "nodes": [self._node(stand, t_s) for stand in self.nodes.values()],
            "processes": [
                {
                    "id": handle.id,
                    "replica": handle.replica,
                    "pid": handle.pid,
                    "cpu_share": round(
                        self._cpu.setdefault(handle.key, RateMeter()).take(now, self._cpu_s[handle.key]), 3
                    ),
                }
                for handle in self._handles()
                if handle.key in self._cpu_s
            ],
        }

    def _node(self, stand: list[Any], t_s: float) -> Json:
        key, state, _, handled, _, blocked_ms, waiting, word, counts = stand
        node, _, replica = key.partition("#")
        return {
            "id": node,
            "replica": int(replica),
            "state": state,
            "rate_per_s": round(self._handled.setdefault(key, RateMeter()).take(t_s, handled), 2),
            "handled": handled,
            "blocked_ms": round(blocked_ms, 1),
            "waiting": waiting,
            "word": word,
            "counts": counts,
        }

    def _forget(self, watch: FrameWatch) -> None:
        if watch in self._watches:
            self._watches.remove(watch)


def _number(socket: str) -> int:
    return int(socket.rpartition(".")[0].partition("#")[2])
