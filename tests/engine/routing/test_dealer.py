from engine import DEALER
from tests.engine.routing.peers import Room
from tests.support.shall import shall


@shall("28/DEALER/out/1", "28/DEALER/in/1")
def test_a_dealer_deals_out_in_turn_and_takes_in_turn() -> None:
    room = Room(DEALER)
    one, two = room.peers(2)
    for n in range(4):
        assert room.send(b"%d" % n)
    assert [one.got(), two.got()] == [[[b"0"], [b"2"]], [[b"1"], [b"3"]]]
    one.says(b"a", b"b")
    two.says(b"c")
    assert room.receive_all() == [[b"a"], [b"c"], [b"b"]]


def test_a_dealer_adds_and_takes_away_no_frame() -> None:
    room = Room(DEALER)
    peer = room.peer()
    assert room.send(b"", b"body")
    assert peer.got() == [[b"", b"body"]]
    peer.says([b"id", b"", b"body"])
    assert room.receive() == [b"id", b"", b"body"]


@shall("28/DEALER/out/2")
def test_a_dealer_waits_without_peers_and_with_full_ones() -> None:
    room = Room(DEALER)
    assert not room.send(b"x")
    peer = room.peer(hwm=1)
    assert room.send(b"x")
    assert not room.send(b"x")
    peer.got()
    assert room.send(b"x")
    assert room.pattern.routed == 2
