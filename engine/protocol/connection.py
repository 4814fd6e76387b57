"""One ZMTP connection's conversation, without I/O: bytes in, messages and events out."""

from collections.abc import Callable
from typing import Final

from engine.errors import MalformedCommand, PeerViolation
from engine.messages import Message
from engine.protocol.events import (
    AuthenticationAsked,
    HandshakeDone,
    SubscriptionChanged,
)
from engine.protocol.exchange import LONGEST_COMMAND, LocalIdentity
from engine.protocol.framed import FramedConversation
from engine.protocol.handshake import Handshake
from engine.protocol.long_body import LongBody
from engine.protocol.protected import ProtectedTraffic
from engine.protocol.wishes import CANCEL_OCTET, SUBSCRIBE_OCTET
from engine.security.mechanism import INNER_COMMAND, Mechanism
from engine.security.zap import ZapReply
from engine.wire.commands import (
    Cancel,
    Command,
    Join,
    Leave,
    Ping,
    Pong,
    Subscribe,
    command_body,
    frame_command,
    read_command,
)
from engine.wire.frames import (
    LONG_HEADER,
    Decoded,
    FrameHeader,
    SharedBatch,
    decode_messages,
    encode_messages,
    framed_octets,
    read_header,
)
from engine.wire.legacy import decode_old, encode_old, old_octets

Decode = Callable[[bytes, int, int, int, list[bytes]], Decoded]
Encode = Callable[[list[Message]], list[bytes]]

LONG_BODY: Final = 8192
"""Octets from which an unfinished body is gathered in pieces instead of being joined at each read."""


class ZmtpConnection(FramedConversation):
    """What one peer and we say to each other, whole or octet by octet.

    The owner gives ``receive_data`` what arrives, then takes events and messages, and sends what
    ``data_to_send`` and ``encode`` return. After a ``PeerViolation`` the connection is of no more use.

    Args:
        local: who we are.
        frame_limit: longest frame to accept, octets.
        mechanism: the security mechanism and our role in it; NULL when not given.
        shared: what a socket's connections have in common when its messages go to many of them.

    Source: 37/ZMTP 3.1; for older peers 23/ZMTP 3.0, 15/ZMTP 2.0 and 13/ZMTP 1.0.
    """

    def __init__(
        self,
        local: LocalIdentity,
        frame_limit: int,
        mechanism: Mechanism | None = None,
        shared: SharedBatch | None = None,
    ) -> None:
        super().__init__(local, frame_limit)
        self._handshake: Handshake | None = Handshake(local, frame_limit, mechanism)
        self._is_publisher = self._wishes.is_publisher
        self._decode: Decode = (
            decode_messages  # the framing is chosen once, when the peer has shown its version
        )
        self._encode: Encode = encode_messages if shared is None else shared.encode
        self._octets_of: Callable[[Message], int] = framed_octets
        self._heeds_commands = True
        self._data = b""
        self._position = 0
        self._long: LongBody | None = None
        self._ready: Message | None = None
        self._expects_long = False
        self._unsealed: list[tuple[int, bytes]] = []  # sealed as they leave: counters go in that order
        self._ping = b""  # the newest only, of both: a peer that does not read must not fill our memory
        self._pong = b""

    @property
    def undecoded_octets(self) -> int:
        """Octets received that have not become messages: no room yet, or not complete."""
        gathered = self._long.gathered if self._long is not None else 0
        ready = sum(map(len, self._ready.frames)) if self._ready is not None else 0
        opened = self._protected.gathered if self._protected is not None else 0
        return len(self._data) - self._position + sum(map(len, self._pending)) + gathered + ready + opened

    @property
    def wanted_octets(self) -> int:
        """How many octets are best read next, to spare copying a long body; 0 for as many as come."""
        if self._long is not None:
            return self._long.missing
        return LONG_HEADER if self._expects_long and self._position >= len(self._data) else 0

    def receive_data(self, data: bytes) -> None:
        """Take what arrived.

        Raises:
            PeerViolation: the peer cannot be talked to (during the handshake).
        """
        if self._long is not None:
            data = self._long.add(data)
            if self._long.missing:
                return
            self._finish_long(self._long)
        if self._position < len(self._data):
            self._data = self._data[self._position :] + data
        else:
            self._data = data
        self._position = 0
        if self._handshake is not None:
            self._advance(self._handshake)

    def decide(self, verdict: ZapReply | PeerViolation | None) -> None:
        """Go on with the handshake after ``AuthenticationAsked``.

        What is then to be sent is there to be taken even when this raises.

        Args:
            verdict: what the authenticator said, what was wrong with that, or ``None`` when there is none.

        Raises:
            PeerViolation: the peer does not come in.
        """
        assert self._handshake is not None
        self._handshake.decide(verdict)
        self._data = self._data[self._position :]
        self._position = 0
        self._advance(self._handshake)

    def data_to_send(self) -> bytes:
        """Return, and forget, the octets of greeting, handshake and commands that are to be sent."""
        if self._handshake is not None and self._handshake.outgoing:
            self._outgoing += self._handshake.outgoing
            self._handshake.outgoing.clear()
        if self._ping:
            self._say(self._ping)
            self._ping = b""
        if self._pong:
            self._say(self._pong)
            self._pong = b""
        if self._protected is not None and self._unsealed:
            self._outgoing += [self._protected.seal(flags, content) for flags, content in self._unsealed]
            self._unsealed.clear()
        if not self._outgoing:
            return b""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def encode(self, batch: list[Message]) -> list[bytes]:
        """Return the octets of ``batch``, to be sent in one go; the handshake must be done."""
        if self._protected is not None:
            return self._protected.seal_batch(batch)
        return self._encode(batch)

    def octets_of(self, message: Message) -> int:
        """Return how many octets ``message`` takes on this connection's wire."""
        return self._octets_of(message)

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """Tell the peer that we want, or no longer want, what begins with ``topic``, or a group.

        Source: 48/RADIO-DISH: JOIN and LEAVE, to peers of every version; 37/ZMTP 3.1: a command;
        23/ZMTP 3.0 and before: a message that begins with 1 or 0.
        """
        assert self.peer is not None
        if self._is_dish:
            self._say(command_body(Join(topic) if wanted else Leave(topic)))
            return
        if self.peer.version >= (3, 1):
            command: Command = Subscribe(topic) if wanted else Cancel(topic)
            self._say(command_body(command))
            return
        content = (SUBSCRIBE_OCTET if wanted else CANCEL_OCTET) + topic
        if self._protected is not None:
            self._unsealed.append((0, content))
        else:
            self._outgoing += self._encode([Message([content])])

    def ping(self, ttl_ms: int) -> None:
        """Ask the peer for a sign of life."""
        self._ping = command_body(Ping(ttl_ms // 100, b""))

    def _say(self, body: bytes) -> None:
        """Have a command leave with the next ``data_to_send``."""
        if self._protected is not None:
            self._unsealed.append((INNER_COMMAND, body))
        else:
            self._outgoing.append(frame_command(body))

    def _take(self, messages: list[Message], room: int) -> None:
        if self._ready is not None:
            ready, self._ready = self._ready, None
            self._keep([ready], messages)
        while len(messages) < room and self._long is None:
            left = room - len(messages)
            decoded = self._decode(self._data, self._position, left, self._frame_limit, self._pending)
            self._position = decoded.position
            self._pending = decoded.pending
            if decoded.messages:
                self._expects_long = False
            self._keep(decoded.messages, messages)
            if decoded.command:
                if not self._obey_command():
                    break
            elif decoded.unfinished is not None:
                self._expect_long(decoded.unfinished)
                break
            elif room - len(messages) == left - len(decoded.messages) and not decoded.broken:
                break  # else look again: subscriptions were among them, which take no room, or a violation

    def _advance(self, handshake: Handshake) -> None:
        try:
            self._position += handshake.advance(self._data)
        finally:
            self._steps += handshake.steps
            handshake.steps.clear()
        if handshake.question is not None and not self._asked:
            self._asked = True
            self._events.append(AuthenticationAsked(handshake.mechanism, handshake.question.credentials))
        if handshake.peer is None:
            return
        if handshake.protection is not None:
            self._protected = ProtectedTraffic(handshake.protection)
            self._octets_of = self._protected.octets_of
            self._heeds_commands = False  # libzmq throws bare ones away: who knows who has said them
        self._outgoing += handshake.outgoing
        self._handshake = None
        self.peer = handshake.peer
        self._events.append(HandshakeDone(handshake.peer))
        if handshake.peer.version < (3, 0):
            self._speak_as(handshake.peer.version)
        if handshake.wants_everything and self._is_publisher:
            self._events.append(SubscriptionChanged(b"", wanted=True))

    def _speak_as(self, version: tuple[int, int]) -> None:
        """Choose the framing of a version before 3.0, which has no commands."""
        self._heeds_commands = self.has_commands = False
        if version < (2, 0):
            self._decode, self._encode, self._octets_of = decode_old, encode_old, old_octets

    def _expect_long(self, header: FrameHeader) -> None:
        """Gather a long body from here on, instead of joining it to the rest at each read."""
        self._expects_long = header.body > LONG_BODY
        if not self._expects_long:
            return
        self._long = LongBody(header)
        self._long.add(self._data[self._position + header.size :])
        self._data = b""
        self._position = 0

    def _finish_long(self, body: LongBody) -> None:
        self._long = None
        self._pending.append(body.octets())
        if not body.more:
            self._ready = Message(self._pending)
            self._pending = []

    def _keep(self, found: list[Message], messages: list[Message]) -> None:
        """Add what was found in frames to ``messages``, once opened, and without subscriptions among it."""
        if self._protected is not None:
            self._open(found, messages, self._protected)
        elif self._is_publisher:
            messages += self._wishes.sift(found, self._events)
        else:
            messages += found

    def _open(self, outer: list[Message], messages: list[Message], protected: ProtectedTraffic) -> None:
        for frame in outer:
            inner = protected.open(frame)
            if isinstance(inner, bytes):
                self._obey(inner)
            elif inner is None:
                continue
            elif self._is_publisher:
                messages += self._wishes.sift([inner], self._events)
            else:
                messages.append(inner)

    def _obey_command(self) -> bool:
        """Read the command at the position; ``False`` when it is not all there yet."""
        header = read_header(self._data, self._position, min(self._frame_limit, LONGEST_COMMAND))
        if header is None:
            return False
        start = self._position + header.size
        end = start + header.body
        if len(self._data) < end:
            return False
        self._position = end
        if self._heeds_commands:
            self._obey(self._data[start:end])
        return True

    def _obey(self, body: bytes) -> None:
        try:
            command = read_command(body)
        except MalformedCommand:
            return  # libzmq ignores commands that it cannot read once traffic flows
        if isinstance(command, Ping):
            self.peer_ttl_ms = command.ttl_tenths * 100
            self._pong = command_body(Pong(command.context))
        else:
            self._wishes.heed(command, self._events)
