"""A server that is killed at any moment has kept every revision that it acknowledged.

A handful of kills here; ``make crash-test`` does a thousand edits
(GLASSMQ_CRASH_EDITS, GLASSMQ_CRASH_SEED choose other numbers).
"""

import asyncio
import os
import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.topology.edits import apply_all
from tests.support.server import ServerProcess

EDITS = int(os.environ.get("GLASSMQ_CRASH_EDITS", "20"))
SEED = int(os.environ.get("GLASSMQ_CRASH_SEED", "1"))
EDITS_PER_KILL = 8
LONGEST_FUSE_S = 0.008

Json = Any


def a_random_edit(chance: random.Random, document: Json) -> Json:
    """An edit that fits the document."""
    nodes = list(document["nodes"])
    if nodes and chance.random() < 0.2:
        return {"kind": "unset", "path": ["nodes", chance.choice(nodes)]}
    if nodes and chance.random() < 0.5:
        place = [chance.randrange(1000), chance.randrange(1000)]
        return {"kind": "set", "path": ["nodes", chance.choice(nodes), "at"], "value": place}
    node = f"n{chance.randrange(10_000)}"
    return {
        "kind": "set",
        "path": ["nodes", node],
        "value": {"behaviour": "sink", "label": "x" * chance.randrange(500)},
    }


class Drawing:
    """What the browser knows: the last acknowledged document, and the one that is on its way."""

    def __init__(self, topology: str, document: Json) -> None:
        self.topology = topology
        self.revision = 1
        self.document = document

    async def edit(self, http: httpx.AsyncClient, edit: Json) -> bool:
        """Send an edit; whether it was acknowledged."""
        try:
            answer = await http.post(
                f"/topologies/{self.topology}/edits",
                json={"edits": [edit]},
                headers={"If-Match": f'"r{self.revision}"'},
            )
        except httpx.TransportError:
            return False
        assert answer.status_code == 200, answer.text
        self.document, _ = apply_all(self.document, [edit])
        self.revision += 1
        return True

    async def reload(self, http: httpx.AsyncClient, in_flight: Json | None) -> None:
        """Read it anew: it is the acknowledged revision, or the one that was on its way."""
        answer = await http.get(f"/topologies/{self.topology}")
        revision = int(answer.headers["etag"].strip('"r'))
        if in_flight is not None and revision == self.revision + 1:
            self.document, _ = apply_all(self.document, [in_flight])
            self.revision += 1
        assert (revision, answer.json()) == (self.revision, self.document)


async def edit_and_kill(server: ServerProcess, drawing: Drawing, edit: Json, fuse_s: float) -> Json | None:
    """Kill the server ``fuse_s`` after the edit is sent; the edit if nobody knows what became of it."""
    async with client(server) as http:
        await http.get("/health")
        loop = asyncio.get_running_loop()
        loop.call_later(fuse_s, os.kill, server.pid, 9)
        was_acknowledged = await drawing.edit(http, edit)
    await asyncio.to_thread(server.stop)
    return None if was_acknowledged else edit


def client(server: ServerProcess) -> httpx.AsyncClient:
    """A client of the server's API."""
    return httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=30)


@pytest.mark.slow
@pytest.mark.timeout(30 + 2 * EDITS)
async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    document: Json = {"format": "glassmq/1", "name": "Crash", "nodes": {}}
    with ServerProcess(tmp_path) as server:
        async with client(server) as http:
            made = await http.post("/topologies", json=document, headers={"Idempotency-Key": "one"})
    drawing = Drawing(made.json()["id"], document)
    done = 0
    in_flight: Json | None = None
    while done < EDITS:
        with ServerProcess(tmp_path) as server:
            async with client(server) as http:
                await drawing.reload(http, in_flight)
                for _ in range(chance.randrange(EDITS_PER_KILL)):
                    assert await drawing.edit(http, a_random_edit(chance, drawing.document))
                    done += 1
            last = a_random_edit(chance, drawing.document)
            in_flight = await edit_and_kill(server, drawing, last, chance.random() * LONGEST_FUSE_S)
            done += 1
    with ServerProcess(tmp_path) as server:
        async with client(server) as http:
            await drawing.reload(http, in_flight)
