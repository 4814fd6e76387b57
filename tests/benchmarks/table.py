"""The table: medians of all rounds, beside their yardstick."""

import os
from statistics import median

from tests.benchmarks.rows import Measurement, Row


def print_table(measured: dict[Row, list[Measurement]], rounds: int) -> None:
    """Print one line a row.

    The last but two columns compare with the yardstick: messages a second, which suffers when the
    machine has other work, and processor time of both ends together, which hardly does.
    """
    lines = {(row.name, row.library): Line(row, many) for row, many in measured.items()}
    print(f"medians of {rounds}; HWM 1000 + 1000; rate at the receiver, CPU at each end for one message")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"{'':28} {'library':8} {'a second':>12} {'receiver':>12} {'sender':>12} {'rate':>6} {'CPU':>6}  aim"
    )
    for line in lines.values():
        print(line.text(lines.get(line.yardstick)))


class Line:
    """One row's medians."""

    def __init__(self, row: Row, many: list[Measurement]) -> None:
        self._row = row
        self._per_s = median(one.per_s for one in many)
        self._receiver_us = median(one.serving_us for one in many)
        self._sender_us = median(one.asking_us for one in many)
        self._octets = median(one.octets for one in many)

    @property
    def yardstick(self) -> tuple[str, str]:
        """Name and library of the row that this one is compared with."""
        if self._row.watch_hz:
            return self._row.name.partition(",")[0], "engine"
        return self._row.yardstick or "", "libzmq"

    def text(self, yardstick: "Line | None") -> str:
        """Return the line as it is printed."""
        row = self._row
        head = f"{row.name:28} {row.library:8}"
        if row.serving == "memory":
            return f"{head} {self._octets:>10.0f} B {'':>39}  {row.aim}"
        sender = f"{self._sender_us:.2f} µs" if row.asking else "(same)"
        cells = f"{self._per_s:>12,.0f} {self._receiver_us:>9.2f} µs {sender:>12}"
        rate = cpu = ""
        if yardstick:
            rate = f"{self._per_s / yardstick._per_s:.2f}"
            spent_us = self._receiver_us + self._sender_us
            cpu = f"{(yardstick._receiver_us + yardstick._sender_us) / spent_us:.2f}"
        return f"{head} {cells} {rate:>6} {cpu:>6}  {row.aim}"
