from engine import PUSH
from tests.engine.routing.peers import Room


def test_messages_are_dealt_in_turn() -> None:
    room = Room(PUSH)
    peers = room.peers(3)
    for n in range(7):
        assert room.send(b"%d" % n)
    assert [peer.got() for peer in peers] == [[[b"0"], [b"3"], [b"6"]], [[b"1"], [b"4"]], [[b"2"], [b"5"]]]


def test_a_new_peer_joins_the_end_of_the_round() -> None:
    room = Room(PUSH)
    first, second = room.peers(2)
    room.send(b"0")
    third = room.peer()
    for n in (b"1", b"2", b"3"):
        room.send(n)
    assert [peer.got() for peer in (first, second, third)] == [[[b"0"], [b"3"]], [[b"1"]], [[b"2"]]]


def test_the_turn_of_a_full_peer_goes_to_the_last() -> None:
    room = Room(PUSH)
    full, two, three = room.peer(hwm=1), room.peer(), room.peer()
    for n in range(6):
        assert room.send(b"%d" % n)
    assert [peer.got() for peer in (full, two, three)] == [
        [[b"0"]],
        [[b"1"], [b"4"]],
        [[b"2"], [b"3"], [b"5"]],
    ]


def test_who_has_room_again_waits_until_the_round_begins_again() -> None:
    room = Room(PUSH)
    one, two = room.peer(hwm=1), room.peer()
    for n in range(3):
        assert room.send(b"%d" % n)
    assert one.got() == [[b"0"]]
    for n in range(3, 6):
        assert room.send(b"%d" % n)
    assert [peer.got() for peer in (one, two)] == [[[b"4"]], [[b"1"], [b"2"], [b"3"], [b"5"]]]


def test_a_full_peer_is_passed_over_until_a_block_was_read_and_is_asked_once() -> None:
    room = Room(PUSH)
    slow, fast = room.peer(hwm=2), room.peer(hwm=0)
    for n in range(8):
        assert room.send(b"%d" % n)
    assert (len(slow.pair.outbound), len(fast.pair.outbound)) == (2, 6)
    assert slow.pair.outbound.refused == 1
    slow.pair.outbound.pop()
    for n in range(2):
        assert room.send(b"%d" % n)
    assert (len(slow.pair.outbound), len(fast.pair.outbound)) == (2, 7)


def test_when_all_are_full_the_send_has_to_wait_and_is_told_of_room() -> None:
    room = Room(PUSH)
    peers = room.peers(2, hwm=1)
    assert [room.send(b"x") for _ in range(3)] == [True, True, False]
    before = room.sendable
    peers[1].pair.outbound.pop()
    assert room.sendable == before + 1
    assert room.send(b"y")
    assert peers[1].got() == [[b"y"]]


def test_without_peers_nothing_is_taken_until_one_comes() -> None:
    room = Room(PUSH)
    assert not room.send(b"x")
    assert room.sendable == 0
    room.peer()
    assert room.sendable == 1
    assert room.send(b"x")


def test_the_turn_stays_right_when_a_peer_leaves() -> None:
    for leaver in range(3):
        room = Room(PUSH)
        peers = room.peers(3)
        room.send(b"0")
        room.send(b"1")
        for peer in peers:
            peer.got()
        room.loses(peers[leaver])
        left = [peer for n, peer in enumerate(peers) if n != leaver]
        for n in range(4):
            assert room.send(b"%d" % n)
        assert [len(peer.got()) for peer in left] == [2, 2], leaver
        assert peers[leaver].got() == []


def test_a_full_peer_that_leaves_does_not_come_back() -> None:
    room = Room(PUSH)
    peer = room.peer(hwm=1)
    room.send(b"x")
    assert not room.send(b"y")
    room.loses(peer)
    assert not room.send(b"z")


def test_a_multipart_goes_to_one_peer_whole() -> None:
    room = Room(PUSH)
    peers = room.peers(2)
    room.send(b"a", b"b", b"c")
    room.send(b"d", b"e")
    assert [peer.got() for peer in peers] == [[[b"a", b"b", b"c"]], [[b"d", b"e"]]]
