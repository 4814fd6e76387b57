"""What a pump needs of the protocol that is spoken on its stream, whichever that is."""

from mypy_extensions import mypyc_attr

from engine.errors import PeerViolation
from engine.messages import Message
from engine.protocol.events import Event, HandshakeStep, PeerIdentity
from engine.security.zap import ZapReply


@mypyc_attr(allow_interpreted_subclasses=True)
class Conversation:
    """One connection's protocol, without I/O: octets in, messages and events out.

    What is not overridden is what a protocol without handshake, commands and subscriptions does.

    Attributes:
        single_frames: whether messages of several frames are not for this socket.
        has_commands: whether the peer's version has commands, so that it answers a PING.
        peer: who the peer is, once known.
        peer_ttl_ms: what the peer asked for in its last PING: give it up after this much silence; 0 for not.
    """

    single_frames = False
    has_commands = False
    peer: PeerIdentity | None = None
    peer_ttl_ms = 0

    @property
    def is_finished(self) -> bool:
        """Whether the peer has said that it leaves, so that the stream is to be closed."""
        return False

    @property
    def undecoded_octets(self) -> int:
        """Octets received that have not become messages: no room yet, or not complete."""
        raise NotImplementedError

    @property
    def wanted_octets(self) -> int:
        """How many octets are best read next; 0 for as many as come."""
        return 0

    def receive_data(self, data: bytes) -> None:
        """Take what arrived; may raise ``PeerViolation``."""
        raise NotImplementedError

    def receive_end(self) -> None:
        """The stream is over: nothing more will arrive."""

    def decide(self, verdict: ZapReply | PeerViolation | None) -> None:
        """Go on with a handshake that waited for an authenticator."""

    def take_messages(self, room: int) -> list[Message]:
        """Return the messages that have arrived, at most ``room``; the rest stays octets."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise what ``take_messages`` held back because messages came before it."""

    def take_events(self) -> list[Event]:
        """Return, and forget, what has happened since the last call."""
        raise NotImplementedError

    def take_steps(self) -> list[HandshakeStep]:
        """Return, and forget, how far the peer has come in the handshake since the last call."""
        return []

    def data_to_send(self) -> bytes:
        """Return, and forget, what the protocol itself has to say."""
        return b""

    def encode(self, batch: list[Message]) -> list[bytes]:
        """Return the octets of ``batch``, to be sent in one go."""
        raise NotImplementedError

    def octets_of(self, message: Message) -> int:
        """Return how many octets ``message`` takes on this connection's wire."""
        raise NotImplementedError

    def last_words(self, violation: PeerViolation | None) -> bytes:
        """Return what is to be said when we end the connection, because of ``violation`` or of our own."""
        return b""

    def subscribe(self, topic: bytes, *, wanted: bool) -> None:
        """Tell the peer what we want, or no longer want."""

    def ping(self, ttl_ms: int) -> None:
        """Ask the peer for a sign of life."""
