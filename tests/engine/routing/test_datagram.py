import pytest

from engine import DGRAM, RADIO
from engine.errors import MessageInvalid
from engine.messages import AddressedMessage
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe
from tests.engine.routing.peers import Peer, Room

HERE = b"127.0.0.1:5555\0"
THERE = b"127.0.0.1:6666\0"


def by_datagrams(room: Room, *, hwm: int = 0) -> Peer:
    """Attach a peer that is reached by datagrams."""
    peer = Peer(PipePair(Pipe(hwm), Pipe(hwm), "udp://here:1", ""))
    peer.pair.is_datagram = True
    assert room.pattern.attach(peer.pair)
    return peer


def test_a_dgram_sends_to_the_place_that_the_first_frame_names() -> None:
    room = Room(DGRAM)
    port, here = room.peer(), room.peer(routing_id=HERE)
    assert room.send(HERE, b"known")
    assert room.send(HERE[:-1], b"known without its end")
    assert room.send(THERE, b"unknown")
    assert here.got() == [[HERE, b"known"], [HERE, b"known without its end"]]
    assert port.got() == [[THERE, b"unknown"]]
    assert room.pattern.routed == 3


@pytest.mark.parametrize("frames", [[HERE], [HERE, b"a", b"b"], [b"nowhere", b"a"], [HERE, bytes(8193)]])
def test_a_dgram_refuses_what_is_no_address_and_one_body(frames: list[bytes]) -> None:
    room = Room(DGRAM)
    port = room.peer()
    with pytest.raises(MessageInvalid):
        room.send(*frames)
    assert port.got() == []


def test_a_dgram_without_a_port_waits() -> None:
    room = Room(DGRAM)
    assert not room.send(HERE, b"early")
    assert not room.pattern.can_send_now()
    room.peer()
    assert room.sendable == 1
    assert room.send(HERE, b"now")


def test_a_full_place_makes_the_send_wait_for_it_and_for_no_other() -> None:
    room = Room(DGRAM)
    room.peer()
    here, there = room.peer(hwm=1, routing_id=HERE), room.peer(hwm=1, routing_id=THERE)
    assert room.send(HERE, b"1")
    assert not room.send(HERE, b"2")
    assert room.send(THERE, b"1")
    here.got()
    assert room.sendable == 2  # when the port came, and now
    assert room.send(HERE, b"2")
    assert there.got() == [[THERE, b"1"]]


def test_a_dgram_has_one_port() -> None:
    room = Room(DGRAM)
    first = room.peer()
    assert not room.pattern.attach(PipePair(Pipe(0), Pipe(0), "udp://here:2", ""))
    room.loses(first)
    room.peer()
    assert room.send(HERE, b"x")


def test_a_place_that_is_gone_is_reached_by_the_port() -> None:
    room = Room(DGRAM)
    port, here = room.peer(), room.peer(routing_id=HERE)
    room.loses(here)
    assert room.send(HERE, b"x")
    assert port.got() == [[HERE, b"x"]]


def test_a_dgram_receives_from_its_places_in_turn() -> None:
    room = Room(DGRAM)
    port, here = room.peer(), room.peer(routing_id=HERE)
    port.says([THERE, b"1"], [THERE, b"2"])
    here.says([HERE, b"1"])
    assert room.receive_all() == [[THERE, b"1"], [HERE, b"1"], [THERE, b"2"]]


def test_a_radio_sends_everything_where_nobody_joins() -> None:
    room = Room(RADIO)
    air, member = by_datagrams(room), room.peer().wants(room.pattern, b"TV")
    assert room.pattern.try_send(AddressedMessage([b"Friends"], group="TV"))
    assert room.pattern.try_send(AddressedMessage([b"Godfather"], group="Movies"))
    assert air.got() == [[b"TV", b"Friends"], [b"Movies", b"Godfather"]]
    assert member.got() == [[b"TV", b"Friends"]]
    assert room.pattern.routed == 2
    room.loses(air)
    assert room.pattern.try_send(AddressedMessage([b"Godfather"], group="Movies"))
    assert room.pattern.unrouted == {"no_subscriber": 1}


def test_a_radio_refuses_for_all_what_is_too_long_for_a_datagram() -> None:
    room = Room(RADIO)
    member = room.peer().wants(room.pattern, b"TV")
    assert room.pattern.try_send(AddressedMessage([bytes(9000)], group="TV"))
    member.got()
    air = by_datagrams(room)
    with pytest.raises(MessageInvalid, match="8192"):
        room.pattern.try_send(AddressedMessage([bytes(8190)], group="TV"))
    assert member.got() == air.got() == []
    assert room.pattern.try_send(AddressedMessage([bytes(8189)], group="TV"))


def test_a_full_datagram_peer_loses_what_a_radio_sends() -> None:
    room = Room(RADIO)
    air = by_datagrams(room, hwm=1)
    for body in (b"1", b"2"):
        assert room.pattern.try_send(AddressedMessage([body], group="TV"))
    assert air.got() == [[b"TV", b"1"]]
    assert air.pair.outbound.dropped == {"hwm": 1}
