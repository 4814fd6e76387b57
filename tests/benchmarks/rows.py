"""The rows of the table, and one measurement of one row."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WATCH_HZ = 20.0
"""As often as the live stream looks."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation, measured with each library in turn."""

    name: str
    serving: str
    """Role of the end that binds, or of the only end."""
    asking: str | None
    """Role of the end that connects; None when both live in one process."""
    size: int
    count: int
    aim: str
    library: str = "engine"
    yardstick: str | None = None
    """Name of the row this one is divided by."""
    watch_hz: float = 0.0


ROWS = (
    Row("tcp 100 B", "pull", "push", 100, 300_000, "", "libzmq"),
    Row("tcp 100 B, recv_multipart", "pull_multipart", "push", 100, 300_000, "", "libzmq"),
    Row("tcp 100 B", "pull", "push", 100, 300_000, ">= 0.50", yardstick="tcp 100 B"),
    Row("tcp 100 B, recv_many", "pull_many", "push", 100, 300_000, "", yardstick="tcp 100 B"),
    Row("tcp 100 B, books at 20 Hz", "pull", "push", 100, 300_000, ">= 0.95 of unwatched", watch_hz=WATCH_HZ),
    Row("tcp 64 KiB", "pull", "push", 65536, 15_000, "", "libzmq"),
    Row("tcp 64 KiB", "pull", "push", 65536, 15_000, ">= 0.70", yardstick="tcp 64 KiB"),
    Row("inproc 100 B", "inproc", None, 100, 300_000, "", "libzmq"),
    Row("inproc 100 B", "inproc", None, 100, 300_000, ">= 1.00", yardstick="inproc 100 B"),
    Row("REQ/REP tcp 100 B", "reply", "request", 100, 6_000, "", "libzmq"),
    Row("REQ/REP tcp 100 B", "reply", "request", 100, 6_000, ">= 1.00", yardstick="REQ/REP tcp 100 B"),
    Row("memory of a queued 100 B", "memory", None, 100, 200_000, "< 400 B"),
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What both ends of one row said in one round."""

    per_s: float
    serving_us: float
    asking_us: float
    octets: float


def measure(row: Row, scale: float, profiles: Path | None) -> Measurement:
    """Run one row once, one process for each end.

    Args:
        row: what to run.
        scale: factor on the number of messages.
        profiles: a directory for cProfile's dumps, or None; a profiled figure is no figure.
    """
    count = max(int(row.count * scale), 100)
    serving = _start(row, row.serving, count, "", profiles)
    asking: subprocess.Popen[str] | None = None
    if row.asking:
        asking = _start(row, row.asking, count, _hear(serving)["endpoint"], profiles)
    served = _hear(serving)
    asked = _hear(asking) if asking else {"cpu_us": 0.0, "per_s": 0.0}
    for end in (serving, asking):
        if end:
            end.communicate()
    return Measurement(served["per_s"], served["cpu_us"], asked["cpu_us"], served["octets"])


def _start(row: Row, role: str, count: int, endpoint: str, profiles: Path | None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.benchmarks.end", row.library, role]
    command += ["--endpoint", endpoint, "--size", str(row.size), "--count", str(count)]
    command += ["--warm-up", str(count // 10), "--watch-hz", str(row.watch_hz)]
    if profiles and row.library == "engine":
        command += [
            "--profile",
            str(profiles / f"{row.name}-{role}.pstats".replace(" ", "-").replace("/", "-")),
        ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _hear(end: subprocess.Popen[str]) -> dict[str, Any]:
    assert end.stdout
    line = end.stdout.readline()
    if not line:
        raise SystemExit(f"an end of the benchmark died: {end.args}")
    heard: dict[str, Any] = json.loads(line)
    return heard
