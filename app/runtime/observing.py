"""What a process tells of its pipes: figures in the order of ``app.telemetry.rows``, ledgers, messages."""

import math
import os
from array import array
from collections.abc import Iterator
from typing import Any, Final

from app.behaviours.node_socket import NodeSocket
from app.runtime.accounts import Account, Accounts
from app.runtime.control import Label, ReadLink, read_label
from app.telemetry.probes import PipeProbe
from app.telemetry.ring import Ring
from app.telemetry.rows import DROP_REASONS, FULL, PEER, QUICK, RETRYING, THOROUGH, WAITED_FOR
from engine.clock import Clock
from engine.compatibility import can_receive, can_send
from engine.constants import DropReason
from engine.monitor.snapshot import LaneBooks
from engine.sockets.views import PipeView

SlotKey = tuple[str, str, bool]
"""Socket instance, label, whether outbound."""

MOST_TOKENS: Final = 40
"""Tokens that one process keeps for the next sample."""
RING_KEPT_S: Final = 60.0
"""How long a link's last messages are kept after somebody looked."""


class Sampler:
    """Reads pipes and books; every method runs in the engine's loop, or while that is held.

    Slots are numbered as they are first seen; a sample names the new ones.
    """

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._slots: dict[SlotKey, int] = {}
        self._probes: dict[SlotKey, PipeProbe] = {}
        self._rings: dict[str, Ring] = {}
        self._asked_at: dict[str, float] = {}
        self._tokens: list[dict[str, Any]] = []
        self._shows_tokens = False
        self._seen: dict[tuple[str, bool], list[Any]] = {}

    def settle(self, connections: list[str]) -> None:
        """Forget ended connections that the books have settled."""
        for account in self._accounts:
            account.settle(connections)

    def sample(
        self, phase: str, *, thorough: bool, links: list[str], tokens: bool
    ) -> tuple[dict[str, Any], bytes, bytes]:
        """Tell one phase's figures: facts as JSON, quick rows, thorough rows.

        A row is its slot's number and then the figures, all as doubles.
        """
        known = len(self._slots)
        quick, full = array("d"), array("d")
        halves: list[list[Any]] = []
        watched = set(links)
        for account, label, lane, views in self._lanes(watched, outbound=phase == "send", thorough=thorough):
            slot = self._slots.setdefault((account.key, lane.label, lane.is_outbound), len(self._slots))
            is_close = thorough or label.link in watched
            figures = _figures(account.face, lane, views, is_close=is_close)
            rows = full if is_close else quick
            rows.append(slot)
            rows.extend(figures)
            if thorough:
                halves.append(_half(slot, lane))
        facts: dict[str, Any] = {"slots": [list(key) for key in list(self._slots)[known:]], "halves": halves}
        if phase == "send":
            self._want_rings(watched)
            self._shows_tokens = tokens
            self._renew_probes(tokens=tokens)
            facts["tokens"], self._tokens = self._tokens, []
            if thorough:
                facts["doors"] = [[account.key, *account.door()] for account in self._accounts]
                times = os.times()
                facts["cpu_s"] = times.user + times.system
        facts["now"] = self._clock.now()
        return facts, quick.tobytes(), full.tobytes()

    def read_link(self, order: ReadLink) -> dict[str, Any]:
        """Tell the last messages of a link that were received here; from now on they are kept."""
        self._want_rings({order.link})
        ring = self._rings[order.link]
        self._renew_probes(tokens=self._shows_tokens)
        if order.seq is not None:
            found = ring.find(order.seq, order.lane, order.connection)
            return {"messages": [found.shape(limit=None)] if found else [], "now": self._clock.now()}
        return {"messages": [message.shape() for message in ring.last(order.last)], "now": self._clock.now()}

    # ── lanes and figures ─────────────────────────────────────────────────────────────────────

    def _lanes(
        self, watched: set[str], *, outbound: bool, thorough: bool
    ) -> Iterator[tuple[Account, Label, LaneBooks, list[PipeView]]]:
        """The lanes of one direction; of sockets at which nothing changed only those somebody watches."""
        for account in self._accounts:
            views = _views(account, outbound=outbound)
            is_news = self._has_changed(account, views, outbound=outbound) or thorough
            if not is_news and watched.isdisjoint(map(_link_of, views)):
                continue
            for (text, is_outbound), lane in account.lanes(outbound=outbound).items():
                label = read_label(text)
                if label is None or (lane.is_joined and not is_outbound):
                    continue
                yield account, label, lane, views.get(text, [])

    def _has_changed(self, account: Account, views: dict[str, list[PipeView]], *, outbound: bool) -> bool:
        """Whether anything at these pipes is not as it was in the last sample: cheaper than the books."""
        waiting = account.face.waiting if account.face is not None else None
        seen: list[Any] = [waiting]
        for some in views.values():
            for view in some:
                seen += (view.pushed, view.popped, view.depth, view.peak, view.refused, view.hwm)
                seen += (view.is_connected, view.is_full, view.writer_waits)
        key = (account.key, outbound)
        if self._seen.get(key) == seen:
            return False
        self._seen[key] = seen
        return True

    # ── single messages ───────────────────────────────────────────────────────────────────────

    def _want_rings(self, links: set[str]) -> None:
        """Keep the last messages of these links, and of those asked for a while ago no longer."""
        now = self._clock.now()
        for link in links:
            self._rings.setdefault(link, Ring())
            self._asked_at[link] = now
        for link in [link for link, at in self._asked_at.items() if now - at > RING_KEPT_S]:
            del self._rings[link], self._asked_at[link]

    def _renew_probes(self, *, tokens: bool) -> None:
        """Let probes look at what is wanted now, and take them off where nothing is."""
        wanted: set[SlotKey] = set()
        if tokens or self._rings:
            for account in self._accounts:
                for outbound in (True, False):
                    for text, views in _views(account, outbound=outbound).items():
                        label = read_label(text)
                        key = (account.key, text, outbound)
                        if label is not None and self._renew(key, label, views[-1], tokens=tokens):
                            wanted.add(key)
        for key in [key for key in self._probes if key not in wanted]:
            self._probes.pop(key).remove()

    def _renew(self, key: SlotKey, label: Label, view: PipeView, *, tokens: bool) -> bool:
        """Renew one pipe's probe; return whether anything is wanted of it."""
        sends = view.is_outbound
        if view.is_joined and not sends:
            return False  # its other face has the probe
        local = key[0].rpartition(".")[0]
        peer = label.binds if local == label.connects else label.connects
        is_foreign = peer.endswith("#0")
        tell = self._tell if tokens and (sends or is_foreign) else None
        ring = self._rings.get(label.link) if not sends or view.is_joined or is_foreign else None
        if tell is None and ring is None:
            return False
        probe = self._probes.get(key)
        if probe is None:
            to_bind = sends == (local == label.connects)
            facts = {
                "link": label.link,
                "lane": "to_bind" if to_bind else "to_connect",
                "from": label.connects if to_bind else label.binds,
                "to": label.binds if to_bind else label.connects,
            }
            probe = self._probes[key] = PipeProbe(view, self._clock, facts)
        probe.move(view)
        probe.tell, probe.ring = tell, ring
        probe.renew()
        return True

    def _tell(self, token: dict[str, Any]) -> None:
        if len(self._tokens) < MOST_TOKENS:
            self._tokens.append(token)


def _views(account: Account, *, outbound: bool) -> dict[str, list[PipeView]]:
    """The pipes of one direction, by label."""
    found: dict[str, list[PipeView]] = {}
    for socket in account.living:
        if can_send(socket.type) if outbound else can_receive(socket.type):
            for view in socket.pipes:
                if view.is_outbound is outbound:
                    found.setdefault(account.name(view.label or view.endpoint), []).append(view)
    return found


def _link_of(text: str) -> str:
    return text.partition("|")[0]


def _figures(
    face: NodeSocket | None, lane: LaneBooks, views: list[PipeView], *, is_close: bool
) -> list[float]:
    """One row: ``QUICK``, or ``THOROUGH`` when somebody looks closely; the peak is since the last row."""
    flags = 0
    hwm = depth = peak = refused = 0.0
    for view in views:
        depth += view.depth
        hwm += view.hwm
        refused += view.refused
        peak = max(peak, view.peak)
        view.reset_peak()
        flags |= _flags(view, face)
    figures: list[float] = [
        depth,
        hwm,
        max(peak, depth),
        flags,
        lane.accepted if lane.is_outbound else lane.arrived,
        lane.taken if lane.is_outbound and not lane.is_joined else lane.delivered,
        refused,
        sum(lane.dropped.values()) - lane.dropped.get(DropReason.FILTERED, 0),  # not asked for is not lost
    ]
    if is_close:
        octets = sum(view.octets for view in views)
        figures += [
            0.0 if lane.is_outbound else octets,
            octets if lane.is_outbound else 0.0,
            face.blocked_ms() if face is not None and lane.is_outbound else 0.0,
            _kernel_octets(views),
        ]
        figures += [lane.dropped.get(reason, 0) for reason in DROP_REASONS]
    return figures


def _flags(view: PipeView, face: NodeSocket | None) -> int:
    flags = PEER if view.is_connected else RETRYING
    if view.is_full:
        flags |= FULL
        waits = face is not None and face.waiting == "send" if view.is_outbound else view.writer_waits
        if waits:
            flags |= WAITED_FOR
    return flags


def _kernel_octets(views: list[PipeView]) -> float:
    known = [octets for view in views if (octets := view.kernel_octets()) is not None]
    return float(sum(known)) if known else math.nan


def _half(slot: int, lane: LaneBooks) -> list[Any]:
    return [
        slot,
        lane.is_joined,
        lane.accepted,
        lane.taken,
        lane.handed,
        lane.arrived,
        lane.delivered,
        lane.queued,
        lane.dropped,
        lane.dead_connections,
        lane.live_connections,
        lane.in_handshake,
        lane.made,
        lane.lost,
    ]


assert len(QUICK) + 4 + len(DROP_REASONS) == len(THOROUGH)
