"""Timers that repeat, on a clock that the test sets."""

import pytest

from engine import PULL, Context, Poller, Timers
from engine.errors import OptionInvalid, TimerUnknown


class Clock:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def pass_ms(self, ms: float) -> None:
        self.now_s += ms / 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_timer_fires_when_it_is_due_and_again(clock: Clock) -> None:
    timers, fired = Timers(clock), []
    timers.add(100, lambda: fired.append(clock()))
    assert timers.execute() == 0
    assert timers.timeout() == 100
    clock.pass_ms(60)
    assert timers.timeout() == 40
    clock.pass_ms(41)
    assert timers.timeout() == 0
    assert timers.execute() == 1
    assert timers.execute() == 0
    assert timers.timeout() == 100
    assert len(fired) == 1


def test_a_late_timer_fires_once_and_is_due_one_interval_from_then(clock: Clock) -> None:
    timers = Timers(clock)
    timers.add(10, lambda: None)
    clock.pass_ms(95)
    assert timers.execute() == 1
    assert timers.timeout() == 10


def test_the_longest_due_is_first(clock: Clock) -> None:
    timers, fired = Timers(clock), []
    for interval in (30, 10, 20):
        timers.add(interval, lambda interval=interval: fired.append(interval))
    assert timers.timeout() == 10
    clock.pass_ms(31)
    assert timers.execute() == 3
    assert fired == [10, 20, 30]


def test_an_interval_changes_and_begins_anew(clock: Clock) -> None:
    timers = Timers(clock)
    timer = timers.add(100, lambda: None)
    clock.pass_ms(50)
    timers.reset(timer)
    assert timers.timeout() == 100
    timers.set_interval(timer, 30)
    assert timers.timeout() == 30
    clock.pass_ms(31)
    assert timers.execute() == 1
    assert timers.timeout() == 30


def test_a_cancelled_timer_is_gone_and_cannot_be_cancelled_twice(clock: Clock) -> None:
    timers = Timers(clock)
    timer = timers.add(10, lambda: None)
    timers.cancel(timer)
    assert (timers.timeout(), len(timers)) == (-1, 0)
    for misuse in (timers.cancel, timers.reset, lambda number: timers.set_interval(number, 1)):
        with pytest.raises(TimerUnknown):
            misuse(timer)
    with pytest.raises(OptionInvalid):
        timers.add(0, lambda: None)


def test_a_handler_may_cancel_another_that_is_due_and_add_one(clock: Clock) -> None:
    timers, fired = Timers(clock), []

    def first() -> None:
        fired.append("first")
        timers.cancel(second)
        timers.add(5, lambda: fired.append("third"))

    timers.add(10, first)
    second = timers.add(10, lambda: fired.append("second"))
    clock.pass_ms(11)
    assert timers.execute() == 1
    assert fired == ["first"]
    assert timers.timeout() == 5


async def test_they_pace_a_poller(context: Context) -> None:
    timers, poller, fired = Timers(), Poller(), []
    poller.add(context.socket(PULL))
    timers.add(1, lambda: fired.append(1))
    while len(fired) < 3:
        assert await poller.wait(timers.timeout()) == []
        timers.execute()
