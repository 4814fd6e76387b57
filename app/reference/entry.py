"""An entry of the reference: one socket type, option, transport, event, error or finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

Json = Any

Kind = Literal["type", "option", "transport", "event", "error", "finding"]

KINDS: Final[dict[Kind, tuple[str, str]]] = {
    "type": ("Socket types", "What each kind of socket does with messages, and whom it talks to."),
    "option": ("Options", "What can be set on a socket or read from it, by libzmq's names and in its units."),
    "transport": ("Transports", "How messages travel, how an address is written, what is counted."),
    "event": ("Events", "What a socket tells whoever watches it."),
    "error": ("Errors", "What the engine raises or reports, whose fault it is, and libzmq's name for it."),
    "finding": ("Findings", "What the checks say about a drawing, what it means, and what to do."),
}
"""Every kind, with its heading and one sentence, in the order of the reference."""


class Ref(NamedTuple):
    """The name of an entry."""

    kind: Kind
    name: str

    @property
    def path(self) -> str:
        """The end of the entry's addresses."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of the subject: a line of the table on its page."""

    label: str
    text: str = ""
    refs: tuple[Ref, ...] = ()
    """Entries that the fact is about; they follow the text."""


@dataclass(frozen=True, slots=True)
class Table:
    """Several things of one form."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the reference says of one subject.

    Texts are plain but for `code` in backticks.
    """

    kind: Kind
    name: str
    summary: str
    """One sentence."""
    body: tuple[str, ...] = ()
    """Paragraphs."""
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    see_also: tuple[Ref, ...] = ()
    title: str = ""
    """What stands above it; empty when the name says it."""
    group: str = ""
    """What it is listed under, among those of its kind."""
    example: Mapping[str, Json] | None = None
    """A topology that shows it at work."""

    @property
    def ref(self) -> Ref:
        """Its name among all entries."""
        return Ref(self.kind, self.name)

    @property
    def heading(self) -> str:
        """What stands above it."""
        return self.title or self.name

    def refs(self) -> tuple[Ref, ...]:
        """Every entry that this one speaks of."""
        return (*(ref for fact in self.facts for ref in fact.refs), *self.see_also)

    def as_json(self) -> dict[str, Json]:
        """Return the entry as the interfaces show it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "title": self.heading,
            "group": self.group,
            "summary": self.summary,
            "body": list(self.body),
            "facts": [
                {"label": fact.label, "text": fact.text, "refs": [ref._asdict() for ref in fact.refs]}
                for fact in self.facts
            ],
            "tables": [
                {"title": each.title, "header": list(each.header), "rows": [list(row) for row in each.rows]}
                for each in self.tables
            ],
            "see_also": [ref._asdict() for ref in self.see_also],
            "example": self.example,
        }
