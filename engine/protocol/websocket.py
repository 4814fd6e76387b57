"""One ZWS connection's conversation, without I/O: the same as ZMTP's, in WebSocket messages."""

from typing import Final

from engine.clock import Chance
from engine.errors import FrameTooLong, MalformedCommand, PeerViolation
from engine.messages import Message
from engine.protocol.events import AuthenticationAsked, HandshakeDone
from engine.protocol.exchange import LocalIdentity
from engine.protocol.framed import FramedConversation
from engine.protocol.protected import ProtectedTraffic
from engine.protocol.web_handshake import WebHandshake
from engine.protocol.web_opening import Opening
from engine.protocol.web_reader import WebReader
from engine.protocol.wishes import CANCEL_OCTET, SUBSCRIBE_OCTET
from engine.security.mechanism import INNER_COMMAND, INNER_MORE, Mechanism, Protection
from engine.security.zap import ZapReply
from engine.wire.commands import Join, Leave, command_body, read_command
from engine.wire.web_frames import CLOSE, KEY_OCTETS, PING, PONG, web_frame
from engine.wire.zws import (
    COMMAND,
    LAST,
    MORE,
    encode_zws,
    frame_flagged,
    octets_of_body,
)

KEYS_AT_ONCE: Final = 256
"""Masks drawn in one go."""

GOING: Final = (1000).to_bytes(2, "big")
BROKEN: Final = (1002).to_bytes(2, "big")
TOO_BIG: Final = (1009).to_bytes(2, "big")
"""Close codes. Source: RFC 6455, section 7.4.1."""


class WebConnection(FramedConversation):
    """What one peer and we say to each other over WebSocket, whole or octet by octet.

    Messages are never sent in parts, and accepted so. Subscriptions are messages; a heartbeat is
    WebSocket's own. After a ``PeerViolation`` the connection is of no more use.

    Args:
        local: who we are.
        frame_limit: longest frame to accept, octets.
        mechanism: the security mechanism and our role in it.
        opening: our part of the opening.
        chance: where a client's masks come from; ``None`` for a server, which has none.

    Source: 45/ZWS 2.0, as libzmq 4.3.6 speaks it; RFC 6455.
    """

    def __init__(
        self,
        local: LocalIdentity,
        frame_limit: int,
        mechanism: Mechanism,
        opening: Opening,
        chance: Chance | None,
    ) -> None:
        super().__init__(local, frame_limit)
        self._reader = WebReader(masked=chance is None)
        self._handshake: WebHandshake | None = WebHandshake(
            local, frame_limit, mechanism, opening, self._reader
        )
        self._is_open = False
        self._protection: Protection | None = None
        self._chance = chance
        self._keys = b""
        self._key_at = 0
        self._outgoing = self._handshake.take_opening()
        self._to_say: list[tuple[int, bytes]] = []  # masked, and sealed, as they leave
        self._pings = False  # once, however often: a peer that does not read must not fill our memory
        self._has_parted = False

    @property
    def undecoded_octets(self) -> int:
        """Octets received that have not become messages: no room yet, or not complete."""
        opened = self._protected.gathered if self._protected is not None else 0
        return self._reader.octets + sum(map(len, self._pending)) + opened

    @property
    def wanted_octets(self) -> int:
        """How many octets are best read next, to spare copying a long payload; 0 for as many as come."""
        return self._reader.missing

    @property
    def is_finished(self) -> bool:
        """Whether the peer has closed, and all that came before it was taken."""
        return self._reader.farewell is not None

    def receive_data(self, data: bytes) -> None:
        """Take what arrived.

        Raises:
            PeerViolation: the peer cannot be talked to (during opening and handshake).
        """
        self._reader.feed(data)
        if self._handshake is not None:
            self._advance(self._handshake)

    def decide(self, verdict: ZapReply | PeerViolation | None) -> None:
        """Go on with the handshake after ``AuthenticationAsked``.

        What is then to be sent is there to be taken even when this raises.

        Raises:
            PeerViolation: the peer does not come in.
        """
        handshake = self._handshake
        assert handshake is not None
        try:
            handshake.decide(verdict)
        finally:
            self._take_replies(handshake)
        self._advance(handshake)

    def data_to_send(self) -> bytes:
        """Return, and forget, the octets of opening, handshake, subscriptions and control frames."""
        for flags, body in self._to_say:
            self._outgoing.append(self._sealed(flags, body))
        self._to_say.clear()
        if self._pings:
            self._pings = False
            self._outgoing.append(web_frame(PING, b"", self._key()))
        if self._reader.pong is not None and self._is_open:
            self._outgoing.append(web_frame(PONG, self._reader.pong, self._key()))
            self._reader.pong = None
        if self._reader.farewell is not None and not self._has_parted:
            self._has_parted = True
            self._outgoing.append(web_frame(CLOSE, self._reader.farewell, self._key()))
        if not self._outgoing:
            return b""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def last_words(self, violation: PeerViolation | None) -> bytes:
        """Return what is to be said when we end the connection: a refusal, or why it is closed."""
        data = self.data_to_send()
        if not self._is_open or self._has_parted:
            return data
        self._has_parted = True
        code = GOING if violation is None else TOO_BIG if isinstance(violation, FrameTooLong) else BROKEN
        return data + web_frame(CLOSE, code, self._key())

    def encode(self, batch: list[Message]) -> list[bytes]:
        """Return the octets of ``batch``, to be sent in one go; the handshake must be done."""
        if self._protection is not None:
            return self._seal_batch(batch, self._protection)
        return [encode_zws(batch, self._key)]

    def octets_of(self, message: Message) -> int:
        """Return how many octets ``message`` takes on this connection's wire."""
        overhead = self._protection.overhead if self._protection is not None else 0
        masked = self._chance is not None
        return sum([octets_of_body(len(body) + overhead, masked=masked) for body in message.frames])

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """Tell the peer that we want, or no longer want, what begins with ``topic``, or a group.

        Source: 45/ZWS: a message that begins with 1 or 0; 48/RADIO-DISH: JOIN and LEAVE.
        """
        if self._is_dish:
            self._to_say.append((COMMAND, command_body(Join(topic) if wanted else Leave(topic))))
        else:
            self._to_say.append((LAST, (SUBSCRIBE_OCTET if wanted else CANCEL_OCTET) + topic))

    def ping(self, ttl_ms: int) -> None:
        """Ask the peer for a sign of life."""
        self._pings = True

    # -- handshake -------------------------------------------------------------------------------

    def _advance(self, handshake: WebHandshake) -> None:
        try:
            handshake.advance()
        finally:
            self._outgoing += handshake.take_opening()
            self._take_replies(handshake)
        if handshake.question is not None and not self._asked:
            self._asked = True
            self._events.append(AuthenticationAsked(handshake.mechanism, handshake.question.credentials))
        if handshake.peer is None:
            return
        self._outgoing += [self._sealed(flags, body) for flags, body in self._to_say]
        self._to_say.clear()
        self._protection = handshake.protection
        if self._protection is not None:
            self._protected = ProtectedTraffic(self._protection)
        self._handshake = None
        self.peer = handshake.peer
        self._events.append(HandshakeDone(handshake.peer))

    def _take_replies(self, handshake: WebHandshake) -> None:
        self._is_open = handshake.is_open
        self._steps += handshake.steps
        handshake.steps.clear()
        self._to_say += handshake.replies
        handshake.replies.clear()

    # -- receiving -------------------------------------------------------------------------------

    def _take(self, messages: list[Message], room: int) -> None:
        while len(messages) < room:  # subscriptions among them take no room
            payload = self._reader.next_payload(self._frame_limit)
            if payload is None:
                return
            self._take_payload(payload[0], payload[1:], messages)

    def _take_payload(self, flags: int, body: bytes, messages: list[Message]) -> None:
        if flags & COMMAND:
            if self._protected is None:  # a bare one among protected ones: who knows who has said it
                self._obey(body)
            return
        self._pending.append(body)
        if not flags & MORE:
            whole, self._pending = Message(self._pending), []
            self._keep(whole, messages)

    def _keep(self, found: Message, messages: list[Message]) -> None:
        """Add to ``messages`` what was found in frames, once opened, if it is no subscription."""
        if self._protected is None:
            messages += self._wishes.sift([found], self._events)
            return
        inner = self._protected.open(found)
        if isinstance(inner, bytes):
            self._obey(inner)
        elif inner is not None:
            messages += self._wishes.sift([inner], self._events)

    def _obey(self, body: bytes) -> None:
        try:
            self._wishes.heed(read_command(body), self._events)
        except MalformedCommand:
            return  # libzmq ignores commands that it cannot read once traffic flows

    # -- sending ---------------------------------------------------------------------------------

    def _sealed(self, flags: int, body: bytes) -> bytes:
        if self._protection is None:
            return frame_flagged(flags, body, self._key())
        inner = INNER_COMMAND if flags & COMMAND else 0
        return frame_flagged(LAST, self._protection.protect(inner, body), self._key())

    def _seal_batch(self, batch: list[Message], protection: Protection) -> list[bytes]:
        parts: list[bytes] = []
        for message in batch:
            last = len(message.frames) - 1
            for n, content in enumerate(message.frames):
                body = protection.protect(INNER_MORE if n < last else 0, content)
                parts.append(frame_flagged(LAST, body, self._key()))
        return [b"".join(parts)]

    def _key(self) -> bytes:
        """Return the next mask; empty for a server."""
        if self._chance is None:
            return b""
        if self._key_at >= len(self._keys):
            self._keys = self._chance.octets(KEYS_AT_ONCE * KEY_OCTETS)
            self._key_at = 0
        start = self._key_at
        self._key_at += KEY_OCTETS
        return self._keys[start : start + KEY_OCTETS]
