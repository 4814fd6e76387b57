import pytest

from engine import ROUTER
from engine.errors import HostUnreachable, RoutingIdTaken
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe
from tests.engine.routing.peers import Far, Peer, Room
from tests.support.shall import shall


def newcomer(room: Room, routing_id: bytes) -> tuple[Peer, bool]:
    """A peer of this id, and whether it was let in."""
    peer = Peer(PipePair(Pipe(0), Pipe(0), "", ""))
    peer.pair.routing_id = routing_id
    room.pattern.attach(peer.pair)
    return peer, room.pattern.introduce(peer.pair)


@shall("28/ROUTER/out/1", "28/ROUTER/in/2")
def test_a_message_goes_where_its_first_frame_says_and_comes_with_its_peers_name() -> None:
    room = Room(ROUTER)
    alice, bob = room.peer(routing_id=b"alice"), room.peer(routing_id=b"bob")
    assert room.send(b"bob", b"", b"hello")
    assert (alice.got(), bob.got()) == ([], [[b"", b"hello"]])
    alice.says([b"", b"hi"])
    assert room.receive() == [b"alice", b"", b"hi"]


def test_nameless_peers_get_names_of_five_octets_that_count_on_from_a_random_start() -> None:
    room = Room(ROUTER, draw=(2**32 - 2) / 2**32)
    peers = room.peers(3)
    assert [peer.pair.routing_id for peer in peers] == [
        b"\x00\xff\xff\xff\xff",
        b"\x00\x00\x00\x00\x00",
        b"\x00\x00\x00\x00\x01",
    ]
    assert room.send(b"\x00\x00\x00\x00\x01", b"x")
    assert peers[2].got() == [[b"x"]]


def test_a_made_up_name_is_never_one_that_a_peer_has() -> None:
    room = Room(ROUTER)
    named = room.peer(routing_id=b"\x00\x00\x00\x00\x01")
    nameless = room.peer()
    assert nameless.pair.routing_id != named.pair.routing_id
    assert room.send(nameless.pair.routing_id, b"x")
    assert nameless.got() == [[b"x"]]


@shall("28/ROUTER/out/3")
def test_what_nobody_can_get_is_dropped_and_counted() -> None:
    room = Room(ROUTER)
    full = room.peer(hwm=1, routing_id=b"full")
    for _ in range(3):
        assert room.send(b"full", b"x")
    assert room.send(b"nobody", b"x")
    assert room.send(b"full")
    assert full.pair.outbound.dropped == {"hwm": 2}
    assert (room.pattern.routed, room.pattern.unrouted) == (3, {"unknown_routing_id": 1, "no_body": 1})


def test_mandatory_an_unknown_name_is_an_error() -> None:
    room = Room(ROUTER, router_mandatory=1)
    with pytest.raises(HostUnreachable, match="nobody"):
        room.send(b"nobody", b"x")
    assert (room.pattern.routed, room.pattern.unrouted) == (0, {})


def test_mandatory_a_full_peer_makes_the_sender_wait_and_others_stay_reachable() -> None:
    room = Room(ROUTER, router_mandatory=1)
    full, free = room.peer(hwm=1, routing_id=b"full"), room.peer(hwm=1, routing_id=b"free")
    assert room.send(b"full", b"1")
    assert not room.send(b"full", b"2")
    assert room.send(b"free", b"3")
    assert full.pair.outbound.dropped is None
    told = room.sendable
    assert full.got() == [[b"1"]]
    assert room.sendable == told + 1
    assert room.send(b"full", b"2")
    assert free.got() == [[b"3"]]


def test_a_second_of_the_same_name_is_refused_and_the_first_keeps_it() -> None:
    room = Room(ROUTER)
    first = room.peer(routing_id=b"x")
    second, is_in = newcomer(room, b"x")
    assert not is_in
    room.loses(second)
    room.send(b"x", b"1")
    assert first.got() == [[b"1"]]


def test_with_handover_the_newcomer_takes_the_name_and_the_old_peer_is_dismissed() -> None:
    room = Room(ROUTER, router_handover=1)
    first = room.peer(routing_id=b"x")
    first.says(b"last words")
    second, is_in = newcomer(room, b"x")
    assert is_in
    assert first.far.is_dismissed
    room.loses(first)
    room.send(b"x", b"1")
    assert second.got() == [[b"1"]]
    assert room.receive() == [b"x", b"last words"]


def test_being_introduced_again_after_a_reconnect_changes_nothing() -> None:
    room = Room(ROUTER)
    peer = room.peer(routing_id=b"x")
    assert room.pattern.introduce(peer.pair)
    assert not peer.far.is_dismissed


def test_a_peer_that_is_gone_cannot_be_reached_and_what_it_said_still_has_its_name() -> None:
    room = Room(ROUTER, router_mandatory=1)
    peer = room.peer(routing_id=b"x")
    peer.says(b"1")
    room.loses(peer)
    with pytest.raises(HostUnreachable):
        room.send(b"x", b"2")
    assert room.receive_all() == [[b"x", b"1"]]
    assert room.drained == [peer.pair]


def test_before_it_has_said_its_name_a_peer_cannot_be_reached() -> None:
    room = Room(ROUTER, router_mandatory=1)
    pair = PipePair(Pipe(0), Pipe(0), "", "")
    room.pattern.attach(pair)
    with pytest.raises(HostUnreachable):
        room.send(b"x", b"1")
    pair.routing_id = b"x"
    room.pattern.introduce(pair)
    assert room.send(b"x", b"1")


# -- naming the next peer to connect to ------------------------------------------------------------


def test_a_given_name_is_for_the_next_peer_connected_to_before_it_has_answered_and_for_one_only() -> None:
    room = Room(ROUTER, connect_routing_id=b"given")
    pair = PipePair(Pipe(0), Pipe(0), "", "")
    pair.is_connecting = True
    room.pattern.attach(pair)
    assert room.send(b"given", b"early")
    assert Peer(pair).got() == [[b"early"]]
    assert room.options.connect_routing_id == b""
    other = room.peer(connecting=True)
    assert other.pair.routing_id != b"given"


def test_a_given_name_is_not_for_peers_that_come_in() -> None:
    room = Room(ROUTER, connect_routing_id=b"given")
    assert room.peer(routing_id=b"own").pair.routing_id == b"own"
    assert room.options.connect_routing_id == b"given"


def test_a_name_that_is_taken_is_an_error_and_the_owner_keeps_it() -> None:
    room = Room(ROUTER)
    owner = room.peer(routing_id=b"x")
    room.options.connect_routing_id = b"x"
    pair = PipePair(Pipe(0), Pipe(0), "", "")
    pair.is_connecting = True
    pair.far_end = Far()
    with pytest.raises(RoutingIdTaken):
        room.pattern.attach(pair)
    assert pair not in room.pattern.pairs
    room.send(b"x", b"1")
    assert owner.got() == [[b"1"]]


def test_peers_take_turns() -> None:
    room = Room(ROUTER)
    one, two = room.peer(routing_id=b"1"), room.peer(routing_id=b"2")
    one.says(b"a", b"b")
    two.says(b"c")
    assert room.receive_all() == [[b"1", b"a"], [b"2", b"c"], [b"1", b"b"]]
