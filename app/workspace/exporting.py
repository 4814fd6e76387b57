"""From a kept topology to files for the outside world."""

import asyncio

from app.exporters.catalogue import EXPORTERS, export_document
from app.exporters.exporter import Bundle, Exporter
from app.store.history import TopologyId
from app.workspace.editing import Editing
from app.workspace.locksmith import Locksmith


class Exporting:
    """Exports of kept topologies.

    Args:
        editing: knows the documents.
        locksmith: knows the public halves of keys that a document only names.
    """

    def __init__(self, editing: Editing, locksmith: Locksmith) -> None:
        self._editing = editing
        self._locksmith = locksmith

    def formats(self) -> list[Exporter]:
        """The formats there are, in the order they are offered."""
        return [*EXPORTERS.values()]

    async def export(self, topology: TopologyId, format_name: str, revision: int | None = None) -> Bundle:
        """The latest revision, or another one, as the files of a format.

        Raises:
            NotFound: there is no such format.
            TopologyHasErrors, CannotExport: it cannot be exported as it is.
        """
        _, document = await self._editing.document(topology, revision)
        here = await self._locksmith.here()
        return await asyncio.to_thread(export_document, document, format_name, here)
