"""The life of an edit: check its revision, apply, save, tell the watchers and the run, look for problems."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol
from weakref import WeakValueDictionary

from app.errors import Deleted, NotFound, TooLarge
from app.settings import Settings
from app.store.history import Change, Kept, TopologyId, to_text
from app.store.topologies import Entry, Topologies
from app.telemetry.fanout import Watch
from app.topology.document import LARGEST_JSON, settle
from app.topology.edits import apply_all
from app.topology.validate import check
from app.workspace.locksmith import Locksmith
from app.workspace.replacement import difference
from app.workspace.watches import Audience

Json = Any

CACHED_FINDINGS: Final = 32


class LiveRuns(Protocol):
    """What editing needs from whoever runs topologies."""

    async def apply(
        self, topology: TopologyId, revision: int, before: Json, after: Json, edits: list[Json]
    ) -> list[Json]:
        """Change the live run of this topology, if there is one; say what became of each edit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an edit did."""

    revision: int
    inverse: list[Json]
    """Edits that undo it, in the order to apply them."""
    findings: list[Json]
    live: list[Json]
    """What became of each edit in the live run; empty when nothing runs."""


class Editing:
    """Topologies as people change them.

    Changes of one topology follow one another: their watchers and the live
    run hear of them in the order of the revisions.

    Args:
        topologies: where they are kept.
        live: told of each change.
        settings: which hosts a topology may name.
        locksmith: knows the secrets that a topology may name.
    """

    def __init__(
        self, topologies: Topologies, live: LiveRuns, settings: Settings, locksmith: Locksmith
    ) -> None:
        self._topologies = topologies
        self._live = live
        self._locksmith = locksmith
        self._allow_hosts = settings.allow_hosts
        self._audience = Audience()
        self._locks: WeakValueDictionary[TopologyId, asyncio.Lock] = WeakValueDictionary()
        self._findings: OrderedDict[TopologyId, tuple[int, list[Json]]] = OrderedDict()

    async def create(self, document: Json, key: str | None = None) -> tuple[Entry, list[Json], bool]:
        """Keep a new topology, errors in the drawing included.

        Args:
            key: names this request, so that repeating it makes nothing new.

        Returns:
            the topology, its findings, and whether it was made just now.
        """
        digest = hashlib.sha256(repr(document).encode()).hexdigest() if key else ""
        entry, is_new = await self._topologies.create(document, key, digest)
        return entry, await self.findings_of(document), is_new

    async def document(self, topology: TopologyId, revision: int | None = None) -> tuple[int, Json]:
        """The number and the document of a revision; of the latest one when none is named."""
        return await self._topologies.document(topology, revision)

    async def head(self, topology: TopologyId) -> Entry:
        """The latest state of a topology, without its document."""
        return await self._topologies.head(topology)

    async def apply(
        self,
        topology: TopologyId,
        base: int | None,
        edits: Sequence[Json],
        label: str,
        by: str | None = None,
    ) -> Outcome:
        """Apply edits as one revision. All of them, or none.

        Args:
            base: the revision that they were made on; ``None``: whichever is the latest.
            by: whose edits they are, told to the watchers.

        Raises:
            Stale: another revision came first; carries the edits since.
            EditMissesTarget: one of them names a place that is not there.
            TooLarge: the document would grow past the limit.
        """
        return await self._change(topology, base, label, by, lambda _: [_settled(edit) for edit in edits])

    async def replace(
        self, topology: TopologyId, base: int | None, document: Json, label: str, by: str | None = None
    ) -> Outcome:
        """Put a whole document in the place of the latest revision.

        Raises:
            Stale: another revision came first.
        """
        return await self._change(topology, base, label, by, lambda before: difference(before, document))

    async def restore(
        self, topology: TopologyId, base: int | None, revision: int, by: str | None = None
    ) -> Outcome:
        """Make an earlier revision the latest one; brings back a deleted topology as well."""
        await self._topologies.undelete(topology, base)
        _, document = await self._topologies.document(topology, revision)
        return await self.replace(topology, base, document, f"Restored revision {revision}", by)

    async def delete(self, topology: TopologyId, base: int | None) -> None:
        """Put a topology away; it can be restored for some days."""
        async with self._lock(topology):
            await self._topologies.delete(topology, base)
            self._audience.tell(topology, {"kind": "deleted"})

    async def listing(self, cursor: str | None, limit: int) -> tuple[list[Entry], str | None]:
        """One page of topologies, last changed first, and the next page's cursor."""
        return await self._topologies.listing(cursor, limit)

    async def revisions(self, topology: TopologyId, before: int | None, limit: int) -> list[Kept]:
        """The revisions that can be read, newest first."""
        return await self._topologies.revisions(topology, before, limit)

    async def name_revision(self, topology: TopologyId, name: str) -> Kept:
        """Name the latest revision."""
        return await self._topologies.name_revision(topology, name)

    async def edits_since(self, topology: TopologyId, revision: int) -> tuple[int, list[Change]]:
        """The latest revision and the changes that led there.

        Raises:
            NotFound: the way from ``revision`` is not known any more.
        """
        current, changes = await self._topologies.changes_since(topology, revision)
        if changes is None:
            raise NotFound("revision", f"r{revision}")
        return current, changes

    async def findings(self, topology: TopologyId, revision: int | None = None) -> tuple[int, list[Json]]:
        """A revision and what is to be said about it."""
        known = self._findings.get(topology)
        if known is not None and known[0] == (revision or (await self.head(topology)).revision):
            return known
        number, document = await self._topologies.document(topology, revision)
        return number, await self.findings_of(document)

    async def findings_of(self, document: Json) -> list[Json]:
        """What is to be said about a document that nobody keeps."""
        here = await self._locksmith.here()
        findings = await asyncio.to_thread(check, document, allow_hosts=self._allow_hosts, here=here)
        return [finding.as_json() for finding in findings]

    async def look_again(self) -> None:
        """Tell every watcher the findings anew: what is true beside the drawings has changed."""
        self._findings.clear()
        for subject in self._audience.subjects():
            topology = TopologyId(subject)
            async with self._lock(topology):
                with suppress(NotFound, Deleted):
                    revision, document = await self._topologies.document(topology)
                    findings = await self.findings_of(document)
                    self._remember(topology, revision, findings)
                    self._audience.tell(topology, _found(revision, findings))

    async def watch(self, topology: TopologyId, since: int | None) -> Watch:
        """Watch a topology: the changes after ``since``, then each as it happens, its findings behind it.

        When the way from ``since`` is not known any more, ``reload`` comes first instead.
        """
        async with self._lock(topology):
            current = (await self.head(topology)).revision
            wanted = current if since is None else since
            _, changes = await self._topologies.changes_since(topology, wanted)
            _, findings = await self.findings(topology, current)
            watch = self._audience.join(topology)
            if changes is None:
                watch.give({"kind": "reload", "revision": f"r{current}"})
            for change in changes or ():
                watch.give(_edited(change, None))
            watch.give(_found(current, findings))
            return watch

    def close(self) -> None:
        """End every watch."""
        self._audience.close()

    async def _change(
        self, topology: TopologyId, base: int | None, label: str, by: str | None, choose: "Choose"
    ) -> Outcome:
        inverse: list[Json] = []

        def work(before: Json) -> tuple[Json, list[Json]]:
            edits = choose(before)
            after, undo = apply_all(before, edits)
            _check_size(after)
            inverse.extend(undo)
            return after, edits

        async with self._lock(topology):
            saved = await self._topologies.change(topology, base, label, work)
            revision = saved.change.revision
            self._audience.tell(topology, _edited(saved.change, by))
            findings = await self.findings_of(saved.after)
            self._remember(topology, revision, findings)
            self._audience.tell(topology, _found(revision, findings))
            live = await self._live.apply(topology, revision, saved.before, saved.after, saved.change.edits)
        return Outcome(revision, inverse, findings, live)

    def _lock(self, topology: TopologyId) -> asyncio.Lock:
        return self._locks.setdefault(topology, asyncio.Lock())

    def _remember(self, topology: TopologyId, revision: int, findings: list[Json]) -> None:
        self._findings[topology] = (revision, findings)
        self._findings.move_to_end(topology)
        if len(self._findings) > CACHED_FINDINGS:
            self._findings.popitem(last=False)


class Choose(Protocol):
    """Picks the edits to make, once the document they apply to is known."""

    def __call__(self, document: Json, /) -> list[Json]:
        """Edits for ``document``."""


def _check_size(document: Json) -> None:
    size = len(to_text(document).encode())
    if size > LARGEST_JSON:
        raise TooLarge("document", size, LARGEST_JSON)


def _settled(edit: Json) -> Json:
    if edit.get("kind") != "set" or "value" not in edit:
        return edit
    value = edit["value"]
    for key in reversed(edit["path"]):  # at its depth in the document, which is limited
        value = {key: value}
    value = settle(value)
    for key in edit["path"]:
        value = value[key]
    return {**edit, "value": value}


def _edited(change: Change, by: str | None) -> Json:
    return {
        "kind": "edited",
        "revision": f"r{change.revision}",
        "label": change.label,
        "edits": change.edits,
        "by": by,
    }


def _found(revision: int, findings: list[Json]) -> Json:
    return {"kind": "findings", "revision": f"r{revision}", "findings": findings}
