"""What is sampled of each pipe: who it belongs to, and its figures in a fixed order."""

from dataclasses import dataclass
from typing import Final, Literal

Lane = Literal["to_bind", "to_connect"]
End = Literal["send", "receive", "joined"]
Side = Literal["connect", "bind"]

DROP_REASONS: Final = (
    "hwm",
    "conflated",
    "filtered",
    "stale_reply",
    "malformed_envelope",
    "linger",
    "disconnected",
    "refused",
)
"""In the order of their columns; ``lost_in_transit`` is no pipe's, but the link's."""

QUICK: Final = ("depth", "hwm", "peak", "flags", "pushed", "popped", "refused", "dropped")
"""Figures of each pipe at each tick."""

THOROUGH: Final = (
    *QUICK,
    "octets_in",
    "octets_out",
    "blocked_ms",
    "kernel_octets",
    *(f"dropped_{reason}" for reason in DROP_REASONS),
)
"""Figures of each pipe twice a second, and at each tick where somebody looks."""

PEER: Final = 1
"""Flag: a peer is there."""
RETRYING: Final = 2
"""Flag: a connecting side's pipe whose peer is away."""
FULL: Final = 4
"""Flag: the pipe would refuse the next message."""
WAITED_FOR: Final = 8
"""Flag: somebody waits for room in it: the node's send, or the connection that would read on."""


@dataclass(frozen=True, slots=True)
class PipeKey:
    """Whose end of which pipe: stable for a run, whatever dies and comes back."""

    link: str
    lane: Lane
    end: End
    side: Side
    """Whether the local socket connects or binds."""
    node: str
    replica: int
    peer_node: str
    peer_replica: int
    socket: str
    """The local socket, "node.role"."""

    @property
    def pair(self) -> tuple[str, str, str, str]:
        """What the two ends of one pipe have in common: link, lane and the two instances."""
        local, peer = f"{self.node}#{self.replica}", f"{self.peer_node}#{self.peer_replica}"
        connects = (local, peer) if self.side == "connect" else (peer, local)
        return (self.link, self.lane, *connects)
