"""Names of options and errors that occur in a text, so that a page can lead to them."""

import re
from functools import cache
from typing import Final, NamedTuple

from app.reference.entry import Ref
from app.reference.library import entries

NAME: Final = re.compile(
    r"`([^`]+)`|\b([a-z]+(?:_[a-z]+)+|(?:snd|rcv)(?:hwm|buf|timeo)|(?:[A-Z][a-z]+){2,})\b"
)
"""What is code, and what looks like a name; short names that are words of English too are left alone."""


class Piece(NamedTuple):
    """A stretch of a text."""

    text: str
    is_code: bool = False
    ref: Ref | None = None
    """The entry that it names."""


def pieces(text: str) -> list[Piece]:
    """Cut a text into its plain stretches, its code, and the names in it that have an entry."""
    found: list[Piece] = []
    end = 0
    for match in NAME.finditer(text):
        code, name = match.groups()
        ref = _known().get(code or name)
        if code is None and ref is None:
            continue
        found += [Piece(text[end : match.start()]), Piece(code or name, code is not None, ref)]
        end = match.end()
    return [piece for piece in (*found, Piece(text[end:])) if piece.text]


@cache
def _known() -> dict[str, Ref]:
    kinds = ("option", "error", "event")
    return {each.name: each.ref for kind, group in entries().items() if kind in kinds for each in group}
