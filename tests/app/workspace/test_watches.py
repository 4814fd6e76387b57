"""Watches: in order, without loss, and with an end."""

import asyncio

from app.workspace.watches import LONGEST_BACKLOG, Audience


async def test_everybody_hears_everything_in_order() -> None:
    audience = Audience()
    first, second, other = audience.join("a"), audience.join("a"), audience.join("b")
    for n in range(3):
        audience.tell("a", {"kind": "n", "n": n})
    audience.close()
    for watch in (first, second):
        heard = [message async for message in watch]
        assert [message["n"] for message in heard if message["kind"] == "n"] == [0, 1, 2]
    assert [message["kind"] async for message in other] == ["presence"]


async def test_who_leaves_is_not_told_any_more() -> None:
    audience = Audience()
    first, second = audience.join("a"), audience.join("a")
    first.close()
    audience.tell("a", {"kind": "news"})
    assert [message async for message in first] == []
    assert audience.count("a") == 1
    second.close()
    assert audience.count("a") == 0


async def test_a_watcher_waits_for_news_and_for_the_end() -> None:
    audience = Audience()
    watch = audience.join("a")
    assert (await anext(watch)) == {"kind": "presence", "watchers": 1}
    waiting = asyncio.create_task(anext(watch, None))
    await asyncio.sleep(0)
    assert not waiting.done()
    audience.tell("a", {"kind": "news"})
    assert await waiting == {"kind": "news"}
    waiting = asyncio.create_task(anext(watch, None))
    audience.close()
    assert await waiting is None


async def test_one_that_falls_far_behind_is_told_to_reload() -> None:
    audience = Audience()
    watch = audience.join("a")
    for n in range(LONGEST_BACKLOG + 5):
        audience.tell("a", {"kind": "n", "n": n})
    audience.close()
    heard = [message async for message in watch]
    assert heard[0] == {"kind": "reload"}
    assert heard[-1] == {"kind": "n", "n": LONGEST_BACKLOG + 4}
