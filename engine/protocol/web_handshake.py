"""What comes before the first message of a ZWS connection: the opening, then routing ids or a mechanism."""

from typing import Final

from engine.errors import FrameTooLong, PeerViolation, UnexpectedCommand
from engine.protocol.events import HandshakeStep, PeerIdentity
from engine.protocol.exchange import LONGEST_INTRODUCTION, Exchange, LocalIdentity, refused_for_length
from engine.protocol.web_opening import Opening, SpokeBare
from engine.protocol.web_reader import WebReader
from engine.security.mechanism import Mechanism, Protection, Question
from engine.security.zap import ZapReply
from engine.wire.zws import BARE, COMMAND, LAST, VERSION

OPENING: Final = "opening"
"""The first step of a handshake, told with the sub-protocol."""

A_COMMAND: Final = "a command"
A_MESSAGE: Final = "a message"
THE_ROUTING_ID: Final = "the peer's routing id"
TOO_MUCH: Final = "more than a command"
AN_ANSWER: Final = "it to wait for an answer"


class WebHandshake:
    """One connection's opening and handshake, from the octets in a reader.

    Args:
        local: who we are.
        frame_limit: longest frame to accept, octets.
        mechanism: the security mechanism and our role in it.
        opening: our part of the opening.
        reader: where the peer's octets come in.

    Source: 45/ZWS 2.0; the sub-protocols with a mechanism go on as 37/ZMTP 3.1.
    """

    def __init__(
        self,
        local: LocalIdentity,
        frame_limit: int,
        mechanism: Mechanism,
        opening: Opening,
        reader: WebReader,
    ) -> None:
        self._exchange = Exchange(local, mechanism)
        self._routing_id = local.routing_id
        self._limit = min(frame_limit, LONGEST_INTRODUCTION)
        self._opening: Opening | None = opening
        self._reader = reader
        self._is_bare = False
        self._may_be_bare = opening.offers_bare
        self._opened: list[bytes] = []
        self.replies: list[tuple[int, bytes]] = []
        """Flags and bodies of frames to send; the owner takes them away."""
        self.peer: PeerIdentity | None = None
        """The peer, once the handshake is done."""

    @property
    def mechanism(self) -> str:
        """Our security mechanism's name."""
        return self._exchange.mechanism.name

    @property
    def steps(self) -> list[HandshakeStep]:
        """What the peer has done; the owner takes them away."""
        return self._exchange.steps

    @property
    def question(self) -> Question | None:
        """What an authenticator is to be asked; nothing goes on until ``decide`` has brought the answer."""
        return self._exchange.question

    @property
    def protection(self) -> Protection | None:
        """What traffic passes through, once the handshake is done; ``None`` when it goes as it is."""
        return self._exchange.protection

    @property
    def is_open(self) -> bool:
        """Whether the opening is done, so that frames can be sent."""
        return self._opening is None

    def take_opening(self) -> list[bytes]:
        """Return, and forget, what of the opening is to be sent, as it is."""
        if self._opening is not None:
            self._opened, self._opening.outgoing = self._opening.outgoing, []
        opened, self._opened = self._opened, []
        return opened

    def advance(self) -> None:
        """Go as far as the octets in the reader lead.

        Raises:
            PeerViolation: the peer cannot be talked to; what is still to be said to it can be taken.
        """
        if self._opening is not None and not self._open(self._opening):
            return
        while self.peer is None:
            if self._exchange.question is not None:
                if self._reader.octets > 2 * LONGEST_INTRODUCTION:
                    raise UnexpectedCommand(TOO_MUCH, AN_ANSWER)
                return
            try:
                payload = self._reader.next_payload(self._limit)
            except FrameTooLong as violation:
                raise refused_for_length(violation) from None
            if payload is None:
                return
            self._receive(payload[0], payload[1:])

    def decide(self, verdict: ZapReply | PeerViolation | None) -> None:
        """Go on with the authenticator's word; see ``Exchange.decide``."""
        try:
            self._exchange.decide(verdict)
        finally:
            self._gather_replies()
        self.peer = self._exchange.peer

    def _open(self, opening: Opening) -> bool:
        self._reader.skip(opening.advance(self._reader.head()))
        if not opening.subprotocol:
            return False
        self._is_bare = opening.subprotocol == BARE
        self.steps.append(HandshakeStep(OPENING, opening.subprotocol))
        self._opened = opening.outgoing
        self._opening = None
        if self._is_bare:
            self.replies.append((LAST, self._routing_id))
        else:
            self._exchange.begin(VERSION)
            self._gather_replies()
        return True

    def _receive(self, flags: int, body: bytes) -> None:
        if self._is_bare:
            if flags & COMMAND:
                raise UnexpectedCommand(A_COMMAND, THE_ROUTING_ID)
            self.peer = PeerIdentity(
                socket_type=None, routing_id=body, version=VERSION, mechanism=self.mechanism, properties={}
            )
            return
        if not flags & COMMAND:
            raise SpokeBare if self._may_be_bare else UnexpectedCommand(A_MESSAGE, A_COMMAND)
        try:
            self._exchange.receive(body)
        finally:
            self._gather_replies()
        self.peer = self._exchange.peer

    def _gather_replies(self) -> None:
        self.replies += [(COMMAND, body) for body in self._exchange.replies]
        self._exchange.replies.clear()
