"""The formats there are, by name, and the one way from a document to files."""

from typing import Any, Final

from app.errors import NotFound
from app.exporters.exporter import Bundle, Exporter
from app.exporters.mermaid import MERMAID
from app.exporters.pyzmq_project import PYZMQ
from app.exporters.topology_file import JSON_FILE, YAML_FILE, TopologyFile
from app.topology.compile import compile_plan
from app.topology.key_shapes import AnyKey
from app.topology.keys_here import KeysHere, Known

Json = Any

EXPORTERS: Final[dict[str, Exporter]] = {each.name: each for each in (JSON_FILE, YAML_FILE, MERMAID, PYZMQ)}
"""In the order they are offered."""


def export_document(document: dict[str, Json], format_name: str, here: KeysHere | None = None) -> Bundle:
    """Export a document.

    An export is not a run, so addresses stay as they were written, other hosts
    too; the topology file is written of a drawing with errors as well.

    Args:
        here: knows public halves that follow from secrets of this machine; a secret itself is never exported.

    Raises:
        NotFound: there is no such format.
        TopologyHasErrors: the format needs a plan, and there is none.
        CannotExport: the format cannot hold some of the nodes.
    """
    exporter = EXPORTERS.get(format_name)
    if exporter is None:
        raise NotFound("format", format_name)
    if isinstance(exporter, TopologyFile):
        return exporter.export(document)
    return exporter.export(document, compile_plan(document, allow_hosts=("*",), here=_PublicOnly(here)))


class _PublicOnly:
    """Tells public halves; whether the secrets are here does not matter to an export."""

    def __init__(self, here: KeysHere | None) -> None:
        self._here = here

    def look(self, key: AnyKey) -> Known:
        """Say that the secret is here, with its public half if that is known."""
        found = self._here.look(key) if self._here is not None else None
        return found if isinstance(found, Known) else Known()

    def is_taken(self, name: str) -> bool:
        """Say what the machine's store says."""
        return self._here is not None and self._here.is_taken(name)
