"""The topology file itself, JSON or YAML: the one export that loses nothing."""

from typing import Final

from app.exporters.exporter import Bundle, Document, Exporter
from app.topology.document import Form, write
from app.topology.plan import Plan


class TopologyFile:
    """The document in its canonical form."""

    def __init__(self, form: Form, title: str) -> None:
        self.name: str = form
        self.title = title
        self.suffix = f".{form}"
        self._form: Form = form

    def export(self, document: Document, plan: Plan | None = None) -> Bundle:
        """Write the document; it may have errors, a drawing is saved all the same."""
        return Bundle((((f"topology.{self._form}"), write(document, self._form)),))


JSON_FILE: Final[Exporter] = TopologyFile("json", "Topology file, JSON")
YAML_FILE: Final[Exporter] = TopologyFile("yaml", "Topology file, YAML")
