"""What the machine that checks a drawing knows of the secrets that it names, none of them given away."""

from dataclasses import dataclass
from typing import Protocol

from app.topology.key_shapes import AnyKey


@dataclass(frozen=True, slots=True)
class Known:
    """The secret is here."""

    public: str | None = None
    """The public half that belongs to it, a certificate for TLS; ``None`` for a password."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The secret is not here, or is not what it should be."""

    why: str
    """The rest of a sentence; it never holds the secret."""


class KeysHere(Protocol):
    """A look at the secrets of this machine as they stand now."""

    def look(self, key: AnyKey) -> Known | Missing:
        """Tell whether the secret that ``key`` names is here."""
        ...

    def is_taken(self, name: str) -> bool:
        """Tell whether the store has a key of this name."""
        ...
