"""Any octets at any point of a PLAIN or CURVE conversation give events or one violation, in any split."""

from collections.abc import Iterable

from hypothesis import example, given, settings, strategies as st

from engine.constants import SocketType
from engine.errors import PeerViolation
from engine.messages import Message
from engine.protocol.connection import ZmtpConnection
from engine.protocol.conversation import Conversation
from engine.protocol.events import AuthenticationAsked
from engine.protocol.exchange import LocalIdentity
from engine.security.curve_client import CurveClient
from engine.security.curve_server import CurveServer
from engine.security.keys import generate
from engine.security.mechanism import INNER_COMMAND, INNER_MORE, Mechanism
from engine.security.plain import PlainClient, PlainServer
from engine.security.zap import accept
from engine.wire.commands import frame_command
from engine.wire.frames import frame_header
from tests.engine.security.dialogue import Drawn
from tests.fuzz.conversation import LIMIT, Transcript, cut, greeting, octet_strings, take_all

SERVER = generate(Drawn(1))
CLIENT = generate(Drawn(2))
ROLES = ("plain-client", "plain-server", "curve-client", "curve-server")

ROUNDS = 12
"""More turns than any handshake takes."""

places = st.lists(st.integers(0, 1 << 20), max_size=8)
names = st.sampled_from(
    [b"\x05HELLO", b"\x07WELCOME", b"\x08INITIATE", b"\x05READY", b"\x05ERROR", b"^RROR", b"\x07MESSAGE"]
)
sizes = st.sampled_from([0, 1, 16, 24, 26, 160, 194, 248, 300]).map(bytes)
commands = st.builds(lambda name, data: frame_command(name + data), names, sizes | st.binary(max_size=40))


def a_mechanism(role: str, kind: SocketType) -> Mechanism:
    """Return the mechanism of a role; the same each time, since its chance is drawn from a seed."""
    properties = LocalIdentity(kind, b"", {}).metadata()
    match role:
        case "plain-client":
            return PlainClient(properties, b"user", b"pass")
        case "plain-server":
            return PlainServer(properties)
        case "curve-client":
            return CurveClient(properties, CLIENT, SERVER.public, Drawn(3))
        case _:
            return CurveServer(properties, SERVER, Drawn(4))


def connection_of(role: str, kind: SocketType) -> ZmtpConnection:
    return ZmtpConnection(LocalIdentity(kind, b"", {}), LIMIT, a_mechanism(role, kind))


def converse(role: str, kind: SocketType, chunks: list[bytes], room: int) -> Transcript:
    """Feed a new connection, whose authenticator lets everybody in."""
    return transcribe_asked(connection_of(role, kind), chunks, room)


def transcribe_asked(connection: Conversation, chunks: Iterable[bytes], room: int) -> Transcript:
    """Write down a conversation of any protocol, whose authenticator lets everybody in."""
    transcript = Transcript(sent=connection.data_to_send())
    try:
        for chunk in chunks:
            connection.receive_data(chunk)
            for event in connection.take_events():
                transcript.events.append(event)
                if isinstance(event, AuthenticationAsked):
                    connection.decide(accept(b"user"))
            take_all(connection, transcript, room)
    except PeerViolation as violation:
        transcript.violation = type(violation).__name__
    return transcript


def check_every_split(role: str, kind: SocketType, octets: bytes, places: list[int], room: int) -> None:
    whole = converse(role, kind, [octets], 1000)
    pieces = converse(role, kind, cut(octets, places), room)
    single = converse(role, kind, [octets[n : n + 1] for n in range(len(octets))], room)
    for other in (pieces, single):
        assert other.messages == whole.messages
        assert other.events == whole.events
        assert other.violation == whole.violation


def other_role(role: str) -> str:
    """Return the role of the peer of one in this role."""
    name, _, side = role.partition("-")
    return f"{name}-{'client' if side == 'server' else 'server'}"


def handshake(ours: Conversation, peer: Conversation) -> bytes:
    """Let two shake hands, and return what the peer said."""
    octets = b""
    for _ in range(ROUNDS):
        sent = peer.data_to_send()
        octets += sent
        for listener, data in ((ours, sent), (peer, ours.data_to_send())):
            if data:
                listener.receive_data(data)
            for event in listener.take_events():
                if isinstance(event, AuthenticationAsked):
                    listener.decide(accept(b"user"))
    assert ours.peer is not None
    assert peer.peer is not None
    return octets


def recorded(role: str, kind: SocketType, said: list[tuple[int, bytes]]) -> bytes:
    """Return what an honest peer of the role says: its whole handshake, then ``said`` in inner frames."""
    peer_kind = SocketType.PUB if kind is SocketType.SUB else SocketType.SUB
    ours, peer = connection_of(role, kind), connection_of(other_role(role), peer_kind)
    octets = handshake(ours, peer)
    if role.startswith("curve"):
        return octets + b"".join(peer._protected.seal(flags, content) for flags, content in said)
    for flags, content in said:
        is_command = bool(flags & INNER_COMMAND)
        header = frame_header(
            len(content), more=bool(flags & INNER_MORE) and not is_command, command=is_command
        )
        octets += header + content
    return octets


kinds = st.sampled_from([SocketType.SUB, SocketType.XPUB])
roles = st.sampled_from(ROLES)
inner = st.lists(st.tuples(st.integers(0, 3), octet_strings), max_size=8)


@given(roles, kinds, st.binary(max_size=200) | commands, places, st.integers(1, 5))
def test_octets_after_the_greeting(
    role: str, kind: SocketType, octets: bytes, places: list[int], room: int
) -> None:
    name = role.partition("-")[0].upper().encode()
    check_every_split(role, kind, greeting(mechanism=name) + octets, places, room)


@settings(max_examples=150, deadline=None)
@given(roles, kinds, inner, places, st.integers(1, 5))
@example("curve-server", SocketType.XPUB, [(2, b"\x04PING\x00\x01x"), (1, b"a"), (2, b"x"), (0, b"b")], [], 1)
def test_traffic_of_every_kind(
    role: str, kind: SocketType, said: list[tuple[int, bytes]], places: list[int], room: int
) -> None:
    check_every_split(role, kind, recorded(role, kind, said), places, room)


@settings(max_examples=150, deadline=None)
@given(
    roles,
    kinds,
    inner,
    st.lists(st.tuples(st.integers(64, 1 << 20), st.integers(0, 255)), min_size=1, max_size=3),
    places,
)
def test_a_conversation_with_a_few_octets_changed(
    role: str,
    kind: SocketType,
    said: list[tuple[int, bytes]],
    changes: list[tuple[int, int]],
    places: list[int],
) -> None:
    spoilt = bytearray(recorded(role, kind, said))
    for place, octet in changes:
        spoilt[place % len(spoilt)] = octet
    check_every_split(role, kind, bytes(spoilt), places, 2)


@settings(max_examples=80, deadline=None)
@given(roles, kinds, inner, commands | st.binary(max_size=60), st.integers(0, 1 << 20), places)
def test_a_conversation_into_which_someone_puts_octets(
    role: str, kind: SocketType, said: list[tuple[int, bytes]], put: bytes, place: int, places: list[int]
) -> None:
    octets = recorded(role, kind, said)
    place %= len(octets) + 1
    check_every_split(role, kind, octets[:place] + put + octets[place:], places, 3)


@settings(deadline=None)
@given(st.lists(st.lists(octet_strings, min_size=1, max_size=4), max_size=6), places)
def test_what_is_sealed_is_what_is_opened(batch: list[list[bytes]], places: list[int]) -> None:
    client = connection_of("curve-client", SocketType.PUB)
    server = connection_of("curve-server", SocketType.SUB)
    for _ in range(ROUNDS):
        for sender, receiver in ((client, server), (server, client)):
            data = sender.data_to_send()
            if data:
                receiver.receive_data(data)
            for event in receiver.take_events():
                if isinstance(event, AuthenticationAsked):
                    receiver.decide(None)
    messages = [Message(frames) for frames in batch if sum(map(len, frames)) < LIMIT - 33]
    octets = b"".join(client.encode(messages))
    assert len(octets) == sum(client.octets_of(message) for message in messages)
    arrived = []
    for chunk in cut(octets, places):
        if chunk:
            server.receive_data(chunk)
        arrived += server.take_messages(100)
    assert [message.frames for message in arrived] == [message.frames for message in messages]
