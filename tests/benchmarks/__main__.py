"""Prints how fast the engine is beside pyzmq and pyomq, in turns in the same run; asserts nothing."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.launch import measure
from tests.benchmarks.rows import PYOMQ, ROWS
from tests.benchmarks.table import Measured, print_table


def main() -> None:
    """Measure every row with each library, round after round, and print the medians."""
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
    absent = set() if find_spec(PYOMQ) else {PYOMQ}
    rows = [row for row in ROWS if given.only in row.name]
    rounds = 1 if given.profile else given.rounds
    measured: Measured = {}
    for turn in range(rounds):
        for row in rows:
            for library in row.libraries:
                if library in absent:
                    continue
                print(f"\r\033[Kround {turn + 1} of {rounds}: {library} {row.name}", end="", file=sys.stderr)
                one = measure(row, library, given.scale, given.profile)
                measured.setdefault((row.name, library), []).append(one)
    print("\r\033[K", end="", file=sys.stderr)
    print_table(rows, measured, rounds)


if __name__ == "__main__":
    main()
