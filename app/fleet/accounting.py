"""A run's accounts as the server keeps them: rows, halves and ledgers of all its processes, the dead too."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.fleet.expansion import Connection, connections_of
from app.telemetry.books import Books, Expected, Half, Pair, SocketLedger, balance
from app.telemetry.rows import PipeKey
from app.telemetry.table import PipeTable
from app.topology.plan import LinkPlan, Plan

DIED: Final = "a process at one end died before it told its last counts"
SILENT: Final = "a process at one end did not answer just now"

Slot = tuple[str, str, bool]
"""Socket instance, label, whether outbound: a process's name for a lane."""


@dataclass(slots=True)
class ProcessAccount:
    """What one incarnation of a process has told last."""

    halves: dict[PipeKey, Half] = field(default_factory=dict)
    doors: dict[str, SocketLedger] = field(default_factory=dict)
    """By socket instance."""


class Accounting:
    """Files what processes tell by the links of the plan, and draws up the books.

    Args:
        table: takes the figures of each pipe.
    """

    def __init__(self, table: PipeTable) -> None:
        self._table = table
        self._links: dict[str, LinkPlan] = {}
        self._began: dict[str, float] = {}
        self._keys: dict[Slot, list[PipeKey]] = {}
        self._rows: dict[Slot, list[int]] = {}
        self._sharing: dict[tuple[str, str], dict[str, Connection]] = {}
        """Connections to one multicast group, by connecting socket instance and address, then by label."""
        self._present: dict[str, ProcessAccount] = {}
        self._past: list[ProcessAccount] = []
        self._half_seen: dict[str, str] = {}
        self._untold: set[str] = set()
        self._told: set[str] = set()  # ended connections, since the last ``settle``
        self._aged: set[str] = set()
        self._forgotten: set[str] = set()
        self._losses: dict[Pair, int] = {}
        self._links_by_process: dict[str, set[str]] = {}
        self.books: Books = balance([], [], [], is_drained=False)

    def expect(self, plan: Plan, t_s: float) -> None:
        """Take the links of a plan; those that were there before stay in the books."""
        for link in plan.links:
            self._links[link.id] = link
            self._began.setdefault(link.id, t_s)
            if link.half_seen is not None:
                self._half_seen[link.id] = link.half_seen
            for connection in connections_of(plan, link):
                self._file(connection)

    def take_figures(self, slots: Sequence[Slot], rows: Sequence[float], width: int, now_s: float) -> None:
        """Take rows of one process: each a slot's number and ``width`` figures."""
        for start in range(0, len(rows), width + 1):
            for row in self._rows.get(slots[int(rows[start])], ()):
                self._table.update(row, rows[start + 1 : start + 1 + width], now_s)

    def take_halves(self, process: str, slots: Sequence[Slot], halves: Iterable[Sequence[Any]]) -> None:
        """Take the ledger of a process's lanes."""
        account = self._present.setdefault(process, ProcessAccount())
        for (
            slot,
            is_joined,
            accepted,
            taken,
            handed,
            arrived,
            delivered,
            queued,
            dropped,
            dead,
            live,
            in_handshake,
            made,
            lost,
        ) in halves:
            self._told.update(dead)
            for key in self._keys.get(slots[slot], ()):
                account.halves[key] = Half(
                    key.pair,
                    "joined" if is_joined else key.end,
                    accepted,
                    taken,
                    handed,
                    arrived,
                    delivered,
                    queued,
                    Counter(dropped),
                    {each: count for each, count in dead.items() if each not in self._forgotten},
                    set(live),
                    in_handshake,
                    made,
                    {each: count for each, count in lost.items() if each not in self._forgotten},
                )

    def take_doors(self, process: str, doors: Iterable[Sequence[Any]]) -> None:
        """Take what a process's sockets were asked to send."""
        account = self._present.setdefault(process, ProcessAccount())
        for socket, offered, routed, unrouted in doors:
            account.doors[socket] = SocketLedger(_plain(socket), offered, routed, Counter(unrouted))

    def bury(self, process: str) -> None:
        """A process is over; what it told last stays in the sums."""
        account = self._present.pop(process, ProcessAccount())
        self._past.append(account)
        for row in self._table.rows:
            if row.key in account.halves:
                row.bury()

    def mark_unseen(self, links: Iterable[str]) -> None:
        """These links have, or had, an end whose last counts nobody told."""
        self._untold.update(links)

    def links_of(self, process: str) -> set[str]:
        """The links that have, or had, an end in this process."""
        return self._links_by_process.get(process, set())

    def draw_up(self, t_s: float, *, is_drained: bool = False, unheard: Iterable[str] = ()) -> Books:
        """Draw up the balance of what was told last.

        Args:
            unheard: processes that did not answer this time: their counts are older than the
                others', so that their links cannot be judged now.
        """
        silent: set[str] = set().union(*(self.links_of(process) for process in unheard))
        expected = [
            Expected(
                link.id,
                lane,
                t_s - self._began[link.id],
                self._why_half_seen(link.id, silent),
                is_told=link.id not in self._untold | silent,
            )
            for link in self._links.values()
            for lane in link.lanes
        ]
        self.books = balance(
            expected,
            self._all_halves(),
            self._all_doors(),
            is_drained=is_drained,
            settled=self._losses,
            aged=self._aged,
        )
        for row in self._table.rows:
            if row.key.end == "send":
                row.lost = self.books.lost.get(row.key.pair, 0)
        return self.books

    @property
    def settled(self) -> list[str]:
        """Ended connections that processes need not tell any more."""
        return sorted(self._forgotten)

    def settle(self) -> None:
        """Everybody has told its halves: carry what connections lost that are over at both ends.

        So neither a process nor we keep each connection that there ever was.
        """
        self._forgotten &= self._told
        self._aged, self._told = self._told, set()
        lanes: dict[tuple[str, str, str, str], dict[Pair, int]] = {}
        for pair, losses in self.books.compared.items():
            link, _, connects, binds = pair
            for connection, lost in losses.items():
                lanes.setdefault((link, connects, binds, connection), {})[pair] = lost
        over = set()
        for (link, _, _, connection), lost_by in lanes.items():
            if len(lost_by) == len(self._links[link].lanes):
                over.add(connection)
                for pair, lost in lost_by.items():
                    self._losses[pair] = self._losses.get(pair, 0) + lost
        self._forgotten |= over
        for account in (*self._past, *self._present.values()):
            for half in account.halves.values():
                for connection in half.dead.keys() & over:
                    del half.dead[connection]
                    half.lost.pop(connection, None)

    def _why_half_seen(self, link: str, silent: set[str]) -> str:
        if link in self._untold:
            return DIED
        return SILENT if link in silent else self._half_seen.get(link, "")

    def doors(self) -> list[tuple[str, SocketLedger]]:
        """The ledgers of all socket instances, by ``worker#4.in``, the dead included."""
        merged: dict[str, SocketLedger] = {}
        for account in (*self._past, *self._present.values()):
            for socket, ledger in account.doors.items():
                merged.setdefault(socket, SocketLedger(ledger.id)).add(ledger)
        return list(merged.items())

    def _file(self, connection: Connection) -> None:
        for instance in (connection.connects, connection.binds):
            self._links_by_process.setdefault(instance.process, set()).add(connection.link.id)
        group = {connection.label: connection}
        if connection.link.is_shared:
            where = (connection.connecting_socket, connection.link.address)
            group = self._sharing.setdefault(where, {})
            group[connection.label] = connection
        for key in connection.pipe_keys():
            self._table.row_of(key)
        for label in group:  # what one of them sends, all of them do
            keys = [key for each in group.values() for key in each.pipe_keys() if key.end == "send"]
            keys += [key for key in group[label].pipe_keys() if key.end != "send"]
            for is_outbound in (True, False):
                self._enter(label, [key for key in keys if (key.end != "receive") is is_outbound])

    def _enter(self, label: str, keys: list[PipeKey]) -> None:
        for key in keys:
            local = f"{key.node}#{key.replica}.{key.socket.rpartition('.')[2]}"
            slot = (local, label, key.end != "receive")
            alike = [
                each
                for each in keys
                if (each.node, each.replica, each.socket) == (key.node, key.replica, key.socket)
            ]
            self._keys[slot] = alike
            self._rows[slot] = [self._table.row_of(each) for each in alike]

    def _all_halves(self) -> list[Half]:
        merged: dict[PipeKey, Half] = {}
        for account in (*self._past, *self._present.values()):
            for key, half in account.halves.items():
                known = merged.get(key)
                if known is None:
                    known = merged[key] = Half(half.pair, half.end)
                known.add(half)
        return list(merged.values())

    def _all_doors(self) -> list[SocketLedger]:
        merged: dict[str, SocketLedger] = {}
        for _, ledger in self.doors():
            merged.setdefault(ledger.id, SocketLedger(ledger.id)).add(ledger)
        return list(merged.values())


def _plain(socket: str) -> str:
    """``worker#4.in`` → ``worker.in``."""
    instance, _, role = socket.rpartition(".")
    return f"{instance.partition('#')[0]}.{role}"
