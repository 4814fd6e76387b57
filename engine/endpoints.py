"""Endpoints as values: parse and print ``tcp://host:port`` and its kin; nothing is resolved here."""

from dataclasses import dataclass
from typing import Final

from engine.constants import LONGEST_INPROC_NAME, LONGEST_IPC_PATH
from engine.errors import EndpointInvalid, TransportUnknown

HIGHEST_PORT: Final = 65535
ANY: Final = "*"

SCHEMES: Final = ("inproc", "ipc", "tcp", "udp", "ws", "wss")
"""The transports whose addresses are understood; ``compatibility`` says which socket type has which."""

HOSTED: Final = ("tcp", "udp", "ws", "wss")
"""The transports whose addresses are a host and a port."""
WEB: Final = ("ws", "wss")
"""Those of them that are WebSocket, with a path behind the port."""

ABSENT: Final = {
    "pgm": "its multicast needs raw sockets; udp carries RADIO and DISH by multicast",
    "epgm": "udp carries RADIO and DISH by multicast without it",
    "norm": "it needs a library that no released build of libzmq brings along; use udp or tcp",
    "tipc": "it needs a module of Linux's kernel that next to no system has loaded; use tcp or ipc",
    "vmci": "it works only inside VMware's machines; use tcp",
    "vsock": "no released libzmq has it; use tcp",
    "gssapi": "it is a security mechanism and no transport; use tcp, with CURVE",
}
"""What other stacks may have and this engine has not, with the reason."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a socket binds or connects.

    Exactly the fields of its scheme are filled: ``host`` and ``port`` for tcp, udp, ws and wss, ``path``
    for ipc, ws and wss, ``name`` for inproc, and ``source`` where one is written for tcp or udp.
    """

    scheme: str
    host: str = ""
    """Host name, numeric address without brackets, interface name, or ``*``."""
    port: int = 0
    """0 for any free port (written ``*``)."""
    path: str = ""
    """For ipc a file path, with a leading ``@`` an abstract name of Linux, ``*`` for any free one; for
    ws and wss what stands behind the port, ``/`` at least."""
    name: str = ""
    source: str = ""
    """What stands before ``;``: for tcp the ``host:port`` to connect from, for udp the interface."""

    @property
    def is_wildcard(self) -> bool:
        """Whether the real address is only known once it is bound."""
        return self.is_open or self.host == ANY

    @property
    def is_open(self) -> bool:
        """Whether the system is to choose the port, or the path."""
        return self.port == 0 if self.scheme in HOSTED else self.path == ANY

    def source_place(self) -> tuple[str, int]:
        """Return the host and the port to connect from; port 0 is any (tcp)."""
        return _read_place(str(self), self.source)

    def __str__(self) -> str:
        if self.scheme not in HOSTED:
            return f"{self.scheme}://{self.path or self.name}"
        source = f"{self.source};" if self.source else ""
        return f"{self.scheme}://{source}{_place(self.host, self.port)}{self.path}"


def parse(text: str) -> Endpoint:
    """Read an endpoint.

    Raises:
        TransportUnknown: there is no such transport here.
        EndpointInvalid: with the sentence that says what is wrong and what is wanted.
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise EndpointInvalid(text, "an endpoint looks like tcp://host:port, ipc://path or inproc://name")
    if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
        raise EndpointInvalid(text, "it holds half a character (a surrogate), which no address has")
    if scheme in ABSENT:
        raise TransportUnknown(text, f"{scheme} is not supported: {ABSENT[scheme]}")
    if scheme not in SCHEMES:
        raise TransportUnknown(text, f"unknown transport {scheme!r}; there are {', '.join(SCHEMES)}")
    if scheme == "ipc":
        return _parse_ipc(text, rest)
    if scheme == "inproc":
        return _parse_inproc(text, rest)
    if scheme in WEB:
        return _parse_web(text, scheme, rest)
    return _parse_sourced(text, scheme, rest)


def _parse_sourced(text: str, scheme: str, rest: str) -> Endpoint:
    """Read tcp and udp: ``[source;]host:port``."""
    source, semicolon, place = rest.rpartition(";")
    if ";" in source:
        raise EndpointInvalid(text, "it has more than one ';'; one source stands before one address")
    if semicolon and scheme == "tcp":
        source = _place(*_read_place(text, source))
    elif semicolon:
        _check_host(text, source.removeprefix("[").removesuffix("]"))
    host, port = _read_place(text, place)
    return Endpoint(scheme, host=host, port=port, source=source)


def _parse_web(text: str, scheme: str, rest: str) -> Endpoint:
    place, _, path = rest.partition("/")
    if not all("!" <= character <= "~" and character != "#" for character in path):
        raise EndpointInvalid(text, "its path has other than visible ASCII; write those characters as %XX")
    if ";" in place:
        raise EndpointInvalid(text, f"only tcp and udp take a source before ';', {scheme} does not")
    host, port = _read_place(text, place)
    return Endpoint(scheme, host=host, port=port, path=f"/{path}")


def _read_place(text: str, place: str) -> tuple[str, int]:
    """Read ``host:port``; ``text`` is the endpoint that it is part of."""
    scheme = text.partition("://")[0]
    host, separator, port_text = place.rpartition(":")
    if not separator or not port_text:
        raise EndpointInvalid(
            text, f"the port is missing; write {scheme}://host:port, or :* for any free port"
        )
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise EndpointInvalid(text, f"write an IPv6 address in brackets: {scheme}://[::1]:5555")
    _check_host(text, host)
    if port_text == ANY:
        return host, 0
    if not (port_text.isascii() and port_text.isdigit()):
        raise EndpointInvalid(text, f"{port_text!r} is not a port number")
    port = int(port_text) if len(port_text) <= 5 else HIGHEST_PORT + 1
    if port > HIGHEST_PORT:
        raise EndpointInvalid(text, f"port {port_text} is above {HIGHEST_PORT}")
    return host, port


def _check_host(text: str, host: str) -> None:
    if not host:
        scheme = text.partition("://")[0]
        why = f"the host is missing; write {scheme}://127.0.0.1:5555, or {scheme}://*:5555 to bind"
        raise EndpointInvalid(text, why)
    if not host.isprintable() or any(character.isspace() or character in "/@?#;[]" for character in host):
        raise EndpointInvalid(text, f"{host!r} is not a host name or an address")


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port or ANY}" if ":" in host else f"{host}:{port or ANY}"


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
