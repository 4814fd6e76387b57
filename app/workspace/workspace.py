"""The hall that both doors lead to: editing, running and exporting, built once."""

import asyncio
import os
from dataclasses import dataclass
from typing import Final, Literal

from app.settings import Settings
from app.store.database import Database
from app.store.keys import Keys
from app.store.tables import key_metadata
from app.store.topologies import Topologies
from app.workspace.editing import Editing
from app.workspace.exporting import Exporting
from app.workspace.locksmith import Locksmith
from app.workspace.running import Running
from app.workspace.version import VERSION

TIDY_EVERY_S: Final = 3_600.0

Warmth = Literal["ready", "starting"]


@dataclass(frozen=True, slots=True)
class Health:
    """How the server is."""

    version: str
    store: Literal["ready", "failed"]
    fork_server: Warmth


class Workspace:
    """Everything a door may ask for.

    Args:
        settings: where the topologies live, and every limit.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings.database)
        self._topologies = Topologies(self._database)
        self._key_file = Database(settings.key_file, key_metadata)
        kept = Keys(self._key_file, settings.limits.keys)
        self.locksmith = Locksmith(kept, os.environ, settings.allow_env)
        self.running = Running(settings, self.locksmith)
        self.editing = Editing(self._topologies, self.running, settings, self.locksmith)
        self.locksmith.tell(self.editing.look_again)
        self.exporting = Exporting(self.editing, self.locksmith)
        self._tidying: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the store and warm up what starts runs."""
        await self._database.open()
        await self._key_file.open()
        await self.running.open()
        self._tidying = asyncio.create_task(self._tidy_now_and_then())

    async def close(self) -> None:
        """Stop every run, end every watch, close the store."""
        if self._tidying is not None:
            self._tidying.cancel()
            await asyncio.wait([self._tidying])
        self.editing.close()
        await self.running.close()
        await self._database.close()
        await self._key_file.close()

    async def health(self) -> Health:
        """How it is, found out by trying."""
        fork_server: Warmth = "ready" if self.running.is_ready else "starting"
        store: Literal["ready", "failed"] = "ready" if await self._database.is_well() else "failed"
        return Health(VERSION, store, fork_server)

    async def _tidy_now_and_then(self) -> None:
        while True:
            await self._topologies.tidy(self._settings.limits.restore_days)
            await asyncio.sleep(TIDY_EVERY_S)
