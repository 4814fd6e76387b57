"""To look whether a pattern can send or receive changes nothing, and who is told no is told of the change."""

import pytest
from hypothesis import given, strategies as st

from engine import CLIENT, DEALER, PAIR, PULL, PUSH, REP, REQ, ROUTER, SUB, XPUB, SocketType
from tests.engine.routing.peers import Room

STEPS = st.lists(
    st.tuples(st.sampled_from(["says", "receive", "look", "lose"]), st.integers(0, 2)), max_size=40
)


@pytest.mark.parametrize("kind", [PULL, DEALER, ROUTER, CLIENT, XPUB])
@given(steps=STEPS)
def test_looking_loses_no_message_and_no_edge(kind: SocketType, steps: list[tuple[str, int]]) -> None:
    room = Room(kind)
    peers = room.peers(3)
    waiting = 0
    told_no_at: int | None = None
    for step, n in steps:
        peer = peers[n]
        if step == "says" and not peer.pair.is_over:
            peer.says([b"word", b""])
            waiting += 1
            if told_no_at is not None:
                assert room.receivable > told_no_at
            told_no_at = None
        elif step == "receive":
            assert (room.receive() is not None) == (waiting > 0)
            waiting -= waiting > 0
            told_no_at = None
        elif step == "look":
            assert room.pattern.can_receive_now() == (waiting > 0)
            told_no_at = room.receivable if not waiting else None
        elif step == "lose" and not peer.pair.is_over:
            room.loses(peer)
    assert len(room.receive_all()) == waiting


@pytest.mark.parametrize("kind", [PUSH, DEALER])
@given(steps=st.lists(st.sampled_from(["send", "take", "look"]), max_size=40))
def test_looking_loses_no_room_and_no_edge(kind: SocketType, steps: list[str]) -> None:
    room = Room(kind)
    peers = room.peers(2, hwm=2)
    sent = got = 0
    for step in steps:
        if step == "send":
            could = room.pattern.can_send_now()
            assert room.send(b"x") == could
            sent += could
        elif step == "take":
            before = room.sendable
            was_full = not room.pattern.can_send_now()
            got += sum(len(peer.got()) for peer in peers)
            assert not was_full or room.sendable > before
        else:
            assert room.pattern.can_send_now() == any(not peer.pair.outbound.is_full for peer in peers)
    assert sent == got + sum(len(peer.got()) for peer in peers)


def test_lock_step_sockets_can_do_what_is_their_turn() -> None:
    rep = Room(REP)
    peer = rep.peer()
    assert (rep.pattern.can_receive_now(), rep.pattern.can_send_now()) == (False, False)
    peer.says([b"", b"question"])
    assert rep.pattern.can_receive_now()
    rep.receive()
    assert (rep.pattern.can_receive_now(), rep.pattern.can_send_now()) == (False, True)
    req = Room(REQ)
    assert not req.pattern.can_send_now()
    peer = req.peer()
    assert req.pattern.can_send_now()
    req.send(b"question")
    assert not req.pattern.can_send_now()
    req.options.req_relaxed = 1
    assert req.pattern.can_send_now()


def test_a_pair_can_send_to_its_one_peer_while_that_has_room() -> None:
    room = Room(PAIR)
    assert not room.pattern.can_send_now()
    peer = room.peer(hwm=1)
    assert room.pattern.can_send_now()
    room.send(b"x")
    assert not room.pattern.can_send_now()
    before = room.sendable
    peer.got()
    assert room.sendable > before


def test_a_subscriber_looks_past_what_it_does_not_want_and_counts_it() -> None:
    room = Room(SUB)
    room.pattern.subscribe(b"a", wanted=True)
    peer = room.peer()
    peer.says(b"b", b"c", b"a1", b"d")
    assert room.pattern.can_receive_now()
    assert peer.pair.inbound.dropped == {"filtered": 2}
    assert room.receive() == [b"a1"]
    assert not room.pattern.can_receive_now()
    assert peer.pair.inbound.dropped == {"filtered": 3}
    before = room.receivable
    peer.says(b"a2")
    assert room.receivable == before + 1
