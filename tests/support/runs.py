"""Real runs for tests: documents to run, and waiting for what is to become true."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from app.settings import Settings
from app.topology.edits import apply
from app.workspace.locksmith import Locksmith
from app.workspace.running import Running
from tests.support.eventually import eventually

Json = dict[str, Any]


@asynccontextmanager
async def running(locksmith: Locksmith | None = None, **settings: Any) -> AsyncIterator[Running]:
    hall = Running(Settings(**settings), locksmith)
    await hall.open()
    try:
        yield hall
    finally:
        await hall.close()


async def until(condition: Callable[[], Any]) -> Any:
    """Return what ``condition`` gives as soon as that is true."""
    await eventually(condition)
    return condition()


def state_of(hall: Running, run: str) -> str:
    return str(hall.view(run)["state"])


def node_states(hall: Running, run: str, node: str) -> set[str]:
    return {each["state"] for each in hall.view(run)["nodes"] if each["id"] == node}


def lane_of(books: Json, link: str, lane: str) -> Json:
    found = next(each for each in books["links"] if each["id"] == link)
    return found["directions"][lane]


def pipeline(*, rate: float = 200, transport: str = "tcp", **sink: Any) -> Json:
    """A source in one process, a sink in another."""
    return {
        "format": "glassmq/1",
        "name": "Pipeline",
        "processes": {"left": {}, "right": {}},
        "nodes": {
            "source": {
                "behaviour": "generator",
                "process": "left",
                "with": {"rate_per_s": rate, "payload": "n ${seq}"},
                "sockets": {"out": {"type": "PUSH", "options": {"sndhwm": 50}}},
            },
            "sink": {
                "behaviour": "sink",
                "process": "right",
                "with": sink,
                "sockets": {"in": {"type": "PULL", "endpoints": {"main": transport}}},
            },
        },
        "links": {"flow": {"connect": "source.out", "bind": "sink.in"}},
    }


def inproc_pair() -> Json:
    document = pipeline(transport="inproc")
    document["processes"] = {"left": {}}
    document["nodes"]["sink"]["process"] = "left"
    return document


def changed(document: Json, path: list[str], value: Any) -> tuple[Json, list[Json]]:
    """The document with one value set, and the edit that sets it."""
    edit = {"kind": "set", "path": path, "value": value}
    after, _ = apply(document, edit)
    return after, [edit]
