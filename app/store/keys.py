"""The keys of this machine: secrets by name, in a file that is its user's alone; none leaves by HTTP."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final

from sqlalchemy import Connection, Row, delete, func, select

from app.errors import AppError, NotFound, QuotaReached, Stale
from app.store.database import Database
from app.store.tables import keys
from app.store.topologies import KeyReused
from app.topology.key_shapes import Kind

MILLISECONDS: Final = 1000


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What may be told of a key."""

    name: str
    kind: Kind
    public: str | None
    """A CURVE key's public half in Z85, a certificate as PEM; a password has none."""
    made_at: float
    """Seconds since 1970."""

    @property
    def revision(self) -> int:
        """Tells it from a later key of the same name; a key itself never changes."""
        return int(self.made_at * MILLISECONDS)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be kept; its secret is never shown."""

    name: str
    kind: Kind
    public: str | None
    secret: str = field(repr=False)


class KeyExists(AppError):
    """The name is taken; a key is never changed under its name."""

    code = "key-exists"
    title = "There is a key of this name"
    status = 409

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"this machine has a key named {name!r} already; choose another name, or delete it")


class Keys:
    """The keys in one database.

    They are protected as ssh protects keys without a passphrase: the file and
    its directory are its user's alone, deleted ones are overwritten, and no
    request is ever answered with one.

    Args:
        database: with the table of keys; opened by whoever owns it.
        most: how many there may be.
        clock: seconds since 1970.
    """

    def __init__(self, database: Database, most: int, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._most = most
        self._clock = clock

    async def listing(self) -> list[KnownKey]:
        """What may be told of every key, by name."""
        return await self._database.transact(_listing)

    async def find(self, name: str) -> KnownKey:
        """What may be told of one key.

        Raises:
            NotFound: there is none of this name.
        """
        return await self._database.transact(lambda c: _known(_row(c, name)))

    async def keep(self, new: NewKey, creation: str | None = None) -> tuple[KnownKey, bool]:
        """Keep a key; with the ``creation`` of a key that is there, answer that one.

        Returns:
            the key, and whether it is new.

        Raises:
            KeyExists: another one has its name.
            KeyReused: that creation made another key.
            QuotaReached: there are as many as there may be.
        """
        return await self._database.transact(lambda c: self._keep(c, new, creation))

    async def made_by(self, creation: str, name: str) -> KnownKey | None:
        """The key that a request made, when it was made under this name.

        Raises:
            KeyReused: that request made a key of another name.
        """
        return await self._database.transact(lambda c: _made_by(c, creation, name))

    async def secrets(self, names: set[str]) -> dict[str, str]:
        """The secrets of those of these names that are there: for runs, and for nobody else."""

        def work(connection: Connection) -> dict[str, str]:
            found = connection.execute(select(keys.c.name, keys.c.secret).where(keys.c.name.in_(names)))
            return {row.name: row.secret for row in found}

        return await self._database.transact(work)

    async def delete(self, name: str, base: int | None) -> None:
        """Forget a key for good.

        Raises:
            NotFound: there is none of this name.
            Stale: the one of this name is not ``base``.
        """

        def work(connection: Connection) -> None:
            known = _known(_row(connection, name))
            if base not in (None, known.revision):
                raise Stale(f"r{base}", f"r{known.revision}")
            connection.execute(delete(keys).where(keys.c.name == name))

        await self._database.transact(work)
        await self._database.clear_log()

    def _keep(self, connection: Connection, new: NewKey, creation: str | None) -> tuple[KnownKey, bool]:
        known = _made_by(connection, creation, new.name) if creation else None
        if known is not None:
            row = _row(connection, new.name)
            if row.kind != new.kind or not compare_digest(row.secret.encode(), new.secret.encode()):
                raise KeyReused(creation or "")
            return known, False
        if connection.execute(select(keys.c.name).where(keys.c.name == new.name)).first() is not None:
            raise KeyExists(new.name)
        if connection.execute(select(func.count()).select_from(keys)).scalar_one() >= self._most:
            raise QuotaReached("keys", self._most)
        connection.execute(
            keys.insert().values(
                name=new.name,
                kind=new.kind,
                public=new.public,
                secret=new.secret,
                made_at=self._clock(),
                creation=creation,
            )
        )
        return _known(_row(connection, new.name)), True


def _listing(connection: Connection) -> list[KnownKey]:
    return [_known(row) for row in connection.execute(select(keys).order_by(keys.c.name))]


def _row(connection: Connection, name: str) -> Row[tuple[object, ...]]:
    row = connection.execute(select(keys).where(keys.c.name == name)).first()
    if row is None:
        raise NotFound("key", name)
    return row


def _made_by(connection: Connection, creation: str, name: str) -> KnownKey | None:
    row = connection.execute(select(keys).where(keys.c.creation == creation)).first()
    if row is not None and row.name != name:
        raise KeyReused(creation)
    return _known(row) if row is not None else None


def _known(row: Row[tuple[object, ...]]) -> KnownKey:
    return KnownKey(row.name, row.kind, row.public, row.made_at)
