"""Any octets over WebSocket, in any split, give the same events and messages, or one violation."""

from hypothesis import example, given, settings, strategies as st

from engine.constants import SocketType
from engine.endpoints import parse
from engine.protocol.exchange import LocalIdentity
from engine.protocol.web_opening import ClientOpening, Opening, ServerOpening
from engine.protocol.websocket import WebConnection
from engine.security.null import NullMechanism
from engine.wire.commands import Ready, command_body, write_command
from tests.fuzz.conversation import LIMIT, PEER_OF, Transcript, commands, cut, octet_strings, transcribe
from tests.support.web_octets import KEY, answer, frame, request

SUBPROTOCOLS = ("ZWS2.0/NULL", "ZWS2.0")
kinds = st.sampled_from(sorted(PEER_OF))
places = st.lists(st.integers(0, 1 << 20), max_size=8)
FIRST_OCTETS = (0x82, 0x82, 0x82, 0x02, 0x00, 0x80, 0x81, 0x88, 0x89, 0x8A, 0xC2, 0x83, 0x08)


class Fixed:
    """A chance without any."""

    def draw(self) -> float:
        return 0.0

    def octets(self, count: int) -> bytes:
        return (KEY * count)[:count]


class Opened:
    """An opening that is behind us."""

    def __init__(self, subprotocol: str) -> None:
        self.outgoing: list[bytes] = []
        self.subprotocol = subprotocol
        self.offers_bare = False

    def advance(self, data: bytes) -> int:
        return 0


def connection(kind: SocketType, *, is_client: bool, opened: str = "") -> WebConnection:
    """Return one end; with what was agreed on, it is past the opening."""
    local = LocalIdentity(kind, b"name", {})
    mechanism = NullMechanism(local.metadata())
    opening: Opening = ServerOpening(SUBPROTOCOLS)
    if opened:
        opening = Opened(opened)
    elif is_client:
        opening = ClientOpening(parse("ws://here:80/"), SUBPROTOCOLS, b"the sample nonce")
    return WebConnection(local, LIMIT, mechanism, opening, Fixed() if is_client else None)


def hello(kind: SocketType, *, is_client: bool, is_bare: bool) -> bytes:
    """What the peer says between the opening and traffic."""
    ready = b"\x02" + command_body(Ready({"Socket-Type": PEER_OF[kind]}))
    return frame(b"\x00you" if is_bare else ready, masked=not is_client)


def opened(kind: SocketType, *, is_client: bool, is_bare: bool) -> bytes:
    """What the peer says before traffic."""
    subprotocol = SUBPROTOCOLS[is_bare]
    head = answer(subprotocol) if is_client else request(subprotocol)
    return head + hello(kind, is_client=is_client, is_bare=is_bare)


def check_every_split(
    kind: SocketType, octets: bytes, places: list[int], room: int, *, is_client: bool
) -> Transcript:
    whole = transcribe(connection(kind, is_client=is_client), [octets], 1000)
    single = (octets[n : n + 1] for n in range(len(octets)))
    for chunks in (cut(octets, places), single):
        other = transcribe(connection(kind, is_client=is_client), chunks, room)
        assert other.messages == whole.messages
        assert other.events == whole.events
        assert other.violation == whole.violation
    return whole


@given(kinds, st.binary(max_size=200), places, st.integers(1, 5), st.booleans())
@example(SocketType.PULL, b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", [3], 1, False)
@example(SocketType.PULL, request("ZWS2.0") + b"\x82\x80", [3], 1, False)
def test_octets_of_no_kind(
    kind: SocketType, octets: bytes, places: list[int], room: int, is_client: bool
) -> None:
    check_every_split(kind, octets, places, room, is_client=is_client)


@st.composite
def traffic(draw: st.DrawFn, *, masked: bool) -> bytes:
    """Frames, now and then of a form that nobody should send."""
    said = []
    for _ in range(draw(st.integers(0, 10))):
        if draw(st.booleans()):
            payload = bytes((draw(st.sampled_from((0, 1, 2, 3, 255))),)) + draw(octet_strings)
        else:
            payload = b"\x02" + write_command(draw(commands))[2:]
        first = draw(st.sampled_from(FIRST_OCTETS))
        said.append(frame(payload[:125] if first & 8 else payload, first, masked=masked))
    return b"".join(said)


@settings(max_examples=300)
@given(st.data(), kinds, places, st.integers(1, 5), st.booleans(), st.booleans())
def test_frames_of_every_kind(
    data: st.DataObject, kind: SocketType, places: list[int], room: int, is_client: bool, is_bare: bool
) -> None:
    octets = data.draw(traffic(masked=not is_client))
    opening = opened(kind, is_client=is_client, is_bare=is_bare)
    check_every_split(kind, opening + octets, places, room, is_client=is_client)


@settings(max_examples=300)
@given(
    st.data(),
    kinds,
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=3),
    places,
    st.booleans(),
    st.booleans(),
)
def test_a_conversation_with_a_few_octets_changed(
    data: st.DataObject,
    kind: SocketType,
    changes: list[tuple[int, int]],
    places: list[int],
    is_client: bool,
    is_bare: bool,
) -> None:
    octets = data.draw(traffic(masked=not is_client))
    spoilt = bytearray(opened(kind, is_client=is_client, is_bare=is_bare) + octets)
    for place, octet in changes:
        spoilt[place % len(spoilt)] = octet
    check_every_split(kind, bytes(spoilt), places, 2, is_client=is_client)


def test_the_openings_that_are_fuzzed_do_open() -> None:
    for kind in PEER_OF:
        for is_client in (True, False):
            for is_bare in (True, False):
                said = opened(kind, is_client=is_client, is_bare=is_bare)
                come = check_every_split(
                    kind, said + frame(b"\x00x", masked=not is_client), [7], 1, is_client=is_client
                )
                assert come.messages == [[b"x"]]
                assert not come.violation
