"""Runs are real: started, changed, hurt and ended, with every message accounted for."""

import asyncio
import os
import signal
import struct
import time

import pytest

from app.errors import IllegalTransition, NotFound, QuotaReached, TopologyHasErrors
from app.settings import Limits
from app.topology.edits import apply
from tests.support.runs import (
    changed,
    inproc_pair,
    lane_of,
    node_states,
    pipeline,
    running,
    state_of,
    until,
)


async def started(hall, document, topology="t1"):
    run = await hall.start(topology, 1, document)
    await until(lambda: state_of(hall, run) in ("running", "failed"))
    assert hall.view(run)["error"] is None
    return run


def delivered(hall, run) -> int:
    return sum(
        lane["delivered"] or 0
        for link in hall.view(run)["books"]["links"]
        for lane in link["directions"].values()
    )


async def test_play_pause_resume_and_stop_with_balanced_books() -> None:
    async with running() as hall:
        run = await started(hall, pipeline())
        await until(lambda: delivered(hall, run) > 20)
        await hall.change_state(run, "paused")
        frozen = hall.view(run)
        await asyncio.sleep(0.2)
        assert hall.view(run)["t_s"] == frozen["t_s"]
        with pytest.raises(IllegalTransition):
            await hall.change_state(run, "paused")
        await hall.change_state(run, "running")
        before = delivered(hall, run)
        await until(lambda: delivered(hall, run) > before)
        await hall.change_state(run, "ended")
        view = hall.view(run)
        assert view["state"] == "ended"
        assert view["books"]["balanced"] is True
        assert view["books"]["seen"] == "both ends"


async def test_a_pause_loses_nothing_and_moves_nothing() -> None:
    async with running() as hall:
        run = await started(hall, pipeline(rate=5000))
        watch = hall.watch_telemetry(run, 20.0, ["flow"])
        await until(lambda: delivered(hall, run) > 500)
        await hall.change_state(run, "paused")
        first = await frames_after_pause(watch)
        second = await frames_after_pause(watch)
        assert first == second
        await hall.change_state(run, "running")
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True


async def frames_after_pause(watch) -> bytes:
    """The gauges of a frame taken while the run stands, without its tick and time."""
    tick = None
    async with asyncio.timeout(5.0):
        async for item in watch:
            if isinstance(item, bytes) and item[:4] == b"GMQ1":
                number = struct.unpack_from("<I", item, 8)[0]
                watch.acknowledge(number)
                if tick is not None and number > tick + 3:
                    rates = struct.calcsize("<4sIIId")
                    rows = struct.unpack_from("<I", item, 12)[0]
                    return item[rates : rates + 8 * rows]
                tick = tick if tick is not None else number
    raise AssertionError


async def test_five_processes_move_their_first_message_within_half_a_second() -> None:
    document = pipeline()
    for number in range(4):
        document["processes"][f"more{number}"] = {}
        document["nodes"][f"sink{number}"] = {
            "behaviour": "sink",
            "process": f"more{number}",
            "sockets": {"in": {"type": "PULL", "endpoints": {"main": "ipc" if number % 2 else "tcp"}}},
        }
        document["links"][f"flow{number}"] = {"connect": "source.out", "bind": f"sink{number}.in"}
    async with running() as hall:
        await until(lambda: hall.is_ready)
        took = [1.0]
        while min(took) >= 0.5 and len(took) < 8:  # the machine may be busy with something else
            began = time.monotonic()
            run = await hall.start(f"t{len(took)}", 1, document)
            watch = hall.watch_telemetry(run, 20.0, [])
            while not moved(await asyncio.wait_for(anext(watch), 5.0), watch):
                pass
            took.append(time.monotonic() - began)
            await hall.change_state(run, "ended")
        assert min(took) < 0.5, took


def moved(item, watch) -> bool:
    """Whether a message is seen in this item of the stream."""
    if isinstance(item, bytes) and item[:4] == b"GMQ1":
        watch.acknowledge(struct.unpack_from("<I", item, 8)[0])
        rows = struct.unpack_from("<I", item, 12)[0]
        depths = struct.unpack_from(f"<{rows}I", item, 24)
        padded = (4 * rows + 7) // 8 * 8
        rates = struct.unpack_from(f"<{rows}f", item, 24 + 3 * padded)
        return any(depths) or any(rate > 0 for rate in rates)
    return False


async def test_a_slider_acts_at_once_on_a_sink_in_the_middle_of_a_wait() -> None:
    document = pipeline(service_ms=60_000)
    async with running() as hall:
        run = await started(hall, document)
        await until(lambda: delivered(hall, run) == 1)
        after, edits = changed(document, ["nodes", "sink", "with", "service_ms"], 0)
        effects = await hall.apply("t1", 2, document, after, edits)
        assert effects == [{"edit": 0, "effect": "applied"}]
        await until(lambda: delivered(hall, run) > 50)


async def test_a_killed_process_is_reported_and_can_be_started_again() -> None:
    async with running() as hall:
        run = await started(hall, pipeline())
        events = hall.watch_events(run, None)
        await until(lambda: delivered(hall, run) > 10)
        victim = next(each for each in hall.view(run)["processes"] if each["id"] == "right")
        os.kill(victim["pid"], signal.SIGKILL)

        def right():
            return next(each for each in hall.view(run)["processes"] if each["id"] == "right")

        await until(lambda: right()["state"] == "died")
        assert "SIGKILL" in right()["last_words"]
        assert node_states(hall, run, "sink") == {"failed"}
        assert node_states(hall, run, "source") == {"running"}
        assert state_of(hall, run) == "running"
        await hall.change_process(run, "right", "running")
        assert right()["state"] == "running"
        before = delivered_rows(hall, run)
        await until(lambda: delivered_rows(hall, run) > before + 10)
        books = hall.view(run)["books"]
        assert books["seen"] == "half seen"
        assert lane_of(books, "flow", "to_bind")["delivered"] is None
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is None
        told = [event["what"] async for event in events]
        assert "process_died" in told


def delivered_rows(hall, run) -> float:
    """What all receivers of the run have delivered, the dead included."""
    table = hall._fleet.find(run).table
    return sum(row.total(5) for row in table.rows if row.key.end == "receive")


async def test_stopping_a_node_leaves_the_others_and_starting_it_goes_on() -> None:
    async with running() as hall:
        run = await started(hall, pipeline())
        await until(lambda: delivered(hall, run) > 10)
        await hall.change_node(run, "sink", "stopped")
        await until(lambda: node_states(hall, run, "sink") == {"stopped"})
        assert node_states(hall, run, "source") == {"running"}
        with pytest.raises(IllegalTransition):
            await hall.change_node(run, "sink", "stopped")
        await hall.change_node(run, "sink", "running")
        await until(lambda: node_states(hall, run, "sink") == {"running"})
        before = delivered(hall, run)
        await until(lambda: delivered(hall, run) > before + 10)
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True


async def test_inproc_is_one_queue_counted_once() -> None:
    async with running() as hall:
        run = await started(hall, inproc_pair())
        await until(lambda: delivered(hall, run) > 20)
        await hall.change_state(run, "ended")
        books = hall.view(run)["books"]
        lane = lane_of(books, "flow", "to_bind")
        assert lane["in_flight"] == 0
        assert books["balanced"] is True


async def test_nodes_and_links_come_and_go_while_it_runs() -> None:
    document = pipeline()
    async with running() as hall:
        run = await started(hall, document)
        edits = [
            {
                "kind": "set",
                "path": ["nodes", "second"],
                "value": {
                    "behaviour": "sink",
                    "process": "right",
                    "sockets": {"in": {"type": "PULL", "endpoints": {"main": "tcp"}}},
                },
            },
            {
                "kind": "set",
                "path": ["links", "other"],
                "value": {"connect": "source.out", "bind": "second.in"},
            },
        ]
        after = document
        for edit in edits:
            after, _ = apply(after, edit)
        effects = await hall.apply("t1", 2, document, after, edits)
        assert [each["effect"] for each in effects] == ["applied", "applied"]

        def other():
            books = hall.view(run)["books"]["links"]
            return any(link["id"] == "other" and link["directions"]["to_bind"]["delivered"] for link in books)

        await until(other)
        gone, _ = apply(after, {"kind": "unset", "path": ["nodes", "second"]})
        await hall.apply("t1", 3, after, gone, [{"kind": "unset", "path": ["nodes", "second"]}])
        assert all(each["id"] != "second" for each in hall.view(run)["nodes"])
        before = delivered(hall, run)
        await until(lambda: delivered(hall, run) > before + 20)
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True


async def test_a_new_process_box_joins_and_leaves_a_run() -> None:
    document = pipeline()
    async with running() as hall:
        run = await started(hall, document)
        after, edits = changed(document, ["processes", "third"], {})
        after, more = changed(
            after,
            ["nodes", "second"],
            {"behaviour": "sink", "process": "third", "sockets": {"in": {"type": "PULL"}}},
        )
        after, last = changed(after, ["nodes", "source", "sockets", "out", "endpoints"], {"main": "tcp"})
        after, link = changed(after, ["links", "other"], {"connect": "second.in", "bind": "source.out"})
        edits = [*edits, *more, *last, *link]
        await hall.apply("t1", 2, document, after, edits)
        await until(lambda: node_states(hall, run, "second") == {"running"})
        await until(
            lambda: any(
                each["id"] == "other" and each["directions"]["to_connect"]["delivered"]
                for each in hall.view(run)["books"]["links"]
            )
        )
        gone, edit = after, {"kind": "unset", "path": ["nodes", "second"]}
        gone, _ = apply(gone, edit)
        await hall.apply("t1", 3, after, gone, [edit])
        assert [each["id"] for each in hall.view(run)["processes"]] == ["left", "right"]
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True


async def test_a_drawing_with_errors_waits_for_the_next_run() -> None:
    document = pipeline()
    async with running() as hall:
        run = await started(hall, document)
        after, edits = changed(document, ["nodes", "sink", "sockets", "in", "type"], "REP")
        assert await hall.apply("t1", 2, document, after, edits) == [{"edit": 0, "effect": "next-run"}]
        before = delivered(hall, run)
        await until(lambda: delivered(hall, run) > before)
        with pytest.raises(TopologyHasErrors):
            await hall.start("t2", 1, after)
        back, edits = changed(after, ["nodes", "sink", "sockets", "in", "type"], "PULL")
        assert await hall.apply("t1", 3, after, back, edits) == [{"edit": 0, "effect": "applied"}]


async def test_two_sinks_on_one_port_show_the_failure_on_the_second_node_only() -> None:
    document = pipeline()
    async with running() as hall:
        first = await started(hall, document)
        await until(lambda: hall.view(first)["endpoints"])
        taken = hall.view(first)["endpoints"]["sink.in#1"]["main"]
        document = pipeline()
        document["nodes"]["sink"]["sockets"]["in"]["endpoints"] = {"main": taken}
        document["nodes"]["sink"]["restart"] = "never"
        second = await started(hall, document, topology="t2")
        await until(lambda: node_states(hall, second, "sink") == {"failed"})
        node = next(each for each in hall.view(second)["nodes"] if each["id"] == "sink")
        assert taken.rpartition(":")[2] in node["error"]
        assert node_states(hall, second, "source") == {"running"}


async def test_quotas_are_kept() -> None:
    async with running(limits=Limits(runs=1, processes=2)) as hall:
        await started(hall, pipeline())
        with pytest.raises(QuotaReached):
            await hall.start("t2", 1, pipeline())
    document = pipeline()
    document["processes"]["right"] = {"replicas": 2}
    document["nodes"]["source"]["sockets"]["out"]["endpoints"] = {"main": "tcp"}
    async with running(limits=Limits(runs=1, processes=2)) as hall:
        with pytest.raises(QuotaReached):
            await hall.start("t1", 1, document)
        with pytest.raises(NotFound):
            hall.view("nowhere")


async def test_the_last_messages_of_a_link_can_be_read() -> None:
    async with running() as hall:
        run = await started(hall, pipeline())
        await until(lambda: delivered(hall, run) > 5)
        messages = (await hall.link_messages(run, "flow", 5))["messages"]
        assert messages
        last = messages[-1]
        assert last["frames"][0]["text"] == f"n {last['seq']}"
        assert (last["from"], last["to"], last["lane"]) == ("source#1", "sink#1", "to_bind")
        whole = await hall.link_message(run, "flow", last["seq"])
        assert whole["frames"] == last["frames"]
        with pytest.raises(NotFound):
            await hall.link_messages(run, "nowhere", 5)


async def test_a_token_is_found_at_the_receiver_by_its_number() -> None:
    async with running() as hall:
        run = await started(hall, pipeline(rate=8))
        await hall.link_messages(run, "flow", 50)
        tokens = []
        async for message in hall.watch_tokens(run):
            tokens += message.get("tokens", ())
            if len(tokens) >= 4:
                break
        kept = {each["seq"]: each for each in (await hall.link_messages(run, "flow", 200))["messages"]}
        for token in tokens:
            assert token["link"] == "flow"
            assert kept[token["seq"]]["octets"] == token["octets"]
            assert kept[token["seq"]]["frames"][0]["hex"] == token["head"]
            assert kept[token["seq"]]["connection"] == token["connection"] != ""
            whole = await hall.link_message(run, "flow", token["seq"], token["lane"], token["connection"])
            assert whole["frames"] == kept[token["seq"]]["frames"]
        with pytest.raises(NotFound):
            await hall.link_message(run, "flow", tokens[0]["seq"], "to_bind", "another")
