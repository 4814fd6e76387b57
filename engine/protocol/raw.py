"""STREAM sockets: the octets that come are the messages, cut as they came, and nothing else is said."""

from typing import Final

from engine.messages import Message
from engine.protocol.conversation import Conversation
from engine.protocol.events import Event, HandshakeDone, PeerIdentity

ANYBODY: Final = PeerIdentity(socket_type=None, routing_id=b"", version=(0, 0), mechanism="", properties={})
"""What is known of a peer that says nothing of itself."""

NOTICE: Final = b""
"""The message that tells that a peer has come, or has gone."""


class RawConnection(Conversation):
    """One connection without a protocol; there is no handshake, so its peer is known at once.

    Args:
        notifies: whether an empty message tells that the peer has come, and one that it has gone.

    Source: ZMQ_STREAM and ZMQ_STREAM_NOTIFY in libzmq's manual.
    """

    def __init__(self, *, notifies: bool) -> None:
        self.peer = ANYBODY
        self._notifies = notifies
        self._events: list[Event] = [HandshakeDone(ANYBODY)]
        self._greets = notifies
        self._parts = False
        self._data = b""

    @property
    def undecoded_octets(self) -> int:
        """Octets received that found no room yet."""
        return len(self._data)

    def receive_data(self, data: bytes) -> None:
        """Take what arrived; what found no room before it becomes one message with it."""
        self._data = self._data + data if self._data else data

    def receive_end(self) -> None:
        """The peer has gone: the last message tells it."""
        self._parts = self._notifies

    def take_messages(self, room: int) -> list[Message]:
        """Return what is there: the notice of coming, all octets as one message, the notice of going."""
        messages: list[Message] = []
        if self._greets and len(messages) < room:
            self._greets = False
            messages.append(Message([NOTICE]))
        if self._data and len(messages) < room:
            messages.append(Message([self._data]))
            self._data = b""
        if self._parts and not self._data and len(messages) < room:
            self._parts = False
            messages.append(Message([NOTICE]))
        return messages

    def take_events(self) -> list[Event]:
        """Return, and forget, what has happened: at first, that the peer is there."""
        events, self._events = self._events, []
        return events

    def encode(self, batch: list[Message]) -> list[bytes]:
        """Return the octets of ``batch``, as they are."""
        return [message.first for message in batch]

    def octets_of(self, message: Message) -> int:
        """Return how many octets ``message`` takes on the wire."""
        return len(message.first)
