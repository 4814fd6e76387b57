"""Frames are what the browser's typed arrays will read."""

import math
import struct

from app.telemetry import frames
from app.telemetry.rows import QUICK, THOROUGH, PipeKey
from app.telemetry.table import PipeTable


def key(node: str = "a", end: str = "send") -> PipeKey:
    return PipeKey("link", "to_bind", end, "connect", node, 1, "b", 1, f"{node}.out")


def ignore(*_) -> None:
    pass


def column(frame: bytes, offset: int, code: str, rows: int):
    values = struct.unpack_from(f"<{rows}{code}", frame, offset)
    used = struct.calcsize(f"<{rows}{code}")
    return values, offset + used + -used % 8


def test_gauges_stand_in_aligned_columns() -> None:
    frame = frames.encode_gauges(3, 7, 1.5, [[1, 2, 3], [10, 0, 5], [4, 4, 4], [0.5, 1e6, 0], [0, 3, 7]])
    assert struct.unpack_from("<4sIIId", frame) == (b"GMQ1", 3, 7, 3, 1.5)
    depth, at = column(frame, 24, "I", 3)
    hwm, at = column(frame, at, "I", 3)
    peak, at = column(frame, at, "I", 3)
    rate, at = column(frame, at, "f", 3)
    state, at = column(frame, at, "B", 3)
    assert (depth, hwm, peak, state) == ((1, 2, 3), (10, 0, 5), (4, 4, 4), (0, 3, 7))
    assert rate == (0.5, 1e6, 0.0)
    assert at == len(frame)
    assert at % 8 == 0


def test_counters_are_doubles_and_name_their_rows() -> None:
    table = PipeTable(ignore)
    first, second = table.row_of(key("a")), table.row_of(key("c"))
    figures = dict.fromkeys(THOROUGH, 0.0) | {
        "pushed": 2.0**40,
        "dropped_hwm": 3.0,
        "kernel_octets": math.nan,
    }
    table.update(second, list(figures.values()), 1.0)
    frame = table.counters(9, 2.0, [first, second])
    assert frame[:4] == b"GMQ2"
    rows, at = column(frame, 24, "I", 2)
    pushed, at = column(frame, at, "d", 2)
    assert rows == (0, 1)
    assert pushed == (0.0, 2.0**40)
    assert len(frame) == 24 + 8 + (len(frames.COUNTER_COLUMNS) - 1) * 2 * 8


def test_the_layout_names_rows_and_columns() -> None:
    table = PipeTable(ignore)
    table.row_of(key("a"))
    layout = table.layout()
    assert layout["pipes"][0] == {
        "id": 0,
        "link": "link",
        "lane": "to_bind",
        "end": "send",
        "side": "connect",
        "node": "a",
        "replica": 1,
        "peer_node": "b",
        "peer_replica": 1,
        "socket": "a.out",
    }
    assert [each["name"] for each in layout["columns"]] == ["depth", "hwm", "peak", "rate", "state"]
    assert layout["columns2"][-1] == {"name": "lost_in_transit", "type": "f64", "unit": "messages"}


def test_four_thousand_pipes_make_the_frame_that_was_promised() -> None:
    rows = 4000
    frame = frames.encode_gauges(1, 1, 0.0, [[0] * rows] * 5)
    assert len(frame) == 24 + rows * (4 + 4 + 4 + 4 + 1)


def test_a_new_row_begins_a_new_epoch() -> None:
    table = PipeTable(ignore)
    before = table.epoch
    table.row_of(key("a"))
    again = table.row_of(key("a"))
    assert (again, table.epoch) == (0, before + 1)


def quick(**figures: float) -> list[float]:
    return [figures.get(name, 0.0) for name in QUICK]


def test_states_follow_the_flags() -> None:
    noticed = []
    table = PipeTable(lambda row, what, count: noticed.append((what, count)))
    row = table.row_of(key())
    peer, full, waits = 1, 4, 8
    table.update(row, quick(flags=peer), 0.0)
    assert table.rows[row].state == 0
    table.update(row, quick(flags=peer, depth=5, hwm=10, popped=5), 0.1)
    assert table.rows[row].state == 1
    table.update(row, quick(flags=peer, depth=8, hwm=10, popped=5), 0.2)
    assert table.rows[row].state == 2
    table.update(row, quick(flags=peer | full | waits, depth=10, hwm=10, popped=5), 0.3)
    assert table.rows[row].state == 3
    table.update(row, quick(flags=peer | full, depth=10, hwm=10, popped=5), 0.4)
    assert table.rows[row].state == 4
    table.update(row, quick(flags=peer | full, depth=10, hwm=10, popped=5, dropped=6), 0.5)
    assert table.rows[row].state == 5
    table.update(row, quick(flags=2, popped=5, dropped=6), 2.5)
    assert table.rows[row].state == 6
    table.update(row, quick(popped=5, dropped=6), 2.6)
    assert table.rows[row].state == 7
    assert noticed == [
        ("hwm_reached", 1),
        ("blocked", 1),
        ("unblocked", 1),
        ("dropped", 6),
        ("hwm_left", 1),
    ]


def test_counters_go_on_after_their_process_died() -> None:
    table = PipeTable(ignore)
    row = table.row_of(key())
    table.update(row, quick(flags=1, pushed=100, popped=90), 1.0)
    table.rows[row].bury()
    table.update(row, quick(flags=1, pushed=5, popped=5), 2.0)
    place = THOROUGH.index("pushed")
    assert table.rows[row].total(place) == 105
