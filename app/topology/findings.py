"""A finding: what is wrong or worth knowing, where, in one sentence, with a fix where there is one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Literal

from app.topology.key_shapes import Kind

Severity = Literal["error", "warning", "info"]
Json = Any

SEVERITIES: Final[dict[str, Severity]] = {"1": "error", "2": "warning", "3": "info"}
"""By the first digit of a code."""

RULES: Final[dict[str, str]] = {
    "GM-101": "Socket types that cannot talk",
    "GM-102": "Connects, but nothing binds",
    "GM-103": "Two binds on one endpoint",
    "GM-104": "More than the one peer",
    "GM-105": "inproc across processes",
    "GM-106": "A transport that the socket type has not",
    "GM-107": "An endpoint that does not work",
    "GM-108": "Security that does not match",
    "GM-109": "An unknown or impossible option",
    "GM-110": "A part is placed",
    "GM-111": "Unknown to this format",
    "GM-112": "More frames than the socket type sends",
    "GM-113": "A secret in the drawing",
    "GM-114": "A secret that is not here",
    "GM-201": "A SUB or DISH that asks for nothing",
    "GM-209": "A cycle of who waits for whom",
    "GM-214": "A group that nobody joins",
    "GM-215": "A peer that will be turned away",
    "GM-216": "Security that the transport does not carry",
    "GM-304": "Kept, not acted on yet",
}
"""Titles, by code."""


@dataclass(frozen=True, slots=True)
class KeyWish:
    """A key that the store of this machine is to have before the edits of a fix are made."""

    name: str
    kind: Kind
    source: tuple[str, ...] = ()
    """Where in the drawing its secret stands, to be taken from there; empty when it is to be made."""

    def as_json(self) -> dict[str, Json]:
        """Return the wish as the interfaces show it; never with the secret."""
        return {"name": self.name, "kind": self.kind, "source": list(self.source)}


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that make a finding go away, and keys that they speak of."""

    label: str
    """What the button says."""
    edits: tuple[dict[str, Json], ...]
    keys: tuple[KeyWish, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """Return the fix as the interfaces show it; ``keys`` only where there are some."""
        keys = {"keys": [wish.as_json() for wish in self.keys]} if self.keys else {}
        return {"label": self.label, "edits": list(self.edits), **keys}


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one place."""

    code: str
    where: Mapping[str, str]
    """``process``, ``node``, ``socket`` (``node.socket``, with its node), ``link``; empty for the whole."""
    sentence: str
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """How grave it is: nothing runs with an error; a warning runs and likely surprises."""
        return SEVERITIES[self.code[3]]

    def as_json(self) -> dict[str, Json]:
        """Return the finding as the interfaces show it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "where": dict(self.where),
            "sentence": self.sentence,
            "fix": self.fix.as_json() if self.fix else None,
        }


def setting(path: Iterable[str], value: Json) -> dict[str, Json]:
    """Return the edit that sets ``value`` at ``path``."""
    return {"kind": "set", "path": list(path), "value": value}


def unsetting(path: Iterable[str]) -> dict[str, Json]:
    """Return the edit that removes what is at ``path``."""
    return {"kind": "unset", "path": list(path)}


def place(path: tuple[Any, ...]) -> dict[str, str]:
    """Return the ``where`` of a path into the document."""
    match path:
        case ("nodes", str(node), "sockets", str(socket), *_):
            return {"node": node, "socket": f"{node}.{socket}"}
        case ("nodes", str(node), *_):
            return {"node": node}
        case ("links", str(link), *_):
            return {"link": link}
        case ("processes", str(process), *_):
            return {"process": process}
        case _:
            return {}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, if one is like it at all."""
    close = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def listed(names: Iterable[str], last: str = "or") -> str:
    """Return ``a, b or c``."""
    *most, final = list(names)
    return f"{', '.join(most)} {last} {final}" if most else final
