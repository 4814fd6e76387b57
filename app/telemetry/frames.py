"""The binary frames of the live stream: a header, then column after column, as typed arrays read them."""

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.telemetry.rows import DROP_REASONS, PipeKey

HEADER: Final = struct.Struct("<4sIIId")
"""Magic, epoch, tick, rows, run time in seconds: 24 octets, so the first column is aligned."""

GAUGES: Final = b"GMQ1"
COUNTERS: Final = b"GMQ2"

GAUGE_COLUMNS: Final = (
    ("depth", "u32", "messages"),
    ("hwm", "u32", "messages"),
    ("peak", "u32", "messages"),
    ("rate", "f32", "messages/s"),
    ("state", "u8", ""),
)

COUNTER_COLUMNS: Final = (
    ("row", "u32", ""),
    ("pushed", "f64", "messages"),
    ("popped", "f64", "messages"),
    ("refused", "f64", "attempts"),
    ("octets_in", "f64", "octets"),
    ("octets_out", "f64", "octets"),
    ("blocked_ms", "f64", "ms"),
    ("kernel_octets", "f64", "octets"),
    *((f"dropped_{reason}", "f64", "messages") for reason in DROP_REASONS),
    ("lost_in_transit", "f64", "messages"),
)

_TYPECODES: Final = {"u32": "I", "f32": "f", "u8": "B", "f64": "d"}
_LARGEST_U32: Final = 2**32 - 1


def layout(epoch: int, keys: Sequence[PipeKey]) -> dict[str, Any]:
    """Describe the frames that follow: one row for each key, and the columns of both tiers."""
    return {
        "kind": "layout",
        "epoch": epoch,
        "pipes": [
            {
                "id": row,
                "link": key.link,
                "lane": key.lane,
                "end": key.end,
                "side": key.side,
                "node": key.node,
                "replica": key.replica,
                "peer_node": key.peer_node,
                "peer_replica": key.peer_replica,
                "socket": key.socket,
            }
            for row, key in enumerate(keys)
        ],
        "columns": _describe(GAUGE_COLUMNS),
        "columns2": _describe(COUNTER_COLUMNS),
    }


def encode_gauges(epoch: int, tick: int, t_s: float, columns: Sequence[Sequence[float]]) -> bytes:
    """Encode depth, hwm, peak, rate and state of all pipes; column by column, in the layout's order."""
    return _encode(GAUGES, epoch, tick, t_s, GAUGE_COLUMNS, columns)


def encode_counters(epoch: int, tick: int, t_s: float, columns: Sequence[Sequence[float]]) -> bytes:
    """Encode the cumulative counters of some pipes; the first column says which."""
    return _encode(COUNTERS, epoch, tick, t_s, COUNTER_COLUMNS, columns)


def _encode(
    magic: bytes,
    epoch: int,
    tick: int,
    t_s: float,
    described: Sequence[tuple[str, str, str]],
    columns: Sequence[Sequence[float]],
) -> bytes:
    rows = len(columns[0])
    parts = [HEADER.pack(magic, epoch & _LARGEST_U32, tick & _LARGEST_U32, rows, t_s)]
    for (_, kind, _), column in zip(described, columns, strict=True):
        octets = _column(kind, column)
        parts.append(octets)
        if len(octets) % 8:
            parts.append(bytes(-len(octets) % 8))
    return b"".join(parts)


def _column(kind: str, values: Iterable[float]) -> bytes:
    column: array[int] | array[float]
    if kind in ("u32", "u8"):
        column = array(_TYPECODES[kind], [min(int(value), _LARGEST_U32) for value in values])
    else:
        column = array(_TYPECODES[kind], values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _describe(columns: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind, "unit": unit} for name, kind, unit in columns]
