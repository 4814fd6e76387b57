"""Multicast groups: which addresses are some, the interface to use for them, joining them."""

import errno
import os
import socket
from ipaddress import ip_address
from struct import pack
from typing import Final

from engine.endpoints import ANY, Endpoint
from engine.errors import EndpointInvalid
from engine.options import SocketOptions

IP_MULTICAST_ALL: Final = 49
"""Source: ip(7); off, a socket gets only the groups that it joined itself. Python has no name for it."""

BROADCAST: Final = "255.255.255.255"
ANY_INTERFACE: Final = (bytes(4), 0)

Interface = tuple[bytes, int]
"""An IPv4 address of an interface, and its number; zeros where it goes by the other, or for any."""


def is_group(host: str) -> bool:
    """Tell whether a numeric address is a multicast group."""
    return ip_address(host).is_multicast


def has_many(host: str) -> bool:
    """Tell whether a numeric address stands for any number of receivers."""
    return host == BROADCAST or is_group(host)


def interface_of(endpoint: Endpoint, family: int) -> Interface:
    """Return the interface that an endpoint names before ``;``, by its name or its IPv4 address.

    Raises:
        OSError: there is no such interface.
    """
    name = endpoint.source.removeprefix("[").removesuffix("]")
    if name in ("", ANY):
        return ANY_INTERFACE
    try:
        return bytes(4), socket.if_nametoindex(name)
    except OSError:
        if family == socket.AF_INET:
            try:
                return socket.inet_aton(name), 0
            except OSError:
                pass
    kinds = "name or IPv4 address" if family == socket.AF_INET else "name"
    raise OSError(errno.ENODEV, f"no interface of this machine has the {kinds} {name!r}")


def check_interface(endpoint: Endpoint, host: str) -> None:
    """Refuse an interface where there is no multicast.

    Raises:
        EndpointInvalid: see above (libzmq: EINVAL).
    """
    if endpoint.source and not is_group(host):
        why = f"an interface before ';' is for multicast, and {host} is no multicast group"
        raise EndpointInvalid(str(endpoint), why)


def prepare_sending(sock: socket.socket, interface: Interface, options: SocketOptions) -> None:
    """Set how multicast datagrams leave: by which interface, how far, and whether they come back here.

    Raises:
        OSError: the interface cannot be used.
    """
    address, index = interface
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, options.multicast_loop)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, min(options.multicast_hops, 255))
        if index:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        return
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, options.multicast_loop)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, min(options.multicast_hops, 255))
    if interface != ANY_INTERFACE:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, pack("=4s4si", bytes(4), address, index))


def join(sock: socket.socket, group: str, interface: Interface) -> None:
    """Receive what is sent to a group on one interface, or on the one the system chooses.

    Raises:
        OSError: there is no such interface, or none that leads to the group.
    """
    address, index = interface
    octets = socket.inet_pton(sock.family, group.partition("%")[0])
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, octets + pack("=i", index))
        return
    sock.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, pack("=4s4si", octets, address, index))


def words_of(error: OSError) -> str:
    """Return the kernel's refusal, or ours, in words."""
    text = error.strerror or os.strerror(error.errno or errno.EINVAL)
    return text[:1].lower() + text[1:]
