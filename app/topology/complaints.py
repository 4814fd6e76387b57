"""What a model complains about, told as findings: one for each place, in words, with the nearest name."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from app.topology.findings import Finding, Fix, nearest, place, setting, unsetting
from app.topology.literals import SECRET_FIELDS, may_hold_secret

Json = Any
Path = tuple[str | int, ...]

LONGEST_SHOWN: Final = 60

HIDDEN: Final = "not what it should be"
"""Stands for what may be a secret."""

BAD_ID: Final = "an id begins with a-z and goes on with a-z, 0-9, _ and -, 63 characters at most"

PLAIN_REASONS: Final = {
    "model_type": "it should be a map",
    "dict_type": "it should be a map",
    "list_type": "it should be a list",
    "string_type": "it should be text",
    "float_type": "it should be a number",
    "int_type": "it should be a whole number",
    "int_from_float": "it should be a whole number",
    "bool_type": "it should be true or false",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing the model does not take."""

    path: Path
    """Where in the data, as far down as the data goes."""
    kind: str
    missing: str | None
    """The required field that is not there, if that is it."""
    reason: str
    is_about_key: bool = False
    """Whether it is the last key of ``path`` that is wrong, not what stands there."""


def complaints(model: type[BaseModel], data: Json) -> list[Complaint]:
    """Return everything ``model`` has against ``data``; an empty list when nothing."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        return list(_told(error.errors(include_url=False, include_input=False), data))
    return []


def finding_of(complaint: Complaint, model: type[BaseModel], data: Json, prefix: Path = ()) -> Finding:
    """Tell a complaint about ``data``, which stands at ``prefix`` in the document."""
    path = (*prefix, *complaint.path)
    spot = _spelled(path)
    if complaint.missing is not None:
        sentence = f"{spot or 'the document'} has no {complaint.missing}, which is required"
        return Finding("GM-111", place(path), sentence)
    if complaint.kind == "extra_forbidden":
        return _unknown_field(complaint, model, data, prefix)
    if complaint.is_about_key:
        sentence = f"{_spelled(path[:-1])} has the id {path[-1]!r}: {complaint.reason}"
        return Finding("GM-111", place(path[:-1]), sentence)
    value = HIDDEN if may_hold_secret(path) else _shown(_at(data, complaint.path))
    return Finding("GM-111", place(path), f"{spot} is {value}: {complaint.reason}")


def pruned(data: Json, path: Path) -> Json:
    """Return ``data`` without what stands at ``path``."""
    head, *rest = path
    if isinstance(data, list):
        assert isinstance(head, int)
        inner = [pruned(data[head], tuple(rest))] if rest else []
        return [*data[:head], *inner, *data[head + 1 :]]
    if rest:
        return {key: pruned(value, tuple(rest)) if key == head else value for key, value in data.items()}
    return {key: value for key, value in data.items() if key != head}


def _told(errors: Sequence[Mapping[str, Any]], data: Json) -> Iterator[Complaint]:
    by_path: dict[tuple[Path, str | None, bool], list[Complaint]] = {}
    for error in errors:
        complaint = _complaint(error, data)
        key = (complaint.path, complaint.missing, complaint.is_about_key)
        by_path.setdefault(key, []).append(complaint)
    deeper = {path[:n] for path, _, _ in by_path for n in range(len(path))}
    for (path, missing, _), group in by_path.items():
        if len(group) == 1 or missing or group[0].kind == "extra_forbidden":
            if path not in deeper or not group[0].kind.endswith("_type"):
                yield group[0]  # and else it is a branch of a union that was not meant
        else:
            reasons = list(dict.fromkeys(each.reason for each in group))
            yield replace(group[0], reason="; or ".join(reasons))


def _complaint(error: Mapping[str, Any], data: Json) -> Complaint:
    kind = error["type"]
    location = list(error["loc"])
    is_about_key = location[-1:] == ["[key]"]
    missing = str(location.pop()) if kind == "missing" else None
    path: list[str | int] = []
    for step in location:
        here = _at(data, tuple(path))
        if (isinstance(here, dict) and step in here) or (isinstance(here, list) and isinstance(step, int)):
            path.append(step)
    reason = BAD_ID if is_about_key and kind == "string_pattern_mismatch" else _reason(error)
    return Complaint(tuple(path), kind, missing, reason, is_about_key)


def _reason(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind in PLAIN_REASONS:
        return PLAIN_REASONS[kind]
    if kind == "union_tag_invalid":
        return f"its kind should be one of {error['ctx']['expected_tags']}"
    text = str(error["msg"]).replace("Input should", "it should").replace("String should", "it should")
    return text[:1].lower() + text[1:]


def _unknown_field(complaint: Complaint, model: type[BaseModel], data: Json, prefix: Path) -> Finding:
    *parent_path, name = complaint.path
    path = (*prefix, *complaint.path)
    parent = _at(data, tuple(parent_path))
    known = [field for field in _fields_at(model, tuple(parent_path)) if field not in parent]
    near = nearest(str(name), known)
    owner = _spelled((*prefix, *parent_path)) or "the document"
    removal = unsetting([str(step) for step in path])
    if any(isinstance(step, int) for step in path):  # edits do not reach into lists
        return Finding("GM-111", place(path), f"{owner} has an unknown field {name}")
    if near is None or (near in SECRET_FIELDS and isinstance(parent[name], str)):
        sentence = f"{owner} has an unknown field {name}"
        return Finding("GM-111", place(path), sentence, Fix(f"Remove {name}", (removal,)))
    renamed = setting([str(step) for step in (*prefix, *parent_path, near)], parent[name])
    renamed["at"] = list(parent).index(str(name))
    sentence = f"{owner} has an unknown field {name}; did you mean {near}?"
    return Finding("GM-111", place(path), sentence, Fix(f"Rename {name} to {near}", (renamed, removal)))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Json]:
    return model.model_json_schema(by_alias=True)


def _fields_at(model: type[BaseModel], path: Path) -> list[str]:
    """Return the fields that ``model`` has at ``path``, over all branches of its unions."""
    root = _schema(model)
    spots = [root]
    for step in path:
        spots = [inner for spot in spots for inner in _below(_branches(spot, root), step)]
    return list(
        dict.fromkeys(
            name for spot in spots for each in _branches(spot, root) for name in each.get("properties", {})
        )
    )


def _branches(spot: Mapping[str, Json], root: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    if "$ref" in spot:
        return _branches(root["$defs"][spot["$ref"].rpartition("/")[2]], root)
    inner = [*spot.get("anyOf", ()), *spot.get("oneOf", ())]
    return [spot, *(leaf for each in inner for leaf in _branches(each, root))]


def _below(spots: Sequence[Mapping[str, Json]], step: str | int) -> Iterator[dict[str, Json]]:
    for spot in spots:
        if isinstance(step, int):
            inner = [spot.get("items")]
        elif step in spot.get("properties", {}):
            inner = [spot["properties"][step]]
        else:
            inner = [spot.get("additionalProperties"), *spot.get("patternProperties", {}).values()]
        yield from (each for each in inner if isinstance(each, dict))


def _at(data: Json, path: Path) -> Json:
    for step in path:
        data = data[step]
    return data


def _spelled(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _shown(value: Json) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
