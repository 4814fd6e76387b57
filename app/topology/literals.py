"""Secrets written into a drawing, where only their names belong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.topology.key_shapes import Kind
from engine.option_table import OPTIONS

Json = Any

SECRET_FIELDS: Final = ("secret", "secret_key", "secretkey", "password")
"""What people call it, in a key or in a socket's security."""

PRIVATE: Final = "PRIVATE KEY-----"
"""Marks a private key in PEM text, also where only its certificate belongs."""

PEM_OPTIONS: Final = ("wss_cert_pem", "wss_trust_pem")

CHOICES: Final = ("kind", "mechanism", "role")
"""Fields of keys and of security that are one of a few words."""

SAID_BY_NAME: Final = ("security", "tls")
"""Parts of a socket that name keys, into which somebody may have put one."""

SECRET_OPTIONS: Final[dict[str, Kind | None]] = {
    **{name: None for name, spec in OPTIONS.items() if spec.secret},
    "curve_secretkey": "curve",
    "plain_password": "plain",
    "socks_password": "plain",
}
"""Options that take a secret itself; with ``None`` those for which a drawing has no other place."""


@dataclass(frozen=True, slots=True)
class SecretWritten:
    """A place where a secret stands; the secret is not taken along."""

    path: tuple[str, ...]
    kind: Kind | None


def secrets_written(document: dict[str, Json]) -> Iterator[SecretWritten]:
    """Yield every place of a document, fit or unfit, where a secret stands in the clear."""
    for key_id, key in _members(document, "keys"):
        kind = _kind_of(key)
        for field in SECRET_FIELDS:
            if isinstance(key.get(field), str):
                yield SecretWritten(("keys", key_id, field), kind)
        if PRIVATE in str(key.get("public")):
            yield SecretWritten(("keys", key_id, "public"), kind)
    for node_id, node in _members(document, "nodes"):
        for socket_id, socket in _members(node, "sockets"):
            yield from _of_socket(socket, ("nodes", node_id, "sockets", socket_id))


def may_hold_secret(path: Sequence[str | int]) -> bool:
    """Tell whether what stands at a path may be a secret in the wrong place, so that it is not repeated."""
    *before, last = path or ("",)
    if last in CHOICES:
        return False
    return (
        path[:1] == ("keys",)
        or any(step in before for step in SAID_BY_NAME)
        or last in (*SECRET_FIELDS, "proxy")
        or is_secret_option(str(last))
    )


def is_secret_option(name: str) -> bool:
    """Tell whether an option takes a secret itself, however it is spelled."""
    return name.lower() in SECRET_OPTIONS


def _of_socket(socket: dict[str, Json], path: tuple[str, ...]) -> Iterator[SecretWritten]:
    options, security = _map(socket, "options"), _map(socket, "security")
    for name, value in options.items():
        if is_secret_option(name) and isinstance(value, str):
            yield SecretWritten((*path, "options", name), SECRET_OPTIONS[name.lower()])
        elif name.lower() in PEM_OPTIONS and PRIVATE in str(value):
            yield SecretWritten((*path, "options", name), None)
    for name in SECRET_FIELDS:
        if isinstance(security.get(name), str):
            kind: Kind = "plain" if security.get("mechanism") == "plain" else "curve"
            yield SecretWritten((*path, "security", name), kind)


def _kind_of(key: dict[str, Json]) -> Kind:
    match key.get("kind"):
        case "plain":
            return "plain"
        case "tls":
            return "tls"
        case _:
            return "curve"


def _members(tree: dict[str, Json], name: str) -> Iterator[tuple[str, dict[str, Json]]]:
    for key, value in _map(tree, name).items():
        if isinstance(value, dict):
            yield key, value


def _map(tree: dict[str, Json], name: str) -> dict[str, Json]:
    value = tree.get(name)
    return value if isinstance(value, dict) else {}
