import pytest

from engine import SocketType
from engine.compatibility import can_receive, can_send
from engine.errors import NotSupported
from engine.routing.catalogue import PATTERNS
from tests.engine.routing.peers import Room

TYPES = list(SocketType)


def test_every_socket_type_has_its_pattern() -> None:
    assert set(PATTERNS) == set(SocketType)


@pytest.mark.parametrize("kind", TYPES)
def test_who_may_send_and_receive_is_what_the_table_of_types_says(kind: SocketType) -> None:
    room = Room(kind)
    room.peer()
    if not can_send(kind):
        with pytest.raises(NotSupported):
            room.send(b"x")
    if not can_receive(kind):
        with pytest.raises(NotSupported):
            room.receive()


@pytest.mark.parametrize("kind", TYPES)
def test_a_peer_may_leave_twice_and_its_books_close(kind: SocketType) -> None:
    room = Room(kind)
    peer = room.peer()
    room.pattern.detach(peer.pair)  # we let it go, and it lingers
    room.loses(peer)
    assert not room.pattern.pairs
    assert kind.name == "PAIR" or room.drained[-1] is peer.pair  # a host closes PAIR's itself
