import pytest

from engine import PULL, PUSH
from engine.errors import NotSupported
from tests.engine.routing.peers import Room
from tests.support.shall import shall


def test_a_push_cannot_receive_and_a_pull_cannot_send() -> None:
    with pytest.raises(NotSupported):
        Room(PUSH).receive()
    with pytest.raises(NotSupported):
        Room(PULL).send(b"x")


@shall("30/PUSH/out/2")
def test_push_takes_turns_and_pull_too() -> None:
    push, pull = Room(PUSH), Room(PULL)
    out, into = push.peers(2), pull.peers(2)
    for n in range(4):
        push.send(b"%d" % n)
    for near, far in zip(into, out, strict=True):
        near.says(*far.got())
    assert pull.receive_all() == [[b"0"], [b"1"], [b"2"], [b"3"]]


def test_what_a_pull_sends_up_is_thrown_away_and_counted() -> None:
    room = Room(PUSH)
    peer = room.peer()
    peer.says(b"what for?", b"again")
    assert len(peer.pair.inbound) == 0
    assert peer.pair.inbound.dropped == {"filtered": 2}
    room.peer(holding=([b"too early"],))
    assert list(room.pattern.pairs)[1].inbound.dropped == {"filtered": 1}


def test_what_found_a_pipe_is_counted_and_what_has_to_wait_is_not() -> None:
    room = Room(PUSH)
    room.send(b"x")
    room.peer(hwm=1)
    room.send(b"x")
    room.send(b"x")
    assert (room.pattern.routed, room.pattern.unrouted) == (1, {})
