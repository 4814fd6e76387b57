"""Templated strings: ``${name}`` is filled in, ``$$`` is a dollar, everything else stays as it is."""

import re
from collections.abc import Mapping
from typing import Final

PLACE: Final = re.compile(r"\$(?:(\$)|\{([A-Za-z_][A-Za-z0-9_-]*)\})")


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return ``text`` with known names filled in; names not in ``values`` stay as written."""

    def one(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        return str(values[match[2]]) if match[2] in values else match[0]

    return PLACE.sub(one, text)


def names_in(text: str) -> list[str]:
    """Return the names that ``text`` asks for, in order of appearance, each once."""
    return list(dict.fromkeys(match[2] for match in PLACE.finditer(text) if match[2]))
