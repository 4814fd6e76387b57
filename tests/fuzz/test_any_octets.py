"""Any octets from a peer, in any split, give events and messages or one violation, and always the same."""

from hypothesis import example, given, settings, strategies as st

from engine.constants import SocketType
from tests.fuzz.conversation import PEER_OF, converse, cut, opening, traffic
from tests.support import old_peer

kinds = st.sampled_from(sorted(PEER_OF))
places = st.lists(st.integers(0, 1 << 20), max_size=8)


def check_every_split(kind: SocketType, octets: bytes, places: list[int], room: int) -> None:
    whole = converse(kind, [octets])
    pieces = converse(kind, cut(octets, places), room)
    single = converse(kind, (octets[n : n + 1] for n in range(len(octets))), room)
    for other in (pieces, single):
        assert other.messages == whole.messages
        assert other.events == whole.events
        assert other.violation == whole.violation
        if not whole.violation:
            assert other.last_pong == whole.last_pong


@given(kinds, st.binary(max_size=200), places, st.integers(1, 5))
@example(SocketType.PULL, b"GET / HTTP/1.1\r\nHost: example\r\n\r\n", [3], 1)
@example(SocketType.PULL, b"\xff" * 200, [64], 1)
def test_octets_of_no_kind(kind: SocketType, octets: bytes, places: list[int], room: int) -> None:
    check_every_split(kind, octets, places, room)


@given(kinds, st.integers(0, 1), st.binary(max_size=100), places, st.integers(1, 5))
@example(SocketType.PULL, 1, b"\x02\x7f" + bytes(7), [], 1)
@example(SocketType.PULL, 1, b"\x02" + b"\xff" * 8, [], 1)
@example(SocketType.PULL, 1, b"\x00\x01x\x05\x00", [], 1)
def test_octets_after_a_proper_handshake(
    kind: SocketType, minor: int, octets: bytes, places: list[int], room: int
) -> None:
    check_every_split(kind, opening(kind, minor) + octets, places, room)


@given(
    kinds, st.sampled_from(old_peer.DIALECTS), st.binary(max_size=100) | traffic, places, st.integers(1, 5)
)
@example(SocketType.PULL, old_peer.UNVERSIONED, b"\xff" + b"\xff" * 8, [], 1)
@example(SocketType.PULL, old_peer.VERSIONED, b"\x02\x00x\x00\x00", [], 1)
def test_octets_after_the_greeting_of_an_older_peer(
    kind: SocketType, dialect: str, octets: bytes, places: list[int], room: int
) -> None:
    said = old_peer.opening(dialect, PEER_OF[kind].decode())
    check_every_split(kind, said + octets, places, room)


@settings(max_examples=300)
@given(kinds, st.integers(0, 1), traffic, places, st.integers(1, 5))
def test_frames_and_commands_of_every_kind(
    kind: SocketType, minor: int, octets: bytes, places: list[int], room: int
) -> None:
    check_every_split(kind, opening(kind, minor) + octets, places, room)


@settings(max_examples=300)
@given(kinds, traffic, st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=3), places)
def test_a_conversation_with_a_few_octets_changed(
    kind: SocketType, octets: bytes, changes: list[tuple[int, int]], places: list[int]
) -> None:
    spoilt = bytearray(opening(kind) + octets)
    for place, octet in changes:
        spoilt[place % len(spoilt)] = octet
    check_every_split(kind, bytes(spoilt), places, 2)


@given(kinds, traffic, st.integers(0, 1 << 20), places)
def test_a_conversation_that_is_cut_off(kind: SocketType, octets: bytes, end: int, places: list[int]) -> None:
    said = opening(kind) + octets
    check_every_split(kind, said[: end % (len(said) + 1)], places, 3)
