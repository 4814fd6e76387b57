"""``glassmq reference``: socket types, options, transports, events, errors and findings, explained."""

import argparse
from pathlib import Path

from app.cli.files import UNUSABLE, complain
from app.reference.entry import KINDS, Entry
from app.reference.library import EntryNotFound, entries, entry, search
from app.reference.text import section, write_pages
from app.topology.findings import nearest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``reference`` understands."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="NAME",
        help="a kind, a name, or both: option sndhwm; without it all names",
    )
    parser.add_argument("--write", metavar="DIR", type=Path, help="write the whole as Markdown into DIR")


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for; the exit code."""
    if arguments.write is not None:
        for path in write_pages(arguments.write):
            print(path)
        return 0
    try:
        found = _found(arguments.words)
    except EntryNotFound as error:
        complain(error)
        return UNUSABLE
    if isinstance(found, Entry):
        print("\n".join(section(found)))
        return 0
    width = max(len(each.ref.path) for each in found) + 1
    for each in found:
        print(f"{each.ref.path:{width}} {each.summary}")
    return 0


def _found(words: list[str]) -> Entry | list[Entry]:
    if not words:
        return [each for group in entries().values() for each in group]
    if words[0] in KINDS:
        kind = next(kind for kind in KINDS if kind == words[0])
        return entry(kind, words[1]) if len(words) > 1 else list(entries()[kind])
    named = [each for each in search("") if each.name.lower() == words[0].lower()]
    if len(named) == 1:
        return named[0]
    found = named or search(" ".join(words))
    if not found:
        names = {each.name.lower(): each.name for each in search("")}
        near = nearest(words[0], names)
        raise EntryNotFound("entry", " ".join(words), names[near] if near else None)
    return found
