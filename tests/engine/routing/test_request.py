import pytest

from engine import REQ
from engine.errors import WrongState
from tests.engine.routing.peers import Room
from tests.support.shall import shall


@shall("28/REQ/out/1", "28/REQ/in/1")
def test_a_request_leaves_with_a_delimiter_and_its_reply_comes_without() -> None:
    room = Room(REQ)
    peer = room.peer()
    assert room.send(b"question", b"more")
    assert peer.got() == [[b"", b"question", b"more"]]
    assert room.receive() is None
    peer.says([b"", b"answer", b"more"])
    assert room.receive() == [b"answer", b"more"]


@shall("28/REQ/out/2")
def test_requests_go_round_robin() -> None:
    room = Room(REQ)
    one, two = room.peers(2)
    for peer in (one, two, one):
        assert room.send(b"q")
        assert peer.got() == [[b"", b"q"]]
        peer.says([b"", b"a"])
        assert room.receive() == [b"a"]


def test_it_is_strict_in_its_turns() -> None:
    room = Room(REQ)
    room.peer()
    with pytest.raises(WrongState):
        room.receive()
    room.send(b"q")
    with pytest.raises(WrongState):
        room.send(b"q")
    assert room.pattern.routed == 1


def test_a_request_that_no_peer_can_take_is_not_out() -> None:
    room = Room(REQ)
    assert not room.send(b"q")
    with pytest.raises(WrongState):
        room.receive()
    room.peer()
    assert room.sendable == 1
    assert room.send(b"q")


def test_only_the_peer_that_was_asked_is_listened_to() -> None:
    room = Room(REQ)
    asked, other = room.peers(2)
    room.send(b"q")
    told = room.receivable
    other.says([b"", b"not mine"])
    assert room.receivable == told
    assert room.receive() is None
    assert other.pair.inbound.dropped == {"stale_reply": 1}
    asked.says([b"", b"mine"])
    assert room.receivable == told + 1
    assert room.receive() == [b"mine"]


def test_what_comes_unasked_is_thrown_away_and_never_taken_for_the_next_reply() -> None:
    room = Room(REQ)
    peer = room.peer()
    peer.says([b"", b"before"])
    room.send(b"q")
    peer.says([b"", b"reply"], [b"", b"too much"])
    assert room.receive() == [b"reply"]
    peer.says([b"", b"after"])
    room.send(b"q")
    assert room.receive() is None
    assert peer.pair.inbound.dropped == {"stale_reply": 3}


@pytest.mark.parametrize("bad", [[b"no delimiter"], [b""], [b"id", b"", b"body"]])
def test_a_reply_with_a_broken_envelope_is_dropped_and_the_good_one_after_it_read(bad: list[bytes]) -> None:
    room = Room(REQ)
    peer = room.peer()
    room.send(b"q")
    peer.says(bad, [b"", b"good"])
    assert room.receive() == [b"good"]
    assert peer.pair.inbound.dropped == {"malformed_envelope": 1}


def test_an_empty_reply_is_a_reply() -> None:
    room = Room(REQ)
    peer = room.peer()
    room.send(b"")
    assert peer.got() == [[b"", b""]]
    peer.says([b"", b""])
    assert room.receive() == [b""]


# -- the peer that was asked is lost -----------------------------------------------------------------


def test_a_reply_that_had_arrived_is_read_though_its_peer_is_gone() -> None:
    room = Room(REQ)
    peer = room.peer()
    room.send(b"q")
    peer.says([b"", b"last words"])
    room.loses(peer)
    assert room.drained == []
    assert room.receive() == [b"last words"]
    assert room.drained == [peer.pair]


def test_without_a_reply_a_strict_request_waits_for_ever() -> None:
    room = Room(REQ)
    peer = room.peer()
    room.send(b"q")
    room.loses(peer)
    room.peer()
    assert room.receive() is None
    with pytest.raises(WrongState):
        room.send(b"again")


def test_after_the_loss_a_reply_from_any_peer_counts() -> None:
    room = Room(REQ)
    asked, other = room.peers(2)
    room.send(b"q")
    room.loses(asked)
    other.says([b"", b"I know"])
    assert room.receive() == [b"I know"]


def test_an_idle_peer_that_is_lost_closes_its_books() -> None:
    room = Room(REQ)
    peer = room.peer()
    room.loses(peer)
    assert room.drained == [peer.pair]


# -- relaxed and correlated --------------------------------------------------------------------------


def test_relaxed_it_may_ask_again_and_stops_listening_to_the_first() -> None:
    room = Room(REQ, req_relaxed=1)
    one, two = room.peers(2)
    room.send(b"q1")
    one.says([b"", b"in the pipe already"])
    room.send(b"q2")
    assert (one.got(), two.got()) == ([[b"", b"q1"]], [[b"", b"q2"]])
    one.says([b"", b"too late"])
    assert room.receive() is None
    two.says([b"", b"a2"])
    assert room.receive() == [b"a2"]
    assert one.pair.inbound.dropped == {"stale_reply": 2}


def test_correlated_requests_are_numbered_from_a_random_start_and_wrap() -> None:
    room = Room(REQ, draw=(2**32 - 2) / 2**32, req_correlate=1)
    peer = room.peer()
    ids = []
    for _ in range(3):
        room.send(b"q")
        [[number, delimiter, body]] = peer.got()
        assert (delimiter, body) == (b"", b"q")
        ids.append(int.from_bytes(number, "little"))
        peer.says([number, b"", b"a"])
        assert room.receive() == [b"a"]
    assert ids == [2**32 - 1, 0, 1]


@pytest.mark.parametrize("stale", [[b"\x09\x00\x00\x00", b"", b"x"], [b"", b"x"], [b"x"]])
def test_a_reply_to_another_request_is_skipped(stale: list[bytes]) -> None:
    room = Room(REQ, req_correlate=1)
    peer = room.peer()
    room.send(b"q")
    [[number, *_]] = peer.got()
    peer.says(stale, [number, b"", b"right"])
    assert room.receive() == [b"right"]
    assert peer.pair.inbound.dropped == {"stale_reply": 1}


def test_relaxed_and_correlated_the_late_reply_to_the_first_is_not_taken_for_the_second() -> None:
    room = Room(REQ, req_relaxed=1, req_correlate=1)
    peer = room.peer()
    room.send(b"q1")
    room.send(b"q2")
    first, second = (frames[0] for frames in peer.got())
    peer.says([first, b"", b"a1"], [second, b"", b"a2"])
    assert room.receive() == [b"a2"]
