"""Endpoints as values: parse and print ``tcp://``, ``ipc://`` and ``inproc://``; nothing is resolved here."""

from dataclasses import dataclass
from typing import Final

from engine.constants import LONGEST_INPROC_NAME, LONGEST_IPC_PATH
from engine.errors import EndpointInvalid

HIGHEST_PORT: Final = 65535
SCHEMES: Final = ("inproc", "ipc", "tcp")
"""The transports that this engine has."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a socket binds or connects.

    Exactly the fields of its scheme are filled: ``host`` and ``port`` for tcp, ``path`` for ipc,
    ``name`` for inproc.
    """

    scheme: str
    host: str = ""
    """Host name, numeric address without brackets, interface name, or ``*``."""
    port: int = 0
    """0 for any free port (written ``*``)."""
    path: str = ""
    """File path; a leading ``@`` for Linux's abstract names; ``*`` for any free one."""
    name: str = ""

    @property
    def is_wildcard(self) -> bool:
        """Whether the real address is only known once it is bound."""
        return (self.scheme == "tcp" and (self.port == 0 or self.host == "*")) or self.path == "*"

    def __str__(self) -> str:
        if self.scheme == "tcp":
            host = f"[{self.host}]" if ":" in self.host else self.host
            return f"tcp://{host}:{self.port or '*'}"
        return f"{self.scheme}://{self.path or self.name}"


def parse(text: str) -> Endpoint:
    """Read an endpoint.

    Raises:
        EndpointInvalid: with the sentence that says what is wrong and what is wanted.
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise EndpointInvalid(text, "an endpoint looks like tcp://host:port, ipc://path or inproc://name")
    if scheme not in SCHEMES:
        raise EndpointInvalid(text, f"unknown transport {scheme!r}; there are {', '.join(SCHEMES)}")
    if scheme == "tcp":
        return _parse_tcp(text, rest)
    if scheme == "ipc":
        return _parse_ipc(text, rest)
    return _parse_inproc(text, rest)


def _parse_tcp(text: str, rest: str) -> Endpoint:
    if ";" in rest:
        raise EndpointInvalid(text, "source addresses (tcp://source;host:port) are not supported yet")
    host, separator, port_text = rest.rpartition(":")
    if not separator or not port_text:
        raise EndpointInvalid(text, "the port is missing; write tcp://host:port, or :* for any free port")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise EndpointInvalid(text, "write an IPv6 address in brackets: tcp://[::1]:5555")
    if not host:
        raise EndpointInvalid(
            text, "the host is missing; write tcp://127.0.0.1:5555, or tcp://*:5555 to bind"
        )
    if any(character.isspace() or character in "/@?#" for character in host):
        raise EndpointInvalid(text, f"{host!r} is not a host name or an address")
    if port_text == "*":
        return Endpoint("tcp", host=host)
    if not (port_text.isascii() and port_text.isdigit()):
        raise EndpointInvalid(text, f"{port_text!r} is not a port number")
    port = int(port_text) if len(port_text) <= 5 else HIGHEST_PORT + 1
    if port > HIGHEST_PORT:
        raise EndpointInvalid(text, f"port {port_text} is above {HIGHEST_PORT}")
    return Endpoint("tcp", host=host, port=port)


def _parse_ipc(text: str, path: str) -> Endpoint:
    if not path or path == "@":
        raise EndpointInvalid(text, "the path is missing; write ipc:///tmp/name, or ipc://* for any")
    if "\0" in path:
        raise EndpointInvalid(text, "a path cannot hold a NUL")
    length = len(path.encode())
    if length > LONGEST_IPC_PATH:
        raise EndpointInvalid(text, f"the path has {length} octets; Unix sockets take {LONGEST_IPC_PATH}")
    return Endpoint("ipc", path=path)


def _parse_inproc(text: str, name: str) -> Endpoint:
    if not name:
        raise EndpointInvalid(text, "the name is missing; write inproc://name")
    length = len(name.encode())
    if length > LONGEST_INPROC_NAME:
        raise EndpointInvalid(text, f"the name has {length} octets; the longest is {LONGEST_INPROC_NAME}")
    return Endpoint("inproc", name=name)
