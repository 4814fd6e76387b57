"""Topologies with their revisions: compare-and-set on the revision, nothing acknowledged is ever lost."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from app.errors import AppError, Deleted, NotFound, Stale
from app.store import history
from app.store.database import Database
from app.store.history import Change, Json, Kept, TopologyId
from app.store.tables import creations, revisions, topologies

CACHED_DOCUMENTS: Final = 32
CREATION_REMEMBERED_S: Final = history.DAY_S
"""How long a creating request may be repeated, seconds."""

Work = Callable[[Json], tuple[Json, list[Json]]]
"""From the present document to the next one and the edits between them. Runs on the store's thread."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One topology in a list."""

    id: TopologyId
    name: str
    revision: int
    created_at: float
    """Seconds since 1970."""
    changed_at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A change that is kept: what was, what is, and what lies between."""

    before: Json
    after: Json
    change: Change


class KeyReused(AppError):
    """The same idempotency key came with another body."""

    code = "idempotency-key-reused"
    title = "This key was used for something else"
    status = 422

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the Idempotency-Key {key!r} came before with another body; make a new one")


class Topologies:
    """The topologies in one database.

    Documents that it gives out are shared with its cache: they are to be read, never changed.

    Args:
        database: opened by whoever owns it.
        clock: seconds since 1970.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        # Only touched on the store's thread. An entry counts for its own revision only, so another
        # server on the same file cannot make it wrong.
        self._cache: OrderedDict[TopologyId, tuple[int, Json]] = OrderedDict()

    async def create(self, document: Json, key: str | None = None, digest: str = "") -> tuple[Entry, bool]:
        """Keep a new topology; with a known ``key``, answer what that key made before.

        Returns:
            the topology, and whether it was made just now.

        Raises:
            KeyReused: the key is known for a body with another digest.
        """
        return await self._database.transact(lambda c: self._create(c, document, key, digest))

    async def head(self, topology: TopologyId) -> Entry:
        """The latest state of one topology, without its document.

        Raises:
            NotFound, Deleted: it is not there.
        """
        return await self._database.transact(lambda c: _entry(_head(c, topology)))

    async def document(self, topology: TopologyId, revision: int | None = None) -> tuple[int, Json]:
        """A revision's number and document: the latest one unless ``revision`` names another.

        Raises:
            NotFound, Deleted: the topology or that revision is not there.
        """
        return await self._database.transact(lambda c: self._read(c, topology, revision))

    async def change(self, topology: TopologyId, base: int | None, label: str, work: Work) -> Saved:
        """Make the next revision with ``work``, if the latest one is ``base`` (``None``: whichever it is).

        Returns once the revision is safe from the death of this process.

        Raises:
            Stale: it is not the latest any more; carries the edits since.
            NotFound, Deleted: the topology is not there.
        """
        return await self._database.transact(lambda c: self._change(c, topology, base, label, work))

    async def changes_since(self, topology: TopologyId, revision: int) -> tuple[int, list[Change] | None]:
        """The latest revision and what led there from ``revision``; ``None`` when that is no longer known."""
        return await self._database.transact(lambda c: _changes_since(c, topology, revision))

    async def listing(self, cursor: str | None, limit: int) -> tuple[list[Entry], str | None]:
        """One page, last changed first, and the cursor of the next page if there is one."""
        return await self._database.transact(lambda c: _listing(c, cursor, limit))

    async def delete(self, topology: TopologyId, base: int | None) -> None:
        """Put a topology away; it can be brought back until it is purged.

        Raises:
            Stale, NotFound, Deleted: as for a change.
        """
        await self._database.transact(lambda c: self._delete(c, topology, base))

    async def undelete(self, topology: TopologyId, base: int | None = None) -> Entry:
        """Bring a deleted topology back as it was; one that is there stays as it is.

        Raises:
            Stale: its latest revision is not ``base``.
            NotFound: it was never there, or deleted too long ago.
        """
        return await self._database.transact(lambda c: self._undelete(c, topology, base))

    async def revisions(self, topology: TopologyId, before: int | None, limit: int) -> list[Kept]:
        """The revisions that can still be read, newest first."""

        def work(connection: Connection) -> list[Kept]:
            _head(connection, topology, with_deleted=True)
            return history.kept(connection, topology, before, limit)

        return await self._database.transact(work)

    async def name_revision(self, topology: TopologyId, name: str) -> Kept:
        """Give the latest revision a name, so that it is never thinned away."""
        return await self._database.transact(lambda c: _name(c, topology, name))

    async def tidy(self, restore_days: int) -> None:
        """Thin out old revisions, and forget what was deleted more than ``restore_days`` ago."""
        await self._database.transact(lambda c: self._tidy(c, restore_days))

    def _create(
        self, connection: Connection, document: Json, key: str | None, digest: str
    ) -> tuple[Entry, bool]:
        if key is not None:
            known = connection.execute(select(creations).where(creations.c.key == key)).first()
            if known is not None and known.digest != digest:
                raise KeyReused(key)
            if known is not None:
                return _entry(_head(connection, known.topology)), False
        now = self._clock()
        topology = TopologyId(f"t{secrets.token_hex(6)}")
        connection.execute(
            topologies.insert().values(
                id=topology, name=_name_of(document), revision=1, created_at=now, changed_at=now
            )
        )
        history.append(connection, topology, Change(1, "Created", []), document, now)
        if key is not None:
            connection.execute(creations.insert().values(key=key, digest=digest, topology=topology, at=now))
        self._remember(topology, 1, document)
        return _entry(_head(connection, topology)), True

    def _read(self, connection: Connection, topology: TopologyId, revision: int | None) -> tuple[int, Json]:
        current = _head(connection, topology).revision
        wanted = current if revision is None else revision
        cached = self._cache.get(topology)
        if cached is not None and cached[0] == wanted:
            self._cache.move_to_end(topology)
            return wanted, cached[1]
        document = history.document_at(connection, topology, wanted) if wanted <= current else None
        if document is None:
            raise NotFound("revision", f"r{wanted}")
        if wanted == current:
            self._remember(topology, wanted, document)
        return wanted, document

    def _change(
        self, connection: Connection, topology: TopologyId, base: int | None, label: str, work: Work
    ) -> Saved:
        current, before = self._read(connection, topology, None)
        if base not in (None, current):
            raise _stale(connection, topology, base, current, before)
        after, edits = work(before)
        now = self._clock()
        change = Change(current + 1, label, edits)
        history.append(connection, topology, change, after, now)
        connection.execute(
            update(topologies)
            .where(topologies.c.id == topology)
            .values(revision=change.revision, name=_name_of(after), changed_at=now)
        )
        self._remember(topology, change.revision, after)
        return Saved(before, after, change)

    def _delete(self, connection: Connection, topology: TopologyId, base: int | None) -> None:
        current, document = self._read(connection, topology, None)
        if base not in (None, current):
            raise _stale(connection, topology, base, current, document)
        connection.execute(
            update(topologies).where(topologies.c.id == topology).values(deleted_at=self._clock())
        )

    def _undelete(self, connection: Connection, topology: TopologyId, base: int | None) -> Entry:
        head = _head(connection, topology, with_deleted=True)
        if base not in (None, head.revision):
            document = history.document_at(connection, topology, head.revision)
            raise _stale(connection, topology, base, head.revision, document)
        if head.deleted_at is None:
            return _entry(head)
        connection.execute(
            update(topologies)
            .where(topologies.c.id == topology)
            .values(deleted_at=None, changed_at=self._clock())
        )
        return _entry(_head(connection, topology))

    def _tidy(self, connection: Connection, restore_days: int) -> None:
        now = self._clock()
        dead = topologies.c.deleted_at < now - restore_days * history.DAY_S
        gone = connection.execute(select(topologies.c.id).where(dead)).scalars().all()
        for topology in gone:
            connection.execute(delete(revisions).where(revisions.c.topology == topology))
            connection.execute(delete(topologies).where(topologies.c.id == topology))
        connection.execute(delete(creations).where(creations.c.at < now - CREATION_REMEMBERED_S))
        for row in connection.execute(select(topologies.c.id, topologies.c.revision)).all():
            history.thin(connection, row.id, row.revision, now)

    def _remember(self, topology: TopologyId, revision: int, document: Json) -> None:
        self._cache[topology] = (revision, document)
        self._cache.move_to_end(topology)
        if len(self._cache) > CACHED_DOCUMENTS:
            self._cache.popitem(last=False)


def _head(connection: Connection, topology: TopologyId, *, with_deleted: bool = False) -> Row[Any]:
    row = connection.execute(select(topologies).where(topologies.c.id == topology)).first()
    if row is None:
        raise NotFound("topology", topology)
    if row.deleted_at is not None and not with_deleted:
        raise Deleted("topology", topology)
    return row


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.id, row.name, row.revision, row.created_at, row.changed_at)


def _stale(connection: Connection, topology: TopologyId, base: int, current: int, document: Json) -> Stale:
    changes = history.changes_between(connection, topology, base, current) if base < current else None
    if changes is None:  # thinned away: what is there now, as edits of whole sections
        edits = [{"kind": "set", "path": [key], "value": value} for key, value in document.items()]
    else:
        edits = [edit for change in changes for edit in change.edits]
    return Stale(f"r{base}", f"r{current}", edits)


def _changes_since(
    connection: Connection, topology: TopologyId, revision: int
) -> tuple[int, list[Change] | None]:
    current = _head(connection, topology).revision
    if revision > current:
        return current, None
    return current, history.changes_between(connection, topology, revision, current)


def _listing(connection: Connection, cursor: str | None, limit: int) -> tuple[list[Entry], str | None]:
    query = select(topologies).where(topologies.c.deleted_at.is_(None))
    if cursor is not None:
        changed_at, last = _read_cursor(cursor)
        query = query.where(
            or_(
                topologies.c.changed_at < changed_at,
                and_(topologies.c.changed_at == changed_at, topologies.c.id > last),
            )
        )
    rows = connection.execute(
        query.order_by(topologies.c.changed_at.desc(), topologies.c.id).limit(limit + 1)
    ).all()
    entries = [_entry(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return entries, None
    return entries, f"{entries[-1].changed_at!r}~{entries[-1].id}"


def _read_cursor(cursor: str) -> tuple[float, str]:
    changed_at, _, last = cursor.partition("~")
    try:
        return float(changed_at), last
    except ValueError as error:
        raise NotFound("cursor", cursor) from error


def _name(connection: Connection, topology: TopologyId, name: str) -> Kept:
    current = _head(connection, topology).revision
    connection.execute(
        update(revisions)
        .where(revisions.c.topology == topology, revisions.c.revision == current)
        .values(name=name)
    )
    return history.kept(connection, topology, current + 1, 1)[0]


def _name_of(document: Json) -> str:
    name = document.get("name") if isinstance(document, dict) else None
    return name if isinstance(name, str) else ""
