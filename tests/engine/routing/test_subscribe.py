import pytest

from engine import SUB, XSUB
from engine.errors import NotSupported
from tests.engine.routing.peers import Room
from tests.support.shall import shall


def subscribed(*topics: bytes, **options: int) -> Room:
    room = Room(SUB, **options)
    for topic in topics:
        room.pattern.subscribe(topic, wanted=True)
    return room


def test_a_sub_gets_nothing_it_did_not_subscribe_to_and_the_drop_is_counted_where_it_came_from() -> None:
    room = subscribed(b"a")
    one, two = room.peers(2)
    one.says([b"abc", b"body"], b"x", b"a")
    two.says(b"y")
    assert room.receive_all() == [[b"abc", b"body"], [b"a"]]
    assert (one.pair.inbound.dropped, two.pair.inbound.dropped) == ({"filtered": 1}, {"filtered": 1})
    assert (one.pair.inbound.popped, one.pair.inbound.discarded) == (2, 1)


@shall("29/SUB/in/2")
def test_a_cancellation_holds_for_what_is_already_here() -> None:
    room = subscribed(b"a")
    peer = room.peer()
    peer.says(b"a1", b"a2")
    assert room.receive() == [b"a1"]
    room.pattern.subscribe(b"a", wanted=False)
    assert room.receive() is None
    assert peer.pair.inbound.dropped == {"filtered": 1}


def test_subscriptions_are_counted_and_peers_hear_of_each_and_of_the_last_end() -> None:
    room = Room(SUB)
    peer = room.peer()
    for wanted in (True, True, False, False, False):
        room.pattern.subscribe(b"a", wanted=wanted)
    assert peer.far.told == [(b"a", True), (b"a", True), (b"a", False)]


def test_a_new_peer_is_to_be_told_what_is_wanted_now() -> None:
    room = subscribed(b"a", b"b", b"")
    room.pattern.subscribe(b"a", wanted=False)
    assert room.pattern.topics() == [b"", b"b"]


def test_a_peer_that_is_gone_is_told_nothing() -> None:
    room = Room(SUB)
    peer = room.peer()
    room.loses(peer)
    room.pattern.subscribe(b"a", wanted=True)
    assert peer.far.told == []


def test_inverted_a_sub_gets_what_it_did_not_subscribe_to() -> None:
    room = subscribed(b"a", invert_matching=1)
    room.peer().says(b"abc", b"b")
    assert room.receive_all() == [[b"b"]]


def test_a_sub_does_not_send() -> None:
    with pytest.raises(NotSupported):
        Room(SUB).send(b"x")


@shall("29/XSUB/out/1")
def test_an_xsub_subscribes_by_sending_one_and_cancels_by_sending_zero() -> None:
    room = Room(XSUB)
    peer = room.peer()
    for message in (b"\x01a", b"\x01", b"\x00a"):
        assert room.send(message)
    assert peer.far.told == [(b"a", True), (b"", True), (b"a", False)]
    assert peer.got() == []
    assert room.pattern.topics() == [b""]
    assert room.pattern.routed == 3


def test_an_xsub_does_not_look_a_second_time() -> None:
    room = Room(XSUB)
    room.peer().says(b"anything")
    assert room.receive() == [b"anything"]


def test_whatever_else_an_xsub_sends_goes_up_to_all_and_is_lost_where_there_is_no_room() -> None:
    room = Room(XSUB)
    assert room.send(b"nobody is there")
    full, free = room.peer(hwm=1), room.peer(hwm=5)
    for _ in range(2):
        assert room.send(b"hello", b"up there")
    assert (len(full.got()), len(free.got())) == (1, 2)
    assert full.pair.outbound.dropped == {"hwm": 1}
    assert (room.pattern.routed, room.pattern.unrouted) == (2, {"no_peer": 1})


def test_an_empty_message_goes_up_and_is_no_subscription() -> None:
    room = Room(XSUB)
    peer = room.peer()
    room.send(b"")
    assert (peer.got(), peer.far.told) == ([[b""]], [])


def test_subscriptions_reach_peers_whose_pipe_is_full() -> None:
    room = Room(XSUB)
    peer = room.peer(hwm=1)
    room.send(b"fills it")
    room.send(b"\x01a")
    assert peer.far.told == [(b"a", True)]
