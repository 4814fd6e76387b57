"""The table: medians of all rounds, and of each round's ratio to the yardstick."""

import os
import platform
from importlib.machinery import EXTENSION_SUFFIXES
from statistics import median

import engine.pipes.pipe
from tests.benchmarks.launch import Measurement
from tests.benchmarks.rows import ENGINE, LIBZMQ, Row

Measured = dict[tuple[str, str], list[Measurement]]
"""By the row's name and the library, one for each round."""


def print_table(rows: list[Row], measured: Measured, rounds: int) -> None:
    """Print one line for each row and library.

    The last but two columns compare with the yardstick: messages a second, which suffers when the
    machine has other work, and messages a processor second of both ends, which hardly does.
    """
    is_compiled = engine.pipes.pipe.__file__.endswith(tuple(EXTENSION_SUFFIXES))
    print(
        f"Python {platform.python_version()}, the engine {'compiled' if is_compiled else 'INTERPRETED'};"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(f"medians of {rounds} rounds, all libraries in turn in each; HWM 1000 + 1000")
    print("rate at the binding end; processor time at each end for one message; ratios to libzmq by pyzmq")
    columns = f"{'a second':>12} {'binding':>12} {'connecting':>12} {'rate':>6} {'CPU':>6}  aim"
    print(f"{'':28} {'library':8} {columns}")
    for row in rows:
        for library in row.libraries:
            if many := measured.get((row.name, library)):
                print(_line(row, library, many, measured))


def _line(row: Row, library: str, many: list[Measurement], measured: Measured) -> str:
    head = f"{row.name:28} {library:8}"
    aim = f"  {row.aim}" if library == ENGINE else ""
    if row.serving == "memory":
        return f"{head} {median(one.octets for one in many):>10.0f} B {'':>39}{aim}"
    asking = f"{median(one.asking_us for one in many):.2f} µs" if row.asking else "(same)"
    cells = f"{median(one.per_s for one in many):>12,.0f} {median(one.serving_us for one in many):>9.2f} µs"
    standard = measured.get((row.yardstick or row.name, ENGINE if row.watch_hz else LIBZMQ))
    if standard is None or (library == LIBZMQ and not row.yardstick):
        return f"{head} {cells} {asking:>12}"
    pairs = list(zip(many, standard, strict=True))
    rate = median(one.per_s / other.per_s for one, other in pairs)
    cpu = median(one.per_cpu_s / other.per_cpu_s for one, other in pairs)
    return f"{head} {cells} {asking:>12} {rate:>6.2f} {cpu:>6.2f}{aim}"
