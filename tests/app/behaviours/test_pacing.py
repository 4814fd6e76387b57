"""Schedules are exact on average, whenever they are looked at."""

import random

import pytest
from hypothesis import given, strategies as st

from app.behaviours.pacing import Bursts, Poisson, Steady, Unpaced, pace_of


class Dice:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def draw(self) -> float:
        return self._random.random()

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)


def taken(pace, times, most=10**9):
    return sum(pace.due(now, most) for now in times)


@pytest.mark.parametrize("rate", [0.5, 10, 333, 100_000])
def test_a_steady_pace_is_exact(rate: float) -> None:
    pace = Steady(rate, 5.0)
    assert taken(pace, [5.0 + 0.007 * n for n in range(1001)]) == pytest.approx(rate * 7.0, abs=1.5)


@given(st.floats(0.1, 1e5), st.lists(st.floats(0.0001, 0.9), min_size=1, max_size=50))
def test_a_steady_pace_never_runs_ahead_nor_falls_behind(rate: float, gaps: list[float]) -> None:
    pace, now, count = Steady(rate, 0.0), 0.0, 0
    for gap in gaps:
        now += gap
        count += pace.due(now, 10**9)
        assert count <= now * rate * (1 + 1e-9) + 1
        assert pace.next_at() >= now - 1e-6


def test_waking_exactly_when_the_next_is_due_finds_it_due() -> None:
    pace = Steady(0.3, 17.123)
    for _ in range(1000):
        assert pace.due(pace.next_at(), 100) == 1


def test_a_batch_limit_leaves_the_rest_due() -> None:
    pace = Steady(1000, 0.0)
    assert pace.due(0.5, 100) == 100
    assert pace.due(0.5, 1000) == 401


def test_a_blocked_source_does_not_catch_up() -> None:
    pace = Steady(10, 0.0)
    assert pace.due(0.0, 100) == 1
    pace.skip(0.8)
    assert pace.due(0.8, 100) == 1
    assert pace.next_at() == pytest.approx(0.9)


def test_a_hole_of_more_than_a_second_is_not_made_up_for() -> None:
    pace = Steady(100, 0.0)
    pace.due(0.0, 100)
    assert pace.due(60.0, 10**6) == 1


def test_rate_zero_never_comes() -> None:
    assert Steady(0, 0.0).due(100.0, 10) == 0
    assert Poisson(0, 0.0, Dice()).due(100.0, 10) == 0


def test_poisson_has_the_rate_on_average_and_its_spread() -> None:
    pace = Poisson(200, 0.0, Dice())
    counts = [pace.due(second, 10**6) for second in range(1, 401)]
    mean = sum(counts) / len(counts)
    assert mean == pytest.approx(200, rel=0.03)
    spread = sum((count - mean) ** 2 for count in counts) / len(counts)
    assert spread == pytest.approx(200, rel=0.3)


def test_the_same_seed_gives_the_same_schedule() -> None:
    one, two = Poisson(50, 0.0, Dice(7)), Poisson(50, 0.0, Dice(7))
    assert [one.due(n / 10, 100) for n in range(100)] == [two.due(n / 10, 100) for n in range(100)]


def test_a_burst_comes_whole_in_as_many_batches_as_it_takes() -> None:
    pace = Bursts({"size": 250, "every_ms": 1000}, 0.0, Dice())
    assert [pace.due(0.0, 100) for _ in range(4)] == [100, 100, 50, 0]
    assert pace.next_at() == 1.0
    assert pace.due(1.0, 1000) == 250


def test_a_burst_of_at_most_some_is_drawn_evenly_from_none() -> None:
    pace = Bursts({"most": 3, "every_ms": 100}, 0.0, Dice())
    sizes = {pace.due(n / 10, 10) for n in range(200)}
    assert sizes == {0, 1, 2, 3}


def test_parameters_choose_the_pace() -> None:
    dice = Dice()
    assert isinstance(pace_of({"rate_per_s": None}, 0.0, dice), Unpaced)
    assert isinstance(pace_of({"rate_per_s": 5, "pacing": "poisson"}, 0.0, dice), Poisson)
    assert isinstance(pace_of({"rate_per_s": 5, "burst": {"size": 2, "every_ms": 5}}, 0.0, dice), Bursts)
    assert isinstance(pace_of({"rate_per_s": 5}, 0.0, dice), Steady)
