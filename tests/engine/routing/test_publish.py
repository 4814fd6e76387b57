import pytest

from engine import PUB, XPUB, SocketType
from engine.errors import NotSupported
from tests.engine.routing.peers import Room
from tests.support.shall import shall


@shall("29/PUB/out/3")
def test_a_message_goes_to_all_who_want_its_beginning_and_to_each_once() -> None:
    room = Room(PUB)
    one = room.peer().wants(room.pattern, b"a", b"ab")
    two = room.peer().wants(room.pattern, b"a")
    three = room.peer().wants(room.pattern, b"b")
    everything = room.peer().wants(room.pattern, b"")
    assert room.send(b"abc", b"body")
    assert [peer.got() for peer in (one, two, three, everything)] == [
        [[b"abc", b"body"]],
        [[b"abc", b"body"]],
        [],
        [[b"abc", b"body"]],
    ]


def test_what_nobody_wants_is_counted_at_the_door() -> None:
    room = Room(PUB)
    room.peer()
    room.peer().wants(room.pattern, b"b")
    assert room.send(b"a")
    assert (room.pattern.routed, room.pattern.unrouted) == (0, {"no_subscriber": 1})


@shall("29/PUB/out/5")
def test_a_full_subscriber_alone_loses_the_newest_until_it_has_read_a_block() -> None:
    room = Room(PUB)
    slow = room.peer(hwm=2).wants(room.pattern, b"")
    quick = room.peer(hwm=0).wants(room.pattern, b"")
    for n in range(5):
        assert room.send(b"%d" % n)
    assert slow.pair.outbound.accepted == quick.pair.outbound.accepted == 5
    assert slow.pair.outbound.dropped == {"hwm": 3}
    assert slow.got() == [[b"0"], [b"1"]]
    assert len(quick.got()) == 5
    assert room.send(b"5")
    assert slow.got() == [[b"5"]]
    assert room.pattern.routed == 6


def test_a_full_subscriber_stays_out_after_one_read_below_the_block() -> None:
    room = Room(PUB)
    slow = room.peer(hwm=10).wants(room.pattern, b"")
    for _ in range(10):
        room.send(b"x")
    for _ in range(4):
        slow.pair.outbound.pop()
    room.send(b"lost")
    assert slow.pair.outbound.dropped == {"hwm": 1}
    slow.pair.outbound.pop()
    room.send(b"kept")
    assert slow.got()[-1] == [b"kept"]


def test_a_subscription_said_twice_ends_when_taken_back_once() -> None:
    room = Room(PUB)
    peer = room.peer().wants(room.pattern, b"a", b"a")
    peer.wants_no_more(room.pattern, b"a")
    room.send(b"a")
    assert peer.got() == []


def test_one_subscribers_cancellation_is_not_anothers() -> None:
    room = Room(PUB)
    one, two = (room.peer().wants(room.pattern, b"a") for _ in range(2))
    one.wants_no_more(room.pattern, b"a")
    room.send(b"a")
    assert (one.got(), two.got()) == ([], [[b"a"]])


def test_a_peer_that_is_gone_gets_nothing_more() -> None:
    room = Room(PUB)
    peer = room.peer().wants(room.pattern, b"")
    room.loses(peer)
    room.send(b"x")
    assert room.pattern.unrouted == {"no_subscriber": 1}
    assert room.drained == [peer.pair]


def test_inverted_it_goes_to_those_who_did_not_ask_for_it() -> None:
    room = Room(PUB, invert_matching=1)
    one = room.peer().wants(room.pattern, b"a")
    two = room.peer()
    room.send(b"abc")
    assert (one.got(), two.got()) == ([], [[b"abc"]])


@pytest.mark.parametrize("kind", [PUB, XPUB])
def test_without_dropping_nobody_gets_what_one_has_no_room_for(kind: SocketType) -> None:
    room = Room(kind, xpub_nodrop=1)
    slow = room.peer(hwm=1).wants(room.pattern, b"")
    quick = room.peer(hwm=9).wants(room.pattern, b"")
    assert room.send(b"1")
    assert not room.send(b"2")
    assert len(quick.got()) == 1
    told = room.sendable
    assert slow.got() == [[b"1"]]
    assert room.sendable == told + 1
    assert room.send(b"2")
    assert (slow.got(), quick.got()) == ([[b"2"]], [[b"2"]])
    assert slow.pair.outbound.dropped is None


def test_without_dropping_a_full_subscriber_does_not_hold_up_what_it_does_not_want() -> None:
    room = Room(PUB, xpub_nodrop=1)
    room.peer(hwm=1).wants(room.pattern, b"a")
    other = room.peer(hwm=1).wants(room.pattern, b"b")
    assert room.send(b"a")
    assert not room.send(b"a")
    assert room.send(b"b")
    assert other.got() == [[b"b"]]


def test_what_comes_up_to_a_pub_is_not_listened_to_and_counted() -> None:
    room = Room(PUB)
    with pytest.raises(NotSupported):
        room.receive()
    peer = room.peer(holding=([b"before we were there"],))
    peer.says(b"hello?")
    assert (len(peer.pair.inbound), peer.pair.inbound.dropped) == (0, {"filtered": 2})


def test_subscribers_in_one_process_do_not_share_a_list_they_may_change() -> None:
    room = Room(PUB)
    peers = [room.peer().wants(room.pattern, b"") for _ in range(2)]
    for peer in peers:
        peer.pair.is_joined = True
    room.send(b"a", b"b")
    [first] = peers[0].got()
    first.clear()
    assert peers[1].got() == [[b"a", b"b"]]


# -- XPUB ------------------------------------------------------------------------------------------


@shall("29/XPUB/in/1")
def test_the_program_is_told_of_the_first_to_want_and_the_last_to_go() -> None:
    room = Room(XPUB)
    one, two = room.peers(2)
    one.wants(room.pattern, b"a", b"a")
    two.wants(room.pattern, b"a")
    assert room.receive_all() == [[b"\x01a"]]
    one.wants_no_more(room.pattern, b"a")
    assert room.receive_all() == []
    two.wants_no_more(room.pattern, b"a")
    assert room.receive_all() == [[b"\x00a"]]


def test_a_peer_that_is_gone_takes_back_what_nobody_else_wants() -> None:
    room = Room(XPUB)
    one = room.peer().wants(room.pattern, b"a", b"b")
    room.peer().wants(room.pattern, b"b")
    room.receive_all()
    room.loses(one)
    assert room.receive_all() == [[b"\x00a"]]


def test_verbose_tells_each_subscription_and_the_last_cancellation() -> None:
    room = Room(XPUB, xpub_verbose=1)
    one = room.peer().wants(room.pattern, b"a", b"a")
    two = room.peer().wants(room.pattern, b"a")
    for peer in (one, two):
        peer.wants_no_more(room.pattern, b"a")
    assert room.receive_all() == [[b"\x01a"]] * 3 + [[b"\x00a"]]


def test_verboser_tells_each_of_both() -> None:
    room = Room(XPUB, xpub_verboser=1)
    one = room.peer().wants(room.pattern, b"a")
    two = room.peer().wants(room.pattern, b"a")
    for peer in (one, two):
        peer.wants_no_more(room.pattern, b"a")
    assert room.receive_all() == [[b"\x01a"]] * 2 + [[b"\x00a"]] * 2


def test_messages_sent_up_are_received_among_the_subscriptions() -> None:
    room = Room(XPUB)
    peer = room.peer(holding=([b"early", b"word"],))
    assert room.receivable == 1
    peer.wants(room.pattern, b"a")
    peer.says([b"hello", b"up there"])
    assert sorted(room.receive_all()) == [[b"\x01a"], [b"early", b"word"], [b"hello", b"up there"]]


def test_each_notice_is_an_edge() -> None:
    room = Room(XPUB)
    peer = room.peer()
    before = room.receivable
    peer.wants(room.pattern, b"a")
    assert room.receivable == before + 1
    peer.wants_no_more(room.pattern, b"a")
    assert room.receivable == before + 2


def test_what_a_lost_peer_sent_up_is_still_received() -> None:
    room = Room(XPUB)
    peer = room.peer()
    peer.says(b"bye")
    room.loses(peer)
    assert room.receive_all() == [[b"bye"]]
    assert room.drained == [peer.pair]
