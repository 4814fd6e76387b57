"""Prints whose the processor's time is at each end: the kernel's part is the limit that no engine gets below.

It asks the kernel's profiler, ``perf``, which sees compiled code as well as Python; where there is
none, or it may not see the kernel, that is said.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.launch import measure
from tests.benchmarks.rows import ENGINE, ROWS, Row

LONGER: Final = {
    "tcp 100 B": 7.0,
    "inproc 100 B": 6.0,
    "CURVE tcp 100 B": 15.0,
    "PUB to 100 SUBs, 100 B": 6.0,
}
"""The rows, and how many times longer than for the table they run: for seconds."""
IMPORTS_MS: Final = 800
"""What passes before the profiler looks."""
SAMPLES_A_SECOND: Final = 2000

OWNERS: Final = ("kernel", "Python", "engine", "crypto", "rest")
SHARE: Final = re.compile(r"^ *([\d.]+)% +(\S+)", re.MULTILINE)


def main() -> None:
    """Measure each row once and print, for each end, the nanoseconds of one message by owner."""
    perf = shutil.which("perf")
    if perf is None:
        raise SystemExit("perf is not installed (Debian: linux-perf): whose the time is stays unknown")
    print("the engine's processor time for one message, by whose code it is; the kernel's is the limit")
    print(f"{'':28} {'end':10} {'all':>9} " + " ".join(f"{owner:>9}" for owner in OWNERS))
    for row in ROWS:
        if row.name in LONGER:
            print_ends(row, perf)


def print_ends(row: Row, perf: str) -> None:
    """Run one row under the profiler and print a line for each end."""
    with tempfile.TemporaryDirectory() as folder:

        def record(role: str) -> list[str]:
            where = ["-o", f"{folder}/{role}", "-D", str(IMPORTS_MS), "-F", str(SAMPLES_A_SECOND)]
            return [perf, "record", "-q", *where, "--"]

        figures = measure(row, ENGINE, LONGER[row.name], None, record)
        costs = [(row.serving, figures.serving_us), (row.asking, figures.asking_us)]
        for role, cost_us in costs:
            if role is None:
                continue
            shares = dict.fromkeys(OWNERS, 0.0)
            for owner, share in read_shares(perf, Path(folder, role)):
                shares[owner] += share
            cells = " ".join(f"{cost_us * 1000 * shares[owner]:>6.0f} ns" for owner in OWNERS)
            hidden = "" if shares["kernel"] else "  (perf may not see the kernel here)"
            print(f"{row.name:28} {role:10} {cost_us * 1000:>6.0f} ns {cells}{hidden}")


def read_shares(perf: str, recorded: Path) -> Iterator[tuple[str, float]]:
    """Read what share of the samples each loaded file has, and whose it is."""
    report = [perf, "report", "-i", str(recorded), "--stdio", "-q", "--sort", "dso"]
    text = subprocess.run(report, capture_output=True, text=True, check=True).stdout
    for percent, name in SHARE.findall(text):
        yield owner_of(name), float(percent) / 100


def owner_of(name: str) -> str:
    """Tell whose code a loaded file is."""
    if name.startswith("["):
        return "kernel"
    if name.startswith("engine__mypyc"):
        return "engine"
    if "sodium" in name:
        return "crypto"
    return "Python" if name.startswith(("libpython", "python", "_asyncio", "_socket", "select")) else "rest"


if __name__ == "__main__":
    main()
