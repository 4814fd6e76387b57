"""What a socket has for each peer: a pipe out, a pipe in, and a word to the far end that is no message."""

from typing import Final

from mypy_extensions import mypyc_attr

from engine.pipes.pipe import Pipe, PipeEnd

NOWHERE: Final = -1
"""The place of a pair that is not in a round."""


@mypyc_attr(allow_interpreted_subclasses=True)
class PairOwner:
    """Who owns pairs of pipes: a socket's pattern. Each call is an edge."""

    def pair_readable(self, pair: "PipePair") -> None:
        """The pair's inbound pipe is no longer empty."""

    def pair_writable(self, pair: "PipePair") -> None:
        """The pair's outbound pipe, which refused, has room again."""


@mypyc_attr(allow_interpreted_subclasses=True)
class FarEnd:
    """Reaches the peer beside the messages."""

    def tell_subscription(self, topic: bytes, *, wanted: bool) -> None:
        """Tell the peer what we want, or no longer want."""

    def limit_pipes(self) -> None:
        """Our high-water marks changed; only who shares pipes with the peer has to see to it."""

    def part(self) -> None:
        """End this peer once what is queued for it has left."""

    def dismiss(self) -> None:
        """End this peer: another has taken its place."""

    def count_losses(self) -> None:
        """Bring up to date what the kernel tells of messages that it threw away before we could read them."""


class PipePair(PipeEnd):
    """One peer of one socket.

    Attributes:
        outbound: what the socket has sent to this peer and has not left yet.
        inbound: what came from this peer and was not received yet.
        far_end: the way to the peer for what is no message.
        label: the name of the link, as its two ends agreed; empty for none.
        endpoint: ours, as it was bound or connected.
        connection: the present connection's name, known to both its ends; empty for none.
        routing_id: under which a ROUTER addresses this peer; empty until known.
        is_over: the peer is gone; what is inbound may still be read.
        is_done: nothing more leaves by it either: once the inbound pipe is empty, the books can be closed.
        handed: messages whose last octet the kernel has taken.
        is_connecting: our side connects: the pair outlives its connections.
        is_datagram: the peer is reached without a connection, and nobody knows whether it is there.
        is_multicast: what is sent has any number of receivers.
        read_turn, write_turn: its place in the round of pairs that are read, and written to, in turn.
        made: messages among the inbound ones that no peer sent: our side made them.
        lost: messages to us that the kernel threw away, no others than this peer's as far as is known.
    """

    __slots__ = (
        "_arrivals",
        "_taken_before",
        "connection",
        "endpoint",
        "far_end",
        "handed",
        "inbound",
        "is_connecting",
        "is_datagram",
        "is_done",
        "is_joined",
        "is_multicast",
        "is_over",
        "label",
        "lost",
        "made",
        "octets_in",
        "octets_out",
        "outbound",
        "owner",
        "peer",
        "peer_properties",
        "peer_type",
        "read_turn",
        "routing_id",
        "write_turn",
    )

    def __init__(self, outbound: Pipe, inbound: Pipe, endpoint: str, label: str) -> None:
        self.outbound = outbound
        self.inbound = inbound
        self.endpoint = endpoint
        self.label = label
        self.owner = PairOwner()
        self.far_end = FarEnd()
        self.routing_id = b""
        self.is_over = False
        self.is_done = False
        self.is_connecting = False
        self.is_joined = False
        self.is_datagram = False
        self.is_multicast = False
        self.peer = ""
        self.peer_type = ""
        self.peer_properties: dict[str, bytes] = {}
        self.connection = ""
        self._arrivals: list[tuple[int, str]] = []  # after how many inbound messages which connection's begin
        self._taken_before = 0  # messages that left before the present connection
        self.read_turn = NOWHERE
        self.write_turn = NOWHERE
        self.handed = 0
        self.made = 0
        self.lost = 0
        self.octets_in = 0
        self.octets_out = 0
        outbound.writer = self
        inbound.reader = self

    def begin_connection(self, connection: str) -> None:
        """What leaves and arrives from now on does so on this connection; "" is none."""
        self.connection = connection
        self._taken_before = self.outbound.popped
        marks, inbound = self._arrivals, self.inbound
        while len(marks) > 1 and marks[1][0] <= inbound.popped + inbound.discarded:
            del marks[0]  # all before the next one was read
        if marks and marks[-1][0] == inbound.pushed:
            del marks[-1]
        marks.append((inbound.pushed, connection))

    def place_of(self, n: int, *, is_outbound: bool) -> tuple[str, int]:
        """Name the n-th message of a pipe that leaves it now: its connection, and its place in that from 1.

        The place is among those that went into a connection, and out of it: both its ends say the same. Each
        counts for itself where datagrams are lost, and after a multipart that the receiver's type forbids.
        """
        if is_outbound:
            return self.connection, n - self.outbound.discarded - self._taken_before
        for before, connection in reversed(self._arrivals):
            if n > before:
                return connection, n - before
        return "" if self._arrivals else self.connection, n

    def pipe_readable(self) -> None:
        """Pass the inbound pipe's edge on."""
        self.owner.pair_readable(self)

    def pipe_writable(self) -> None:
        """Pass the outbound pipe's edge on."""
        self.owner.pair_writable(self)
