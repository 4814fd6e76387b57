"""PLAIN and CURVE over WebSocket, past the opening: ends to feed, and what an honest peer says to them."""

from collections.abc import Iterator

from engine.constants import SocketType
from engine.protocol.exchange import LocalIdentity
from engine.protocol.websocket import WebConnection
from engine.wire.zws import LAST, frame_flagged, subprotocol_of
from tests.fuzz.conversation import LIMIT
from tests.fuzz.test_security import a_mechanism, handshake, other_role
from tests.fuzz.test_websocket import FIRST_OCTETS, Fixed, Opened
from tests.support.web_octets import KEY, frame


def connection(role: str, kind: SocketType, *, is_client: bool) -> WebConnection:
    """Return one end; its role in the mechanism is one thing, and who connected another."""
    local = LocalIdentity(kind, b"", {})
    mechanism = a_mechanism(role, kind)
    opening = Opened(subprotocol_of(mechanism.name))
    return WebConnection(local, LIMIT, mechanism, opening, Fixed() if is_client else None)


def recorded(
    role: str, kind: SocketType, said: list[tuple[int, bytes]], *, is_client: bool
) -> tuple[bytes, bytes]:
    """Return what an honest peer of this end says: its handshake, then ``said``, flags and contents."""
    peer_kind = SocketType.PUB if kind is SocketType.SUB else SocketType.SUB
    ours = connection(role, kind, is_client=is_client)
    peer = connection(other_role(role), peer_kind, is_client=not is_client)
    for each in (ours, peer):
        each.receive_data(b"")  # the opening is looked at when something arrives
    hello = handshake(ours, peer)
    key = b"" if is_client else KEY
    protection = peer._protection
    if protection is None:
        return hello, b"".join(frame_flagged(flags, content, key) for flags, content in said)
    return hello, b"".join(
        frame_flagged(LAST, protection.protect(flags, content), key) for flags, content in said
    )


def frames_of(data: bytes, *, masked: bool) -> Iterator[bytes]:
    """Read octets as frames to be written: which first octet, a length in two octets, a payload."""
    while len(data) >= 3:
        first, length = FIRST_OCTETS[data[0] % len(FIRST_OCTETS)], int.from_bytes(data[1:3], "big") % 1024
        yield frame(data[3 : 3 + length], first, masked=masked)
        data = data[3 + length :]
