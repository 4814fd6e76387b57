"""PUB and XPUB: to every peer that subscribed to a message's beginning (29/PUBSUB)."""

from collections import deque

from engine.clock import Chance
from engine.constants import DropReason, SocketType, Unrouted
from engine.errors import NotSupported
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.distribute import all_have_room, distribute
from engine.routing.fair_queue import FairQueue
from engine.routing.pattern import Pattern
from engine.routing.topics import CANCEL, SUBSCRIBE, Topics, split_subscriptions


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
        wanting = self._wanting(message.first)
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

    def topics_count(self) -> int:
        """Return how many different topics peers are subscribed to."""
        return len(self._topics)

    def _wanting(self, topic: bytes) -> dict[PipePair, int]:
        wanting = self._topics.matching(topic)
        if not self.options.invert_matching:
            return wanting
        return {pair: 1 for pair in self.pairs if pair not in wanting}


class ExtendedPublish(Publish):
    """XPUB: a PUB that shows the subscriptions it gets, and reads what peers send up.

    With ``xpub_manual`` what peers ask for is only shown: the program answers each subscription it
    has received with ``subscribe`` or ``unsubscribe``, which act for the peer that had asked.
    """

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        # Subscriptions are state, not messages: no pipe has them.
        self._notices: deque[tuple[bytes, PipePair | None]] = deque()
        self._asked: Topics[PipePair] = Topics()  # with xpub_manual: what peers asked for themselves
        self._asker: PipePair | None = None
        self._queue = FairQueue(self.drained)

    @property
    def is_manual(self) -> bool:
        """Whether the program decides which subscriptions hold."""
        return bool(self.options.xpub_manual or self.options.xpub_manual_last_value)

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer."""
        Pattern.attach(self, pair)
        self._queue.attach(pair)
        self.on_receivable()
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; the program is told of what nobody wants any more."""
        Pattern.detach(self, pair)
        pair.outbound.writer_waits = False
        if self._asker is pair:
            self._asker = None
        asked, held = self._asked.remove_holder(pair), self._topics.remove_holder(pair)
        for topic in asked if self.is_manual else held:
            self._notify(topic, None, wanted=False)
        self._queue.detach(pair)
        self.on_sendable()

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """With ``xpub_manual``: subscribe the peer, if still there, whose subscription was received last.

        Raises:
            NotSupported: the option is not set.
        """
        if not self.is_manual:
            raise NotSupported(self.socket_type.name, "subscribe without xpub_manual")
        if self._asker is not None:
            super().take_subscription(self._asker, topic, wanted=wanted)

    def take_subscription(self, pair: PipePair, topic: bytes, *, wanted: bool) -> None:
        """A peer's subscription; what is new is told to the program, more so when verbose or manual."""
        if self.is_manual:
            self._take_manually(pair, topic, wanted=wanted)
            return
        verboser = bool(self.options.xpub_verboser)
        if wanted:
            is_new = not self._topics.holds(topic, pair) and self._topics.add(topic, pair)
            if is_new or verboser or self.options.xpub_verbose:
                self._notify(topic, pair, wanted=True)
        elif self._topics.remove(topic, pair) or verboser:
            self._notify(topic, pair, wanted=False)

    def try_send(self, message: Message) -> bool:
        """Give ``message`` to every peer that wants it; see ``xpub_manual_last_value``."""
        asker = self._asker
        if asker is None or not self.options.xpub_manual_last_value:
            return super().try_send(message)
        wanting = self._wanting(message.first)
        chosen = [asker] if asker in wanting else []
        if chosen and self.options.xpub_nodrop and not all_have_room(chosen):
            return False
        self._asker = None
        if distribute(message, chosen):
            self._routed += 1
        else:
            self.count_unrouted(Unrouted.NO_SUBSCRIBER)
        return True

    def try_receive(self) -> Message | None:
        """Return the next subscription, as octet 1 or 0 and the topic, or a peer's message."""
        while not self._notices:
            message = self._queue.pop()
            if message is None or len(message.frames) == 1:
                return message
            rest = self._sift(message.frames)
            if rest:
                return Message(rest)
        content, asker = self._notices.popleft()
        self._asker = None if asker is None or asker.is_over else asker
        return Message([content])

    def can_receive_now(self) -> bool:
        """Tell whether there is a subscription to be told of, or a peer has sent something up."""
        return bool(self._notices) or self._queue.settle()

    def pair_readable(self, pair: PipePair) -> None:
        """A peer has sent something up."""
        self._queue.activate(pair)
        self.on_receivable()

    def _take_manually(self, pair: PipePair, topic: bytes, *, wanted: bool) -> None:
        if not wanted:
            self._asked.remove(topic, pair)
        elif not self._asked.holds(topic, pair):
            self._asked.add(topic, pair)
        self._notify(topic, pair, wanted=wanted)

    def _sift(self, frames: list[bytes]) -> list[bytes]:
        """Obey the subscriptions among a message's frames, and return the others."""
        source = self._queue.last
        assert source is not None
        found, rest = split_subscriptions(frames, only_first=bool(self.options.only_first_subscribe))
        for topic, wanted in found:
            self.take_subscription(source, topic, wanted=wanted)
        if not rest:
            source.inbound.reject(DropReason.FILTERED)  # it was obeyed, and is no message to deliver
        return rest

    def _notify(self, topic: bytes, pair: PipePair | None, *, wanted: bool) -> None:
        self._notices.append(((SUBSCRIBE if wanted else CANCEL) + topic, pair))
        self.on_receivable()
