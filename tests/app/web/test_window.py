"""The window of frames that a browser has not acknowledged."""

import asyncio

from app.web.window import LONGEST_SILENCE_S, Window


class Clock:
    """A clock set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_two_frames_go_out_and_the_third_waits() -> None:
    window = Window(Clock())
    for tick in (1, 2):
        await asyncio.wait_for(window.room(), 1)
        window.sent(tick)
    waiting = asyncio.create_task(window.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    window.acknowledged(1)
    await asyncio.wait_for(waiting, 1)


async def test_an_acknowledgement_counts_for_the_older_frames_too() -> None:
    window = Window(Clock())
    window.sent(1)
    window.sent(2)
    window.acknowledged(2)
    window.sent(3)
    await asyncio.wait_for(window.room(), 1)


async def test_a_reader_is_stuck_when_its_oldest_frame_is_old() -> None:
    clock = Clock()
    window = Window(clock)
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
