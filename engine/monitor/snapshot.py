"""The books as values: what one socket has counted, by link and direction."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class LaneBooks:
    """One link's messages in one direction, seen from one socket, those of ended connections included.

    Outbound: ``accepted == taken + queued + dropped``. Inbound: ``arrived + made == delivered + queued +
    dropped``. Joined (inproc, one pipe for both ends): ``accepted == delivered + queued + dropped``.
    Each figure is a counter of its own; none is computed from the others.
    """

    label: str
    """The link's name, or the endpoint when it has none."""
    is_outbound: bool
    is_joined: bool = False
    accepted: int = 0
    """Routing chose a pipe of this link."""
    taken: int = 0
    """Left the pipe for the wire, less what was put back."""
    handed: int = 0
    """The last octet is in the kernel."""
    arrived: int = 0
    """Pushed into the receiver's pipe."""
    delivered: int = 0
    """Returned by ``recv``."""
    queued: int = 0
    """In the pipes now."""
    dropped: dict[str, int] = field(default_factory=dict)
    """By reason."""
    dead_connections: dict[str, int] = field(default_factory=dict)
    """Messages taken (outbound) or arrived (inbound) on each connection that is over, by its id, until
    ``Socket.settle`` is told that whoever compares both ends has done so."""
    live_connections: list[str] = field(default_factory=list)
    """The ids of those that stand."""
    in_handshake: int = 0
    """Connections of the socket that are neither: whose they are is known after the handshake."""
    made: int = 0
    """Inbound: put into the pipe by our own socket, not by the peer (``disconnect_msg`` and its kin)."""
    lost: dict[str, int] = field(default_factory=dict)
    """Inbound: thrown away by the kernel before we read it, by connection, until ``Socket.settle``.

    Told by udp only. They never arrived: lost in transit, and part of what the two ends of a connection that
    is over differ by. The kernel counts by port and does not say whose they were: they are the connection's
    that alone was heard since the books were read last, or else filed under the port's endpoint.
    """
    is_multicast: bool = False
    """Whether one send has any number of receivers: each half checks itself, in flight is unknown.

    ``lost`` is this receiver's alone: what was sent once may be lost at one receiver and arrive at another.
    """

    def count_drops(self, dropped: dict[str, int] | None) -> None:
        """Add a pipe's drops."""
        for reason, count in (dropped or {}).items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    @property
    def is_balanced(self) -> bool:
        """Whether this half's counters add up."""
        lost = sum(self.dropped.values())
        if self.is_joined:
            return self.accepted == self.delivered + self.queued + lost
        if self.is_outbound:
            return self.accepted == self.taken + self.queued + lost
        return self.arrived + self.made == self.delivered + self.queued + lost


@dataclass(slots=True)
class SocketBooks:
    """All that one socket has counted: at its door, and link by link."""

    offered: int
    """Messages given to ``send`` and accepted by it."""
    routed: int
    """Of these and of those ``made``, the ones that found a pipe."""
    unrouted: dict[str, int]
    """Of these, those that found none, by reason."""
    lanes: list[LaneBooks]
    made: dict[str, int] = field(default_factory=dict)
    """Messages for peers that the engine made itself, by source: ``hello``, ``probe``, ``welcome``."""

    @property
    def all_offered(self) -> int:
        """What came to the door: from the program, and from the engine itself."""
        return self.offered + sum(self.made.values())

    @property
    def is_balanced(self) -> bool:
        """Whether the door's counters add up, and every lane's."""
        door = self.all_offered == self.routed + sum(self.unrouted.values())
        return door and all(lane.is_balanced for lane in self.lanes)
