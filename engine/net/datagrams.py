"""Udp ports on our own sockets: whole datagrams, and the kernel's own count of those it threw away."""

import asyncio
import errno
import socket
from struct import unpack_from
from typing import Final

from engine.endpoints import ANY, Endpoint
from engine.errors import AddressInUse, AddressNotAvailable, NotReachable
from engine.net.addresses import Address, numeric_address, tcp_address, wanted_family
from engine.net.interface import DatagramOwner
from engine.net.kernel_options import keep_to_device, prepare
from engine.net.multicast import (
    Interface,
    check_interface,
    has_many,
    interface_of,
    is_group,
    join,
    prepare_sending,
    words_of,
)
from engine.options import SocketOptions
from engine.wire.datagrams import LONGEST_DATAGRAM, Place

READS_A_ROUND: Final = 256
"""Datagrams read in one callback: more than a sender of this loop sends in one turn, about a millisecond."""

SO_MEMINFO: Final = 55
MEMINFO_SIZE: Final = 36
DROPS_AT: Final = 32
"""Where SO_MEMINFO tells the datagrams dropped. Source: sock_diag(7), SK_MEMINFO_DROPS; Linux from 4.12."""

NOT_NOW: Final = (BlockingIOError, InterruptedError)
IN_IPV6: Final = "::ffff:"
"""What stands before an IPv4 address on a socket of both families."""


class SocketPort:
    """A udp socket; see ``DatagramPort``.

    Args:
        sock: bound; never connected, so that a port nobody listens on refuses nothing.
        local: its address.
        peer: where it leads, or ``None`` when it was bound.
    """

    def __init__(
        self,
        sock: socket.socket,
        loop: asyncio.AbstractEventLoop,
        local: Endpoint,
        peer: Place | None,
        *,
        is_multicast: bool,
    ) -> None:
        self.local = local
        self.peer = peer
        self.is_multicast = is_multicast
        self._sock = sock
        self._loop = loop
        self._owner: DatagramOwner | None = None
        self._is_ipv6 = sock.family == socket.AF_INET6
        self._writes = False
        self._is_closed = False
        self._lost = 0

    def start(self, owner: DatagramOwner) -> None:
        """Begin to read for ``owner``."""
        self._owner = owner
        self._loop.add_reader(self._sock.fileno(), self._read)

    def send(self, data: bytes, place: Place) -> bool:
        """Hand a datagram to the kernel; see ``DatagramPort.send``."""
        try:
            self._sock.sendto(data, self._address(place) if self._is_ipv6 else place)
        except NOT_NOW:
            if not self._writes:
                self._writes = True
                self._loop.add_writer(self._sock.fileno(), self._can_write)
            return False
        return True

    def lost(self) -> int:
        """Ask the kernel how many datagrams it threw away; 4 µs."""
        if not self._is_closed:
            try:
                told = self._sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO_SIZE)
            except OSError:
                return self._lost
            if len(told) == MEMINFO_SIZE:
                (self._lost,) = unpack_from("=I", told, DROPS_AT)
        return self._lost

    def close(self) -> None:
        """Give the port back."""
        if self._is_closed:
            return
        self.lost()
        self._is_closed = True
        if self._owner is not None:
            self._loop.remove_reader(self._sock.fileno())
        if self._writes:
            self._loop.remove_writer(self._sock.fileno())
        self._sock.close()

    def _address(self, place: Place) -> Address:
        host, port = place
        if ":" not in host:
            return IN_IPV6 + host, port
        found = numeric_address(host, port) if "%" in host else None
        return found[1] if found is not None else place

    def _place(self, address: tuple[str, int, int, int]) -> Place:
        return host_of(address).removeprefix(IN_IPV6), address[1]

    def _read(self) -> None:
        owner = self._owner
        if owner is None:
            return
        for _ in range(READS_A_ROUND):
            try:
                data, source = self._sock.recvfrom(LONGEST_DATAGRAM + 1)
            except OSError:  # nothing more, or an interface that went down: what comes, comes
                return
            owner.on_datagram(data, self._place(source) if self._is_ipv6 else source)
            if self._is_closed:
                return

    def _can_write(self) -> None:
        self._writes = False
        self._loop.remove_writer(self._sock.fileno())
        if self._owner is not None:
            self._owner.on_writable()


def bind_port(loop: asyncio.AbstractEventLoop, endpoint: Endpoint, options: SocketOptions) -> SocketPort:
    """Open a port at an address, or join a multicast group; see ``Network.open_port``.

    One address has one socket, unless it is a group's: libzmq lets a second one bind it, which then gets
    the datagrams instead of the first.
    """
    family, address = tcp_address(endpoint, options)
    host, port = host_of(address) or "0.0.0.0", int(address[1])  # noqa: S104  what "*" asks for
    check_interface(endpoint, host)
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        interface = _interface(endpoint, address)
        _prepare(sock, options)
        prepare_sending(sock, interface, options)
        if is_group(host):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sock.bind(("", port))
            join(sock, host, interface)
        else:
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if endpoint.host == ANY else 1)
            sock.bind(address)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(str(endpoint)) from error
        raise AddressNotAvailable(str(endpoint), words_of(error)) from error
    bound = int(sock.getsockname()[1])
    local = Endpoint("udp", host=host, port=bound, source=endpoint.source)
    return SocketPort(sock, loop, local, None, is_multicast=has_many(host))


def connect_port(loop: asyncio.AbstractEventLoop, endpoint: Endpoint, options: SocketOptions) -> SocketPort:
    """Open a free port from which an address is reached; see ``Network.open_port``."""
    sock: socket.socket | None = None
    try:
        family, address = _target(endpoint, options)
        host, port = host_of(address), int(address[1])
        check_interface(endpoint, host)
        interface = _interface(endpoint, address)
        with socket.socket(family, socket.SOCK_DGRAM) as scout:  # finds the address that peers will see
            _prepare(scout, options)
            prepare_sending(scout, interface, options)
            scout.connect(address)
            here = scout.getsockname()
        sock = socket.socket(family, socket.SOCK_DGRAM)
        _prepare(sock, options)
        prepare_sending(sock, interface, options)
        sock.bind((here[0], 0, *here[2:]))
    except (OSError, UnicodeError) as error:
        if sock is not None:
            sock.close()
        why = words_of(error) if isinstance(error, OSError) else str(error)
        raise NotReachable(str(endpoint), why) from error
    name = sock.getsockname()
    local = Endpoint("udp", host=host_of(name), port=int(name[1]))
    return SocketPort(sock, loop, local, (host, port), is_multicast=has_many(host))


def host_of(address: Address) -> str:
    """Return an address's host, with its zone if it has one: without, nobody could be answered there."""
    zone = int(address[3]) if len(address) > 3 else 0
    if not zone:
        return str(address[0])
    try:
        return f"{address[0]}%{socket.if_indextoname(zone)}"
    except OSError:  # the interface has gone since the datagram came in by it
        return f"{address[0]}%{zone}"


def _interface(endpoint: Endpoint, address: Address) -> Interface:
    """Return the interface that an endpoint names, or else that of its address's zone."""
    zone = int(address[3]) if len(address) > 3 else 0
    if zone and not endpoint.source:
        return bytes(4), zone
    return interface_of(endpoint, socket.AF_INET6 if len(address) > 2 else socket.AF_INET)


def _target(endpoint: Endpoint, options: SocketOptions) -> tuple[socket.AddressFamily, Address]:
    found = numeric_address(endpoint.host, endpoint.port)
    if found is not None:
        return found
    family = wanted_family(options)
    known = socket.getaddrinfo(endpoint.host, endpoint.port, family, socket.SOCK_DGRAM)
    chosen, _, _, _, address = known[0]
    return chosen, (str(address[0]), *address[1:])


def _prepare(sock: socket.socket, options: SocketOptions) -> None:
    prepare(sock, options)
    keep_to_device(sock, options)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
