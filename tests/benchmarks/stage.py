"""Prints what the whole application costs: play to first message, and watching; asserts nothing."""

import asyncio
import json
import os
import statistics
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import websockets

from tests.support.server import ServerProcess

ROUNDS = 5
WINDOW_S = 3.0
PROCESSES = 5


async def main() -> None:
    """Measure against one real server, and print a line for each figure."""
    with tempfile.TemporaryDirectory() as folder, ServerProcess(Path(folder)) as server:
        async with httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=30) as http:
            starts = [await play(http, server.url) for _ in range(ROUNDS)]
            first = statistics.median(starts)
            print(f"play to first message seen, {PROCESSES} processes  {first:8.3f} s     < 0.5")
            plain, watched = await watch(http, server.url)
            print_window("full speed, nobody watching     ", plain)
            print_window("full speed, live stream at 20 Hz", watched)
            ratio = statistics.median(p.cpu_us / w.cpu_us for w, p in zip(watched, plain, strict=True))
            print(f"messages a CPU second, watched / unwatched   {ratio:.3f}  >= 0.95")


@dataclass(frozen=True, slots=True)
class Window:
    """What one stretch of time gave: messages a second, and CPU a message of both processes."""

    per_s: float
    cpu_us: float


def print_window(name: str, windows: list[Window]) -> None:
    """Print the medians; the rate of a shared machine says less than the CPU a message."""
    rate = statistics.median(window.per_s for window in windows)
    cost = statistics.median(window.cpu_us for window in windows)
    print(f"{name} {rate:12,.0f} a second  {cost:6.2f} µs of CPU a message")


async def play(http: httpx.AsyncClient, url: str) -> float:
    """Start a run of several processes and return the seconds until telemetry shows a message delivered."""
    topology = await create(http, chain())
    async with live(url) as stream:
        began = time.perf_counter()
        run = await start(http, topology)
        await subscribe(stream, run)
        rows: list[dict[str, Any]] = []
        columns = 0
        while True:
            message = await stream.recv()
            if isinstance(message, str):
                told = json.loads(message)
                if told.get("kind") == "layout":
                    rows, columns = told["pipes"], len(told["columns2"])
                elif told.get("kind") == "totals" and told["books"]["delivered"]:
                    break
            elif message[:4] == b"GMQ2" and rows and columns and delivered(message, rows):
                break
            elif message[:4] == b"GMQ1":
                await acknowledge(stream, run, message)
        took = time.perf_counter() - began
    await stop(http, run)
    return took


async def watch(http: httpx.AsyncClient, url: str) -> tuple[list[Window], list[Window]]:
    """Measure one run at full speed, window after window, unwatched and watched in turns."""
    topology = await create(http, full_speed())
    run = await start(http, topology)
    await asyncio.sleep(1)
    plain, watched = [], []
    for _ in range(ROUNDS):
        plain.append(await rate(http, run))
        async with live(url) as stream:
            await subscribe(stream, run, tokens=True)
            reader = asyncio.create_task(read_all(stream, run))
            watched.append(await rate(http, run))
            reader.cancel()
    await stop(http, run)
    return plain, watched


async def rate(http: httpx.AsyncClient, run: str) -> Window:
    """Measure one window of a run."""
    began, (before, cpu_before) = time.perf_counter(), await tell(http, run)
    await asyncio.sleep(WINDOW_S)
    after, cpu_after = await tell(http, run)
    count = after - before
    return Window(count / (time.perf_counter() - began), (cpu_after - cpu_before) / count * 1e6)


async def tell(http: httpx.AsyncClient, run: str) -> tuple[int, float]:
    """Ask the books for messages delivered, and the system for the CPU seconds of the run's processes."""
    view = (await http.get(f"/runs/{run}")).json()
    lanes = [lane for link in view["books"]["links"] for lane in link["directions"].values()]
    return sum(lane["delivered"] for lane in lanes), sum(cpu_s(each["pid"]) for each in view["processes"])


def cpu_s(pid: int) -> float:
    """Return the user and system time that a process has used; see proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def delivered(frame: bytes, rows: list[dict[str, Any]]) -> bool:
    """Tell whether a GMQ2 frame's ``popped`` of some receiving row is above 0."""
    count = int.from_bytes(frame[12:16], "little")
    start = 24
    indices = memoryview(frame)[start : start + 4 * count].cast("I")
    start += (4 * count + 7) // 8 * 8
    popped = memoryview(frame)[start + 8 * count : start + 16 * count].cast("d")
    return any(rows[row]["end"] != "send" and popped[n] > 0 for n, row in enumerate(indices))


def live(url: str) -> websockets.connect:
    """Open the live stream."""
    address = url.replace("http://", "ws://") + "/api/v1/live"
    return websockets.connect(address, subprotocols=[websockets.Subprotocol("glassmq.v1")], origin=url)  # type: ignore[arg-type]


async def subscribe(stream: websockets.ClientConnection, run: str, *, tokens: bool = False) -> None:
    """Ask for a run's telemetry, and its tokens."""
    await stream.send(json.dumps({"kind": "subscribe", "ch": f"run/{run}/telemetry", "rate_hz": 20}))
    if tokens:
        await stream.send(json.dumps({"kind": "subscribe", "ch": f"run/{run}/tokens"}))


async def read_all(stream: websockets.ClientConnection, run: str) -> None:
    """Read and acknowledge as a page does."""
    async for message in stream:
        if isinstance(message, bytes) and message[:4] == b"GMQ1":
            await acknowledge(stream, run, message)


async def acknowledge(stream: websockets.ClientConnection, run: str, frame: bytes) -> None:
    """Say that a frame was read."""
    tick = int.from_bytes(frame[8:12], "little")
    await stream.send(json.dumps({"kind": "ack", "ch": f"run/{run}/telemetry", "tick": tick}))


async def create(http: httpx.AsyncClient, document: dict[str, Any]) -> str:
    """Save a topology and return its id."""
    answer = await http.post("/topologies", json=document, headers={"Idempotency-Key": uuid.uuid4().hex})
    answer.raise_for_status()
    return answer.headers["location"].rpartition("/")[2]


async def start(http: httpx.AsyncClient, topology: str) -> str:
    """Press play."""
    answer = await http.post(
        "/runs", json={"topology": topology}, headers={"Idempotency-Key": uuid.uuid4().hex}
    )
    answer.raise_for_status()
    return answer.headers["location"].rpartition("/")[2]


async def stop(http: httpx.AsyncClient, run: str) -> None:
    """End a run and wait until it has."""
    (await http.patch(f"/runs/{run}", json={"state": "ended"})).raise_for_status()
    while (await http.get(f"/runs/{run}")).json()["state"] not in ("ended", "failed"):  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # another process's state


def chain() -> dict[str, Any]:
    """A generator, three workers and a sink, each in a process of its own."""
    names = ["first", "second", "third"]
    nodes: dict[str, Any] = {
        "source": {
            "behaviour": "generator",
            "process": "p0",
            "with": {"rate_per_s": 200},
            "sockets": {"out": {"type": "PUSH", "endpoints": {"main": "tcp"}}},
        },
        "sink": {"behaviour": "sink", "process": "p4", "sockets": {"in": {"type": "PULL"}}},
    }
    links = {}
    before = "source"
    for n, name in enumerate(names, 1):
        nodes[name] = {
            "behaviour": "worker",
            "process": f"p{n}",
            "sockets": {"in": {"type": "PULL"}, "out": {"type": "PUSH", "endpoints": {"main": "tcp"}}},
        }
        links[f"{before}-{name}"] = {"connect": f"{name}.in", "bind": f"{before}.out"}
        before = name
    links["last"] = {"connect": "sink.in", "bind": f"{before}.out"}
    processes: dict[str, Any] = {f"p{n}": {} for n in range(PROCESSES)}
    return {"format": "glassmq/1", "name": "Chain", "processes": processes, "nodes": nodes, "links": links}


def full_speed() -> dict[str, Any]:
    """One PUSH to one PULL over tcp, as fast as they go."""
    return {
        "format": "glassmq/1",
        "name": "Full speed",
        "processes": {"a": {}, "b": {}},
        "nodes": {
            "source": {
                "behaviour": "generator",
                "process": "a",
                "with": {"rate_per_s": None, "size_octets": 100},
                "sockets": {"out": {"type": "PUSH", "endpoints": {"main": "tcp"}}},
            },
            "sink": {"behaviour": "sink", "process": "b", "sockets": {"in": {"type": "PULL"}}},
        },
        "links": {"flow": {"connect": "sink.in", "bind": "source.out"}},
    }


if __name__ == "__main__":
    asyncio.run(main())
