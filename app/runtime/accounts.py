"""The accounts of a process: every engine socket it has or had, and what each instance has counted in all."""

from collections.abc import Iterator

from app.behaviours.node_socket import NodeSocket
from engine.monitor.snapshot import LaneBooks
from engine.sockets.socket import Socket

LaneKey = tuple[str, bool]
"""Label, and whether outbound."""


class Account:
    """One instance of a node's socket: its present engine socket, those that still linger, those that were.

    Attributes:
        key: ``worker#4.in``.
        face: the socket as the behaviour has it; ``None`` while the node is down.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.face: NodeSocket | None = None
        self.living: list[Socket] = []
        self.offered = 0
        self.routed = 0
        self.unrouted: dict[str, int] = {}
        self.names: dict[str, str] = {}
        """Labels by address, for peers that do not tell their link and came before it was drawn."""
        self._retired: dict[LaneKey, LaneBooks] = {}

    def name(self, text: str) -> str:
        """The label of a lane that the engine files under its label, or else its address."""
        return self.names.get(text, text)

    def retire(self, socket: Socket) -> None:
        """Carry over the counts of a socket that is closed for good."""
        if socket not in self.living:
            return
        self.living.remove(socket)
        books = socket.books()
        self.offered += books.all_offered
        self.routed += books.routed
        _add_counts(self.unrouted, books.unrouted)
        for lane in books.lanes:
            self._merge(self._retired, lane)

    def settle(self, connections: list[str]) -> None:
        """Forget ended connections that the books have settled."""
        for socket in self.living:
            socket.settle(connections)
        for lane in self._retired.values():
            for connection in connections:
                lane.dead_connections.pop(connection, None)
                lane.lost.pop(connection, None)

    def lanes(self, *, outbound: bool) -> dict[LaneKey, LaneBooks]:
        """The books of its lanes in one direction, the retired included; the caller owns the result."""
        if not self._retired and not self.names and len(self.living) == 1:  # the common case, without copies
            lanes = self.living[0].books().lanes
            return {(lane.label, outbound): lane for lane in lanes if lane.is_outbound is outbound}
        merged: dict[LaneKey, LaneBooks] = {}
        for lane in self._retired.values():
            if lane.is_outbound is outbound:
                self._merge(merged, lane)
        for socket in self.living:
            for lane in socket.books().lanes:
                if lane.is_outbound is outbound:
                    self._merge(merged, lane)
        return merged

    def door(self) -> tuple[int, int, dict[str, int]]:
        """Offered, routed, and unrouted by reason, the retired included."""
        offered, routed, unrouted = self.offered, self.routed, dict(self.unrouted)
        for socket in self.living:
            books = socket.books()
            offered += books.all_offered
            routed += books.routed
            _add_counts(unrouted, books.unrouted)
        return offered, routed, unrouted

    def _merge(self, into: dict[LaneKey, LaneBooks], lane: LaneBooks) -> None:
        key = (self.name(lane.label), lane.is_outbound)
        known = into.get(key)
        if known is None:
            known = into[key] = LaneBooks(key[0], lane.is_outbound, lane.is_joined)
        known.accepted += lane.accepted
        known.taken += lane.taken
        known.handed += lane.handed
        known.arrived += lane.arrived
        known.made += lane.made
        known.delivered += lane.delivered
        known.queued += lane.queued
        known.count_drops(lane.dropped)
        _add_counts(known.dead_connections, lane.dead_connections)
        _add_counts(known.lost, lane.lost)
        known.live_connections += lane.live_connections
        known.in_handshake += lane.in_handshake


class Accounts:
    """All accounts of a process, in the order they were opened."""

    def __init__(self) -> None:
        self._by_key: dict[str, Account] = {}

    def of(self, key: str) -> Account:
        """The account of a socket instance, opened when it is new."""
        account = self._by_key.get(key)
        if account is None:
            account = self._by_key[key] = Account(key)
        return account

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_key.values())


def _add_counts(into: dict[str, int], counts: dict[str, int]) -> None:
    for name, count in counts.items():
        into[name] = into.get(name, 0) + count
