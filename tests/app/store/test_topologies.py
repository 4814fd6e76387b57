"""What the store keeps, and what it refuses."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.errors import Deleted, NotFound, Stale
from app.store.database import Database, DatabaseTooNew
from app.store.history import DAY_S, HOUR_S, SNAPSHOT_EVERY, Json, TopologyId
from app.store.topologies import KeyReused, Topologies, Work
from app.topology.edits import apply_all


class Clock:
    """A clock set by hand."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "deep" / "store.sqlite3")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def topologies(database: Database, clock: Clock) -> Topologies:
    return Topologies(database, clock)


def a_document(name: str = "A") -> Json:
    return {"format": "glassmq/1", "name": name, "nodes": {}}


def setting(*path: str, value: Json) -> Work:
    """Work that sets one value."""

    def work(document: Json) -> tuple[Json, list[Json]]:
        edits = [{"kind": "set", "path": list(path), "value": value}]
        return apply_all(document, edits)[0], edits

    return work


async def made(topologies: Topologies, name: str = "A") -> TopologyId:
    entry, _ = await topologies.create(a_document(name))
    return entry.id


async def test_what_was_created_is_read_back(topologies: Topologies) -> None:
    entry, is_new = await topologies.create(a_document("One"))
    assert is_new
    assert (entry.name, entry.revision) == ("One", 1)
    assert await topologies.document(entry.id) == (1, a_document("One"))


async def test_the_same_key_makes_one_topology(topologies: Topologies) -> None:
    first, _ = await topologies.create(a_document(), "key", "digest")
    again, is_new = await topologies.create(a_document(), "key", "digest")
    assert again.id == first.id
    assert not is_new
    with pytest.raises(KeyReused):
        await topologies.create(a_document("B"), "key", "other")


async def test_every_revision_can_be_read_across_snapshots_and_a_new_start(
    topologies: Topologies, database: Database
) -> None:
    topology = await made(topologies)
    last = 2 * SNAPSHOT_EVERY + 3
    for revision in range(2, last + 1):
        saved = await topologies.change(topology, revision - 1, "n", setting("x-n", value=revision))
        assert saved.change.revision == revision
    fresh = Topologies(database)
    for revision in (2, SNAPSHOT_EVERY, SNAPSHOT_EVERY + 1, last):
        assert (await fresh.document(topology, revision))[1]["x-n"] == revision
    assert (await fresh.document(topology))[0] == last


async def test_a_stale_change_is_refused_with_the_edits_since(topologies: Topologies) -> None:
    topology = await made(topologies)
    await topologies.change(topology, 1, "one", setting("name", value="B"))
    with pytest.raises(Stale) as refused:
        await topologies.change(topology, 1, "two", setting("name", value="C"))
    assert refused.value.current == "r2"
    assert refused.value.edits == [{"kind": "set", "path": ["name"], "value": "B"}]
    assert (await topologies.head(topology)).name == "B"


async def test_work_that_raises_changes_nothing(topologies: Topologies) -> None:
    topology = await made(topologies)

    def broken(document: Json) -> tuple[Json, list[Json]]:
        raise NotFound("thing", "x")

    with pytest.raises(NotFound):
        await topologies.change(topology, 1, "broken", broken)
    assert (await topologies.head(topology)).revision == 1


async def test_two_servers_on_one_file_see_each_other(database: Database, tmp_path: Path) -> None:
    other = Database(tmp_path / "deep" / "store.sqlite3")
    await other.open()
    one, two = Topologies(database), Topologies(other)
    topology = await made(one)
    await two.change(topology, 1, "from two", setting("name", value="Two"))
    with pytest.raises(Stale):
        await one.change(topology, 1, "from one", setting("name", value="One"))
    assert (await one.document(topology))[1]["name"] == "Two"
    await other.close()


async def test_a_deleted_topology_is_gone_and_can_be_brought_back(topologies: Topologies) -> None:
    topology = await made(topologies)
    with pytest.raises(Stale):
        await topologies.delete(topology, 7)
    await topologies.delete(topology, 1)
    with pytest.raises(Deleted):
        await topologies.document(topology)
    assert await topologies.listing(None, 10) == ([], None)
    with pytest.raises(Stale):
        await topologies.undelete(topology, 7)
    await topologies.undelete(topology, 1)
    assert await topologies.document(topology) == (1, a_document())


async def test_a_deleted_topology_is_forgotten_after_its_days(topologies: Topologies, clock: Clock) -> None:
    topology = await made(topologies)
    await topologies.delete(topology, None)
    clock.now += 29 * DAY_S
    await topologies.tidy(restore_days=30)
    await topologies.undelete(topology)
    await topologies.delete(topology, None)
    clock.now += 31 * DAY_S
    await topologies.tidy(restore_days=30)
    with pytest.raises(NotFound):
        await topologies.undelete(topology)


async def test_a_list_comes_in_pages_last_changed_first(topologies: Topologies, clock: Clock) -> None:
    for name in "abcde":
        clock.now += name != "c"  # b and c at the same time
        await made(topologies, name)
    names: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page, cursor = await topologies.listing(cursor, 2)
        names += [entry.name for entry in page]
    assert cursor is None
    assert sorted(names) == list("abcde")
    assert names[:2] == ["e", "d"]


async def test_old_revisions_are_thinned_and_what_stays_can_be_read(
    topologies: Topologies, clock: Clock
) -> None:
    start = clock.now = 2_000 * DAY_S
    topology = await made(topologies)
    for revision in range(2, 41):  # one each quarter of an hour
        clock.now += HOUR_S / 4
        await topologies.change(topology, None, "n", setting("x-n", value=revision))
        if revision == 6:
            await topologies.name_revision(topology, "keep me")
    clock.now = start + 3 * DAY_S
    await topologies.change(topology, None, "n", setting("x-n", value=41))
    await topologies.tidy(restore_days=30)
    stayed = [kept.revision for kept in await topologies.revisions(topology, None, 100)]
    assert stayed == [41, 40, 36, 32, 28, 24, 20, 16, 12, 8, 6, 4]
    for revision in stayed:
        assert (await topologies.document(topology, revision))[1]["x-n"] == revision
    with pytest.raises(NotFound):
        await topologies.document(topology, 7)
    assert (await topologies.changes_since(topology, 7))[1] is None
    with pytest.raises(Stale) as refused:
        await topologies.change(topology, 7, "late", setting("name", value="late"))
    assert {"kind": "set", "path": ["x-n"], "value": 41} in refused.value.edits


async def test_changes_since_say_how_it_came_about(topologies: Topologies) -> None:
    topology = await made(topologies)
    await topologies.change(topology, 1, "b", setting("name", value="B"))
    await topologies.change(topology, 2, "c", setting("name", value="C"))
    current, changes = await topologies.changes_since(topology, 1)
    assert current == 3
    assert [(change.revision, change.label) for change in changes or ()] == [(2, "b"), (3, "c")]
    assert await topologies.changes_since(topology, 9) == (3, None)


async def test_a_file_from_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    database = Database(path)
    await database.open()
    await database.transact(lambda connection: connection.exec_driver_sql("PRAGMA user_version = 99"))
    await database.close()
    late = Database(path)
    with pytest.raises(DatabaseTooNew):
        await late.open()
    await late.close()
