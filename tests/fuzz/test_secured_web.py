"""Any octets at any point of a PLAIN or CURVE conversation over WebSocket give events or one violation."""

from hypothesis import given, settings, strategies as st

from engine.constants import SocketType
from tests.fuzz.conversation import Transcript, cut
from tests.fuzz.secured_web import connection, recorded
from tests.fuzz.test_security import ROLES, inner, kinds, places, roles, transcribe_asked


def check_every_split(
    role: str, kind: SocketType, octets: bytes, places: list[int], room: int, *, is_client: bool
) -> Transcript:
    whole = transcribe_asked(connection(role, kind, is_client=is_client), [octets], 1000)
    single = [octets[n : n + 1] for n in range(len(octets))]
    for chunks in (cut(octets, places), single):
        other = transcribe_asked(connection(role, kind, is_client=is_client), chunks, room)
        assert other.messages == whole.messages
        assert other.events == whole.events
        assert other.violation == whole.violation
    return whole


def test_an_honest_peer_is_understood() -> None:
    for role in ROLES:
        for is_client in (True, False):
            hello, said = recorded(
                role, SocketType.SUB, [(1, b"a"), (0, b"b"), (0, b"")], is_client=is_client
            )
            come = check_every_split(role, SocketType.SUB, hello + said, [7], 1, is_client=is_client)
            assert come.messages == [[b"a", b"b"], [b""]]
            assert not come.violation


@settings(max_examples=100, deadline=None)
@given(
    roles,
    kinds,
    inner,
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=3),
    places,
    st.booleans(),
)
def test_a_conversation_with_a_few_octets_changed(
    role: str,
    kind: SocketType,
    said: list[tuple[int, bytes]],
    changes: list[tuple[int, int]],
    places: list[int],
    is_client: bool,
) -> None:
    spoilt = bytearray(b"".join(recorded(role, kind, said, is_client=is_client)))
    for place, octet in changes:
        spoilt[place % len(spoilt)] = octet
    check_every_split(role, kind, bytes(spoilt), places, 2, is_client=is_client)
