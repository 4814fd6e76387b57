"""Network interfaces by name: the address that each has."""

import fcntl
import ipaddress
import socket
from pathlib import Path
from typing import Final

SIOCGIFADDR: Final = 0x8915
"""Source: netdevice(7)."""
REQUEST_SIZE: Final = 40
ADDRESS_AT: Final = 20
LONGEST_NAME: Final = 15
"""Octets of an interface's name. Source: IFNAMSIZ in netdevice(7), less the closing NUL."""

IPV6_TABLE: Final = Path("/proc/net/if_inet6")
LINK_LOCAL: Final = 0x20


def is_interface(name: str) -> bool:
    """Tell whether this machine has a network interface of this name."""
    return any(name == known for _, known in socket.if_nameindex())


def address_of(name: str, *, ipv6: bool) -> str | None:
    """Return the numeric address of an interface, or ``None`` if it has none of the wanted kind.

    With ``ipv6`` an address of IPv6 is preferred, a global one before one of the link; else only one
    of IPv4 will do.

    Source: ZMQ_IPV6 in libzmq's manual, for the choice.
    """
    return (_ipv6_of(name) if ipv6 else None) or _ipv4_of(name)


def _ipv4_of(name: str) -> str | None:
    encoded = name.encode()
    if len(encoded) > LONGEST_NAME:
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        try:
            answer = fcntl.ioctl(asker.fileno(), SIOCGIFADDR, encoded.ljust(REQUEST_SIZE, b"\0"))
        except OSError:
            return None
    return socket.inet_ntoa(answer[ADDRESS_AT : ADDRESS_AT + 4])


def _ipv6_of(name: str) -> str | None:
    if not IPV6_TABLE.exists():
        return None
    rows = [line.split() for line in IPV6_TABLE.read_text().splitlines()]
    found = sorted((int(scope, 16), octets) for octets, _, _, scope, _, device in rows if device == name)
    if not found:
        return None
    scope, octets = found[0]
    address = str(ipaddress.IPv6Address(bytes.fromhex(octets)))
    return f"{address}%{name}" if scope == LINK_LOCAL else address
