"""The handshake with a peer older than ZMTP 3: no mechanism and no metadata, but an identity each way."""

from typing import Final

from engine.compatibility import may_talk
from engine.constants import LONGEST_ROUTING_ID, SocketType
from engine.errors import FrameEmpty, FrameTooLong, NotZmtp, PeerTooOld
from engine.messages import Message
from engine.protocol.events import PeerIdentity
from engine.wire.frames import FrameHeader, encode_messages, read_header
from engine.wire.greeting import OLDER_GREETING_SIZE, VERSION_AT, Dialect
from engine.wire.legacy import encode_old, read_old_header

VERSIONS: Final = {Dialect.UNVERSIONED: (1, 0), Dialect.VERSIONED: (1, 0), Dialect.ZMTP_2: (2, 0)}

NEWEST_TYPE: Final = SocketType.XSUB
"""The last type by number that these versions can have; the later ones need commands or ZMTP 3."""

NO_MECHANISM: Final = "NULL"


class OlderHandshake:
    """One connection's handshake, once its peer has shown itself as an older one.

    To an unversioned peer the signature that has left was the header of our identity frame: the
    identity itself follows. The others are told our socket type, then get an identity frame.

    Args:
        dialect: what the peer speaks.
        socket_type, routing_id: ours.

    Raises:
        PeerTooOld: the socket's type came later than the peer's version.

    Source: 13/ZMTP 1.0, 15/ZMTP 2.0; libzmq 4.3.5.
    """

    def __init__(self, dialect: Dialect, socket_type: SocketType, routing_id: bytes) -> None:
        self.version = VERSIONS[dialect]
        if socket_type > NEWEST_TYPE:
            raise PeerTooOld(version_text(dialect), f"{socket_type.name} sockets")
        self._dialect = dialect
        self._socket_type = socket_type
        self._routing_id = routing_id
        self._has_greeted = dialect is Dialect.UNVERSIONED
        self.outgoing = [routing_id if self._has_greeted else bytes((socket_type,))]
        """Octets to send; the owner takes them away."""
        self.peer: PeerIdentity | None = None
        """The peer, once the handshake is done."""

    def advance(self, data: bytes) -> int:
        """Look at all that has come, and return how much of it was the handshake; 0 until it is done.

        Raises:
            NotZmtp: what should be an unversioned peer's identity is none.
            FrameTooLong: an identity is longer than one may be.
        """
        start = 0
        if self._dialect is not Dialect.UNVERSIONED:
            start = OLDER_GREETING_SIZE
            if len(data) < start:
                return 0
            self._say_identity()
        header = self._read_header(data, start)
        if header is None or len(data) < start + header.size + header.body:
            return 0
        end = start + header.size + header.body
        self.peer = PeerIdentity(
            socket_type=self._type_told(data),
            routing_id=data[start + header.size : end],
            version=self.version,
            mechanism=NO_MECHANISM,
            properties={},
        )
        return end

    def _say_identity(self) -> None:
        if self._has_greeted:
            return
        self._has_greeted = True
        encode = encode_messages if self._dialect is Dialect.ZMTP_2 else encode_old
        self.outgoing += encode([Message([self._routing_id])])

    def _read_header(self, data: bytes, start: int) -> FrameHeader | None:
        if self._dialect is Dialect.ZMTP_2:
            return read_header(data, start, LONGEST_ROUTING_ID)
        try:
            header = read_old_header(data, start, LONGEST_ROUTING_ID)
        except (FrameEmpty, FrameTooLong):
            if self._dialect is Dialect.UNVERSIONED:
                raise NotZmtp(data) from None
            raise
        if header is not None and self._dialect is Dialect.UNVERSIONED and data[header.size - 1]:
            # stricter than libzmq, which takes any text for an old peer's traffic: an identity has no flags
            raise NotZmtp(data)
        return header

    def _type_told(self, data: bytes) -> SocketType | None:
        """Return the type that the peer told, where it makes sense; libzmq does not look at it."""
        if self._dialect is Dialect.UNVERSIONED:
            return None
        number = data[VERSION_AT + 1]
        peers = [each for each in SocketType if each == number and may_talk(self._socket_type, each)]
        return peers[0] if peers else None


def version_text(dialect: Dialect) -> str:
    """Return an older peer's version as it is printed."""
    return "{}.{}".format(*VERSIONS[dialect])
