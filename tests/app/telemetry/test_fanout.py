"""Watchers get the newest and no backlog; what is not newest-wins is ordered and counted."""

import asyncio

import pytest

from app.telemetry.fanout import FrameWatch, Watch
from app.telemetry.journal import Journal
from app.telemetry.tokens import TokenStream


async def taken(watch, count: int):
    return [await asyncio.wait_for(anext(watch), 1.0) for _ in range(count)]


def frame_watch(rate_hz: float = 20.0) -> FrameWatch:
    return FrameWatch(rate_hz, [], lambda _: None)


async def test_a_slow_watcher_gets_the_newest_frame_and_not_the_ones_between() -> None:
    watch = frame_watch()
    for tick in range(1, 8):
        watch.give(tick * 0.05, tick, b"%d" % tick, None)
    assert await taken(watch, 1) == [b"7"]
    assert watch.skipped == 6


async def test_at_most_two_frames_are_on_their_way() -> None:
    watch = frame_watch()
    for tick in (1, 2):
        watch.give(tick * 0.05, tick, b"%d" % tick, None)
        assert await taken(watch, 1) == [b"%d" % tick]
    watch.give(0.15, 3, b"3", None)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(watch), 0.02)
    watch.give(0.2, 4, b"4", None)
    watch.acknowledge(1)
    assert await taken(watch, 1) == [b"4"]


async def test_layout_comes_before_frames_and_voids_old_ones() -> None:
    watch = frame_watch()
    watch.give(0.05, 1, b"old", b"old counters")
    watch.give_layout({"kind": "layout"})
    watch.give(0.1, 2, b"new", b"new counters")
    watch.give_totals({"kind": "totals"})
    got = await taken(watch, 4)
    assert got == [{"kind": "layout"}, {"kind": "totals", "skipped": 0}, b"new", b"new counters"]


async def test_a_watcher_is_never_given_more_than_it_asked_for() -> None:
    watch = frame_watch(rate_hz=5.0)
    given = 0
    for tick in range(200):
        now = tick * 0.05
        if watch.wants(now):
            watch.give(now, tick, b"x", None)
            given += 1
    assert 48 <= given <= 52


async def test_a_closed_watch_ends() -> None:
    watch = frame_watch()
    watch.close()
    with pytest.raises(StopAsyncIteration):
        await anext(watch)


async def test_what_is_dropped_from_an_ordered_watch_is_told() -> None:
    watch = Watch(most=3, missed=lambda count: {"missed": count})
    for n in range(5):
        watch.give({"n": n})
    assert await taken(watch, 4) == [{"missed": 2}, {"n": 2}, {"n": 3}, {"n": 4}]


async def test_frequent_events_of_a_tick_are_one_with_a_count() -> None:
    journal = Journal()
    watch = journal.watch(None)
    for _ in range(50):
        journal.note(1.0, "dropped", {"link": "a"}, "send", 3)
    journal.note(1.0, "connected", {"link": "b"})
    journal.flush()
    first, second = await taken(watch, 2)
    assert (first["what"], first["seq"], first["count"]) == ("connected", 1, 1)
    assert (second["what"], second["seq"], second["count"]) == ("dropped", 2, 150)


async def test_a_watcher_resumes_behind_the_event_it_saw_last() -> None:
    journal = Journal()
    for n in range(5):
        journal.note(float(n), "connected", {"node": str(n)})
    watch = journal.watch(3)
    assert [event["seq"] for event in await taken(watch, 2)] == [4, 5]


async def test_events_that_are_kept_no_more_leave_a_gap_that_says_so() -> None:
    journal = Journal()
    for n in range(10_010):
        journal.note(0.0, "connected", {"node": str(n)})
    first, second = await taken(journal.watch(4), 2)
    assert first == {"kind": "gap", "missed": 6}
    assert second["seq"] == 11


async def test_tokens_are_thinned_to_two_hundred_a_second() -> None:
    stream = TokenStream()
    watch = stream.watch()
    passed = thinned = 0
    for tick in range(100):
        stream.give(tick * 0.05, [{"n": n} for n in range(50)])
    watch.end()
    async for message in watch:
        passed += len(message.get("tokens", ()))
        thinned += message.get("n", 0)
    assert passed <= 200 + 5 * 200
    assert passed >= 200
