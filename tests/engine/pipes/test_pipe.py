from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from engine.messages import Message
from engine.pipes.pipe import Pipe
from tests.engine.pipes.ends import a_message, a_pipe, drain, numbers


def pushes_until_refused(pipe: Pipe, most: int = 100) -> int:
    for n in range(most):
        if not pipe.push(a_message(n)):
            return n
    return most


# -- the mark --------------------------------------------------------------------------------------


@pytest.mark.parametrize("hwm", [1, 2, 3, 10, 11])
def test_a_pipe_takes_as_many_messages_as_its_mark_says(hwm: int) -> None:
    pipe, _ = a_pipe(hwm)
    assert pushes_until_refused(pipe) == hwm
    assert pipe.is_full
    assert (pipe.pushed, pipe.refused, len(pipe)) == (hwm, 1, hwm)


def test_a_mark_of_zero_is_no_limit() -> None:
    pipe, _ = a_pipe(0)
    assert pushes_until_refused(pipe, most=5000) == 5000
    assert not pipe.is_full
    assert pipe.room(7) == 7


@pytest.mark.parametrize(("hwm", "low_water"), [(1, 1), (2, 1), (3, 2), (5, 3), (7, 4), (10, 5), (20, 10)])
def test_room_comes_back_in_blocks_of_half_the_mark_rounded_up(hwm: int, low_water: int) -> None:
    pipe, _ = a_pipe(hwm, holding=hwm)
    for n in range(1, low_water):
        pipe.pop()
        assert pipe.is_full, f"after {n} of {low_water}"
    pipe.pop()
    assert not pipe.is_full
    assert pushes_until_refused(pipe) == low_water


def test_a_pipe_may_refuse_far_below_its_mark() -> None:
    pipe, _ = a_pipe(10, holding=10)
    for _ in range(4):
        pipe.pop()
    assert len(pipe) == 6
    assert not pipe.push(a_message())


def test_a_block_is_counted_in_messages_read_since_the_beginning_not_since_full() -> None:
    pipe, _ = a_pipe(20, holding=15)
    for _ in range(9):
        pipe.pop()  # one short of the block of ten
    assert pushes_until_refused(pipe) == 5
    pipe.pop()
    assert pushes_until_refused(pipe) == 10


def test_room_never_promises_more_than_push_takes() -> None:
    pipe, _ = a_pipe(10, holding=4)
    assert (pipe.room(100), pipe.room(3)) == (6, 3)
    pipe.push_many([a_message() for _ in range(6)])
    assert pipe.room(100) == 0
    assert pipe.is_full


# -- edges -----------------------------------------------------------------------------------------


def test_a_reader_is_called_only_when_it_said_that_it_waits_and_once() -> None:
    pipe, edges = a_pipe()
    pipe.push(a_message())
    assert edges.readable == 0
    pipe.reader_waits = True
    pipe.push(a_message())
    pipe.push(a_message())
    assert edges.readable == 1


def test_a_batch_is_one_edge() -> None:
    pipe, edges = a_pipe()
    pipe.reader_waits = True
    pipe.push_many([a_message(n) for n in range(5)])
    assert (edges.readable, len(pipe)) == (1, 5)


def test_a_refused_writer_is_called_back_at_the_block_and_once() -> None:
    pipe, edges = a_pipe(10, holding=10)
    pipe.push(a_message())
    pipe.push(a_message())
    calls = []
    while pipe.pop() is not None:
        calls.append(edges.writable)
    assert calls == [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_a_writer_that_was_not_refused_is_not_called() -> None:
    pipe, edges = a_pipe(10, holding=10)
    drain(pipe)
    assert edges.writable == 0


def test_taking_a_batch_wakes_the_writer_as_popping_does() -> None:
    pipe, edges = a_pipe(10, holding=10)
    pipe.push(a_message())
    pipe.take(4)
    assert edges.writable == 0
    pipe.take(1)
    assert edges.writable == 1


# -- taking, and giving back -----------------------------------------------------------------------


def test_a_batch_ends_with_the_message_that_reaches_the_octets_asked_for() -> None:
    pipe, _ = a_pipe()
    for n in range(5):
        pipe.push(a_message(n, octets=40))
    assert numbers(pipe.take(100)) == [0, 1, 2]
    assert numbers(pipe.take(1)) == [3]
    assert numbers(pipe.take(100)) == [4]
    assert pipe.take(100) == []


def test_all_frames_of_a_message_count_for_a_batch() -> None:
    pipe, _ = a_pipe()
    for _ in range(3):
        pipe.push(Message([b"12345", b"", b"67890"]))
    assert len(pipe.take(11)) == 2


def test_what_is_given_back_comes_out_again_first_and_in_order() -> None:
    pipe, _ = a_pipe(10, holding=6)
    batch = pipe.take(4)
    pipe.give_back(batch[1:])
    assert (pipe.popped, pipe.put_back, len(pipe)) == (1, 3, 5)
    assert drain(pipe) == [1, 2, 3, 4, 5]
    assert pipe.popped == 6


def test_giving_back_may_fill_a_pipe_beyond_its_mark_and_loses_nothing() -> None:
    pipe, _ = a_pipe(4, holding=4)
    batch = pipe.take(1000)
    assert pushes_until_refused(pipe) == 4
    pipe.give_back(batch)
    assert len(pipe) == 8
    assert pipe.is_full
    assert len(drain(pipe)) == 8
    assert pushes_until_refused(pipe) == 4


def test_giving_nothing_back_is_nothing() -> None:
    pipe, _ = a_pipe()
    pipe.give_back([])
    assert (len(pipe), pipe.put_back) == (0, 0)


def test_a_conflating_pipe_that_is_given_back_an_older_message_keeps_the_newer() -> None:
    pipe, _ = a_pipe(conflate=True, holding=1)
    batch = pipe.take(1)
    pipe.push(a_message(7))
    pipe.give_back(batch)
    assert_balanced(pipe)
    assert drain(pipe) == [7]
    assert pipe.dropped == {"conflated": 1}


# -- drops -----------------------------------------------------------------------------------------


def test_a_rejected_message_was_not_delivered_but_dropped() -> None:
    pipe, _ = a_pipe(10, holding=3)
    pipe.pop()
    pipe.reject("filtered")
    pipe.pop()
    assert (pipe.popped, pipe.discarded, pipe.dropped) == (1, 1, {"filtered": 1})
    assert_balanced(pipe)


def test_rejected_messages_make_room_as_delivered_ones_do() -> None:
    pipe, _ = a_pipe(10, holding=10)
    for _ in range(5):
        pipe.pop()
        pipe.reject("filtered")
    assert not pipe.is_full
    assert pushes_until_refused(pipe) == 5


def test_a_message_that_was_chosen_for_a_full_pipe_is_accepted_and_dropped() -> None:
    pipe, _ = a_pipe(1, holding=1)
    assert not pipe.push(a_message())
    pipe.overflow("hwm")
    assert (pipe.accepted, pipe.pushed, pipe.dropped) == (2, 1, {"hwm": 1})
    assert_balanced(pipe)


def test_discarding_empties_the_pipe_counts_and_lets_the_writer_go_on() -> None:
    pipe, edges = a_pipe(3, holding=3)
    pipe.push(a_message())
    assert pipe.discard("linger") == 3
    assert pipe.discard("linger") == 0
    assert (len(pipe), pipe.discarded, pipe.dropped, edges.writable) == (0, 3, {"linger": 3}, 1)
    assert pushes_until_refused(pipe) == 2  # of three, a block of two is acknowledged


def test_a_pipe_that_was_never_used_has_nothing_to_give_or_to_lose() -> None:
    pipe, _ = a_pipe(3)
    assert pipe.pop() is None
    assert (pipe.take(10), pipe.peek(10), pipe.discard("linger"), len(pipe)) == ([], [], 0, 0)


# -- conflate --------------------------------------------------------------------------------------


def test_conflate_keeps_the_newest_and_never_refuses() -> None:
    pipe, _ = a_pipe(1, conflate=True, holding=5)
    assert not pipe.is_full
    assert pipe.room(9) == 9
    assert pipe.dropped == {"conflated": 4}
    assert drain(pipe) == [4]
    assert_balanced(pipe)


def test_conflate_sees_to_batches_too() -> None:
    pipe, _ = a_pipe(conflate=True)
    pipe.push_many([a_message(n) for n in range(4)])
    assert drain(pipe) == [3]
    assert pipe.dropped == {"conflated": 3}


def test_a_pipe_told_to_conflate_while_it_holds_many_counts_all_it_loses() -> None:
    pipe, _ = a_pipe(5, holding=5)
    pipe.set_conflate()
    assert_balanced(pipe)
    pipe.push(a_message(9))
    assert_balanced(pipe)
    assert drain(pipe) == [9]
    assert pipe.dropped == {"conflated": 5}


# -- changing the mark -----------------------------------------------------------------------------


def test_raising_the_mark_gives_room_at_once() -> None:
    pipe, edges = a_pipe(4, holding=4)
    pipe.push(a_message())
    pipe.limit(10)
    assert edges.writable == 1
    assert pushes_until_refused(pipe) == 6


def test_lowering_the_mark_keeps_what_is_there_and_refuses_more() -> None:
    pipe, _ = a_pipe(10, holding=8)
    pipe.limit(2)
    assert pipe.is_full
    assert not pipe.push(a_message())
    assert pipe.room(100) <= 0
    assert drain(pipe) == list(range(8))
    assert pushes_until_refused(pipe) == 2


def test_taking_the_mark_away_lets_a_waiting_writer_go_on() -> None:
    pipe, edges = a_pipe(2, holding=2)
    pipe.push(a_message())
    pipe.limit(0)
    assert edges.writable == 1
    assert pushes_until_refused(pipe, most=50) == 50


# -- what can be seen ------------------------------------------------------------------------------


def test_the_peak_is_the_most_it_held_whoever_empties_it() -> None:
    for empty in (drain, lambda pipe: pipe.take(1 << 20), lambda pipe: pipe.discard("linger")):
        pipe, _ = a_pipe(holding=7)
        empty(pipe)
        pipe.push(a_message())
        pipe.pop()
        assert pipe.peak == 7


def test_looking_at_the_oldest_takes_nothing() -> None:
    pipe, _ = a_pipe(holding=4)
    assert numbers(pipe.peek(2)) == [0, 1]
    assert numbers(pipe.peek(9)) == [0, 1, 2, 3]
    assert (len(pipe), pipe.popped) == (4, 0)


# -- promises --------------------------------------------------------------------------------------

OPERATIONS: dict[str, Callable[[Pipe, int], object]] = {
    "push": lambda pipe, n: pipe.push(a_message(n)),
    "push_many": lambda pipe, n: pipe.push_many([a_message() for _ in range(max(pipe.room(n), 0))]),
    "pop": lambda pipe, n: pipe.pop(),
    "take": lambda pipe, n: pipe.take(n),
    "put_back": lambda pipe, n: pipe.give_back(pipe.take(n)[n // 2 :]),
    "reject": lambda pipe, n: pipe.reject("filtered") if pipe.pop() is not None else None,
    "overflow": lambda pipe, n: pipe.overflow("hwm"),
    "discard": lambda pipe, n: pipe.discard("linger"),
    "limit": lambda pipe, n: pipe.limit(n),
    "set_conflate": lambda pipe, n: pipe.set_conflate(),
}


def assert_balanced(pipe: Pipe) -> None:
    lost = sum((pipe.dropped or {}).values())
    assert pipe.pushed == pipe.popped + pipe.discarded + len(pipe)
    assert lost == pipe.discarded + pipe.overflowed
    assert pipe.accepted == pipe.popped + len(pipe) + lost
    assert pipe.acknowledged <= pipe.popped + pipe.discarded


@given(
    hwm=st.integers(0, 7),
    conflate=st.booleans(),
    steps=st.lists(st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 6))),
)
def test_the_books_balance_whatever_is_done(hwm: int, conflate: bool, steps: list[tuple[str, int]]) -> None:
    pipe, _ = a_pipe(hwm, conflate=conflate)
    for operation, n in steps:
        OPERATIONS[operation](pipe, n)
        assert_balanced(pipe)
        assert operation != "push" or not pipe.conflate or len(pipe) == 1


@given(hwm=st.integers(1, 9), steps=st.lists(st.booleans(), max_size=80))
def test_a_pipe_never_holds_more_than_its_mark_and_never_refuses_when_empty(
    hwm: int, steps: list[bool]
) -> None:
    pipe, edges = a_pipe(hwm)
    expected: list[int] = []
    for n, is_push in enumerate(steps):
        if is_push:
            if pipe.push(a_message(n)):
                expected.append(n)
        elif expected:
            assert numbers([pipe.pop() or Message([b""])]) == [expected.pop(0)]
        assert len(pipe) == len(expected) <= hwm
        assert pipe.is_full == (pipe.pushed - pipe.acknowledged >= hwm)
    drain(pipe)
    assert not pipe.is_full
    assert not pipe.writer_waits, "a refused writer was called back"
    assert pipe.refused == 0 or edges.writable > 0
