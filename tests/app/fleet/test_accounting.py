"""What the server keeps of connections that are over: their losses, and not their names."""

from typing import Any

import pytest

from app.fleet.accounting import Accounting
from app.telemetry.table import PipeTable
from app.topology.compile import compile_plan
from tests.support.runs import pipeline

SEND, RECEIVE = 0, 1


@pytest.fixture
def accounting() -> Accounting:
    made = Accounting(PipeTable(lambda *_: None))
    made.expect(compile_plan(pipeline()), 0.0)
    return made


def slots(accounting: Accounting) -> list[Any]:
    """The sender's and the receiver's slot of the one link."""
    return sorted(accounting._keys, key=lambda slot: not slot[2])


def tell(
    accounting: Accounting, sent: dict[str, int], got: dict[str, int], lost: dict[str, int] | None = None
) -> None:
    """One thorough round: the receiver's half, then the sender's; then the books."""
    taken, arrived = 10, 8
    names = slots(accounting)
    receive = [RECEIVE, False, 0, 0, 0, arrived, arrived, 0, {}, got, [], 0, 0, lost or {}]
    send = [SEND, False, taken, taken, taken, 0, 0, 0, {}, sent, [], 0, 0, {}]
    accounting.take_halves("sink", names, [receive])
    accounting.take_halves("source", names, [send])
    accounting.draw_up(1.0)
    accounting.settle()


def test_a_connection_that_both_told_of_is_settled_and_then_forgotten(accounting: Accounting) -> None:
    tell(accounting, {"c1": 4}, {"c1": 2})
    assert accounting.settled == ["c1"]
    assert accounting.books.totals["dropped"] == 2
    tell(accounting, {}, {})
    assert accounting.settled == []
    assert (accounting.books.totals["dropped"], accounting.books.balanced) == (2, True)


def test_who_still_tells_of_a_settled_connection_is_not_heard_twice(accounting: Accounting) -> None:
    tell(accounting, {"c1": 4}, {"c1": 2})
    tell(accounting, {"c1": 4}, {})
    assert accounting.settled == ["c1"]
    assert accounting.books.totals["dropped"] == 2


def test_a_connection_only_the_sender_knew_is_lost_the_second_time_it_is_told(accounting: Accounting) -> None:
    tell(accounting, {"c1": 2}, {})
    assert (accounting.books.totals["in_flight"], accounting.books.totals["dropped"]) == (2, 0)
    tell(accounting, {"c1": 2}, {})
    assert (accounting.books.totals["in_flight"], accounting.books.totals["dropped"]) == (0, 2)
    assert accounting.settled == ["c1"]


def test_what_a_kernel_tells_it_threw_away_is_lost_at_once_and_once(accounting: Accounting) -> None:
    tell(accounting, {}, {}, {"c1": 2})
    assert (accounting.books.totals["in_flight"], accounting.books.totals["dropped"]) == (0, 2)
    tell(accounting, {"c1": 10}, {"c1": 8}, {"c1": 2})  # the connection is over: both ends are compared
    assert (accounting.books.totals["in_flight"], accounting.books.totals["dropped"]) == (0, 2)
    tell(accounting, {"c1": 10}, {}, {"c1": 2})  # settled, and told once more
    tell(accounting, {}, {})
    assert (accounting.books.totals["dropped"], accounting.books.balanced) == (2, True)
