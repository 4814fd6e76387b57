"""Prints how fast the engine is beside pyzmq, measured in turns in the same run; asserts nothing."""

import argparse
import sys
from pathlib import Path

from tests.benchmarks.rows import ROWS, Measurement, Row, measure
from tests.benchmarks.table import print_table


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


if __name__ == "__main__":
    main()
