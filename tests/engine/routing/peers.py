"""A pattern with hand-made peers: what is pushed inbound came from one, what is popped outbound left."""

from engine.constants import SocketType
from engine.messages import Message
from engine.options import SocketOptions, options_for
from engine.pipes.pair import FarEnd, PipePair
from engine.pipes.pipe import Pipe
from engine.routing.catalogue import pattern_for
from engine.routing.pattern import Pattern


class FixedChance:
    """Draws the same number each time."""

    def __init__(self, number: float = 0.0) -> None:
        self._number = number

    def draw(self) -> float:
        return self._number

    def octets(self, count: int) -> bytes:
        return bytes(count)


class Far(FarEnd):
    """The far end of a hand-made peer: writes down what it is told beside the messages."""

    def __init__(self) -> None:
        self.told: list[tuple[bytes, bool]] = []
        self.is_dismissed = False

    def tell_subscription(self, topic: bytes, *, wanted: bool) -> None:
        self.told.append((topic, wanted))

    def dismiss(self) -> None:
        self.is_dismissed = True


class Peer:
    """One peer of a pattern under test."""

    def __init__(self, pair: PipePair) -> None:
        self.pair = pair
        self.far = pair.far_end = Far()

    def says(self, *messages: bytes | list[bytes]) -> None:
        """Messages arrive from it, each one frame or several."""
        for frames in messages:
            assert self.pair.inbound.push(Message([frames] if isinstance(frames, bytes) else list(frames)))

    def got(self) -> list[list[bytes]]:
        """What the pattern sent to it since the last call."""
        return [message.frames for message in iter(self.pair.outbound.pop, None)]

    def wants(self, pattern: Pattern, *topics: bytes) -> "Peer":
        for topic in topics:
            pattern.take_subscription(self.pair, topic, wanted=True)
        return self

    def wants_no_more(self, pattern: Pattern, *topics: bytes) -> None:
        for topic in topics:
            pattern.take_subscription(self.pair, topic, wanted=False)


class Room:
    """A pattern, its peers, and the edges it gave."""

    def __init__(self, socket_type: SocketType, *, draw: float = 0.0, **options: int | bytes) -> None:
        self.options: SocketOptions = options_for(socket_type)
        for name, value in options.items():
            self.options.set(socket_type, name, value)
        self.pattern = pattern_for(socket_type, self.options, FixedChance(draw))
        self.sendable = 0
        self.receivable = 0
        self.drained: list[PipePair] = []
        self.pattern.on_sendable = self._count_sendable
        self.pattern.on_receivable = self._count_receivable
        self.pattern.on_drained = self.drained.append

    def _count_sendable(self) -> None:
        self.sendable += 1

    def _count_receivable(self) -> None:
        self.receivable += 1

    def peer(
        self,
        hwm: int = 0,
        *,
        routing_id: bytes = b"",
        connecting: bool = False,
        holding: tuple[list[bytes], ...] = (),
    ) -> Peer:
        """Attach and introduce a peer; ``holding`` has arrived from it before."""
        peer = Peer(PipePair(Pipe(hwm), Pipe(hwm), "tcp://here:1", ""))
        peer.pair.routing_id = routing_id
        peer.pair.is_connecting = connecting
        peer.says(*holding)
        assert self.pattern.attach(peer.pair)
        assert self.pattern.introduce(peer.pair)
        return peer

    def peers(self, count: int, hwm: int = 0) -> list[Peer]:
        return [self.peer(hwm) for _ in range(count)]

    def send(self, *frames: bytes) -> bool:
        return self.pattern.try_send(Message(list(frames)))

    def receive(self) -> list[bytes] | None:
        message = self.pattern.try_receive()
        return None if message is None else message.frames

    def receive_all(self) -> list[list[bytes]]:
        return [message.frames for message in iter(self.pattern.try_receive, None)]

    def loses(self, peer: Peer) -> None:
        """The peer's connection is over for good, as a host tells it."""
        peer.pair.outbound.discard("disconnected")
        peer.pair.is_done = True
        self.pattern.detach(peer.pair)
