"""Rules about the whole flow: a cycle of senders, each of which waits until the next one reads (GM-209)."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End
from app.topology.findings import Finding
from app.topology.graph import cycles
from engine.compatibility import carries
from engine.constants import SocketType

WAITING: Final = ("PUSH", "DEALER", "PAIR", "REQ", "CLIENT", "SCATTER", "CHANNEL")
"""Types whose send waits when every pipe is full. The others drop, or refuse (SERVER, PEER)."""

Sender = tuple[str, str]
"""A node and one of its sockets, as the one who may have to wait in a send."""


def cycle_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-209 for each cycle in the graph of who waits for whom.

    A sender waits for the peer to read; the peer does not read while it waits
    itself in a send of what it had read before. That a broker's sockets form a
    ring says nothing: only what a behaviour passes from one to the other counts.
    """
    for cycle in cycles(_waits(drawing)):
        names = [f"{node}.{socket}" for node, socket in cycle]
        ring = " → ".join([*names, names[0]])
        nodes = list(dict.fromkeys(node for node, _ in cycle))
        said = (
            f"{nodes[0]} waits for itself"
            if len(nodes) == 1
            else f"{' and '.join(nodes)} wait for each other"
        )
        sentence = (
            f"{said} ({ring}): when every queue on the way is full, nobody reads and all sends wait for ever"
        )
        yield Finding("GM-209", {"node": cycle[0][0], "socket": names[0]}, sentence)


def _waits(drawing: Drawing) -> Iterator[tuple[Sender, Sender]]:
    for joint in drawing.live_joints():
        for sender, receiver in joint.ends():
            if not _waits_at(sender, receiver):
                continue
            for onward in _flows_from(drawing, receiver):
                yield (sender.node_id, sender.socket_id), (receiver.node_id, onward)


def _waits_at(sender: End, receiver: End) -> bool:
    """Tell whether a send of ``sender`` can wait for ``receiver`` to read."""
    types = SocketType.__members__
    own, peer = types.get(sender.socket.type), types.get(receiver.socket.type)
    return own is not None and peer is not None and own.name in WAITING and carries(own, peer)


def _flows_from(drawing: Drawing, end: End) -> tuple[str, ...]:
    behaviour = drawing.behaviour(end.node)
    role = behaviour.role(end.socket_id) if behaviour and not end.is_port else None
    return role.flows_to if role else ()
