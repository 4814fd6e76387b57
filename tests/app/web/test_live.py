"""The websocket: hello, channels, two browsers at once, coming back after a break."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from app.settings import Limits
from tests.app.web.conftest import Serve, Served, close_code

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT: dict[str, Any] = {"format": "glassmq/1", "name": "Orders", "nodes": {}}


async def told(websocket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next message of one of these kinds."""
    async with asyncio.timeout(5):
        while True:
            message = json.loads(await websocket.recv())
            if message["kind"] in kinds:
                return dict(message)


async def subscribed(served: Served, channel: str, **wish: Any) -> ClientConnection:
    """A websocket that listens to one channel."""
    websocket = await served.live()
    await websocket.send(json.dumps({"kind": "subscribe", "ch": channel, **wish}))
    return websocket


def rename(name: str) -> dict[str, Any]:
    """An edit of the name."""
    return {"kind": "set", "path": ["name"], "value": name}


async def test_hello_comes_first(served: Served) -> None:
    websocket = await served.live()
    hello = json.loads(await websocket.recv())
    assert hello["kind"] == "hello"
    assert hello["server"] == "glassmq"
    assert hello["limits"]["channels"] > 0


async def test_another_protocol_is_refused(served: Served) -> None:
    assert await close_code(await served.live(subprotocols=None)) == 4409


async def test_edits_reach_the_other_browser_in_order(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    websocket = await subscribed(served, f"topology/{topology}")
    assert (await told(websocket, "findings"))["revision"] == "r1"
    for n in range(20):
        await served.edit(topology, f"r{n + 1}", rename(str(n)), **{"X-Client": "tab-1"})
    for n in range(20):
        edited = await told(websocket, "edited")
        assert (edited["revision"], edited["edits"], edited["by"]) == (f"r{n + 2}", [rename(str(n))], "tab-1")
        assert (await told(websocket, "findings"))["revision"] == f"r{n + 2}"


async def test_coming_back_goes_on_where_it_broke_off(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    for n in range(3):
        await served.edit(topology, f"r{n + 1}", rename(str(n)))
    websocket = await subscribed(served, f"topology/{topology}", **{"from": "r2"})
    assert [(await told(websocket, "edited"))["revision"] for _ in range(2)] == ["r3", "r4"]
    await served.edit(topology, "r4", rename("live"))
    assert (await told(websocket, "edited"))["revision"] == "r5"


async def test_a_way_that_is_not_known_says_reload(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    websocket = await subscribed(served, f"topology/{topology}", **{"from": "r9"})
    assert (await told(websocket, "edited", "reload"))["kind"] == "reload"


async def test_two_browsers_that_edit_at_once_lose_nothing(served: Served) -> None:
    topology = await served.create(DOCUMENT)

    async def browser(name: str) -> None:
        base = "r1"
        for n in range(25):
            edit = {"kind": "set", "path": ["nodes", f"{name}-{n}"], "value": {"behaviour": "sink"}}
            answer = await served.edit(topology, base, edit)
            while answer.status_code == 412:
                answer = await served.edit(topology, answer.json()["current"], edit)
            base = answer.json()["revision"]

    await asyncio.gather(browser("one"), browser("two"))
    document = (await served.http.get(f"/topologies/{topology}")).json()
    assert sorted(document["nodes"]) == sorted(f"{name}-{n}" for name in ("one", "two") for n in range(25))


async def test_presence_counts_who_watches(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    first = await subscribed(served, f"topology/{topology}")
    assert (await told(first, "presence"))["watchers"] == 1
    second = await subscribed(served, f"topology/{topology}")
    assert (await told(first, "presence"))["watchers"] == 2
    await second.close()
    assert (await told(first, "presence"))["watchers"] == 1


async def test_deleting_is_told(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    websocket = await subscribed(served, f"topology/{topology}")
    await told(websocket, "findings")
    await served.http.delete(f"/topologies/{topology}", headers={"If-Match": '"r1"'})
    assert (await told(websocket, "deleted"))["ch"] == f"topology/{topology}"


async def test_unsubscribing_ends_a_channel(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    websocket = await subscribed(served, f"topology/{topology}")
    await told(websocket, "findings")
    await websocket.send(json.dumps({"kind": "unsubscribe", "ch": f"topology/{topology}"}))
    await websocket.send("{}")
    await told(websocket, "refused")
    await served.edit(topology, "r1", rename("unseen"))
    await websocket.send("{}")
    assert (await told(websocket, "refused", "edited"))["kind"] == "refused"


@pytest.mark.parametrize(
    "channel", ["topology/none", "run/none/state", "run/none/telemetry", "weather", "a/b/c/d"]
)
async def test_a_channel_of_nothing_is_refused(served: Served, channel: str) -> None:
    websocket = await subscribed(served, channel)
    refused = await told(websocket, "refused")
    assert (refused["ch"], refused["code"]) == (channel, "not-found")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"kind": "shout"}', '{"kind": "ack", "ch": "x", "tick": -1}']
)
async def test_what_is_not_understood_is_said_and_survived(served: Served, text: str) -> None:
    websocket = await served.live()
    await websocket.send(text)
    assert (await told(websocket, "refused"))["code"] == "message-invalid"
    await websocket.send(b"\x00\x01")
    assert (await told(websocket, "refused"))["code"] == "message-invalid"
    assert await websocket.ping()


async def test_a_message_past_the_limit_ends_the_conversation(serve: Serve) -> None:
    served = await serve()
    websocket = await served.live()
    await websocket.send("x" * 300_000)
    assert await close_code(websocket) == 1009
    assert (await served.http.get("/health")).status_code == 200


async def test_channels_and_pages_have_limits(serve: Serve) -> None:
    served = await serve(limits=Limits(live_channels=1, live_connections=1))
    topology = await served.create(DOCUMENT)
    other = await served.create(DOCUMENT, "other")
    websocket = await subscribed(served, f"topology/{topology}")
    await websocket.send(json.dumps({"kind": "subscribe", "ch": f"topology/{other}"}))
    assert (await told(websocket, "refused"))["code"] == "quota-reached"
    assert await close_code(await served.live()) == 1013


async def test_who_does_not_answer_pings_is_gone(serve: Serve) -> None:
    served = await serve(limits=Limits(live_ping_s=1))
    silent, alive = await served.live(), await served.live()

    async def answer() -> None:
        async for text in alive:
            if json.loads(text)["kind"] == "ping":
                await alive.send('{"kind": "pong"}')

    answering = asyncio.create_task(answer())
    assert await close_code(silent) == 4410
    assert alive.close_code is None
    answering.cancel()
