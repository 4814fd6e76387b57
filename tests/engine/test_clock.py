from engine.clock import Backoff


class Draws:
    def __init__(self, *numbers: float) -> None:
        self._numbers = list(numbers)

    def draw(self) -> float:
        return self._numbers.pop(0)

    def octets(self, count: int) -> bytes:
        return bytes(count)


def test_without_a_maximum_each_delay_is_the_interval_and_up_to_as_much_again() -> None:
    backoff = Backoff(100, 0, Draws(0.0, 0.5, 0.999))
    assert [backoff.next_ms() for _ in range(3)] == [100, 150, 199]


def test_with_a_maximum_the_delays_double_up_to_it_until_the_peer_was_reached() -> None:
    backoff = Backoff(20, 200, Draws())
    assert [backoff.next_ms() for _ in range(6)] == [20, 40, 80, 160, 200, 200]
    backoff.reset()
    assert backoff.next_ms() == 20


def test_minus_one_is_never_and_zero_is_at_once() -> None:
    assert Backoff(-1, 0, Draws()).next_ms() is None
    assert Backoff(-1, 100, Draws()).next_ms() is None
    assert Backoff(0, 0, Draws(0.9)).next_ms() == 0
    growing = Backoff(0, 4, Draws())
    assert [growing.next_ms() for _ in range(4)] == [0, 2, 4, 4]
