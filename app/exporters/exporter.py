"""What an exporter is: a plan and its document in, files out, and an honest list of what was lost."""

from dataclasses import dataclass
from typing import Any, Protocol

from app.topology.plan import Plan

Json = Any
Document = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files that an export gives."""

    files: tuple[tuple[str, str], ...]
    """Path and text; paths have forward slashes and stay below where they are put."""
    lost: tuple[str, ...] = ()
    """What the format cannot hold, one sentence each."""


class Exporter(Protocol):
    """One format; it sees only the document and its plan."""

    name: str
    """As on the command line."""
    title: str
    """As on a menu."""
    suffix: str
    """Of the file, or ``.zip`` when there are several."""

    def export(self, document: Document, plan: Plan) -> Bundle:
        """Make the files.

        Raises:
            CannotExport: with the nodes that the format cannot hold.
        """
        ...
