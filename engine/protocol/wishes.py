"""What a peer says that it wants: subscriptions among its messages, and the commands that change them."""

from typing import Final

from engine.constants import SocketType
from engine.messages import Message
from engine.protocol.events import Event, SubscriptionChanged
from engine.wire.commands import Cancel, Command, Join, Leave, Subscribe

PUBLISHERS: Final = (SocketType.PUB, SocketType.XPUB)
SUBSCRIBE_OCTET: Final = b"\x01"
CANCEL_OCTET: Final = b"\x00"


class Wishes:
    """The wishes that a socket of this type takes; others are only octets to it.

    Source: 37/ZMTP 3.1 for commands; 23/ZMTP 3.0 and 45/ZWS for messages; 48/RADIO-DISH for groups.
    """

    def __init__(self, socket_type: SocketType) -> None:
        self.is_publisher = socket_type in PUBLISHERS
        self._is_radio = socket_type is SocketType.RADIO

    def sift(self, messages: list[Message], events: list[Event]) -> list[Message]:
        """Return the messages that are no subscriptions; those become events."""
        if not self.is_publisher:
            return messages
        kept = []
        for message in messages:
            head = message.frames[0]
            if head[:1] in (SUBSCRIBE_OCTET, CANCEL_OCTET) and len(message.frames) == 1:
                events.append(SubscriptionChanged(head[1:], head[0] == 1))
            else:
                kept.append(message)
        return kept

    def heed(self, command: Command, events: list[Event]) -> None:
        """Make an event of a command that changes what the peer wants; others are not ours."""
        match command:
            case Subscribe(topic) if self.is_publisher:
                events.append(SubscriptionChanged(topic, wanted=True))
            case Cancel(topic) if self.is_publisher:
                events.append(SubscriptionChanged(topic, wanted=False))
            case Join(group) if self._is_radio:
                events.append(SubscriptionChanged(group, wanted=True))
            case Leave(group) if self._is_radio:
                events.append(SubscriptionChanged(group, wanted=False))
            case _:
                pass
