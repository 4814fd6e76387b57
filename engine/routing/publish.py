"""PUB and XPUB: to every peer that subscribed to a message's beginning (29/PUBSUB)."""

from collections import deque

from engine.clock import Chance
from engine.constants import DropReason, SocketType, Unrouted
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.distribute import all_have_room, distribute
from engine.routing.fair_queue import FairQueue
from engine.routing.pattern import Pattern
from engine.routing.topics import Topics


class Publish(Pattern):
    """PUB: sends to the peers that subscribed; never waits, unless ``xpub_nodrop`` says so."""

    chooses_by_message = True

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._topics: Topics[PipePair] = Topics()

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer; it gets nothing before it subscribes."""
        super().attach(pair)
        self.pair_readable(pair)  # over inproc it may have sent something up before we were bound
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go, and with it what it had subscribed to."""
        super().detach(pair)
        pair.outbound.writer_waits = False
        self._topics.remove_holder(pair)
        self.on_drained(pair)
        self.on_sendable()

    def take_subscription(self, pair: PipePair, topic: bytes, *, wanted: bool) -> None:
        """A peer's subscription; said twice by one peer it counts once, as a peer says it once."""
        if not wanted:
            self._topics.remove(topic, pair)
        elif not self._topics.holds(topic, pair):
            self._topics.add(topic, pair)

    def try_send(self, message: Message) -> bool:
        """Give ``message`` to every peer that wants it; a full one loses it."""
        wanting = self._wanting(message.frames[0])
        if not wanting:
            self.count_unrouted(Unrouted.NO_SUBSCRIBER)
            return True
        if self.options.xpub_nodrop and not all_have_room(wanting):
            return False
        distribute(message, wanting)
        self._routed += 1
        return True

    def pair_writable(self, pair: PipePair) -> None:
        """A full peer has room again."""
        self.on_sendable()

    def pair_readable(self, pair: PipePair) -> None:
        """Messages that come up to a PUB are not listened to."""
        pair.inbound.discard(DropReason.FILTERED)
        pair.inbound.reader_waits = True

    def _wanting(self, topic: bytes) -> dict[PipePair, int]:
        wanting = self._topics.matching(topic)
        if not self.options.invert_matching:
            return wanting
        return {pair: 1 for pair in self.pairs if pair not in wanting}


class ExtendedPublish(Publish):
    """XPUB: a PUB that shows the subscriptions it gets, and reads what peers send up."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._notices: deque[Message] = deque()  # subscriptions are state, not messages: no pipe has them
        self._queue = FairQueue(self.drained)

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer."""
        Pattern.attach(self, pair)
        self._queue.attach(pair)
        if len(pair.inbound):
            self.on_receivable()
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; the program is told of what nobody wants any more."""
        Pattern.detach(self, pair)
        pair.outbound.writer_waits = False
        for topic in self._topics.remove_holder(pair):
            self._notify(topic, wanted=False)
        self._queue.detach(pair)
        self.on_sendable()

    def take_subscription(self, pair: PipePair, topic: bytes, *, wanted: bool) -> None:
        """A peer's subscription; what is new is told to the program, more so when verbose."""
        verboser = bool(self.options.xpub_verboser)
        if wanted:
            is_new = not self._topics.holds(topic, pair) and self._topics.add(topic, pair)
            if is_new or verboser or self.options.xpub_verbose:
                self._notify(topic, wanted=True)
        elif self._topics.remove(topic, pair) or verboser:
            self._notify(topic, wanted=False)

    def try_receive(self) -> Message | None:
        """Return the next subscription, as octet 1 or 0 and the topic, or a peer's message."""
        if self._notices:
            return self._notices.popleft()
        return self._queue.pop()

    def pair_readable(self, pair: PipePair) -> None:
        """A peer has sent something up."""
        self._queue.activate(pair)
        self.on_receivable()

    def _notify(self, topic: bytes, *, wanted: bool) -> None:
        self._notices.append(Message([(b"\x01" if wanted else b"\x00") + topic]))
        self.on_receivable()
