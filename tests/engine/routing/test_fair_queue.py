from collections import Counter
from itertools import pairwise

from hypothesis import given, strategies as st

from engine import PULL
from tests.engine.routing.peers import Peer, Room


def test_each_readable_peer_has_one_message_in_turn() -> None:
    room = Room(PULL)
    one, two, three = room.peers(3)
    one.says(b"1a", b"1b", b"1c")
    two.says(b"2a")
    three.says(b"3a", b"3b")
    assert room.receive_all() == [[b"1a"], [b"2a"], [b"3a"], [b"1b"], [b"3b"], [b"1c"]]


def test_a_peer_that_had_nothing_joins_the_end_of_the_round() -> None:
    room = Room(PULL)
    one, two = room.peers(2)
    one.says(b"1a", b"1b")
    assert room.receive() == [b"1a"]
    two.says(b"2a")
    assert room.receive_all() == [[b"2a"], [b"1b"]]


def test_the_edge_is_told_when_nothing_was_there_and_not_for_each_message() -> None:
    room = Room(PULL)
    peer = room.peer()
    peer.says(b"1", b"2", b"3")
    assert room.receivable == 1
    assert len(room.receive_all()) == 3
    peer.says(b"4")
    assert room.receivable == 2


def test_a_peer_that_comes_with_messages_is_readable_at_once() -> None:
    room = Room(PULL)
    room.peer(holding=([b"early"],))
    assert room.receivable == 1
    assert room.receive() == [b"early"]


def test_what_a_lost_peer_had_sent_is_still_received_and_then_its_books_close() -> None:
    room = Room(PULL)
    lost, other = room.peers(2)
    lost.says(b"1", b"2")
    other.says(b"a", b"b")
    room.loses(lost)
    assert room.drained == []
    assert room.receive_all() == [[b"1"], [b"a"], [b"2"], [b"b"]]
    assert room.drained == [lost.pair]


def test_a_lost_peer_that_had_sent_nothing_closes_its_books_at_once() -> None:
    room = Room(PULL)
    peer = room.peer()
    room.loses(peer)
    assert room.drained == [peer.pair]


def test_what_still_comes_from_a_peer_we_are_leaving_is_received_too() -> None:
    room = Room(PULL)
    peer = room.peer()
    peer.says(b"before")
    room.pattern.detach(peer.pair)  # it lingers: its connection is still there
    assert room.receive_all() == [[b"before"]]
    peer.says(b"after")
    assert room.receive_all() == [[b"after"]]
    peer.says(b"last")
    room.loses(peer)
    assert room.receive_all() == [[b"last"]]
    assert room.drained[-1] is peer.pair


@given(st.lists(st.integers(-1, 2), max_size=40), st.sets(st.integers(0, 2)))
def test_nothing_is_lost_or_reordered_and_no_peer_waits_while_another_has_three_turns(
    steps: list[int], leavers: set[int]
) -> None:
    room = Room(PULL)
    peers: list[Peer] = room.peers(3)
    waiting: list[list[int]] = [[], [], []]
    for n, step in enumerate(steps):
        if step >= 0:
            peers[step].says([b"%d" % step, b"%d" % n])
            waiting[step].append(n)
            continue
        frames = room.receive()
        if frames is None:
            assert waiting == [[], [], []]
        else:
            assert waiting[int(frames[0])].pop(0) == int(frames[1])
    for leaver in leavers:
        room.loses(peers[leaver])
    sources = [int(frames[0]) for frames in room.receive_all()]
    assert [sources.count(n) for n in range(3)] == [len(left) for left in waiting]
    for n in range(3):
        turns = [place for place, source in enumerate([n, *sources]) if source == n]
        for since, until in pairwise(turns):
            assert max(Counter(sources[since : until - 1]).values(), default=0) <= 2
    assert {id(pair) for pair in room.drained} == {id(peers[n].pair) for n in leavers}
