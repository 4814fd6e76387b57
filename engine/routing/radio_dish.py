"""RADIO and DISH: to every peer that joined a message's group, by its exact name (48/RADIO-DISH).

Over udp nobody tells what it joined: a RADIO sends everything there, and each DISH takes what it wants.
"""

from engine.clock import Chance
from engine.constants import LONGEST_GROUP, DropReason, SocketType, Unrouted
from engine.errors import GroupInvalid
from engine.messages import AddressedMessage, Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.distribute import distribute
from engine.routing.fair_receiver import FairReceiver
from engine.routing.pattern import Pattern
from engine.wire.datagrams import check_length

PARTS = 2
"""Frames on the way: the group, and the body."""


class Radio(Pattern):
    """Sends to the peers that joined the message's group; never waits."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._members: dict[bytes, dict[PipePair, None]] = {}
        self._everyone: dict[PipePair, None] = {}  # those reached by datagrams, which join nothing

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer; it gets nothing before it joins a group, or all if it is reached by datagrams."""
        super().attach(pair)
        if pair.is_datagram:
            self._everyone[pair] = None
        pair.inbound.reader_waits = True
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go, out of all its groups."""
        super().detach(pair)
        pair.outbound.writer_waits = False
        self._everyone.pop(pair, None)
        for group in [group for group, members in self._members.items() if pair in members]:
            self._leave(group, pair)
        self.on_drained(pair)

    def take_subscription(self, pair: PipePair, topic: bytes, *, wanted: bool) -> None:
        """A peer joins or leaves a group."""
        if wanted:
            self._members.setdefault(topic, {})[pair] = None
        else:
            self._leave(topic, pair)

    def try_send(self, message: Message) -> bool:
        """Give the message to every member of its group; a full one loses it.

        Raises:
            GroupInvalid: its name is too long.
            MessageInvalid: a peer is reached by datagrams, and it is too long for one; nobody gets it.
        """
        group = message.group if isinstance(message, AddressedMessage) else ""
        name = octets_of(group)
        members = self._members.get(name)
        if self._everyone:
            check_length(1 + len(name) + len(message.frames[0]))
            members = {**self._everyone, **members} if members else self._everyone
        if members:
            distribute(Message([name, *message.frames]), members)
            self._routed += 1
        else:
            self.count_unrouted(Unrouted.NO_SUBSCRIBER)
        return True

    def pair_readable(self, pair: PipePair) -> None:
        """A DISH never sends; whoever does anyway is not listened to."""
        pair.inbound.discard(DropReason.FILTERED)
        pair.inbound.reader_waits = True

    def _leave(self, group: bytes, pair: PipePair) -> None:
        members = self._members.get(group)
        if members is not None:
            members.pop(pair, None)
            if not members:
                del self._members[group]


class Dish(FairReceiver):
    """Receives what is sent to the groups it joined."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._joined: dict[bytes, None] = {}

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """Join or leave a group, and tell the peers.

        Raises:
            GroupInvalid: its name is too long; joined already, or left without having joined.
        """
        text = topic.decode("utf-8", "replace")
        if len(topic) > LONGEST_GROUP:
            raise GroupInvalid(text, f"its name has {len(topic)} octets; the longest is {LONGEST_GROUP}")
        if wanted == (topic in self._joined):
            raise GroupInvalid(text, "joined already" if wanted else "not joined")
        if wanted:
            self._joined[topic] = None
        else:
            del self._joined[topic]
        for pair in self.pairs:
            pair.far_end.tell_subscription(topic, wanted=wanted)

    def topics(self) -> list[bytes]:
        """Return the groups joined."""
        return list(self._joined)

    def try_receive(self) -> Message | None:
        """Return the next message of a group that is joined."""
        while True:
            message = self._queue.pop()
            if message is None:
                return None
            reason = self._fault(message)
            if reason is None:
                return AddressedMessage(
                    message.frames[1:], group=message.frames[0].decode("utf-8", "replace")
                )
            source = self._queue.last
            assert source is not None
            source.inbound.reject(reason)

    def can_receive_now(self) -> bool:
        """Tell whether there is a message of a group that is joined; those before it are thrown away."""
        while (found := self._queue.next_message()) is not None:
            source, message = found
            reason = self._fault(message)
            if reason is None:
                return True
            source.inbound.pop()
            source.inbound.reject(reason)
        return False

    def _fault(self, message: Message) -> str | None:
        """Return why a message is not for us, or ``None`` when it is."""
        if len(message.frames) != PARTS:
            return DropReason.MALFORMED_ENVELOPE
        return None if message.frames[0] in self._joined else DropReason.FILTERED


def octets_of(group: str) -> bytes:
    """Return a group's name as it goes over the wire.

    Raises:
        GroupInvalid: it is too long.
    """
    name = group.encode()
    if len(name) > LONGEST_GROUP:
        raise GroupInvalid(group, f"its name has {len(name)} octets; the longest is {LONGEST_GROUP}")
    return name
