"""The frames that a browser has not acknowledged, and for how long."""

from app.web.window import Window

LONGEST_SILENCE_S = 30.0


class Clock:
    """A clock set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_reader_is_stuck_when_its_oldest_frame_is_old() -> None:
    clock = Clock()
    window = Window(clock, LONGEST_SILENCE_S)
    clock.now = 100.0
    assert not window.is_stuck()
    window.sent(1)
    clock.now += LONGEST_SILENCE_S - 1
    window.sent(2)
    assert not window.is_stuck()
    clock.now += 2
    assert window.is_stuck()
    window.acknowledged(1)
    assert not window.is_stuck()
    clock.now += LONGEST_SILENCE_S
    assert window.is_stuck()
    window.acknowledged(7)
    assert not window.is_stuck()
