"""The key store: secrets by name, for this user's eyes only, gone when they are deleted."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.errors import NotFound, QuotaReached, Stale
from app.store.database import Database
from app.store.keys import KeyExists, Keys, NewKey
from app.store.tables import key_metadata
from app.store.topologies import KeyReused

SECRET = "a secret that is looked for"
NEW = NewKey("feed", "curve", "public", SECRET)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "data" / "keys.sqlite3", key_metadata)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def keys(database: Database) -> Keys:
    return Keys(database, most=2, clock=lambda: 1_000.5)


def octets(tmp_path: Path) -> bytes:
    """Everything that the store has on the disk."""
    return b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())


async def test_a_key_is_told_without_its_secret(keys: Keys) -> None:
    made, is_new = await keys.keep(NEW)
    assert is_new
    assert (made.name, made.kind, made.public, made.revision) == ("feed", "curve", "public", 1_000_500)
    assert await keys.listing() == [made]
    assert await keys.find("feed") == made
    assert await keys.secrets({"feed", "other"}) == {"feed": SECRET}
    assert SECRET not in repr((NEW, made))


async def test_there_is_room_for_so_many_keys_and_a_deleted_one_makes_room(keys: Keys) -> None:
    await keys.keep(NEW)
    second = NewKey("second", "plain", None, "another")
    await keys.keep(second, "again")
    with pytest.raises(QuotaReached, match="at most 2 keys"):
        await keys.keep(NewKey("third", "plain", None, "a third"))
    assert not (await keys.keep(second, "again"))[1]
    await keys.delete("feed", None)
    await keys.keep(NewKey("third", "plain", None, "a third"))


async def test_a_name_is_given_once_and_a_creation_answered_again(keys: Keys) -> None:
    first = await keys.keep(NEW, "one")
    assert await keys.keep(NEW, "one") == (first[0], False)
    assert await keys.made_by("one", "feed") == first[0]
    with pytest.raises(KeyExists):
        await keys.keep(NEW, "two")
    with pytest.raises(KeyReused):
        await keys.keep(NewKey("feed", "curve", "public", "another"), "one")
    with pytest.raises(KeyReused):
        await keys.made_by("one", "desk")


async def test_what_is_deleted_is_gone_from_the_disk(keys: Keys, tmp_path: Path) -> None:
    await keys.keep(NEW)
    assert SECRET.encode() in octets(tmp_path)
    with pytest.raises(Stale):
        await keys.delete("feed", 1)
    await keys.delete("feed", 1_000_500)
    assert SECRET.encode() not in octets(tmp_path)
    with pytest.raises(NotFound):
        await keys.find("feed")


async def test_nobody_else_may_read_the_files(keys: Keys, tmp_path: Path) -> None:
    await keys.keep(NEW)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "data").iterdir()}
    assert modes == {0o600}


async def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "keys.sqlite3"
    path.touch(0o644)
    database = Database(path, key_metadata)
    await database.open()
    await database.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
