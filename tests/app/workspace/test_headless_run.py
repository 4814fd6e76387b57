"""Every example moves messages, drains, and is balanced; and the verdict turns when something is wrong."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from app.errors import TopologyHasErrors
from app.settings import Settings
from app.topology.examples import example, examples
from app.workspace.headless_run import run_headless
from app.workspace.key_file import locksmith_of
from tests.support.eventually import eventually
from tests.support.runs import lane_of, pipeline, until

ENOUGH = 100
"""Messages that each example moves."""
HALF_SEEN = ("web-page", "multicast")
"""Examples with ends that nobody sees: a browser, whoever hears a group."""


LOSING = ("slow-subscriber",)
"""Examples whose point is that messages are dropped."""
LONGEST_S = 8.0


def has_seen(name: str, told: list[str]) -> bool:
    """Tell whether the last line says that enough was delivered, and lost where that is what is shown."""
    found = re.search(r"(\d+) delivered.* (\d+) dropped", told[-1]) if told else None
    return bool(found and int(found[1]) >= ENOUGH and (int(found[2]) or name not in LOSING))


def lanes(books):
    return [lane for link in books["links"] for lane in link["directions"].values()]


@pytest.mark.slow
@pytest.mark.parametrize("name", [each.name for each in examples()])
async def test_every_example_moves_messages_drains_and_balances(name: str, tmp_path: Path) -> None:
    told: list[str] = []
    async with locksmith_of(Settings(data_dir=tmp_path), {}, makes_file=True) as locksmith:
        await locksmith.make_missing(example(name))
        run = asyncio.create_task(run_headless(example(name), LONGEST_S, told.append, locksmith=locksmith))
        await eventually(lambda: run.done() or has_seen(name, told))
        run.cancel()  # which ends the waiting, and not the run's account
        books = await run
    half = [lane for lane in lanes(books) if "half_seen" in lane]
    whole = [lane for lane in lanes(books) if lane not in half]
    assert books["balanced"] is (None if half else True), (told, books)
    assert books["seen"] == ("half seen" if half else "both ends")
    assert bool(half) == (name in HALF_SEEN)
    assert name not in LOSING or any(lane["dropped"] for lane in lanes(books))
    assert sum(lane["delivered"] or 0 for lane in lanes(books)) >= ENOUGH
    assert [lane["in_flight"] for lane in whole] == [0] * len(whole)
    assert [lane["queued"] for lane in lanes(books)] == [0] * len(lanes(books))
    assert told


async def test_without_a_time_it_runs_until_the_sources_have_ended() -> None:
    document = pipeline(rate=2000)
    document["nodes"]["source"]["with"]["count"] = 777
    books = await run_headless(document, None, lambda _: None)
    assert lane_of(books, "flow", "to_bind")["delivered"] == 777
    assert books["balanced"] is True


async def test_a_sink_that_has_had_enough_leaves_the_rest_accounted_for() -> None:
    document = pipeline(rate=1000, count=50, then="stop")
    document["nodes"]["source"]["with"]["count"] = 200
    books = await run_headless(document, 1.0, lambda _: None, drain_within_s=1.0)
    assert books["balanced"] is True
    lane = lane_of(books, "flow", "to_bind")
    assert lane["delivered"] == 50
    gone = lane["delivered"] + lane["queued"] + lane["in_flight"] + sum(lane["dropped"].values())
    assert lane["accepted"] == gone


async def test_an_outside_program_makes_the_books_half_seen() -> None:
    document = pipeline()
    document["nodes"]["sink"] = {
        "behaviour": "external",
        "sockets": {"in": {"type": "PULL", "endpoints": {"main": "tcp://127.0.0.1:9"}}},
    }
    del document["processes"]["right"]
    books = await run_headless(document, 0.3, lambda _: None, drain_within_s=0.2)
    assert books["seen"] == "half seen"
    assert books["balanced"] is None
    lane = lane_of(books, "flow", "to_bind")
    assert lane["delivered"] is None
    assert lane["in_flight"] is None
    assert lane["accepted"] == lane["taken"] + lane["queued"] + sum(lane["dropped"].values())


async def test_a_drawing_with_errors_does_not_run() -> None:
    document = pipeline()
    document["nodes"]["sink"]["sockets"]["in"]["type"] = "REP"
    with pytest.raises(TopologyHasErrors):
        await run_headless(document, 1.0, lambda _: None)


async def test_cancelling_drains_and_gives_the_books() -> None:
    told: list[str] = []
    running = asyncio.create_task(run_headless(pipeline(), 3600.0, told.append))
    await until(lambda: any("accepted" in line and " 0 accepted" not in line for line in told))
    running.cancel()
    books = await running
    assert books["balanced"] is True
    assert lane_of(books, "flow", "to_bind")["delivered"] > 0


def test_it_leaves_no_process_behind() -> None:
    books = asyncio.run(run_headless(pipeline(), 0.2, lambda _: None))
    assert books["balanced"] is True
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def shape(processes: dict, nodes: dict, links: dict) -> dict:
    return {"format": "glassmq/1", "name": "Shape", "processes": processes, "nodes": nodes, "links": links}


def bound(kind: str, transport: str = "tcp") -> dict:
    return {"type": kind, "endpoints": {"main": transport}}


async def test_replicas_of_nodes_and_processes_are_all_counted() -> None:
    source = {"rate_per_s": None, "count": 250, "payload": "message ${seq}", "delay_ms": 300}
    nodes = {
        "source": {
            "behaviour": "generator",
            "process": "left",
            "replicas": 2,
            "with": source,
            "sockets": {"out": {"type": "PUSH"}},
        },
        "worker": {
            "behaviour": "worker",
            "process": "left",
            "sockets": {"in": bound("PULL", "inproc"), "out": bound("PUB", "ipc")},
        },
        "sink": {
            "behaviour": "sink",
            "process": "right",
            "replicas": 2,
            "sockets": {"in": {"type": "SUB", "options": {"rcvhwm": 0}, "subscriptions": ["message"]}},
        },
    }
    nodes["worker"]["sockets"]["out"]["options"] = {"sndhwm": 0}
    links = {
        "work": {"connect": "source.out", "bind": "worker.in"},
        "news": {"connect": "sink.in", "bind": "worker.out"},
    }
    document = shape({"left": {"replicas": 2}, "right": {"replicas": 2}}, nodes, links)
    books = await run_headless(document, None, lambda _: None)
    assert books["balanced"] is True
    assert lane_of(books, "work", "to_bind")["delivered"] == 4 * 250
    assert lane_of(books, "news", "to_connect")["delivered"] == 4 * 250 * 4


async def test_a_broker_between_many_clients_and_servers_balances_both_ways() -> None:
    nodes = {
        "client": {
            "behaviour": "client",
            "process": "left",
            "replicas": 4,
            "with": {"requests": 40},
            "sockets": {"ask": {"type": "REQ"}, "report": {"type": "PUSH"}},
        },
        "broker": {
            "behaviour": "proxy",
            "process": "middle",
            "sockets": {
                "frontend": bound("ROUTER"),
                "backend": bound("DEALER", "ipc"),
                "capture": bound("PUB"),
            },
        },
        "server": {
            "behaviour": "echo",
            "process": "right",
            "replicas": 3,
            "with": {"reply": {"change": "reverse"}},
            "sockets": {"serve": {"type": "REP"}},
        },
        "reports": {"behaviour": "sink", "process": "left", "sockets": {"in": bound("PULL", "inproc")}},
    }
    links = {
        "front": {"connect": "client.ask", "bind": "broker.frontend"},
        "back": {"connect": "server.serve", "bind": "broker.backend"},
        "report": {"connect": "client.report", "bind": "reports.in"},
    }
    books = await run_headless(
        shape({"left": {}, "middle": {}, "right": {}}, nodes, links), None, lambda _: None
    )
    assert books["balanced"] is True
    assert [lane["delivered"] for lane in lanes(books)] == [160] * 5
