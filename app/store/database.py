"""The database: opened once, spoken to from one thread of its own, so that no disk ever holds up the loop."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, MetaData, StaticPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from app.store.tables import VERSION, metadata

Answer = TypeVar("Answer")

PRIVATE: Final = 0o600
PRIVATE_DIRECTORY: Final = 0o700

BUSY_TIMEOUT_MS: Final = 5_000
"""How long to wait for another server that writes to the same file, ms."""


class DatabaseTooNew(Exception):
    """The file was written by a later version of GlassMQ than this one."""

    def __init__(self, path: Path, found: int) -> None:
        self.path = path
        self.found = found
        super().__init__(
            f"{path} has layout {found}; this version of GlassMQ knows layouts up to {VERSION}: "
            "use the newer GlassMQ, or another --data directory"
        )


class Database:
    """One SQLite file behind one thread.

    A transaction that was acknowledged survives the death of this process at
    any moment: it is in the write-ahead log, in the operating system's hands.
    Cancelling whoever waits for a transaction does not undo it. Nobody but this
    user may read the file.

    Args:
        path: the file; it and its directory are made when they are not there.
        tables: what it holds.
    """

    def __init__(self, path: Path, tables: MetaData = metadata) -> None:
        self._path = path
        self._tables = tables
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._engine: Engine | None = None

    async def open(self) -> None:
        """Make or open the file.

        Raises:
            DatabaseTooNew: a later version wrote it.
        """
        await self._run(self._open)

    async def close(self) -> None:
        """Finish what is under way and let go of the file."""
        await self._run(self._close)
        self._thread.shutdown()

    async def transact(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run ``work`` in a transaction that nobody else writes beside; an exception undoes it."""
        return await self._run(lambda: self._transact(work))

    async def is_well(self) -> bool:
        """Whether it can be read and written, found out by trying."""
        try:
            await self.transact(lambda connection: connection.exec_driver_sql("PRAGMA user_version").scalar())
        except SQLAlchemyError:
            return False
        return True

    async def clear_log(self) -> None:
        """Empty the write-ahead log, so that it does not keep what was deleted from the file."""
        await self._run(self._clear_log)

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _transact(self, work: Callable[[Connection], Answer]) -> Answer:
        assert self._engine is not None, "the database is not open"
        with self._engine.begin() as connection:
            return work(connection)

    def _clear_log(self) -> None:
        assert self._engine is not None, "the database is not open"
        with self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _open(self) -> None:
        self._path.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        # SQLite gives its log beside the file the file's own mode, so the file must have it first.
        os.close(os.open(self._path, os.O_CREAT, PRIVATE))
        self._path.chmod(PRIVATE)
        engine = create_engine(f"sqlite:///{self._path}", poolclass=StaticPool)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin_immediate)
        try:
            with engine.begin() as connection:
                found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                if found > VERSION:
                    raise DatabaseTooNew(self._path, found)
                self._tables.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            engine.dispose()
            raise
        self._engine = engine

    def _close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # SQLAlchemy begins transactions itself (below): the driver would not lock until the first write.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    # With WAL, NORMAL hands every commit to the system: a killed process loses nothing. FULL would add a
    # flush of the disk to each edit, for the sake of a power cut.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not just forgotten


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
