"""Prints what an idle connection costs: memory, and processor time to come and to go, as they grow in number.

One process holds the binding socket, another reaches it with plain sockets that
shake hands by hand, so that only the binding side's cost is seen.
"""

import argparse
import json
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from tests.benchmarks.crowd_ends import LIBRARIES

GREETING: Final = b"\xff" + bytes(7) + b"\x01\x7f\x03\x01" + b"NULL".ljust(20, b"\0") + b"\0" + bytes(31)
PROPERTIES: Final = b"\x0bSocket-Type\0\0\0\x06DEALER"
READY: Final = b"\x04" + bytes([6 + len(PROPERTIES)]) + b"\x05READY" + PROPERTIES
SHORTEST_ANSWER: Final = len(GREETING) + 8
"""A greeting and the beginning of a READY: the handshake is done on the other side as well."""
AT_ONCE: Final = 50
"""Connections opened before their handshakes are finished; below any listen backlog."""
AIM: Final = "< 8,192 B"


def main() -> None:
    """Measure each library that is installed, with a tenth of the connections and with all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.connections", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="connections (10,000)")
    count = parser.parse_args().count
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 100:
        raise SystemExit(f"{count} connections need as many descriptors, and the limit here is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"idle tcp connections on one ROUTER, Python {sys.version.split()[0]}, descriptor limit {soft}")
    print(f"{'':10} {'connections':>12} {'memory each':>14} {'to come':>12} {'to go':>12}  aim")
    for library in LIBRARIES:
        for some in (count // 10, count):
            memory, come, go = measure(library, some)
            aim = AIM if library == "engine" else ""
            print(f"{library:10} {some:>12,} {memory:>12,.0f} B {come:>9.0f} µs {go:>9.0f} µs  {aim}")


def measure(library: str, count: int) -> tuple[float, float, float]:
    """Return octets of memory, and processor microseconds to come and to go, for one of ``count`` peers."""
    command = [sys.executable, "-m", "tests.benchmarks.crowd_ends", library]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as end:
        assert end.stdin
        assert end.stdout
        answers = iter(end.stdout.readline, "")
        before = json.loads(next(answers))
        crowd = list(_connect(int(before["endpoint"].rpartition(":")[2]), count))
        end.stdin.write("look\n")
        end.stdin.flush()
        there = json.loads(next(answers))
        for peer in crowd:
            peer.close()
        end.stdin.write("wait\n")
        end.stdin.flush()
        gone = json.loads(next(answers))
        end.stdin.close()
    return (
        (there["memory"] - before["memory"]) / count,
        (there["cpu_s"] - before["cpu_s"]) / count * 1e6,
        (gone["cpu_s"] - there["cpu_s"]) / count * 1e6,
    )


def _connect(port: int, count: int) -> Iterator[socket.socket]:
    for first in range(0, count, AT_ONCE):
        some = [
            socket.create_connection(("127.0.0.1", port)) for _ in range(first, min(first + AT_ONCE, count))
        ]
        for peer in some:
            peer.sendall(GREETING)
        for peer in some:
            heard = b""
            while len(heard) < len(GREETING):
                heard += peer.recv(4096)
            peer.sendall(READY)
            while len(heard) < SHORTEST_ANSWER:
                heard += peer.recv(4096)
        yield from some


if __name__ == "__main__":
    main()
