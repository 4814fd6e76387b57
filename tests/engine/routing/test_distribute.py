from engine.messages import Message
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe
from engine.routing.distribute import all_have_room, distribute


def pairs(*hwms: int) -> list[PipePair]:
    return [PipePair(Pipe(hwm), Pipe(0), "", "") for hwm in hwms]


def test_each_pipe_gets_the_very_message_so_that_it_is_encoded_once() -> None:
    some = pairs(0, 0)
    message = Message([b"x"])
    assert distribute(message, some) == 2
    assert [pair.outbound.pop() for pair in some] == [message, message]


def test_a_full_pipe_counts_the_loss_as_its_own() -> None:
    full, free = pairs(1, 0)
    for _ in range(3):
        distribute(Message([b"x"]), [full, free])
    assert (full.outbound.accepted, full.outbound.dropped) == (3, {"hwm": 2})
    assert (free.outbound.accepted, free.outbound.dropped) == (3, None)


def test_whether_all_have_room_asks_the_full_ones_for_their_edge() -> None:
    full, free = pairs(1, 1)
    assert all_have_room([full, free])
    full.outbound.push(Message([b"x"]))
    assert not all_have_room([full, free])
    assert (full.outbound.writer_waits, free.outbound.writer_waits) == (True, False)
