"""A whole document put in another's place, as the edits that lead from one to the other."""

import json
from typing import Any, Final

from app.topology.edits import apply_all

Json = Any

SECTIONS_BY_ID: Final = ("links", "processes", "nodes")
"""Sections compared entry by entry. Links go first: removing a node takes its links along."""


def difference(before: dict[str, Json], after: dict[str, Json]) -> list[Json]:
    """Edits that turn ``before`` into ``after``, its key order included; entry by entry where it will do."""
    fine = _fine(before, after)
    if _same(apply_all(before, fine)[0], after):
        return fine
    return [{"kind": "unset", "path": [key]} for key in before] + [
        {"kind": "set", "path": [key], "value": value} for key, value in after.items()
    ]


def _fine(before: dict[str, Json], after: dict[str, Json]) -> list[Json]:
    edits: list[Json] = []
    for section in SECTIONS_BY_ID:
        old, new = before.get(section), after.get(section)
        if isinstance(old, dict) and isinstance(new, dict):
            edits += [{"kind": "unset", "path": [section, key]} for key in old if key not in new]
    edits += [{"kind": "unset", "path": [key]} for key in before if key not in after]
    for index, (key, value) in enumerate(after.items()):
        old = before.get(key)
        if key in before and _same(old, value):
            continue
        if key in SECTIONS_BY_ID and isinstance(old, dict) and isinstance(value, dict):
            edits += _entries(key, old, value)
        else:
            edits.append({"kind": "set", "path": [key], "value": value, "at": index})
    return edits


def _entries(section: str, before: dict[str, Json], after: dict[str, Json]) -> list[Json]:
    return [
        {"kind": "set", "path": [section, key], "value": value, "at": index}
        for index, (key, value) in enumerate(after.items())
        if key not in before or not _same(before[key], value)
    ]


def _same(one: Json, other: Json) -> bool:
    # As text: 1, 1.0 and true are equal to Python, and a dict's order is nothing to it.
    return json.dumps(one) == json.dumps(other)
