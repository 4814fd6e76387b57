"""What the engine asks of a network: streams, listeners, timers, time and chance."""

from collections.abc import Callable, Sequence
from typing import Protocol

from engine.clock import Chance, Clock
from engine.endpoints import Endpoint
from engine.options import SocketOptions
from engine.wire.datagrams import Place


class Timer(Protocol):
    """A call that is to come."""

    def cancel(self) -> None:
        """Forget the call; does nothing when it has been made."""
        ...


class StreamOwner(Protocol):
    """Who a byte stream talks to; all calls come from the loop's thread and must not raise."""

    def on_data(self, data: bytes) -> int:
        """``data`` arrived, in order, as it came; never empty.

        Returns:
            how many octets the owner would like to be given next, so that a long body comes in one
            piece; 0 for as many as there are. A stream may ignore it.
        """
        ...

    def on_writable(self) -> None:
        """A stream whose ``write`` fell short takes octets again."""
        ...

    def on_lost(self, error: OSError | None) -> None:
        """The stream is over: closed by the peer (``None``) or broken.

        Called once at most, and not after ``close``.
        """
        ...


class ByteStream(Protocol):
    """A connected, ordered stream of octets that never buffers on its own; over wss it is sealed by TLS."""

    local: str
    """Our address, as an endpoint's text."""
    peer: str
    """The peer's address, as an endpoint's text; for ipc the path."""

    def start(self, owner: StreamOwner) -> None:
        """Begin to read; ``owner`` is called from now on."""
        ...

    def write(self, chunks: Sequence[bytes | memoryview]) -> int:
        """Hand octets to the kernel and return how many it took.

        When fewer than all were taken, ``on_writable`` is called once when it takes more; what was not
        taken has to come first in the next call. An error is reported by ``on_lost`` later, and 0 is
        returned.
        """
        ...

    def pause_reading(self) -> None:
        """Stop calling ``on_data``: the kernel's window closes and the peer feels it."""
        ...

    def resume_reading(self) -> None:
        """Call ``on_data`` again."""
        ...

    def unsent_octets(self) -> int | None:
        """Octets handed over that the peer's machine has not acknowledged; ``None`` when unknown."""
        ...

    def unread_octets(self) -> int | None:
        """Octets that arrived here and were not read yet; ``None`` when unknown."""
        ...

    def peer_credentials(self) -> tuple[int, int, int] | None:
        """User, group and process of the peer, where the kernel vouches for them (ipc); else ``None``."""
        ...

    def close(self) -> None:
        """End the stream; what was handed over still leaves. Safe to call twice."""
        ...


class StreamListener(Protocol):
    """Something that accepts streams."""

    endpoint: Endpoint
    """Where it really listens."""

    def close(self) -> None:
        """Stop accepting, and give the address back at once."""
        ...


Accepted = Callable[[ByteStream], None]


class DatagramOwner(Protocol):
    """Who a datagram port talks to; all calls come from the loop's thread and must not raise."""

    def on_datagram(self, data: bytes, source: Place) -> None:
        """A datagram arrived; one that is longer than ``LONGEST_DATAGRAM`` is cut, but longer still."""
        ...

    def on_writable(self) -> None:
        """A port whose ``send`` was refused takes datagrams again."""
        ...


class DatagramPort(Protocol):
    """A udp port: whole datagrams, to and from anybody, none of them sure to arrive."""

    local: Endpoint
    """Our own address; for a multicast group that was bound, the group's."""
    peer: Place | None
    """Where it was connected to; ``None`` when it was bound."""
    is_multicast: bool
    """Whether what is sent to ``peer``, or to the address that was bound, has any number of receivers."""

    def start(self, owner: DatagramOwner) -> None:
        """Begin to read; ``owner`` is called from now on."""
        ...

    def send(self, data: bytes, place: Place) -> bool:
        """Hand a datagram to the kernel; ``False`` when it takes none now: ``on_writable`` is called once.

        Raises:
            OSError: this datagram cannot leave: no way leads there, or it may not.
        """
        ...

    def lost(self) -> int:
        """Return how many datagrams the kernel told that it threw away here, for nobody read them in time.

        They are of any sender; the count outlives ``close``. 0 where the system does not tell.
        """
        ...

    def close(self) -> None:
        """Give the port back; what was not read is gone. Safe to call twice."""
        ...


class Network(Clock, Chance, Protocol):
    """The engine's one door to the world."""

    def listen(
        self,
        endpoint: Endpoint,
        options: SocketOptions,
        on_accepted: Accepted,
        on_failed: Callable[[OSError], None],
    ) -> StreamListener:
        """Listen at once, as ``bind`` does, and report each accepted stream.

        Args:
            on_failed: an accept failed (out of descriptors, say); the listener goes on.

        Raises:
            AddressInUse: somebody else listens there.
            AddressNotAvailable: no such address here.
        """
        ...

    def locate(self, endpoint: Endpoint, options: SocketOptions) -> Endpoint:
        """Tell where ``listen`` would listen for an endpoint that is no wildcard, without listening.

        Raises:
            AddressNotAvailable: no such address here.
        """
        ...

    async def dial(self, endpoint: Endpoint, options: SocketOptions) -> ByteStream:
        """Reach a peer.

        Raises:
            OSError: it cannot be reached.
        """
        ...

    def open_port(self, endpoint: Endpoint, options: SocketOptions, *, binding: bool) -> DatagramPort:
        """Open a udp port at once: at ``endpoint``, or a free one from which ``endpoint`` is reached.

        A multicast group that is bound is joined, and shared with whoever else binds it. A host's name is
        looked up at once, while everything waits: there is no attempt to come to, as over tcp.

        Raises:
            EndpointInvalid: it names an interface and is no multicast group.
            AddressInUse: another socket has the port.
            AddressNotAvailable: no such address or interface here.
            NotReachable: it cannot be sent to from here.
        """
        ...

    def call_soon(self, callback: Callable[[], None], /) -> None:
        """Call ``callback`` in the loop's next round."""
        ...

    def call_at(self, when: float, callback: Callable[[], None], /) -> Timer:
        """Call ``callback`` when the clock reads ``when`` seconds."""
        ...
