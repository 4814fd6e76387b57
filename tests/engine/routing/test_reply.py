import pytest

from engine import REP
from engine.errors import WrongState
from tests.engine.routing.peers import Room
from tests.support.shall import shall


@shall("28/REP/in/1", "28/REP/out/1")
def test_the_envelope_is_kept_and_goes_back_before_the_reply() -> None:
    room = Room(REP)
    peer = room.peer()
    peer.says([b"far", b"near", b"", b"question", b"", b"more"])
    assert room.receive() == [b"question", b"", b"more"]
    assert room.send(b"answer", b"more")
    assert peer.got() == [[b"far", b"near", b"", b"answer", b"more"]]


def test_requests_are_taken_in_turn_and_each_reply_goes_to_its_own_peer() -> None:
    room = Room(REP)
    one, two = room.peers(2)
    one.says([b"", b"1a"], [b"", b"1b"])
    two.says([b"", b"2a"])
    asked = []
    while (frames := room.receive()) is not None:
        asked += frames
        room.send(b"re " + frames[0])
    assert asked == [b"1a", b"2a", b"1b"]
    assert (one.got(), two.got()) == ([[b"", b"re 1a"], [b"", b"re 1b"]], [[b"", b"re 2a"]])


def test_it_is_strict_in_its_turns() -> None:
    room = Room(REP)
    peer = room.peer()
    with pytest.raises(WrongState):
        room.send(b"x")
    peer.says([b"", b"q"], [b"", b"q2"])
    room.receive()
    with pytest.raises(WrongState):
        room.receive()
    room.send(b"a")
    assert room.receive() == [b"q2"]


@pytest.mark.parametrize("bad", [[b"no delimiter"], [b"a", b"b"], [b""], [b"a", b""]])
def test_what_has_no_envelope_or_no_body_is_skipped_and_counted(bad: list[bytes]) -> None:
    room = Room(REP)
    peer = room.peer()
    peer.says(bad, [b"", b"good"])
    assert room.receive() == [b"good"]
    assert peer.pair.inbound.dropped == {"malformed_envelope": 1}


def test_an_empty_request_is_a_request() -> None:
    room = Room(REP)
    room.peer().says([b"", b""])
    assert room.receive() == [b""]


def test_a_reply_to_a_peer_that_is_gone_reaches_no_pipe() -> None:
    room = Room(REP)
    peer = room.peer()
    peer.says([b"", b"q"])
    room.receive()
    room.loses(peer)
    assert room.send(b"a")
    assert (room.pattern.routed, room.pattern.unrouted) == (0, {"requester_gone": 1})
    assert room.receive() is None


def test_a_reply_that_does_not_fit_is_accepted_and_dropped_and_the_next_request_taken() -> None:
    room = Room(REP)
    peer = room.peer(hwm=2)
    for _ in range(3):
        peer.says([b"", b"q"])
        room.receive()
        assert room.send(b"a")
    assert (room.pattern.routed, peer.pair.outbound.dropped) == (3, {"hwm": 1})
    assert len(peer.got()) == 2


def test_a_request_of_a_peer_that_is_gone_is_still_received() -> None:
    room = Room(REP)
    peer = room.peer()
    peer.says([b"", b"q"])
    room.loses(peer)
    assert room.receive() == [b"q"]
