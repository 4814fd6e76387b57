"""What every socket type's pattern has in common."""

from collections.abc import Callable

from engine.clock import Chance
from engine.compatibility import can_send
from engine.constants import SocketType
from engine.errors import NotSupported
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PairOwner, PipePair


def ignore() -> None:
    """Nobody waits."""


class Pattern(PairOwner):
    """Decides which pipe a message takes, and which one is read next.

    ``try_send`` and ``try_receive`` answer at once. After ``False`` or ``None`` the pattern calls
    ``on_sendable`` or ``on_receivable`` when another try may do better.

    Attributes:
        chooses_by_message: whether it depends on the message which pipe has to have room for it, so
            that one that has to wait says nothing of the next.
        unrouted: messages that found none, by reason; those that have to wait are not among them.
    """

    chooses_by_message = False

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        self.socket_type = socket_type
        self.options = options
        self.chance = chance
        self.pairs: dict[PipePair, None] = {}  # in the order they came; a list would be searched at each end
        self._routed = 0
        self.unrouted: dict[str, int] = {}
        self.on_receivable: Callable[[], None] = ignore
        self.on_sendable: Callable[[], None] = ignore
        self.on_drained: Callable[[PipePair], None] = _ignore_pair
        self.on_refused: Callable[[PipePair, str], None] = _ignore_refusal
        self.on_unrouted: Callable[[str], None] | None = None

    @property
    def routed(self) -> int:
        """Messages that found a pipe."""
        return self._routed

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer, or return ``False`` when the socket type allows no more of them."""
        pair.owner = self
        self.pairs[pair] = None
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go: nothing is sent to it any more; what is inbound may still be received."""
        pair.is_over = True
        self.pairs.pop(pair, None)

    def introduce(self, pair: PipePair) -> bool:
        """The peer has said who it is (``pair.routing_id``, ``pair.peer_type``); ``False`` refuses it."""
        return True

    def try_send(self, message: Message) -> bool:
        """Give ``message`` to a pipe, or return ``False`` when it has to wait.

        Raises:
            NotSupported: this socket type does not send.
            WrongState: it may not send now.
        """
        raise NotSupported(self.socket_type.name, "send")

    def try_receive(self) -> Message | None:
        """Return the next message, or ``None`` when there is none.

        Raises:
            NotSupported: this socket type does not receive.
            WrongState: it may not receive now.
        """
        raise NotSupported(self.socket_type.name, "receive")

    def can_send_now(self) -> bool:
        """Tell whether ``try_send`` may do something now; after ``False``, ``on_sendable`` tells."""
        return can_send(self.socket_type)

    def can_receive_now(self) -> bool:
        """Tell whether ``try_receive`` has something; after ``False``, ``on_receivable`` tells."""
        return False

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """Want, or no longer want, messages that begin with ``topic``."""
        raise NotSupported(self.socket_type.name, "subscribe")

    def topics(self) -> list[bytes]:
        """Return what this socket is subscribed to, to be told to each new peer."""
        return []

    def topics_count(self) -> int:
        """Return how many different subscriptions are held.

        Raises:
            NotSupported: this socket type has none.
        """
        raise NotSupported(self.socket_type.name, "count topics")

    def take_subscription(self, pair: PipePair, topic: bytes, *, wanted: bool) -> None:
        """A peer wants, or no longer wants, what begins with ``topic``."""

    def drained(self, pair: PipePair) -> None:
        """A peer is gone and its last message was read: its books can be closed."""
        self.on_drained(pair)

    def count_unrouted(self, reason: str) -> None:
        """Count a message that found no pipe."""
        self.unrouted[reason] = self.unrouted.get(reason, 0) + 1
        if self.on_unrouted is not None:
            self.on_unrouted(reason)


def _ignore_pair(pair: PipePair) -> None:
    """Nobody keeps the books."""


def _ignore_refusal(pair: PipePair, why: str) -> None:
    """Nobody watches."""
