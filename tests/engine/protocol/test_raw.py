from hypothesis import given, strategies as st

from engine.messages import Message
from engine.protocol.events import HandshakeDone
from engine.protocol.raw import ANYBODY, RawConnection


def test_the_peer_is_there_at_once_and_says_nothing_of_itself() -> None:
    raw = RawConnection(notifies=True)
    assert raw.take_events() == [HandshakeDone(ANYBODY)]
    assert raw.take_events() == []
    assert raw.data_to_send() == b""


def test_octets_go_out_as_they_are() -> None:
    batch = [Message([b"GET /"]), Message([b" HTTP/1.0"])]
    raw = RawConnection(notifies=False)
    assert raw.encode(batch) == [b"GET /", b" HTTP/1.0"]
    assert [raw.octets_of(message) for message in batch] == [5, 9]


@given(
    st.booleans(),
    st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.integers(0, 3))),
    st.integers(1, 3),
)
def test_whatever_room_there_is_all_octets_come_in_order_between_the_notices(
    notifies: bool, reads: list[tuple[bytes, int]], room: int
) -> None:
    raw = RawConnection(notifies=notifies)
    seen: list[bytes] = []

    def take(room: int) -> int:
        taken = [message.frames[0] for message in raw.take_messages(room)]
        assert len(taken) <= room
        seen.extend(taken)
        return len(taken)

    come = 0
    for octets, room_now in reads:
        raw.receive_data(octets)
        come += len(octets)
        take(room_now)
        assert sum(map(len, seen)) + raw.undecoded_octets == come
    raw.receive_end()
    while take(room):
        pass
    notices = [b""] if notifies else []
    assert [octets for octets in seen if octets == b""] == notices * 2
    assert seen[:1] + seen[-1:] == notices * 2 or not notifies
    assert b"".join(seen) == b"".join(octets for octets, _ in reads)
