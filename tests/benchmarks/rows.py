"""The rows of the table: which conversation, how big, and what is aimed at."""

from dataclasses import dataclass

ENGINE = "engine"
LIBZMQ = "libzmq"
"""pyzmq, blocking where it is fastest so: the yardstick."""
PYOMQ = "pyomq"
"""A 0MQ in Rust with pyzmq's interface."""

ALL = (LIBZMQ, ENGINE, PYOMQ)
TWO = (LIBZMQ, ENGINE)
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
    aim: str = ""
    """The engine's, as a ratio to the yardstick."""
    libraries: tuple[str, ...] = TWO
    crowd: int = 1
    """Sockets at the asking end, or subscriptions."""
    secure: bool = False
    watch_hz: float = 0.0
    yardstick: str = ""
    """Name of the row that this one is divided by, if not its own."""


ROWS = (
    Row("tcp 10 B", "pull", "push", 10, 1_500_000, "1.2"),
    Row("tcp 100 B", "pull", "push", 100, 1_500_000, "1.2", ALL),
    Row("tcp 100 B, recv_many", "pull_many", "push", 100, 1_500_000, "", (ENGINE,), yardstick="tcp 100 B"),
    Row("tcp 1 KiB", "pull", "push", 1024, 600_000, "1.2"),
    Row("tcp 64 KiB", "pull", "push", 65_536, 15_000, "1.0"),
    Row("tcp 1 MiB", "pull", "push", 1_048_576, 1_000, "1.0"),
    Row("inproc 100 B", "inproc", None, 100, 1_000_000, "2.5", ALL),
    Row("REQ/REP tcp 100 B", "reply", "request", 100, 6_000, "1.25"),
    Row("CURVE tcp 100 B", "pull", "push", 100, 150_000, "0.7", ALL, secure=True),
    Row("PUB to 10 SUBs, 100 B", "publish", "subscribe", 100, 900_000, "", ALL, crowd=10),
    Row("PUB to 100 SUBs, 100 B", "publish", "subscribe", 100, 1_500_000, "1.2", ALL, crowd=100),
    Row("100 DEALERs to ROUTER", "route", "deal", 100, 600_000, "", ALL, crowd=100),
    Row("no match, 32 B, 100 topics", "match", None, 32, 200_000, crowd=100),
    Row("no match, 32 B, 10,000", "match", None, 32, 200_000, crowd=10_000),
    Row("no match, 64 B, 10,000", "match", None, 64, 200_000, crowd=10_000),
    Row(
        "tcp 100 B, books at 20 Hz",
        "pull",
        "push",
        100,
        1_500_000,
        "0.97",
        (ENGINE,),
        watch_hz=WATCH_HZ,
        yardstick="tcp 100 B",
    ),
    Row("memory of a queued 100 B", "memory", None, 100, 200_000, "< 400 B", (ENGINE,)),
)
