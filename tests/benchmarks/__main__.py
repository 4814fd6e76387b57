"""Prints how fast the engine is beside pyzmq, measured in turns in the same run; asserts nothing."""

import argparse
import os
import sys
from pathlib import Path
from statistics import median

from tests.benchmarks.rows import ROWS, Measurement, Row, measure


def main() -> None:
    """Measure every row, round after round, and print the medians."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each row (5)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the number of messages (1.0)")
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", help="cProfile the engine's ends into DIR, one round"
    )
    given = parser.parse_args()
    if given.profile:
        given.profile.mkdir(parents=True, exist_ok=True)
    rows = [row for row in ROWS if given.only in row.name]
    rounds = 1 if given.profile else given.rounds
    measured: dict[Row, list[Measurement]] = {row: [] for row in rows}
    for turn in range(rounds):
        for row in rows:
            print(f"\r\033[Kround {turn + 1} of {rounds}: {row.library} {row.name}", end="", file=sys.stderr)
            measured[row].append(measure(row, given.scale, given.profile))
    print("\r\033[K", end="", file=sys.stderr)
    print_table(measured, rounds)


def print_table(measured: dict[Row, list[Measurement]], rounds: int) -> None:
    """Print one line a row: medians, and the ratio to the yardstick."""
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"medians of {rounds}; HWM 1000 + 1000; rate at the receiver, CPU at each end for one message")
    print(f"load {load:.1f} on {cores} cores")
    print(f"{'':28} {'library':8} {'a second':>12} {'receiver':>12} {'sender':>12} {'ratio':>7}  aim")
    rates = {(row.name, row.library): median(one.per_s for one in many) for row, many in measured.items()}
    for row, many in measured.items():
        if row.serving == "memory":
            octets = median(one.octets for one in many)
            print(f"{row.name:28} {row.library:8} {octets:>10.0f} B {'':>33}  {row.aim}")
            continue
        rate = rates[row.name, row.library]
        yardstick = rates.get((row.yardstick or "", "libzmq")) or rates.get(_unwatched(row))
        ratio = f"{rate / yardstick:.2f}" if yardstick else ""
        receiver = median(one.serving_us for one in many)
        sender = median(one.asking_us for one in many)
        sender_text = f"{sender:.2f} µs" if row.asking else "(same)"
        cells = f"{rate:>12,.0f} {receiver:>9.2f} µs {sender_text:>12} {ratio:>7}"
        print(f"{row.name:28} {row.library:8} {cells}  {row.aim}")


def _unwatched(row: Row) -> tuple[str, str]:
    """Name the row that a watched one is compared with."""
    return (row.name.partition(",")[0], "engine") if row.watch_hz else ("", "")


if __name__ == "__main__":
    main()
