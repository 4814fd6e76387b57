"""People and programs outside take part in a run, and what fails in one place stays there."""

import asyncio
import os
import signal

import pytest
import zmq
import zmq.asyncio

from app.errors import WouldBlock
from app.telemetry.message_shapes import FrameUnreadable
from app.workspace.running import NotNow
from tests.support.runs import changed, lane_of, node_states, pipeline, running, state_of, until


async def started(hall, document, topology="t1"):
    run = await hall.start(topology, 1, document)
    await until(lambda: state_of(hall, run) in ("running", "failed"))
    assert hall.view(run)["error"] is None
    return run


def lane(hall, run, name="flow", way="to_bind"):
    return lane_of(hall.view(run)["books"], name, way)


def outside_source() -> dict:
    """A program outside connects to a sink of ours."""
    document = pipeline()
    document["nodes"]["source"] = {"behaviour": "external", "sockets": {"out": {"type": "PUSH"}}}
    del document["processes"]["left"]
    return document


@pytest.mark.interop
async def test_a_program_outside_connects_and_its_messages_are_counted() -> None:
    async with running() as hall:
        run = await started(hall, outside_source())
        told = hall.watch_state(run)
        address = hall.view(run)["endpoints"]["sink.in#1"]["main"]
        with zmq.asyncio.Context() as context, context.socket(zmq.PUSH) as push:
            push.connect(address)
            for n in range(50):
                await push.send(b"from outside %d" % n)
            await until(lambda: lane(hall, run)["delivered"] == 50)
            peer = hall.view(run)["externals"][0]
            assert (peer["node"], peer["socket"], peer["what"]) == ("source", "source.out", "connected")
            messages = (await hall.link_messages(run, "flow", 5))["messages"]
            assert messages == []  # kept from now on
            await push.send(b"one more")
            await until(lambda: lane(hall, run)["delivered"] == 51)
            messages = (await hall.link_messages(run, "flow", 5))["messages"]
            assert messages[-1]["frames"][0]["text"] == "one more"
        await until(lambda: not hall.view(run)["externals"])
        await hall.change_state(run, "ended")
        books = hall.view(run)["books"]
        assert (books["seen"], books["balanced"]) == ("half seen", None)
        entry = lane(hall, run)
        assert (entry["accepted"], entry["in_flight"], entry["delivered"]) == (None, None, 51)
        kinds = [message["kind"] async for message in told]
        assert kinds.count("external") >= 2
        assert kinds[-1] == "ended"


@pytest.mark.interop
async def test_a_program_outside_binds_where_the_drawing_says() -> None:
    with zmq.asyncio.Context() as context, context.socket(zmq.PULL) as pull:
        port = pull.bind_to_random_port("tcp://127.0.0.1")
        document = pipeline()
        document["nodes"]["sink"] = {
            "behaviour": "external",
            "sockets": {"in": {"type": "PULL", "endpoints": {"main": f"tcp://127.0.0.1:{port}"}}},
        }
        del document["processes"]["right"]
        async with running() as hall:
            run = await started(hall, document)
            async with asyncio.timeout(5.0):
                assert [await pull.recv() for _ in range(20)] == [b"n %d" % n for n in range(1, 21)]
            await until(lambda: hall.view(run)["externals"])
            await hall.change_state(run, "ended")
            entry = lane(hall, run)
            assert entry["accepted"] == entry["taken"] + entry["queued"] + sum(entry["dropped"].values())
            assert hall.view(run)["books"]["balanced"] is None


def by_hand() -> dict:
    document = pipeline()
    document["nodes"]["source"] = {
        "behaviour": "manual",
        "process": "left",
        "sockets": {
            "out": {"type": "PUSH", "options": {"sndhwm": 2}},
            "ask": {"type": "REQ"},
            "alone": {"type": "PUSH"},
        },
    }
    document["nodes"]["echo"] = {
        "behaviour": "echo",
        "process": "right",
        "with": {"reply": {"change": "upper-case"}, "service_ms": 300},
        "sockets": {"serve": {"type": "REP", "endpoints": {"main": "tcp"}}},
    }
    document["links"]["asks"] = {"connect": "source.ask", "bind": "echo.serve"}
    return document


async def test_a_person_sends_and_reads() -> None:
    async with running() as hall:
        run = await started(hall, by_hand())
        await hall.send_manual(run, "source", {"socket": "ask", "frames": [{"text": "hello"}]})
        with pytest.raises((NotNow, WouldBlock)):
            await hall.send_manual(run, "source", {"socket": "ask", "frames": [{"text": "too early"}]})
        async with asyncio.timeout(5.0):
            messages = []
            while len(messages) < 2:
                messages = (await hall.manual_messages(run, "source"))["messages"]
        assert [(each["direction"], each["frames"][0]["text"]) for each in messages] == [
            ("sent", "hello"),
            ("received", "HELLO"),
        ]
        with pytest.raises(WouldBlock):
            await hall.send_manual(run, "source", {"socket": "source.alone", "frames": [{"hex": "00ff"}]})
        with pytest.raises(FrameUnreadable):
            await hall.send_manual(run, "source", {"socket": "out", "frames": [{"hex": "0"}]})
        with pytest.raises(NotNow):
            await hall.send_manual(run, "source", {"socket": "nowhere", "frames": [{"text": ""}]})


async def test_a_node_that_fails_is_tried_again_and_others_go_on() -> None:
    document = by_hand()
    document["nodes"]["asker"] = {
        "behaviour": "client",
        "process": "left",
        "with": {"timeout_ms": 20, "retries": 0},
        "sockets": {"ask": {"type": "REQ"}},
    }
    document["nodes"]["silent"] = {
        "behaviour": "manual",
        "process": "right",
        "sockets": {"serve": {"type": "REP", "endpoints": {"main": "tcp"}}},
    }
    document["links"]["vain"] = {"connect": "asker.ask", "bind": "silent.serve"}
    async with running() as hall:
        run = await started(hall, document)
        states = hall.watch_state(run)
        seen: list[tuple[str, str | None]] = []
        async with asyncio.timeout(8.0):
            async for message in states:
                if message["kind"] == "node" and message["id"] == "asker":
                    seen.append((message["state"], message["error"]))
                if [state for state, _ in seen].count("failed") == 2:
                    break
        assert ("failed", "no reply within 20 ms, 1 times") in [(s, _text(e)) for s, e in seen]
        assert "waiting" in [state for state, _ in seen]
        assert node_states(hall, run, "echo") == {"running"}


def _text(error: str | None) -> str | None:
    return error.partition(": ")[2] if error else error


async def test_a_frozen_process_holds_up_nobody_and_goes_on_later() -> None:
    async with running() as hall:
        run = await started(hall, pipeline())
        await until(lambda: lane(hall, run)["delivered"])
        await hall.change_process(run, "right", "frozen")
        watch = hall.watch_telemetry(run, 20.0, [])
        async with asyncio.timeout(5.0):
            frames = judged = 0
            async for item in watch:
                if isinstance(item, bytes) and item[:4] == b"GMQ1":
                    watch.acknowledge(int.from_bytes(item[8:12], "little"))
                    frames += 1
                if isinstance(item, dict) and item["kind"] == "totals":
                    assert item["books"]["balanced"] is not False
                    judged += 1
                if frames > 20 and judged > 2:
                    break
        await hall.change_process(run, "right", "running")
        assert lane(hall, run)["delivered"] is None  # nobody could tell
        before = await until(lambda: lane(hall, run)["delivered"])
        await until(lambda: lane(hall, run)["delivered"] > before + 20)
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True


async def test_a_process_that_is_stopped_from_outside_is_stuck_and_the_run_still_ends() -> None:
    async with running() as hall:
        run = await started(hall, pipeline())
        victim = next(each for each in hall.view(run)["processes"] if each["id"] == "right")
        os.kill(victim["pid"], signal.SIGSTOP)
        async with asyncio.timeout(20.0):
            await hall.change_state(run, "ended")
        assert state_of(hall, run) == "ended"


async def test_an_edit_during_a_pause_acts_when_the_run_goes_on() -> None:
    document = pipeline(service_ms=60_000)
    async with running() as hall:
        run = await started(hall, document)
        await until(lambda: lane(hall, run)["delivered"] == 1)
        await hall.change_state(run, "paused")
        after, edits = changed(document, ["nodes", "sink", "with", "service_ms"], 0)
        assert await hall.apply("t1", 2, document, after, edits) == [{"edit": 0, "effect": "applied"}]
        assert lane(hall, run)["delivered"] == 1
        await hall.change_state(run, "running")
        await until(lambda: lane(hall, run)["delivered"] > 20)


async def test_options_that_are_live_act_at_once_and_others_restart_the_node() -> None:
    document = pipeline(service_ms=60_000)
    async with running() as hall:
        run = await started(hall, document)
        path = ["nodes", "source", "sockets", "out", "options"]
        after, edits = changed(document, [*path, "sndhwm"], 5000)
        assert await hall.apply("t1", 2, document, after, edits) == [{"edit": 0, "effect": "applied"}]
        table = hall._fleet.find(run).table
        await until(lambda: any(row.key.end == "send" and row.figures[1] == 5000 for row in table.rows))
        last, edits = changed(after, [*path, "sndbuf"], 4096)
        assert await hall.apply("t1", 3, after, last, edits) == [{"edit": 0, "effect": "restarts-node"}]
        await until(lambda: node_states(hall, run, "source") == {"running"})
        moved, edits = changed(last, ["nodes", "source", "at"], [5, 5])
        assert await hall.apply("t1", 4, last, moved, edits) == [{"edit": 0, "effect": "applied"}]
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True


async def test_a_subscription_is_changed_while_it_runs() -> None:
    document = pipeline()
    document["nodes"]["source"]["sockets"]["out"] = {"type": "PUB", "endpoints": {"main": "tcp"}}
    document["nodes"]["sink"]["sockets"]["in"] = {"type": "SUB", "subscriptions": ["x"]}
    document["links"]["flow"] = {"connect": "sink.in", "bind": "source.out"}
    async with running() as hall:
        run = await started(hall, document)
        after, edits = changed(document, ["nodes", "sink", "sockets", "in", "subscriptions"], ["n "])
        await hall.apply("t1", 2, document, after, edits)
        await until(lambda: lane(hall, run, way="to_connect")["delivered"])
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True
        sockets = {each["id"]: each for each in hall.view(run)["books"]["sockets"]}
        assert sum(sockets["source.out"]["unrouted"].values()) > 0


@pytest.mark.interop
async def test_a_program_outside_is_drawn_at_a_running_socket_and_counted() -> None:
    document = pipeline()
    async with running() as hall:
        run = await started(hall, document)
        external = {"behaviour": "external", "sockets": {"out": {"type": "PUSH"}}}
        half, first = changed(document, ["nodes", "guest"], external)
        after, second = changed(half, ["links", "visit"], {"connect": "guest.out", "bind": "sink.in"})
        effects = await hall.apply("t1", 2, document, after, [*first, *second])
        assert [each["effect"] for each in effects] == ["applied", "applied"]
        address = hall.view(run)["endpoints"]["sink.in#1"]["main"]
        with zmq.asyncio.Context() as context, context.socket(zmq.PUSH) as push:
            push.connect(address)
            for n in range(30):
                await push.send(b"guest %d" % n)
            await until(lambda: lane(hall, run, "visit")["delivered"] == 30)
            assert hall.view(run)["externals"][0]["node"] == "guest"
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is None


async def test_a_paused_run_says_that_its_nodes_do_nothing() -> None:
    async with running() as hall:
        run = await started(hall, by_hand())
        await hall.change_state(run, "paused")
        with pytest.raises(NotNow):
            await hall.change_node(run, "echo", "stopped")
        with pytest.raises(NotNow):
            await hall.send_manual(run, "source", {"socket": "out", "frames": [{"text": "x"}]})
        assert (await hall.manual_messages(run, "source"))["messages"] == []
