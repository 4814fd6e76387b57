"""From a kept topology to files for the outside world."""

import asyncio
from typing import Any

from app.errors import NotFound
from app.exporters.catalogue import EXPORTERS
from app.exporters.exporter import Bundle, Exporter
from app.store.history import TopologyId
from app.topology.compile import compile_plan
from app.workspace.editing import Editing

Json = Any


class Exporting:
    """Exports of kept topologies.

    Args:
        editing: knows the documents.
    """

    def __init__(self, editing: Editing) -> None:
        self._editing = editing

    def formats(self) -> list[Exporter]:
        """The formats there are."""
        return [*EXPORTERS.values()]

    async def export(self, topology: TopologyId, format_name: str, revision: int | None = None) -> Bundle:
        """The latest revision, or another one, as the files of a format.

        Raises:
            NotFound: there is no such format.
            TopologyHasErrors, CannotExport: it cannot be exported as it is.
        """
        exporter = EXPORTERS.get(format_name)
        if exporter is None:
            raise NotFound("format", format_name)
        _, document = await self._editing.document(topology, revision)
        return await asyncio.to_thread(_export, exporter, document)


def _export(exporter: Exporter, document: Json) -> Bundle:
    return exporter.export(document, compile_plan(document))
