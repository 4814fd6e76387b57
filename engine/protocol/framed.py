"""What ZMTP and ZWS have in common: a handshake first, then frames that make messages and commands."""

from engine.compatibility import SINGLE_FRAME
from engine.constants import SocketType
from engine.errors import PeerViolation
from engine.messages import Message
from engine.protocol.conversation import Conversation
from engine.protocol.events import Event, HandshakeStep, PeerIdentity
from engine.protocol.exchange import LocalIdentity
from engine.protocol.protected import ProtectedTraffic
from engine.protocol.wishes import Wishes


class FramedConversation(Conversation):
    """Gives messages once the peer is known, and holds a violation back behind those that came before it.

    Args:
        local: who we are.
        frame_limit: longest frame to accept, octets.
    """

    def __init__(self, local: LocalIdentity, frame_limit: int) -> None:
        self._frame_limit = frame_limit
        self._wishes = Wishes(local.socket_type)
        self._is_dish = local.socket_type is SocketType.DISH
        self._asked = False
        self._protected: ProtectedTraffic | None = None
        self._pending: list[bytes] = []
        self._outgoing: list[bytes] = []
        self._events: list[Event] = []
        self._steps: list[HandshakeStep] = []
        self._violation: PeerViolation | None = None
        self.single_frames = local.socket_type in SINGLE_FRAME
        self.has_commands = True
        self.peer: PeerIdentity | None = None
        self.peer_ttl_ms = 0

    def take_messages(self, room: int) -> list[Message]:
        """Return the messages that have arrived whole, at most ``room``; the rest stays octets.

        Commands and control frames among them are obeyed.

        Raises:
            PeerViolation: the octets make no messages, or a frame is too long; held back until the next
                call, or ``check``, when whole messages came before.
        """
        if self.peer is None or room <= 0:
            return []
        self.check()
        messages: list[Message] = []
        try:
            self._take(messages, room)
        except PeerViolation as violation:
            if not messages:
                raise
            self._violation = violation
        return messages

    def check(self) -> None:
        """Raise what ``take_messages`` held back because whole messages came before it.

        Raises:
            PeerViolation: the octets that follow make no messages, or a frame is too long.
        """
        if self._violation is not None:
            raise self._violation

    def take_events(self) -> list[Event]:
        """Return, and forget, what has happened since the last call."""
        events = self._events
        if events:
            self._events = []
        return events

    def take_steps(self) -> list[HandshakeStep]:
        """Return, and forget, how far the peer has come in the handshake since the last call."""
        steps, self._steps = self._steps, []
        return steps

    def _take(self, messages: list[Message], room: int) -> None:
        """Add what has arrived to ``messages``, until there are ``room``; may raise ``PeerViolation``."""
        raise NotImplementedError
