"""The books: for each link and lane accepted = delivered + queued + in flight + dropped, each half by itself.

A ``Half`` is what one end of one connection pair counted. Nothing here is
derived from what it is compared with: each figure was counted where its event
happened, so a skipped count or a lost message shows.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.telemetry.rows import End, Lane

LOST: Final = "lost_in_transit"
BOTH_ENDS: Final = "both ends"
HALF_SEEN: Final = "half seen"

Pair = tuple[str, str, str, str]
"""Link, lane, connecting instance, binding instance."""


@dataclass(slots=True)
class Half:
    """What one end counted, of one pair of instances in one lane; the dead included."""

    pair: Pair
    end: End
    accepted: int = 0
    taken: int = 0
    handed: int = 0
    arrived: int = 0
    delivered: int = 0
    queued: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    dead: dict[str, int] = field(default_factory=dict)
    """For each connection that is over: messages taken into it, or arrived out of it."""
    live: set[str] = field(default_factory=set)
    """Connections that stand."""
    in_handshake: int = 0
    """Connections of this end of which it does not know yet whose they are."""
    made: int = 0
    """Received, and no peer's: the socket itself told its program of a peer that came, broke or left."""
    lost: dict[str, int] = field(default_factory=dict)
    """Thrown away by the receiver's kernel, as it tells itself (udp), by connection, the dead included."""

    @property
    def lane(self) -> Lane:
        """The direction."""
        return "to_bind" if self.pair[1] == "to_bind" else "to_connect"

    def add(self, other: "Half") -> None:
        """Add another's counts: of a predecessor of this end."""
        self.accepted += other.accepted
        self.taken += other.taken
        self.handed += other.handed
        self.arrived += other.arrived
        self.made += other.made
        self.delivered += other.delivered
        self.queued += other.queued
        self.dropped += other.dropped
        self.live |= other.live
        self.in_handshake += other.in_handshake
        for into, counts in ((self.dead, other.dead), (self.lost, other.lost)):
            for connection, count in counts.items():
                into[connection] = into.get(connection, 0) + count

    def adds_up(self) -> bool:
        """Whether this end's own counts agree with each other."""
        gone = sum(self.dropped.values())
        if self.end == "send":
            return self.accepted == self.taken + self.queued + gone and 0 <= self.handed <= self.taken
        if self.end == "receive":
            return self.arrived + self.made == self.delivered + self.queued + gone
        return self.accepted == self.delivered + self.queued + gone


@dataclass(slots=True)
class SocketLedger:
    """What one socket was asked to send, and what became of it before any pipe."""

    id: str
    offered: int = 0
    routed: int = 0
    unrouted: Counter[str] = field(default_factory=Counter)

    def add(self, other: "SocketLedger") -> None:
        """Add another instance's, or a predecessor's, counts."""
        self.offered += other.offered
        self.routed += other.routed
        self.unrouted += other.unrouted

    def adds_up(self) -> bool:
        """Whether everything offered went somewhere."""
        return self.offered == self.routed + sum(self.unrouted.values())


@dataclass(frozen=True, slots=True)
class Expected:
    """What the topology says about one link and lane."""

    link: str
    lane: Lane
    seconds: float
    """How long the link has had time to carry messages, for the rate."""
    half_seen: str = ""
    """Why the two ends cannot be compared; empty when they can."""
    is_told: bool = True
    """Whether each end that is ours told all it counted: not when one died, or did not answer."""


@dataclass(frozen=True, slots=True)
class Books:
    """The balance of a run at one moment."""

    balanced: bool | None
    """``None``: what we see adds up, but there are ends that we do not see."""
    seen: str
    links: list[dict[str, Any]]
    sockets: list[dict[str, Any]]
    totals: dict[str, Any]
    lost: dict[Pair, int]
    """Messages lost in transit, by pair."""
    compared: dict[Pair, dict[str, int]]
    """The connections, both of whose ends are known to be over, and what each lost."""

    def as_json(self) -> dict[str, Any]:
        """The line that the command line ends with."""
        return {
            "balanced": self.balanced,
            "seen": self.seen,
            "links": self.links,
            "sockets": self.sockets,
        }


def balance(
    expected: Iterable[Expected],
    halves: Iterable[Half],
    sockets: Iterable[SocketLedger],
    *,
    is_drained: bool,
    settled: Mapping[Pair, int] | None = None,
    aged: Container[str] | None = None,
) -> Books:
    """Draw up the balance.

    Args:
        halves: at most one for each pair and end.
        is_drained: nothing should be on its way any more, so in flight must be 0.
        settled: what was lost by connections that the halves do not tell any more.
        aged: ended connections that were told the last time, too; all of them when not given. Only
            these are missed at the other end, whose counts may have been read just before they began.
    """
    by_lane: dict[tuple[str, str], list[Half]] = {}
    for half in halves:
        by_lane.setdefault((half.pair[0], half.pair[1]), []).append(half)
    lost: dict[Pair, int] = {}
    compared: dict[Pair, dict[str, int]] = {}
    directions: dict[str, dict[str, Any]] = {}
    totals: Counter[str] = Counter(accepted=0, delivered=0, queued=0, in_flight=0, dropped=0)
    adds_up, is_half = True, False
    for lane in expected:
        found = by_lane.get((lane.link, lane.lane), [])
        is_one_sided = bool(lane.half_seen) and lane.is_told
        compared |= compare(found, aged, is_half=is_one_sided)
        for pair, ends in _by_pair(found).items():
            over = compared.get(pair, {})
            known = sum(over.values()) + (settled or {}).get(pair, 0)
            lost[pair] = known + _lost_so_far(ends, over, known, is_half=is_one_sided)
        entry, entry_adds_up = _direction(lane, found, lost, is_drained=is_drained)
        directions.setdefault(lane.link, {})[lane.lane] = entry
        adds_up &= entry_adds_up
        is_half |= bool(lane.half_seen)
        _sum_up(totals, entry)
    ledgers = list(sockets)
    adds_up &= all(ledger.adds_up() for ledger in ledgers)
    balanced = False if not adds_up else (None if is_half else True)
    seen = HALF_SEEN if is_half else BOTH_ENDS
    return Books(
        balanced,
        seen,
        [{"id": link, "directions": lanes} for link, lanes in directions.items()],
        [_socket(ledger) for ledger in ledgers],
        {**totals, "in_flight": None if is_half else totals["in_flight"], "balanced": balanced, "seen": seen},
        lost,
        compared,
    )


def compare(
    halves: Iterable[Half], aged: Container[str] | None = None, *, is_half: bool = False
) -> dict[Pair, dict[str, int]]:
    """Say what each ended connection has lost, of those that can be judged.

    A connection that one end took from, and of which the other knows nothing although it has none in
    its handshake, broke before the other had finished that: all that was taken is lost.

    Args:
        aged: see ``balance``.
        is_half: the ends cannot be compared, one is not ours; nothing can be said, or will be, but
            what the receiver's kernel told.
    """
    found: dict[Pair, dict[str, int]] = {}
    for pair, known in _by_pair(halves).items():
        send, receive = known.get("send"), known.get("receive")
        if is_half:
            told = receive.lost if receive is not None else {}
            found[pair] = {each: told.get(each, 0) for half in known.values() for each in half.dead}
        elif send is not None and receive is not None:
            both = send.dead.keys() & receive.dead.keys()
            over = both | _missed(send, receive, aged) | _missed(receive, send, aged)
            found[pair] = {each: send.dead.get(each, 0) - receive.dead.get(each, 0) for each in over}
    return found


def _lost_so_far(ends: Mapping[str, Half], over: Container[str], known: int, *, is_half: bool) -> int:
    """Say what the receiver's kernel threw away on connections that are not over, and tells itself.

    It counts by port, so a stranger's may be among them of whom nothing ever arrived: never more than the
    two ends differ by. To a multicast group a message is sent once, and lost by each receiver for itself:
    what one tells is its own link's loss, of messages that others may have got; in flight is unknown.

    Args:
        over: connections whose losses are among ``known``.
    """
    receive = ends.get("receive")
    told = sum(count for each, count in receive.lost.items() if each not in over) if receive else 0
    if receive is None or is_half or not told:
        return told
    taken = ends["send"].taken if "send" in ends else 0
    return max(min(told, taken - receive.arrived - known), 0)


def _by_pair(halves: Iterable[Half]) -> dict[Pair, dict[str, Half]]:
    ends: dict[Pair, dict[str, Half]] = {}
    for half in halves:
        ends.setdefault(half.pair, {})[half.end] = half
    return ends


def _missed(one: Half, other: Half, aged: Container[str] | None) -> set[str]:
    """The ended connections of one half that the other never got to know, and never will."""
    if other.in_handshake:
        return set()
    missed = one.dead.keys() - other.dead.keys() - other.live
    return missed if aged is None else {each for each in missed if each in aged}


def _direction(
    lane: Expected, halves: list[Half], lost: Mapping[Pair, int], *, is_drained: bool
) -> tuple[dict[str, Any], bool]:
    """One link's entry for one direction, and whether it adds up."""
    sent, received, joined = (_merge(halves, end) for end in ("send", "receive", "joined"))
    missing = sum(lost.get(pair, 0) for pair in {half.pair for half in halves})
    in_flight = sent.taken - received.arrived - missing
    adds_up = all(half.adds_up() for half in halves)
    if not lane.half_seen:
        adds_up &= missing >= 0 and in_flight >= 0
        adds_up &= received.arrived <= sent.handed
        adds_up &= not is_drained or (in_flight == 0 and sent.handed == sent.taken)
    dropped = sent.dropped + received.dropped + joined.dropped
    if missing:
        dropped[LOST] += missing
    delivered = received.delivered + joined.delivered
    entry = {
        "accepted": sent.accepted + joined.accepted + received.made,
        "taken": sent.taken + joined.delivered,
        "delivered": delivered,
        "queued": sent.queued + received.queued + joined.queued,
        "in_flight": in_flight,
        "dropped": dict(dropped),
        "rate_per_s": round(delivered / lane.seconds, 1) if lane.seconds > 0 else 0.0,
    }
    if lane.half_seen:
        entry["half_seen"] = lane.half_seen
        _leave_out_unseen(entry, lane, sent, received)
    return entry, adds_up


def _leave_out_unseen(entry: dict[str, Any], lane: Expected, sent: Half, received: Half) -> None:
    """Put ``None`` for what cannot be known with one end unseen."""
    entry["in_flight"] = None
    if not received.pair[0]:
        entry["delivered"] = None
        entry["rate_per_s"] = round(sent.taken / lane.seconds, 1) if lane.seconds > 0 else 0.0
    if not sent.pair[0]:
        entry["accepted"] = entry["taken"] = None
    if sent.pair[0] and received.pair[0] and not lane.is_told:
        entry["delivered"] = None


def _merge(halves: Iterable[Half], end: str) -> Half:
    merged = Half(("", "", "", ""), "send")
    for half in halves:
        if half.end == end:
            merged.add(half)
            merged.pair = half.pair
    return merged


def _sum_up(totals: Counter[str], entry: Mapping[str, Any]) -> None:
    for name in ("accepted", "delivered", "queued", "in_flight"):
        totals[name] += entry[name] or 0
    totals["dropped"] += sum(entry["dropped"].values())


def _socket(ledger: SocketLedger) -> dict[str, Any]:
    return {
        "id": ledger.id,
        "offered": ledger.offered,
        "routed": ledger.routed,
        "unrouted": dict(ledger.unrouted),
    }
