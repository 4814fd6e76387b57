"""From the plain tree to the model: what does not fit is told and left out; the rest is still looked at."""

from typing import Any, Final

from app.topology.complaints import Complaint, complaints, finding_of, pruned
from app.topology.findings import Finding, Fix, nearest, setting
from app.topology.literals import secrets_written
from app.topology.model import Topology

Json = Any
Document = dict[str, Json]

FORMAT: Final = "glassmq/1"
KNOWN_FORMATS: Final = (FORMAT,)
MOST_ROUNDS: Final = 40
"""Leaving something out can make its holder unfit; holders are less deep than this."""


def read_model(document: Document) -> tuple[Topology, list[Finding]]:
    """Return the model of what fits, and findings about what does not."""
    findings = _format_findings(document)
    rest: Document = {**document, "format": FORMAT}
    found = complaints(Topology, rest)
    secrets = {each.path for each in secrets_written(document)}  # of these GM-113 tells, and better
    findings += [finding_of(each, Topology, rest) for each in found if each.path not in secrets]
    for _ in range(MOST_ROUNDS):
        if not found:
            return Topology.model_validate(rest), findings
        rest = _without(rest, found)
        found = complaints(Topology, rest)
    return Topology(format=FORMAT, name="Untitled"), findings


def _format_findings(document: Document) -> list[Finding]:
    version = document.get("format")
    if version in KNOWN_FORMATS:
        return []
    if version is None:
        sentence = f"the document does not say its format; this program reads {FORMAT}"
        edit = {**setting(["format"], FORMAT), "at": 0}
        return [Finding("GM-111", {}, sentence, Fix(f"Call it {FORMAT}", (edit,)))]
    sentence = f"the document's format is {str(version)[:60]!r}; this program reads {FORMAT}"
    near = nearest(str(version), KNOWN_FORMATS)
    fix = Fix(f"Read it as {near}", (setting(["format"], near),)) if near else None
    return [Finding("GM-111", {}, sentence, fix)]


def _without(rest: Document, found: list[Complaint]) -> Document:
    """Leave out what was complained about, the last first, so that places in lists stay true."""
    paths = {each.path for each in found}
    outermost = [path for path in paths if not any(path[:n] in paths for n in range(len(path)))]
    for path in sorted(outermost, key=_order, reverse=True):
        rest = {**rest, "name": "Untitled"} if path in ((), ("name",)) else pruned(rest, path)
    return rest


def _order(path: tuple[str | int, ...]) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]
