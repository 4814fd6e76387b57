"""The key file of this machine opened for a command, without the rest of a server."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from app.settings import Settings
from app.store.database import Database
from app.store.keys import Keys
from app.store.tables import key_metadata
from app.workspace.locksmith import Locksmith


@asynccontextmanager
async def locksmith_of(
    settings: Settings, environment: Mapping[str, str], *, makes_file: bool = False
) -> AsyncIterator[Locksmith]:
    """Open the key file for as long as it is needed.

    Args:
        settings: where it is.
        environment: variables that hold secrets as well.
        makes_file: whether to make it; else, where there is none, only the environment is looked at.
    """
    if not makes_file and not settings.key_file.exists():
        yield Locksmith(None, environment, settings.allow_env)
        return
    database = Database(settings.key_file, key_metadata)
    await database.open()
    try:
        yield Locksmith(Keys(database, settings.limits.keys), environment, settings.allow_env)
    finally:
        await database.close()
