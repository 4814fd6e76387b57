"""The pyzmq programs of every example, run for real and compared, message by message, with our own run."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zmq

from app.errors import CannotExport
from app.exporters.catalogue import export_document
from app.settings import Settings
from app.topology.examples import example, examples
from app.workspace.locksmith import Locksmith
from app.workspace.running import Running
from tests.app.exporters.exported import messages, run_exported
from tests.support.eventually import eventually

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.timeout(120)]

Json = Any
Enough = Callable[[dict[str, Json], Json], bool]
"""Whether the messages of the links, and the books, are all there."""

LONGEST_S = 30

COUNT = 30
"""Messages of each source: three peers share it evenly, and no queue of the examples overflows."""

DELAY_MS = 1000
"""Until everybody is connected, and our own run is being looked at."""


def finite(name: str) -> Json:
    """Return an example whose sources end, and begin late enough to be dealt out evenly."""
    document = example(name)
    for node in document["nodes"].values():
        if node["behaviour"] == "generator":
            node["with"].update(count=COUNT, delay_ms=DELAY_MS)
        if node["behaviour"] == "client":
            node["with"].update(requests=COUNT)
    return document


def sinks(document: Json) -> list[str]:
    return [node_id for node_id, node in document["nodes"].items() if node["behaviour"] == "sink"]


def keys_of(document: Json) -> tuple[Locksmith, dict[str, str]]:
    """Let the drawing find its keys in the environment, each a new one; gives the environment too."""
    secrets: dict[str, str] = {}
    for name, key in document.get("keys", {}).items():
        key["secret"] = {"env": f"GLASSMQ_SECRET_{name.upper()}"}
        secrets[f"GLASSMQ_SECRET_{name.upper()}"] = zmq.curve_keypair()[1].decode()
    return Locksmith(None, secrets), secrets


def is_written(document: Json) -> bool:
    """Tell whether pyzmq's wheels have all that the drawing needs."""
    try:
        export_document(document, "pyzmq")
    except CannotExport:
        return False
    return True


async def our_run(
    document: Json, directory: Path, is_enough: Enough, locksmith: Locksmith | None = None
) -> tuple[dict[str, Json], Json]:
    """Run it ourselves until enough has come; return the messages of each link, and the books."""
    running = Running(Settings(data_dir=directory), locksmith)
    await running.open()
    try:
        run = await running.start("t", 1, document)
        await eventually(lambda: running.view(run)["state"] != "starting", "the run started")
        kept: dict[str, Json] = {}
        until = asyncio.get_running_loop().time() + LONGEST_S
        while not is_enough(kept, running.view(run)["books"]):
            assert asyncio.get_running_loop().time() < until, running.view(run)
            found = await asyncio.gather(
                *(running.link_messages(run, link, 200) for link in document["links"])
            )
            kept = {link: each["messages"] for link, each in zip(document["links"], found, strict=True)}
        await running.change_state(run, "ended")
        return kept, running.view(run)["books"]
    finally:
        await running.close()


def by_link(document: Json, kept: dict[str, Json], sink: str) -> dict[str, list[list[bytes]]]:
    """Return what came to a sink in our run, link by link."""
    return {
        link: [[bytes.fromhex(frame["hex"]) for frame in message["frames"]] for message in kept.get(link, ())]
        for link, ends in document["links"].items()
        if sink in (ends["connect"].partition(".")[0], ends["bind"].partition(".")[0])
    }


@pytest.mark.parametrize(
    "name",
    [each.name for each in examples() if sinks(example(each.name)) and is_written(example(each.name))],
)
async def test_each_sink_gets_the_same_as_in_our_run(name: str, tmp_path: Path) -> None:
    document = finite(name)
    locksmith, secrets = keys_of(document)
    (tmp_path / "programs").mkdir()
    (tmp_path / "ours").mkdir()
    here = await locksmith.here()
    theirs = await run_exported(document, tmp_path / "programs", here=here, **secrets)
    wanted = sum(theirs[f"{sink}#1"]["handled"] for sink in sinks(document))

    def is_enough(kept: dict[str, Json], _: Json) -> bool:
        found = [by_link(document, kept, sink) for sink in sinks(document)]
        return sum(len(of_link) for ours in found for of_link in ours.values()) >= wanted

    kept, books = await our_run(document, tmp_path / "ours", is_enough, locksmith)
    assert books["balanced"] is True
    everything_ours, everything_theirs = [], []
    for sink in sinks(document):
        ours = by_link(document, kept, sink)
        got = messages(theirs[f"{sink}#1"])
        everything_ours += [message for of_link in ours.values() for message in of_link]
        everything_theirs += got
        assert len(got) == sum(len(of_link) for of_link in ours.values()), sink
        if len(ours) == 1 and not _is_dealt(document, sink):
            assert [got] == list(ours.values()), sink
        for of_link in (*ours.values(), got):
            assert _is_in_order(of_link), sink
    assert sorted(everything_ours) == sorted(everything_theirs)


def _is_dealt(document: Json, sink: str) -> bool:
    """Tell whether the sink shares its sender with others: which of them is first is chance."""
    senders = [
        ends["bind"] if ends["connect"].startswith(f"{sink}.") else ends["connect"]
        for ends in document["links"].values()
        if sink in (ends["connect"].partition(".")[0], ends["bind"].partition(".")[0])
    ]
    node, _, socket = senders[0].partition(".")
    links = [ends for ends in document["links"].values() if senders[0] in (ends["connect"], ends["bind"])]
    is_shared = document["nodes"][node]["sockets"][socket]["type"] == "PUSH" and len(links) > 1
    return is_shared or document["nodes"][node]["behaviour"] == "proxy"


def _is_in_order(found: list[list[bytes]]) -> bool:
    """Tell whether the numbers of each source grow."""
    last: dict[bytes, int] = {}
    for frames in found:
        source, _, number = frames[-1].rstrip(b".").rpartition(b" ")
        if int(number) <= last.get(source, 0):
            return False
        last[source] = int(number)
    return True


@pytest.mark.parametrize("name", ["request-reply", "load-balancing", "exclusive-pair"])
async def test_each_client_gets_the_same_answers_as_in_our_run(name: str, tmp_path: Path) -> None:
    document = finite(name)
    (tmp_path / "programs").mkdir()
    (tmp_path / "ours").mkdir()
    theirs = await run_exported(document, tmp_path / "programs")
    clients = [node for node, drawn in document["nodes"].items() if drawn["behaviour"] == "client"]
    wanted = COUNT * sum(document["nodes"][client].get("replicas", 1) for client in clients)

    def is_enough(_: dict[str, Json], books: Json) -> bool:
        replies = [
            each["directions"]["to_connect"]["delivered"]
            for each in books["links"]
            if any(document["links"][each["id"]]["connect"] == f"{client}.ask" for client in clients)
        ]
        return sum(replies) >= wanted

    kept, books = await our_run(document, tmp_path / "ours", is_enough)
    assert books["balanced"] is True
    for client in clients:
        link = next(each for each, ends in document["links"].items() if ends["connect"] == f"{client}.ask")
        replicas = document["nodes"][client].get("replicas", 1)
        directions = next(each["directions"] for each in books["links"] if each["id"] == link)
        assert directions["to_connect"]["delivered"] == COUNT * replicas
        for number in range(1, replicas + 1):
            got = messages(theirs[f"{client}#{number}"])
            ours = [
                [bytes.fromhex(frame["hex"]) for frame in message["frames"]]
                for message in kept[link]
                if message["lane"] == "to_connect" and message["to"] == f"{client}#{number}"
            ]
            assert len(got) == COUNT
            assert ours
            assert _bodies(got)[-len(ours) :] == _bodies(ours)


def _bodies(found: list[list[bytes]]) -> list[bytes]:
    return [frames[-1] for frames in found]


async def test_sources_without_an_end_are_stopped_after_a_while(tmp_path: Path) -> None:
    nodes = await run_exported(example("two-processes"), tmp_path, "--for", "1")
    assert nodes["jobs#1"]["handled"] == nodes["bench#1"]["handled"] == nodes["done#1"]["handled"] > 20


async def test_replicas_of_processes_and_nodes_are_all_there(tmp_path: Path) -> None:
    document = finite("two-processes")
    document["processes"]["workshop"]["replicas"] = 2
    document["nodes"]["bench"]["replicas"] = 2
    document["nodes"]["bench"]["sockets"]["in"]["options"] = {"routing_id": "bench-${replica}"}
    nodes = await run_exported(document, tmp_path)
    assert sorted(nodes) == ["bench#1", "bench#2", "bench#3", "bench#4", "done#1", "jobs#1"]
    assert nodes["done#1"]["handled"] == COUNT


async def test_frames_fields_and_a_changed_reply_are_made_as_the_drawing_says(tmp_path: Path) -> None:
    document = finite("two-processes")
    document["nodes"]["jobs"]["with"].update(
        frames=["${city}", "$$ ${node} ${seq} ${replica} ${unknown}", {"random_octets": 3}],
        fields={"city": {"choice": ["oslo"]}},
        size_octets=None,
    )
    nodes = await run_exported(document, tmp_path)
    first = messages(nodes["done#1"])[0]
    assert first[:2] == [b"oslo", b"$ jobs 1 1 ${unknown}"]
    assert len(first[2]) == 3
