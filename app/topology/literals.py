"""Secrets written into a drawing, where only their names belong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from engine.option_table import OPTIONS

Json = Any

SECRET_FIELDS: Final = ("secret", "secret_key", "secretkey", "password")
"""What people call it, in a key or in a socket's security."""

SECRET_OPTIONS: Final[dict[str, Literal["curve", "plain"] | None]] = {
    **{name: None for name, spec in OPTIONS.items() if spec.secret},
    "curve_secretkey": "curve",
    "plain_password": "plain",
}
"""Options that take a secret itself; with ``None`` those for which a drawing has no other place."""


@dataclass(frozen=True, slots=True)
class SecretWritten:
    """A place where a secret stands; the secret is not taken along."""

    path: tuple[str, ...]
    kind: Literal["curve", "plain"] | None


def secrets_written(document: dict[str, Json]) -> Iterator[SecretWritten]:
    """Yield every place of a document, fit or unfit, where a secret stands in the clear."""
    for key_id, key in _members(document, "keys"):
        kind: Literal["curve", "plain"] = "plain" if key.get("kind") == "plain" else "curve"
        for field in SECRET_FIELDS:
            if isinstance(key.get(field), str):
                yield SecretWritten(("keys", key_id, field), kind)
    for node_id, node in _members(document, "nodes"):
        for socket_id, socket in _members(node, "sockets"):
            yield from _of_socket(socket, ("nodes", node_id, "sockets", socket_id))


def _of_socket(socket: dict[str, Json], path: tuple[str, ...]) -> Iterator[SecretWritten]:
    options, security = _map(socket, "options"), _map(socket, "security")
    for name, kind in SECRET_OPTIONS.items():
        if isinstance(options.get(name), str):
            yield SecretWritten((*path, "options", name), kind)
    for name in SECRET_FIELDS:
        if isinstance(security.get(name), str):
            kind = "plain" if security.get("mechanism") == "plain" else "curve"
            yield SecretWritten((*path, "security", name), kind)


def _members(tree: dict[str, Json], name: str) -> Iterator[tuple[str, dict[str, Json]]]:
    for key, value in _map(tree, name).items():
        if isinstance(value, dict):
            yield key, value


def _map(tree: dict[str, Json], name: str) -> dict[str, Json]:
    value = tree.get(name)
    return value if isinstance(value, dict) else {}
