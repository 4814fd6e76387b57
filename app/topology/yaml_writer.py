"""The canonical YAML of a document: block maps, short leaves in one line, quotes wherever one might err."""

import json
import re
from typing import Any, Final

Json = Any

WIDEST: Final = 100
"""Columns up to which a map or list of plain values stands in one line."""

SAFE: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*([ ]+[A-Za-z0-9_./-]+)*")
"""Text that needs no quotes in any version of YAML, if it is none of the words below."""

WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What YAML 1.1 or 1.2 takes for something else than text, in any case of letters."""

UNQUOTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that YAML does not allow as they are."""


def write_yaml(document: dict[str, Json]) -> str:
    """Write a document; reading the text gives an equal one, by YAML 1.1 readers too."""
    if not document:
        return "{}\n"
    lines: list[str] = []
    _write_map(document, 0, lines)
    return "\n".join(lines) + "\n"


def _write_map(tree: dict[str, Json], indent: int, lines: list[str]) -> None:
    for key, value in tree.items():
        _write_entry(f"{' ' * indent}{_text(key)}:", value, indent, lines)


def _write_entry(head: str, value: Json, indent: int, lines: list[str]) -> None:
    line = _in_one_line(value, WIDEST - len(head), is_top=indent == 0)
    if line is not None:
        lines.append(f"{head} {line}")
    elif isinstance(value, dict):
        lines.append(head)
        _write_map(value, indent + 2, lines)
    else:
        lines.append(head)
        for item in value:
            _write_item(item, indent + 2, lines)


def _write_item(item: Json, indent: int, lines: list[str]) -> None:
    head = f"{' ' * indent}-"
    line = _in_one_line(item, WIDEST - len(head))
    if line is not None:
        lines.append(f"{head} {line}")
        return
    inner: list[str] = []
    if isinstance(item, dict):
        _write_map(item, indent + 2, inner)
    else:
        for each in item:
            _write_item(each, indent + 2, inner)
    inner[0] = f"{head} {inner[0].lstrip()}"
    lines.extend(inner)


def _in_one_line(value: Json, room: int, *, is_top: bool = False) -> str | None:
    """Return ``value`` in flow style, or ``None`` when it is better told in several lines."""
    if not isinstance(value, dict | list):
        return _scalar(value)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    if (is_top and isinstance(value, dict)) or _depth(value) > 2:
        return None
    line = _flow(value)
    return line if len(line) < room else None


def _depth(value: Json) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(inner) for inner in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(inner) for inner in value), default=0)
    return 0


def _flow(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _scalar(value)


def _scalar(value: Json) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _float(value)
    return json.dumps(value)


def _float(value: float) -> str:
    written = repr(value)
    mantissa, mark, exponent = written.partition("e")
    if not mark:
        return written
    sign = "" if exponent.startswith("-") else "+"  # YAML 1.1 wants a point and a sign before the exponent
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{sign}{exponent.lstrip('+')}"


def _text(value: str) -> str:
    if SAFE.fullmatch(value) and value.lower() not in WORDS and len(value) < WIDEST:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return UNQUOTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
