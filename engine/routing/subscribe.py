"""SUB and XSUB: from every peer, what was subscribed to (29/PUBSUB)."""

from engine.clock import Chance
from engine.constants import DropReason, SocketType, Unrouted
from engine.errors import NotSupported
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.distribute import distribute
from engine.routing.fair_receiver import FairReceiver
from engine.routing.topics import Topics, split_subscriptions


class ExtendedSubscribe(FairReceiver):
    """XSUB: subscribes by sending octet 1 or 0 and a topic; what comes is not filtered again.

    Subscriptions are counted: the peers are told of each one, and of the last cancellation of a topic
    (libzmq 4.3.5: so an XPUB_VERBOSE hears them through devices). They are state, told once
    to each new peer, and never wait in a pipe.
    """

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._topics: Topics[int] = Topics()

    def detach(self, pair: PipePair) -> None:
        """Let a peer go; what it sent can still be received."""
        pair.outbound.writer_waits = False
        super().detach(pair)

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """Want, or no longer want, ``topic``; the peers are told of each wish, and of the last end of one."""
        if wanted:
            self._topics.add(topic, 0)
        if wanted or self._topics.remove(topic, 0) or self.options.xsub_verbose_unsubscribe:
            for pair in self.pairs:
                pair.far_end.tell_subscription(topic, wanted=wanted)

    def topics(self) -> list[bytes]:
        """Return what is subscribed to, sorted: libzmq 4.3.5 tells a new peer in this order."""
        return sorted(self._topics)

    def topics_count(self) -> int:
        """Return how many different topics are subscribed to."""
        return len(self._topics)

    def try_send(self, message: Message) -> bool:
        """Obey subscriptions; anything else goes up to every peer, lost where its pipe is full."""
        only_first = bool(self.options.only_first_subscribe)
        found, rest = split_subscriptions(message.frames, only_first=only_first)
        for topic, wanted in found:
            self.subscribe(topic, wanted=wanted)
        if found and not rest:
            self._routed += 1  # obeyed: it is no message of any pipe, but it went where it should
        elif distribute(Message(rest) if found else message, self.pairs):
            self._routed += 1
        else:
            self.count_unrouted(Unrouted.NO_PEER)
        return True


class Subscribe(ExtendedSubscribe):
    """SUB: subscribes by option, sends nothing, and looks at what comes a second time.

    The second look makes a cancellation hold at once, whatever is still on its way.
    """

    def try_send(self, message: Message) -> bool:
        """A SUB does not send."""
        raise NotSupported(self.socket_type.name, "send")

    def try_receive(self) -> Message | None:
        """Return the next message that a subscription fits."""
        topics, inverted = self._topics, self.options.invert_matching != 0
        while True:
            message = self._queue.pop()
            if message is None or topics.matches(message.first) != inverted:
                return message
            source = self._queue.last
            assert source is not None
            source.inbound.reject(DropReason.FILTERED)

    def can_receive_now(self) -> bool:
        """Tell whether there is a message that a subscription fits; those before it are thrown away."""
        inverted = bool(self.options.invert_matching)
        while (found := self._queue.next_message()) is not None:
            source, message = found
            if self._topics.matches(message.first) != inverted:
                return True
            source.inbound.pop()
            source.inbound.reject(DropReason.FILTERED)
        return False
