"""The whole reference: every entry, found by kind and name, by words, or by what was nearly its name."""

from functools import cache
from typing import Final

from app.errors import NotFound
from app.reference.entry import KINDS, Entry, Kind
from app.reference.errors import error_entries
from app.reference.events import event_entries
from app.reference.findings import finding_entries
from app.reference.options import option_entries
from app.reference.transports import transport_entries
from app.reference.types import type_entries
from app.topology.findings import nearest

MAKERS: Final = {
    "type": type_entries,
    "option": option_entries,
    "transport": transport_entries,
    "event": event_entries,
    "error": error_entries,
    "finding": finding_entries,
}


LONGEST_SEARCH: Final = 200
"""Characters of a search that are looked at."""


class EntryNotFound(NotFound):
    """The reference has nothing of this kind and name.

    Attributes:
        meant: the name most like it, if there is one.
    """

    def __init__(self, kind: str, name: str, meant: str | None) -> None:
        super().__init__(kind, name)
        self.meant = meant
        if meant:
            self.detail += f"; did you mean {meant!r}?"
            self.args = (self.detail,)


@cache
def entries() -> dict[Kind, tuple[Entry, ...]]:
    """Return every entry, by kind, in the order in which they are read."""
    return {kind: tuple(MAKERS[kind]()) for kind in KINDS}


def entry(kind: str, name: str) -> Entry:
    """Return one entry; capitals do not matter.

    Raises:
        EntryNotFound: with the nearest name, if one is like it.
    """
    found = next((known for known in KINDS if known == kind or KINDS[known][0].lower() == kind.lower()), None)
    if found is None:
        raise EntryNotFound("kind", kind, nearest(kind, KINDS))
    for each in entries()[found]:
        if each.name.lower() == name.lower():
            return each
    names = {each.name.lower(): each.name for each in entries()[found]}
    near = nearest(name, names)
    raise EntryNotFound(found, name, names[near] if near else None)


def search(words: str) -> list[Entry]:
    """Return the entries in which every word occurs, those that have one in their name first."""
    wanted = words[:LONGEST_SEARCH].lower().split()
    found = [each for group in entries().values() for each in group if _has(each, wanted)]
    return sorted(found, key=lambda each: not any(word in each.heading.lower() for word in wanted))


def _has(each: Entry, words: list[str]) -> bool:
    facts = " ".join(f"{fact.label} {fact.text}" for fact in each.facts)
    text = " ".join((each.name, each.title, each.summary, *each.body, facts)).lower()
    return all(word in text for word in words)
