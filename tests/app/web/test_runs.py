"""Runs over HTTP and on the websocket: play, look, change, stop."""

import asyncio
import json
import struct
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection

from app.settings import Limits
from tests.app.web.conftest import Serve, Served, close_code

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]


async def an_example(served: Served, name: str = "pipeline") -> str:
    """A kept example; its id."""
    return await served.create((await served.http.get(f"/examples/{name}")).json())


async def started(served: Served, topology: str, key: str | None = None) -> str:
    """A run of a topology that was accepted; its id. It ends with the test."""
    headers = {"Idempotency-Key": key or uuid4().hex}
    answer = await served.http.post("/runs", json={"topology": topology}, headers=headers)
    assert answer.status_code == 202, answer.text
    run = answer.json()["id"]
    served.stack.push_async_callback(served.http.patch, f"/runs/{run}", json={"state": "ended"})
    assert answer.headers["location"] == f"/api/v1/runs/{run}"
    return str(run)


async def listening(served: Served, channel: str, **wish: Any) -> ClientConnection:
    """A websocket that has subscribed to one channel."""
    websocket = await served.live()
    await websocket.send(json.dumps({"kind": "subscribe", "ch": channel, **wish}))
    return websocket


async def until(websocket: ClientConnection, kind: str) -> Json:
    """The next text message of a kind; frames are passed over, and acknowledged."""
    async with asyncio.timeout(20):
        while True:
            message = await websocket.recv()
            if isinstance(message, bytes):
                await acknowledge(websocket, message)
                continue
            told = json.loads(message)
            if told["kind"] == kind:
                return dict(told)


async def until_state(websocket: ClientConnection, state: str) -> Json:
    """Wait until the run has come to a state; the run as it is then."""
    while True:
        run: Json = (await until(websocket, "state"))["run"]
        assert run["state"] != "failed", run
        if run["state"] == state:
            return run


async def gauges(websocket: ClientConnection) -> bytes:
    """The next frame of gauges."""
    async with asyncio.timeout(20):
        while True:
            message = await websocket.recv()
            if isinstance(message, bytes) and message.startswith(b"GMQ1"):
                return message


def tick_of(frame: bytes) -> int:
    """A frame's tick."""
    return int(struct.unpack_from("<I", frame, 8)[0])


async def acknowledge(websocket: ClientConnection, frame: bytes, channel: str = "run/x/telemetry") -> None:
    """Say that a frame was seen."""
    await websocket.send(json.dumps({"kind": "ack", "ch": channel, "tick": tick_of(frame)}))


async def test_play_runs_and_stop_gives_the_books(served: Served) -> None:
    topology = await an_example(served)
    run = await started(served, topology)
    state = await listening(served, f"run/{run}/state")
    view = await until_state(state, "running")
    assert view["topology"] == topology
    assert view["revision"] == "r1"
    assert all(process["pid"] for process in view["processes"])

    channel = f"run/{run}/telemetry"
    telemetry = await listening(served, channel, rate_hz=20)
    layout = await until(telemetry, "layout")
    assert {pipe["link"] for pipe in layout["pipes"]} == {f"orders-work-{n}" for n in (1, 2, 3)}
    totals: Json = {"books": {"delivered": 0}}
    while totals["books"]["delivered"] < 20:
        frame = await gauges(telemetry)
        await acknowledge(telemetry, frame, channel)
        totals = await until(telemetry, "totals")
    listed = (await served.http.get("/runs")).json()["items"]
    assert run in [each["id"] for each in listed]

    stopped = await served.http.patch(f"/runs/{run}", json={"state": "ended"})
    assert stopped.status_code == 200
    ended = await until(state, "ended")
    assert ended["books"]["balanced"] is not False
    assert (await served.http.get(f"/runs/{run}")).json()["state"] == "ended"


async def test_a_reader_that_does_not_acknowledge_gets_two_frames_then_the_newest(served: Served) -> None:
    run = await started(served, await an_example(served))
    channel = f"run/{run}/telemetry"
    state = await listening(served, f"run/{run}/state")
    await until_state(state, "running")
    telemetry = await listening(served, channel, rate_hz=20)
    first, second = await gauges(telemetry), await gauges(telemetry)
    for _ in range(3):  # a second and a half in which frames are made and none may come
        async with asyncio.timeout(20):
            while json.loads(text := await text_of(telemetry))["kind"] != "totals":
                assert text
    await acknowledge(telemetry, second, channel)
    third = await gauges(telemetry)
    assert tick_of(second) - tick_of(first) <= 3
    assert tick_of(third) - tick_of(second) >= 10


async def text_of(websocket: ClientConnection) -> str:
    """The next message, which must not be a frame of gauges."""
    while True:
        message = await websocket.recv()
        if isinstance(message, str):
            return message
        assert not message.startswith(b"GMQ1")


async def test_a_reader_that_never_acknowledges_is_sent_away(serve: Serve) -> None:
    served = await serve(limits=Limits(live_silence_s=1))
    run = await started(served, await an_example(served))
    telemetry = await listening(served, f"run/{run}/telemetry")
    async with asyncio.timeout(20):
        assert await close_code(telemetry) == 4408


async def test_pause_and_resume_and_what_is_not_possible(served: Served) -> None:
    run = await started(served, await an_example(served))
    state = await listening(served, f"run/{run}/state")
    await until_state(state, "running")
    paused = await served.http.patch(f"/runs/{run}", json={"state": "paused"})
    assert (paused.status_code, paused.json()["state"]) == (200, "paused")
    again = await served.http.patch(f"/runs/{run}", json={"state": "paused"})
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
    assert (again.json()["from"], again.json()["to"]) == ("paused", "paused")
    resumed = await served.http.patch(f"/runs/{run}", json={"state": "running"})
    assert resumed.json()["state"] == "running"
    faster = await served.http.patch(f"/runs/{run}", json={"speed": 2})
    assert (faster.status_code, faster.json()["code"]) == (422, "not-yet")


async def test_an_edit_says_what_it_did_to_the_run(served: Served) -> None:
    topology = await an_example(served)
    run = await started(served, topology)
    await until_state(await listening(served, f"run/{run}/state"), "running")
    slower = {"kind": "set", "path": ["nodes", "work-3", "with", "service_ms"], "value": 2000}
    answer = await served.edit(topology, "r1", slower)
    assert answer.json()["live"] == [{"edit": 0, "effect": "applied"}]


async def test_one_node_stops_and_starts(served: Served) -> None:
    run = await started(served, await an_example(served))
    state = await listening(served, f"run/{run}/state")
    await until_state(state, "running")
    stopped = await served.http.patch(f"/runs/{run}/nodes/work-1", json={"state": "stopped"})
    assert stopped.status_code == 200
    assert [node["state"] for node in stopped.json()["nodes"] if node["id"] == "work-1"] == ["stopped"]
    going = await served.http.patch(f"/runs/{run}/nodes/work-1", json={"state": "running"})
    assert going.status_code == 200
    assert (await served.http.patch(f"/runs/{run}/nodes/none", json={"state": "stopped"})).status_code == 404


async def test_a_killed_process_is_told_with_its_last_words(served: Served) -> None:
    run = await started(served, await an_example(served))
    state = await listening(served, f"run/{run}/state")
    await until_state(state, "running")
    await served.http.patch(f"/runs/{run}/processes/workers", json={"state": "killed"})
    while (told := await until(state, "process"))["state"] not in ("died", "dead"):
        assert told["id"] == "workers"
    assert (await served.http.get("/health")).status_code == 200
    assert (await served.http.get(f"/runs/{run}")).json()["state"] == "running"


async def test_the_same_key_starts_one_run(served: Served) -> None:
    topology = await an_example(served)
    assert await started(served, topology, "one") == await started(served, topology, "one")
    other = await served.http.post(
        "/runs", json={"topology": topology, "revision": "r1"}, headers={"Idempotency-Key": "one"}
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_runs_have_a_limit(serve: Serve) -> None:
    served = await serve(limits=Limits(runs=1))
    topology = await an_example(served)
    await started(served, topology, "one")
    answer = await served.http.post("/runs", json={"topology": topology}, headers={"Idempotency-Key": "two"})
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "quota-reached", 1)


async def test_what_cannot_run_says_why(served: Served) -> None:
    node = {"behaviour": "generator", "sockets": {"out": {"type": "PUSH", "options": {"nonsense": 1}}}}
    wrong = await served.create({"format": "glassmq/1", "name": "Wrong", "nodes": {"a": node}})
    answers = [
        await served.http.post("/runs", json=wish, headers={"Idempotency-Key": f"k{n}"})
        for n, wish in enumerate(
            [{"topology": wrong}, {"topology": "none"}, {"topology": wrong, "clock": "virtual"}, {}]
        )
    ]
    assert [answer.status_code for answer in answers] == [422, 404, 422, 422]
    assert answers[0].json()["findings"]
    assert answers[2].json()["code"] == "not-yet"
    assert (await served.http.get("/runs/none")).status_code == 404


async def test_messages_by_hand_go_through_a_manual_node(served: Served) -> None:
    document = {
        "format": "glassmq/1",
        "name": "By hand",
        "nodes": {
            "hand": {
                "behaviour": "manual",
                "sockets": {"out": {"type": "PUSH", "endpoints": {"main": "tcp"}}},
            },
            "other": {"behaviour": "manual", "sockets": {"in": {"type": "PULL"}}},
        },
        "links": {"line": {"connect": "other.in", "bind": "hand.out"}},
    }
    run = await started(served, await served.create(document))
    await until_state(await listening(served, f"run/{run}/state"), "running")
    line = f"/runs/{run}/links/line/messages"
    assert (await served.http.get(line)).json() == {"messages": []}  # from now on they are kept
    sent = await served.http.post(
        f"/runs/{run}/nodes/hand/messages",
        json={"socket": "out", "frames": [{"text": "hi"}, {"hex": "00ff"}]},
    )
    assert sent.status_code == 200, sent.text
    received = await arrived(served, f"/runs/{run}/nodes/other/messages", "received")
    assert [frame["hex"] for frame in received["frames"]] == ["6869", "00ff"]
    kept = await arrived(served, line)
    whole = (await served.http.get(f"{line}/{kept['seq']}")).json()
    assert [frame["hex"] for frame in whole["frames"]] == ["6869", "00ff"]
    assert (await served.http.get(f"{line}/999999")).status_code == 404


async def arrived(served: Served, path: str, direction: str | None = None) -> Json:
    """The first message at ``path``, once there is one."""
    async with asyncio.timeout(20):
        while True:
            for message in (await served.http.get(path)).json()["messages"]:
                if direction in (None, message.get("direction")):
                    return dict(message)
