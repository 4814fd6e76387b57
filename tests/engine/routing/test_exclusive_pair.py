from engine import PAIR
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe
from tests.engine.routing.peers import Room
from tests.support.shall import shall


@shall("31/EXPAIR/1")
def test_a_second_peer_is_refused_and_the_first_goes_on() -> None:
    room = Room(PAIR)
    first = room.peer()
    assert not room.pattern.attach(PipePair(Pipe(0), Pipe(0), "", ""))
    assert room.send(b"x")
    assert first.got() == [[b"x"]]
    assert list(room.pattern.pairs) == [first.pair]


def test_when_the_peer_is_gone_another_may_come_and_what_the_first_said_is_not_lost() -> None:
    room = Room(PAIR)
    first = room.peer()
    first.says(b"1", b"2")
    room.loses(first)
    assert not room.send(b"to whom?")
    second = room.peer()
    second.says(b"3")
    assert sorted(room.receive_all()) == [[b"1"], [b"2"], [b"3"]]
    assert room.send(b"x")
    assert (first.got(), second.got()) == ([], [[b"x"]])
    assert room.drained == [first.pair]


def test_a_full_peer_makes_the_sender_wait() -> None:
    room = Room(PAIR)
    peer = room.peer(hwm=2)
    assert [room.send(b"x") for _ in range(3)] == [True, True, False]
    told = room.sendable
    peer.got()
    assert room.sendable == told + 1
    assert room.send(b"y")
    assert room.pattern.routed == 3


def test_without_a_peer_a_send_waits_until_one_comes() -> None:
    room = Room(PAIR)
    assert not room.send(b"x")
    room.peer()
    assert room.sendable == 1
    assert room.send(b"x")


def test_a_refused_pair_that_leaves_does_not_take_the_peer_along() -> None:
    room = Room(PAIR)
    room.peer()
    refused = PipePair(Pipe(0), Pipe(0), "", "")
    room.pattern.attach(refused)
    room.pattern.detach(refused)
    assert room.send(b"x")
