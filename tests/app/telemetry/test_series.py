"""Rates are believable at one a second and at a hundred thousand."""

import pytest

from app.telemetry.series import RateMeter


def fed(rate: float, seconds: float, step: float = 0.05) -> RateMeter:
    meter = RateMeter()
    now = 0.0
    while now < seconds:
        meter.take(now, int(now * rate))
        now += step
    return meter


@pytest.mark.parametrize("rate", [20, 333, 100_000])
def test_a_steady_rate_is_told_within_a_few_percent(rate: float) -> None:
    assert fed(rate, 3.0).take(3.0, int(3.0 * rate)) == pytest.approx(rate, rel=0.06)


def test_when_it_stops_the_rate_is_zero_a_second_later() -> None:
    meter = fed(100, 2.0)
    rate = 1.0
    for tick in range(25):
        rate = meter.take(2.0 + tick * 0.05, 200)
    assert rate == 0.0


def test_time_that_stands_still_changes_nothing() -> None:
    meter = fed(100, 2.0)
    before = meter.take(2.0, 200)
    assert [meter.take(2.0, 200) for _ in range(10)] == [before] * 10


def test_a_counter_that_begins_anew_begins_a_new_window() -> None:
    meter = fed(100, 2.0)
    assert meter.take(2.0, 0) == 0.0
    assert meter.take(2.5, 50) == pytest.approx(100.0)
