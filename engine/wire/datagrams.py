"""What a udp datagram holds: a group and a body for RADIO and DISH, a body alone for DGRAM."""

from ipaddress import ip_address
from typing import Final

from engine.constants import LONGEST_GROUP
from engine.errors import MalformedDatagram, MessageInvalid

LONGEST_DATAGRAM: Final = 8192
"""Octets, the group and its length included. Source: libzmq's buffer for udp (MAX_UDP_MSG)."""

HIGHEST_PORT: Final = 65535

TOO_LONG: Final = f"it is longer than {LONGEST_DATAGRAM} octets"
EMPTY: Final = "it is empty; a group's length stands first"

Place = tuple[str, int]
"""Where a datagram comes from or goes to: a numeric address without brackets, and a port."""


def encode_group(group: bytes, body: bytes) -> bytes:
    """Return the datagram that carries ``body`` to ``group``: a length octet, the group, the body.

    Raises:
        MessageInvalid: it would be longer than ``LONGEST_DATAGRAM``, or its group is too long.
    """
    if len(group) > LONGEST_GROUP:
        raise MessageInvalid(body, f"its group has {len(group)} octets; the longest is {LONGEST_GROUP}")
    check_length(1 + len(group) + len(body))
    return b"%c%b%b" % (len(group), group, body)


def decode_group(datagram: bytes) -> list[bytes]:
    """Return a datagram's group and body.

    Raises:
        MalformedDatagram: it is empty, ends within its group, or is longer than any 0MQ sends.
    """
    if not datagram:
        raise MalformedDatagram(EMPTY)
    if len(datagram) > LONGEST_DATAGRAM:
        raise MalformedDatagram(TOO_LONG)
    end = 1 + datagram[0]
    if len(datagram) < end:
        why = f"its group is to have {datagram[0]} octets, and {len(datagram) - 1} are there"
        raise MalformedDatagram(why)
    return [datagram[1:end], datagram[end:]]


def decode_body(datagram: bytes) -> bytes:
    """Return what a DGRAM socket receives of a datagram: all of it.

    Raises:
        MalformedDatagram: it is longer than any 0MQ sends, and its end may be missing.
    """
    if len(datagram) > LONGEST_DATAGRAM:
        raise MalformedDatagram(TOO_LONG)
    return datagram


def check_length(octets: int) -> None:
    """Refuse a datagram that no receiver would read whole.

    Raises:
        MessageInvalid: it has more than ``LONGEST_DATAGRAM`` octets (libzmq would write past its buffer).
    """
    if octets > LONGEST_DATAGRAM:
        why = f"its datagram would have {octets} octets; over udp the longest is {LONGEST_DATAGRAM}"
        raise MessageInvalid(b"", why)


def address_frame(place: Place) -> bytes:
    """Return the frame by which a DGRAM socket names a place: ``ip:port`` and the NUL that libzmq puts there.

    IPv6 addresses stand in brackets; libzmq's DGRAM has none.
    """
    host, port = place
    return f"[{host}]:{port}\0".encode() if ":" in host else f"{host}:{port}\0".encode()


def read_address(frame: bytes) -> Place:
    """Read an address frame; the closing NUL may be missing.

    Raises:
        MessageInvalid: it is not a numeric address and a port from 1 to 65535 (libzmq drops the message).
    """
    host, _, port = frame.removesuffix(b"\0").decode("latin-1").rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        host = ""
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    if not 0 < number <= HIGHEST_PORT or not _is_numeric(host):
        raise MessageInvalid(frame, f"its first frame {frame[:64]!r} is no address as b'127.0.0.1:5555\\0'")
    return host, number


def _is_numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
