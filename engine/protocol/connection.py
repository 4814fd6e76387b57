"""One ZMTP connection's conversation, without I/O: bytes in, messages and events out."""

from typing import Final

from engine.constants import SocketType
from engine.errors import MalformedCommand
from engine.messages import Message
from engine.protocol.events import Event, HandshakeDone, PeerIdentity, SubscriptionChanged
from engine.protocol.handshake import Handshake, LocalIdentity
from engine.wire.commands import Cancel, Ping, Pong, Subscribe, read_command, write_command
from engine.wire.frames import decode_messages, encode_messages, encode_shared, read_header

LONG_BODY: Final = 8192
"""Octets from which an unfinished body is gathered in pieces instead of being joined at each read."""

PUBLISHERS: Final = (SocketType.PUB, SocketType.XPUB)
SUBSCRIBE_OCTET: Final = b"\x01"
CANCEL_OCTET: Final = b"\x00"


class ZmtpConnection:
    """What one peer and we say to each other, whole or octet by octet.

    The owner gives ``receive_data`` what arrives, then takes events and messages, and sends what
    ``data_to_send`` and ``encode`` return. After a ``PeerViolation`` the connection is of no more use.

    Args:
        local: who we are.
        frame_limit: longest frame to accept, octets.

    Source: 37/ZMTP 3.1 and, for peers of ZMTP 3.0, 23/ZMTP.
    """

    def __init__(self, local: LocalIdentity, frame_limit: int) -> None:
        self._handshake: Handshake | None = Handshake(local, frame_limit)
        self._frame_limit = frame_limit
        self._is_publisher = local.socket_type in PUBLISHERS
        self._data = b""
        self._position = 0
        self._chunks: list[bytes] = []
        self._chunked = 0
        self._wanted = 0
        self._pending: list[bytes] = []
        self._outgoing: list[bytes] = []
        self._events: list[Event] = []
        self.peer: PeerIdentity | None = None
        """The peer, once the handshake is done."""
        self.peer_ttl_ms = 0
        """What the peer asked for in its last PING: give it up after this much silence; 0 for not."""

    @property
    def undecoded_octets(self) -> int:
        """Octets received that have not become messages: no room yet, or not complete."""
        return len(self._data) - self._position + self._chunked + sum(map(len, self._pending))

    def receive_data(self, data: bytes) -> None:
        """Take what arrived.

        Raises:
            PeerViolation: the peer cannot be talked to (during the handshake).
        """
        if self._chunks:
            self._chunks.append(data)
            self._chunked += len(data)
            if self._chunked < self._wanted:
                return
            self._data = b"".join(self._chunks)
            self._chunks = []
            self._chunked = 0
        elif self._position < len(self._data):
            self._data = self._data[self._position :] + data
        else:
            self._data = data
        self._position = 0
        if self._handshake is not None:
            self._advance(self._handshake)

    def take_messages(self, room: int) -> list[Message]:
        """Return the messages that have arrived whole, at most ``room``; the rest stays octets.

        Commands among them are obeyed.

        Raises:
            PeerViolation: the octets are no frames, or a frame is too long.
        """
        if self._handshake is not None:
            return []
        messages: list[Message] = []
        while room > 0:
            decoded = decode_messages(self._data, self._position, room, self._frame_limit, self._pending)
            self._position = decoded.position
            self._pending = decoded.pending
            found = self._sift(decoded.messages) if self._is_publisher else decoded.messages
            room -= len(found)
            messages = messages + found if messages else found
            if not decoded.command:
                if decoded.wanted > LONG_BODY:
                    self._gather(decoded.wanted)
                if len(found) == len(decoded.messages):
                    break
                continue  # subscriptions took no room: look again
            if not self._obey_command():
                break
        return messages

    def take_events(self) -> list[Event]:
        """Return, and forget, what has happened since the last call."""
        events = self._events
        if events:
            self._events = []
        return events

    def data_to_send(self) -> bytes:
        """Return, and forget, the octets of greeting, handshake and commands that are to be sent."""
        if self._handshake is not None and self._handshake.outgoing:
            self._outgoing += self._handshake.outgoing
            self._handshake.outgoing.clear()
        if not self._outgoing:
            return b""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def encode(self, batch: list[Message]) -> list[bytes]:
        """Return the octets of ``batch``, to be sent in one go; the handshake must be done."""
        return encode_shared(batch) if self._is_publisher else encode_messages(batch)

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """Tell the peer that we want, or no longer want, what begins with ``topic``.

        Source: 37/ZMTP 3.1: a command; 23/ZMTP 3.0: a message that begins with 1 or 0.
        """
        assert self.peer is not None
        if self.peer.version >= (3, 1):
            command = Subscribe(topic) if wanted else Cancel(topic)
            self._outgoing.append(write_command(command))
        else:
            octet = SUBSCRIBE_OCTET if wanted else CANCEL_OCTET
            self._outgoing += encode_messages([Message([octet + topic])])

    def ping(self, ttl_ms: int) -> None:
        """Ask the peer for a sign of life."""
        self._outgoing.append(write_command(Ping(ttl_ms // 100, b"")))

    def _advance(self, handshake: Handshake) -> None:
        self._position += handshake.advance(self._data)
        if handshake.peer is None:
            return
        self._outgoing += handshake.outgoing
        self._handshake = None
        self.peer = handshake.peer
        self._events.append(HandshakeDone(handshake.peer))

    def _gather(self, wanted: int) -> None:
        tail = self._data[self._position :]
        self._chunks = [tail]
        self._chunked = len(tail)
        self._wanted = wanted
        self._data = b""
        self._position = 0

    def _sift(self, messages: list[Message]) -> list[Message]:
        kept = []
        for message in messages:
            head = message.frames[0]
            if head[:1] in (SUBSCRIBE_OCTET, CANCEL_OCTET) and len(message.frames) == 1:
                self._events.append(SubscriptionChanged(head[1:], head[0] == 1))
            else:
                kept.append(message)
        return kept

    def _obey_command(self) -> bool:
        """Read the command at the position; ``False`` when it is not all there yet."""
        header = read_header(self._data, self._position, self._frame_limit)
        if header is None:
            return False
        start = self._position + header.size
        end = start + header.body
        if len(self._data) < end:
            if header.body > LONG_BODY:
                self._gather(end - self._position)
            return False
        body = self._data[start:end]
        self._position = end
        try:
            command = read_command(body)
        except MalformedCommand:
            return True  # libzmq ignores commands that it cannot read once traffic flows
        match command:
            case Subscribe(topic) if self._is_publisher:
                self._events.append(SubscriptionChanged(topic, wanted=True))
            case Cancel(topic) if self._is_publisher:
                self._events.append(SubscriptionChanged(topic, wanted=False))
            case Ping(ttl_tenths, context):
                self.peer_ttl_ms = ttl_tenths * 100
                self._outgoing.append(write_command(Pong(context)))
            case _:
                pass
        return True
