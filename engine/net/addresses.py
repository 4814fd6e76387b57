"""From endpoints to the operating system's addresses and sockets, and back."""

import asyncio
import errno
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.endpoints import ANY, Endpoint
from engine.errors import AddressInUse, AddressNotAvailable
from engine.net.interfaces import address_of, is_interface
from engine.net.kernel_options import keep_to_device, prepare
from engine.options import SocketOptions

Address = tuple[str | int, ...] | str | bytes


def endpoint_of(sock: socket.socket, address: Address, scheme: str = "tcp") -> Endpoint:
    """Return the endpoint that names ``address``; ``scheme`` is what is spoken over tcp."""
    if sock.family == socket.AF_UNIX:
        text = address.decode() if isinstance(address, bytes) else str(address)
        return Endpoint("ipc", path="@" + text[1:] if text.startswith("\0") else text)
    return Endpoint(scheme, host=str(address[0]), port=int(address[1]))


def unix_address(path: str) -> str:
    """Return the address of a Unix socket: ``@name`` is Linux's abstract namespace."""
    return "\0" + path[1:] if path.startswith("@") else path


async def resolve(
    loop: asyncio.AbstractEventLoop, host: str, port: int, family: socket.AddressFamily
) -> tuple[socket.AddressFamily, Address]:
    """Find where a peer is.

    Args:
        family: of the addresses wanted; a numeric host keeps its own.

    Raises:
        OSError: its name is not known, or has no address of the family.
    """
    numeric = numeric_address(host, port)
    if numeric is not None:
        return numeric
    found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    chosen, _, _, _, address = found[0]
    return chosen, (str(address[0]), *address[1:])


def numeric_address(host: str, port: int) -> tuple[socket.AddressFamily, Address] | None:
    """Return a numeric host's family and address, or ``None`` for a name.

    Raises:
        OSError: its zone (behind ``%``) is no interface of this machine.
    """
    plain, percent, zone = host.partition("%")
    try:
        version = ipaddress.ip_address(plain).version
    except ValueError:
        return None
    if version == 4:
        return None if percent else (socket.AF_INET, (host, port))
    return socket.AF_INET6, (plain, port, 0, socket.if_nametoindex(zone) if percent else 0)


def source_address(endpoint: Endpoint, options: SocketOptions) -> tuple[socket.AddressFamily, Address]:
    """Return the address that a tcp endpoint wants to be connected from; a name is an interface's.

    Raises:
        OSError: this machine has no such interface, or it has no address.
    """
    host, port = endpoint.source_place()
    found = _any_address(port, options) if host == ANY else numeric_address(host, port)
    if found is None:
        found = _interface_address(host, port, options)
    if found is None:
        raise OSError(errno.ENODEV, f"source {host!r} is no address and no interface with one here")
    return found


def wanted_family(options: SocketOptions) -> socket.AddressFamily:
    """Return the family of the addresses that a name may stand for."""
    return socket.AF_UNSPEC if options.ipv6 else socket.AF_INET


def listen_tcp(endpoint: Endpoint, options: SocketOptions) -> socket.socket:
    """Open a listening tcp socket.

    Raises:
        AddressInUse, AddressNotAvailable: as ``bind`` tells.
    """
    family, address = tcp_address(endpoint, options)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        prepare(sock, options)
        keep_to_device(sock, options)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if endpoint.host == ANY else 1)
        sock.bind(address)
        sock.listen(options.backlog)
    except OSError as error:
        sock.close()
        raise refusal(endpoint, error) from error
    return sock


def adopt_listener(endpoint: Endpoint, descriptor: int) -> socket.socket:
    """Take over a descriptor that listens already (ZMQ_USE_FD); it is closed with the endpoint.

    Raises:
        AddressNotAvailable: it is no socket of the endpoint's kind that listens.
    """
    family = (socket.AF_UNIX,) if endpoint.scheme == "ipc" else (socket.AF_INET, socket.AF_INET6)
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError as error:
        raise refusal(endpoint, error) from error
    if sock.family not in family or not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        sock.detach()
        raise AddressNotAvailable(str(endpoint), f"descriptor {descriptor} (use_fd) does not listen there")
    sock.setblocking(False)
    return sock


def listen_ipc(endpoint: Endpoint, options: SocketOptions) -> tuple[socket.socket, Callable[[], None]]:
    """Open a listening Unix socket, and return with it what gives its address back.

    A file that nobody listens on any more is taken over; one that somebody does is not (libzmq would).

    Raises:
        AddressInUse, AddressNotAvailable: as ``bind`` tells.
    """
    folder: str | None = None
    path = endpoint.path
    if path == "*":
        folder = tempfile.mkdtemp(prefix="glassmq-")
        path = f"{folder}/socket"
    address = unix_address(path)
    if path.startswith("@"):
        give_back: Callable[[], None] = _nothing
    elif folder is not None:
        give_back = _remove_folder(folder)
    else:
        give_back = _remove_file(path)
        _clear_stale(endpoint, path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        prepare(sock, options)
        sock.bind(address)
        sock.listen(options.backlog)
    except OSError as error:
        sock.close()
        if folder is not None:
            give_back()
        raise refusal(endpoint, error) from error
    return sock, give_back


def tcp_address(endpoint: Endpoint, options: SocketOptions) -> tuple[socket.AddressFamily, Address]:
    """Return the address to listen on: any, a numeric one, an interface's, or a name's.

    Raises:
        AddressNotAvailable: the name is no interface with an address, and no host that is known.
    """
    host, port = endpoint.host, endpoint.port
    if host == ANY:
        return _any_address(port, options)
    try:
        found = numeric_address(host, port) or _interface_address(host, port, options)
        if found is not None:
            return found
        known = socket.getaddrinfo(host, port, wanted_family(options), socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = f"{host!r} is neither an interface here nor a host name that is known"
        if is_interface(host):
            why = f"the interface {host!r} has no address"
        raise AddressNotAvailable(str(endpoint), why) from error
    family, _, _, _, address = known[0]
    return family, (str(address[0]), *address[1:])


def _any_address(port: int, options: SocketOptions) -> tuple[socket.AddressFamily, Address]:
    return (socket.AF_INET6, ("::", port)) if options.ipv6 else (socket.AF_INET, ("", port))


def _interface_address(
    name: str, port: int, options: SocketOptions
) -> tuple[socket.AddressFamily, Address] | None:
    if not is_interface(name):
        return None
    address = address_of(name, ipv6=bool(options.ipv6))
    return None if address is None else numeric_address(address, port)


def _clear_stale(endpoint: Endpoint, path: str) -> None:
    if not Path(path).is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.setblocking(False)
        try:
            caller.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            Path(path).unlink(missing_ok=True)
            return
        except OSError:
            pass  # a full backlog: somebody is there
    raise AddressInUse(str(endpoint))


def refusal(endpoint: Endpoint, error: OSError) -> AddressInUse | AddressNotAvailable:
    """Return what ``bind`` tells of the kernel's refusal."""
    if error.errno == errno.EADDRINUSE:
        return AddressInUse(str(endpoint))
    return AddressNotAvailable(str(endpoint), os.strerror(error.errno or errno.EINVAL).lower())


def _remove_file(path: str) -> Callable[[], None]:
    def give_back() -> None:
        Path(path).unlink(missing_ok=True)

    return give_back


def _remove_folder(folder: str) -> Callable[[], None]:
    def give_back() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    return give_back


def _nothing() -> None:
    """An abstract name goes with its socket."""
