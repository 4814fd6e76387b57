"""The revisions of one topology: edits that lead from one to the next, and whole documents here and there."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NewType

from sqlalchemy import Connection, delete, select, update

from app.store.tables import revisions
from app.topology.edits import apply_all

Json = Any
TopologyId = NewType("TopologyId", str)

SNAPSHOT_EVERY: Final = 64
"""Revisions between two whole documents: as many edits are replayed at most to read one."""

HOUR_S: Final = 3_600
DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Change:
    """How one revision came from the one before."""

    revision: int
    label: str
    edits: list[Json]


@dataclass(frozen=True, slots=True)
class Kept:
    """One revision that can still be read."""

    revision: int
    at: float
    """Seconds since 1970."""
    label: str
    """What its edit was called."""
    name: str | None
    """The name a person gave it; a named revision is never thinned."""


def to_text(value: Json) -> str:
    """JSON without spaces, its keys in their own order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def append(connection: Connection, topology: TopologyId, change: Change, document: Json, at: float) -> None:
    """Write a revision; the document with it where one is due, or is no longer than its edits."""
    edits = to_text(change.edits)
    text = to_text(document)
    is_due = change.revision % SNAPSHOT_EVERY == 1 or len(text) <= len(edits)
    connection.execute(
        revisions.insert().values(
            topology=topology,
            revision=change.revision,
            at=at,
            label=change.label,
            edits=edits,
            document=text if is_due else None,
        )
    )


def document_at(connection: Connection, topology: TopologyId, revision: int) -> Json | None:
    """The document of that revision, or ``None`` when it was never there or has been thinned away."""
    row = connection.execute(
        select(revisions.c.revision, revisions.c.document)
        .where(
            revisions.c.topology == topology,
            revisions.c.revision <= revision,
            revisions.c.document.is_not(None),
        )
        .order_by(revisions.c.revision.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    document = json.loads(row.document)
    if row.revision == revision:
        return document
    changes = changes_between(connection, topology, row.revision, revision)
    if changes is None:
        return None
    for change in changes:
        document, _ = apply_all(document, change.edits)
    return document


def changes_between(
    connection: Connection, topology: TopologyId, after: int, last: int
) -> list[Change] | None:
    """What led from revision ``after`` to ``last``, or ``None`` when a link of that chain is gone."""
    rows = connection.execute(
        select(revisions.c.revision, revisions.c.label, revisions.c.edits)
        .where(
            revisions.c.topology == topology,
            revisions.c.revision > after,
            revisions.c.revision <= last,
        )
        .order_by(revisions.c.revision)
    ).all()
    if len(rows) != last - after or any(row.edits is None for row in rows):
        return None
    return [Change(row.revision, row.label, json.loads(row.edits)) for row in rows]


def kept(connection: Connection, topology: TopologyId, before: int | None, limit: int) -> list[Kept]:
    """Revisions that can be read, newest first, those below ``before``."""
    query = select(revisions.c.revision, revisions.c.at, revisions.c.label, revisions.c.name).where(
        revisions.c.topology == topology
    )
    if before is not None:
        query = query.where(revisions.c.revision < before)
    rows = connection.execute(query.order_by(revisions.c.revision.desc()).limit(limit)).all()
    return [Kept(row.revision, row.at, row.label, row.name) for row in rows]


def thin(connection: Connection, topology: TopologyId, current: int, now: float) -> int:
    """Keep all of the last day, one an hour of the week before, one a day before that, and all with a name.

    Returns:
        how many revisions are gone.
    """
    rows = connection.execute(
        select(revisions.c.revision, revisions.c.at, revisions.c.name)
        .where(revisions.c.topology == topology)
        .order_by(revisions.c.revision)
    ).all()
    stay = set(_worth_keeping([Kept(row.revision, row.at, "", row.name) for row in rows], current, now))
    gone = [row.revision for row in rows if row.revision not in stay]
    if not gone:
        return 0
    dead = set(gone)
    for revision in stay:
        if revision - 1 in dead:  # its edits lead from what is going away
            _keep_whole(connection, topology, revision)
    for start in range(0, len(gone), 500):
        connection.execute(
            delete(revisions).where(
                revisions.c.topology == topology, revisions.c.revision.in_(gone[start : start + 500])
            )
        )
    return len(gone)


def _worth_keeping(rows: Iterable[Kept], current: int, now: float) -> Iterator[int]:
    last_of_span: dict[tuple[int, int], int] = {}
    for row in rows:
        age = now - row.at
        if row.name is not None or row.revision == current or age < DAY_S:
            yield row.revision
        else:
            span = HOUR_S if age < 7 * DAY_S else DAY_S
            last_of_span[span, int(row.at // span)] = row.revision
    yield from last_of_span.values()


def _keep_whole(connection: Connection, topology: TopologyId, revision: int) -> None:
    document = document_at(connection, topology, revision)
    connection.execute(
        update(revisions)
        .where(revisions.c.topology == topology, revisions.c.revision == revision)
        .values(edits=None, document=None if document is None else to_text(document))
    )
