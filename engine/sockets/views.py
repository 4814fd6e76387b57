"""A pipe as those outside the engine may see it: live, and without a way to disturb it."""

from engine.compatibility import can_receive, can_send
from engine.constants import SocketType
from engine.messages import Message
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe
from engine.pipes.probe import Probe
from engine.sessions.pump import Pump


class PipeView:
    """One pipe of one socket: what it holds now and what it has counted.

    Figures are read from the pipe at each access; read them on the engine's loop, or while it is held.
    """

    __slots__ = ("_pair", "_pipe", "_pump", "is_outbound")

    def __init__(self, pair: PipePair, pump: Pump | None, *, is_outbound: bool) -> None:
        self._pair = pair
        self._pump = pump
        self._pipe: Pipe = pair.outbound if is_outbound else pair.inbound
        self.is_outbound = is_outbound

    def __repr__(self) -> str:
        way = "to" if self.is_outbound else "from"
        return f"<pipe {way} {self.peer or self.endpoint}: {self.depth}/{self.hwm}>"

    @property
    def label(self) -> str:
        """The link's name; empty when the connecting side gave none."""
        return self._pair.label

    @property
    def endpoint(self) -> str:
        """Ours, as it was bound or connected."""
        return self._pair.endpoint

    @property
    def peer(self) -> str:
        """The peer's address; empty while it was never reached."""
        return self._pair.peer

    @property
    def peer_type(self) -> str:
        """The peer's socket type; empty while unknown."""
        return self._pair.peer_type

    @property
    def peer_metadata(self) -> dict[str, bytes]:
        """What the peer said of itself in READY, names in lower case."""
        return self._pair.peer_properties

    @property
    def routing_id(self) -> bytes:
        """Under which a ROUTER addresses the peer."""
        return self._pair.routing_id

    @property
    def connection(self) -> str:
        """The present connection's name, known to both its ends; empty for none and for foreign peers."""
        return self._pair.connection

    def place_of(self, n: int) -> tuple[str, int]:
        """Name the n-th message of the pipe, that leaves it now: its connection, and its place in that.

        Both ends of a connection of ours say the same, also after another was lost (see ``PipePair``).
        """
        return self._pair.place_of(n, is_outbound=self.is_outbound)

    @property
    def is_joined(self) -> bool:
        """Whether this is an inproc pipe, which both sockets see."""
        return self._pair.is_joined

    @property
    def is_multicast(self) -> bool:
        """Whether what is sent has any number of receivers, so that nobody can tell what is in flight."""
        return self._pair.is_multicast

    @property
    def is_connected(self) -> bool:
        """Whether the peer is there: its handshake is done; over udp whether the port is open."""
        if self._pair.is_joined:
            return not self._pair.is_over and bool(self._pair.peer_type)
        if self._pair.is_datagram:
            return not self._pair.is_over
        return self._pump is not None and self._pump.connection.peer is not None

    @property
    def depth(self) -> int:
        """Messages in it now."""
        return len(self._pipe)

    @property
    def hwm(self) -> int:
        """High-water mark, messages; 0 for no limit."""
        return self._pipe.hwm

    @property
    def peak(self) -> int:
        """The most messages it has held since ``reset_peak``."""
        return max(self._pipe.peak, len(self._pipe))

    def reset_peak(self) -> None:
        """Begin to look for the peak anew."""
        self._pipe.peak = len(self._pipe)

    @property
    def is_full(self) -> bool:
        """Whether it would refuse a message now, which it may below its mark: room comes back in blocks."""
        return self._pipe.is_full

    @property
    def writer_waits(self) -> bool:
        """Whether a refused writer is to be told of room."""
        return self._pipe.writer_waits

    @property
    def pushed(self) -> int:
        """Messages accepted (outbound) or arrived (inbound): routing chose this pipe."""
        return self._pipe.accepted

    @property
    def popped(self) -> int:
        """Messages delivered (inbound, inproc) or taken for the wire (outbound), less those put back."""
        return self._pipe.popped

    taken = popped

    @property
    def handed(self) -> int:
        """Messages whose last octet the kernel has taken."""
        return self._pair.handed

    @property
    def refused(self) -> int:
        """Times that a push was refused."""
        return self._pipe.refused

    @property
    def dropped(self) -> dict[str, int]:
        """Messages dropped, by reason."""
        return dict(self._pipe.dropped or {})

    @property
    def octets(self) -> int:
        """Octets that went over the wire in this direction."""
        return self._pair.octets_out if self.is_outbound else self._pair.octets_in

    @property
    def waiting_octets(self) -> int:
        """Octets of the connection between pipe and kernel: the unsent batch, and what is not decoded yet."""
        return self._pump.waiting_octets if self._pump is not None else 0

    def kernel_octets(self) -> int | None:
        """Ask the kernel what it holds in this direction at our end; ``None`` when it cannot tell. 4 µs."""
        if self._pump is None:
            return None
        stream = self._pump.stream
        return stream.unsent_octets() if self.is_outbound else stream.unread_octets()

    @property
    def probe(self) -> Probe | None:
        """Whoever watches this pipe's messages."""
        return self._pipe.probe

    @probe.setter
    def probe(self, probe: Probe | None) -> None:
        self._pipe.probe = probe

    def peek(self, most: int) -> list[Message]:
        """Return the oldest messages in it without taking them."""
        return self._pipe.peek(most)


def views_of(socket_type: SocketType, pair: PipePair, pump: Pump | None) -> list[PipeView]:
    """Return a view of each of a pair's pipes that a socket of this type uses."""
    views = []
    if can_send(socket_type):
        views.append(PipeView(pair, pump, is_outbound=True))
    if can_receive(socket_type):
        views.append(PipeView(pair, pump, is_outbound=False))
    return views
