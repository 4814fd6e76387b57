"""From endpoints to the operating system's addresses and sockets, and back."""

import asyncio
import contextlib
import errno
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from engine.endpoints import Endpoint
from engine.errors import AddressInUse, AddressNotAvailable
from engine.options import SocketOptions

SO_BUSY_POLL: Final = 46
"""Source: socket(7) and asm-generic/socket.h; Python has no name for it."""

Address = tuple[str | int, ...] | str | bytes


def endpoint_of(sock: socket.socket, address: Address) -> Endpoint:
    """Return the endpoint that names ``address``."""
    if sock.family == socket.AF_UNIX:
        text = address.decode() if isinstance(address, bytes) else str(address)
        return Endpoint("ipc", path="@" + text[1:] if text.startswith("\0") else text)
    return Endpoint("tcp", host=str(address[0]), port=int(address[1]))


def unix_address(path: str) -> str:
    """Return the address of a Unix socket: ``@name`` is Linux's abstract namespace."""
    return "\0" + path[1:] if path.startswith("@") else path


async def resolve(
    loop: asyncio.AbstractEventLoop, endpoint: Endpoint, options: SocketOptions
) -> tuple[socket.AddressFamily, Address]:
    """Find where a tcp endpoint is.

    Raises:
        OSError: its name is not known.
    """
    family = family_of(endpoint.host)
    if family is not None:
        return family, (endpoint.host, endpoint.port)
    wanted = socket.AF_UNSPEC if options.ipv6 else socket.AF_INET
    found = await loop.getaddrinfo(endpoint.host, endpoint.port, family=wanted, type=socket.SOCK_STREAM)
    chosen, _, _, _, address = found[0]
    return chosen, (str(address[0]), *address[1:])


def family_of(host: str) -> socket.AddressFamily | None:
    """Return the family of a numeric address, or ``None`` for a name."""
    try:
        version = ipaddress.ip_address(host.partition("%")[0]).version
    except ValueError:
        return None
    return socket.AF_INET6 if version == 6 else socket.AF_INET


def prepare(sock: socket.socket, options: SocketOptions) -> None:
    """Set on a socket what the options ask of the kernel."""
    sock.setblocking(False)
    if options.sndbuf >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, options.sndbuf)
    if options.rcvbuf >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.rcvbuf)
    if sock.family == socket.AF_UNIX:
        return
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if options.tos and sock.family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, options.tos)
    if options.tcp_keepalive >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, options.tcp_keepalive)
    for value, level, number in (
        (options.tcp_keepalive_cnt, socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
        (options.tcp_keepalive_idle, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
        (options.tcp_keepalive_intvl, socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
        (options.tcp_maxrt, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        (options.priority, socket.SOL_SOCKET, socket.SO_PRIORITY),
        (options.busy_poll, socket.SOL_SOCKET, SO_BUSY_POLL),
    ):
        if value > 0:
            sock.setsockopt(level, number, value)


def keep_to_device(sock: socket.socket, options: SocketOptions) -> None:
    """Let a tcp socket use one network interface only; those it accepts follow it.

    Raises:
        OSError: there is no such interface, or the process may not choose one.
    """
    if options.bindtodevice and sock.family != socket.AF_UNIX:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, options.bindtodevice.encode())


def listen_tcp(endpoint: Endpoint, options: SocketOptions) -> socket.socket:
    """Open a listening tcp socket.

    Raises:
        AddressInUse, AddressNotAvailable: as ``bind`` tells.
    """
    family, address = _tcp_address(endpoint, options)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        prepare(sock, options)
        keep_to_device(sock, options)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if endpoint.host == "*" else 1)
        sock.bind(address)
        sock.listen(options.backlog)
    except OSError as error:
        sock.close()
        raise _refusal(endpoint, error) from error
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
        raise _refusal(endpoint, error) from error
    return sock, give_back


def _tcp_address(endpoint: Endpoint, options: SocketOptions) -> tuple[socket.AddressFamily, Address]:
    if endpoint.host == "*":
        return (
            (socket.AF_INET6, ("::", endpoint.port))
            if options.ipv6
            else (socket.AF_INET, ("", endpoint.port))
        )
    family = family_of(endpoint.host)
    if family is not None:
        return family, (endpoint.host, endpoint.port)
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        raise AddressNotAvailable(str(endpoint), f"the name {endpoint.host!r} is not known") from error
    return socket.AF_INET, (str(found[0][4][0]), endpoint.port)


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


def _refusal(endpoint: Endpoint, error: OSError) -> AddressInUse | AddressNotAvailable:
    if error.errno == errno.EADDRINUSE:
        return AddressInUse(str(endpoint))
    return AddressNotAvailable(str(endpoint), os.strerror(error.errno or errno.EINVAL).lower())


def _remove_file(path: str) -> Callable[[], None]:
    def give_back() -> None:
        with contextlib.suppress(OSError):
            Path(path).unlink()

    return give_back


def _remove_folder(folder: str) -> Callable[[], None]:
    def give_back() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    return give_back


def _nothing() -> None:
    """An abstract name goes with its socket."""
