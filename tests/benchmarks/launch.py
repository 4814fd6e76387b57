"""One measurement of one row: a process for each end."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.rows import ENGINE, Row


@dataclass(frozen=True, slots=True)
class Measurement:
    """What both ends of one row said in one round."""

    per_s: float
    serving_us: float
    asking_us: float
    octets: float

    @property
    def per_cpu_s(self) -> float:
        """Messages for each second of both ends' processors."""
        return 1e6 / (self.serving_us + self.asking_us)


Under = Callable[[str], list[str]]
"""What a command for an end of this role is to run under."""


def measure(
    row: Row, library: str, scale: float, profiles: Path | None, under: Under = lambda role: []
) -> Measurement:
    """Run one row once.

    Args:
        row: what to run.
        library: with which.
        scale: factor on the number of messages.
        profiles: a directory for cProfile's dumps, or None; a profiled figure is no figure.
        under: what to run each end under; nothing, unless given.
    """
    count = max(int(row.count * scale), 100)
    serving = _start(row, library, row.serving, count, "", profiles, under)
    asking: subprocess.Popen[str] | None = None
    if row.asking:
        asking = _start(row, library, row.asking, count, _hear(serving)["endpoint"], profiles, under)
    served = _hear(serving)
    asked = _hear(asking) if asking else {"cpu_us": 0.0}
    for end in (serving, asking):
        if end:
            end.communicate()
    return Measurement(served["per_s"], served["cpu_us"], asked["cpu_us"], served["octets"])


def _start(
    row: Row, library: str, role: str, count: int, endpoint: str, profiles: Path | None, under: Under
) -> subprocess.Popen[str]:
    command = [*under(role), sys.executable, "-m", "tests.benchmarks.end", library, role]
    command += ["--endpoint", endpoint, "--size", str(row.size), "--count", str(count)]
    command += ["--warm-up", str(count // 10), "--watch-hz", str(row.watch_hz), "--crowd", str(row.crowd)]
    if row.secure:
        command.append("--secure")
    if profiles and library == ENGINE:
        name = f"{row.name}-{role}.pstats".replace(" ", "-").replace("/", "-")
        command += ["--profile", str(profiles / name)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _hear(end: subprocess.Popen[str]) -> dict[str, Any]:
    assert end.stdout
    line = end.stdout.readline()
    if not line:
        raise SystemExit(f"an end of the benchmark died: {end.args}")
    heard: dict[str, Any] = json.loads(line)
    return heard
