"""SOCKS5 as octets: what a client says to a proxy, and what the proxy's answers mean."""

from ipaddress import ip_address
from typing import Final

VERSION: Final = 5
NO_LOGIN: Final = 0
LOGIN: Final = 2
NONE_ACCEPTABLE: Final = 0xFF
LOGIN_VERSION: Final = 1
CONNECT: Final = 1
IPV4: Final = 1
NAME: Final = 3
IPV6: Final = 4

LONGEST_TEXT: Final = 255
"""Octets of a name, a user or a password."""

ANSWER_HEAD: Final = 5
"""Octets of the answer to a request up to where the length of the rest is known."""

REFUSALS: Final = (
    "",
    "it failed",
    "its rules do not allow it",
    "the network cannot be reached",
    "the host cannot be reached",
    "the connection was refused",
    "the connection took too long",
    "it does not connect",
    "it does not know this kind of address",
)
"""What each status of an answer means. Source: RFC 1928, section 6."""


NOT_SOCKS: Final = "it does not speak SOCKS5"
LOGIN_WANTED: Final = "it wants a name and password (socks_username, socks_password), or another proof"
LOGIN_WRONG: Final = "name or password is wrong (socks_username, socks_password)"
NAME_TOO_LONG: Final = f"the peer's host name has more than {LONGEST_TEXT} octets"
PROXY_LEFT: Final = "it closed the connection"


class SocksRefused(ConnectionError):
    """A SOCKS5 proxy did not do as it was asked, or is none."""

    def __init__(self, why: str) -> None:
        super().__init__(f"socks proxy: {why}")


def write_methods(*, has_login: bool) -> bytes:
    """Say which ways of proving who we are we have.

    Source: RFC 1928, section 3.
    """
    return bytes((VERSION, 2, NO_LOGIN, LOGIN)) if has_login else bytes((VERSION, 1, NO_LOGIN))


def wants_login(answer: bytes, *, has_login: bool) -> bool:
    """Tell from the proxy's 2 octets whether it wants name and password.

    Raises:
        SocksRefused: it is no SOCKS5 proxy, or wants what we have not.
    """
    version, method = answer
    if version != VERSION:
        raise SocksRefused(NOT_SOCKS)
    if method == LOGIN and has_login:
        return True
    if method != NO_LOGIN:
        raise SocksRefused(LOGIN_WANTED)
    return False


def write_login(username: bytes, password: bytes) -> bytes:
    """Say name and password.

    Source: RFC 1929.
    """
    return bytes((LOGIN_VERSION, len(username))) + username + bytes((len(password),)) + password


def check_login(answer: bytes) -> None:
    """Read the proxy's 2 octets of answer to name and password.

    Raises:
        SocksRefused: they are not welcome.
    """
    if answer[1] != 0:
        raise SocksRefused(LOGIN_WRONG)


def write_request(host: str, port: int) -> bytes:
    """Ask to be connected; a name is left for the proxy to resolve.

    Raises:
        SocksRefused: the name is too long for a proxy.

    Source: RFC 1928, section 4.
    """
    try:
        address = ip_address(host)
    except ValueError:
        name = host.encode("idna") if not host.isascii() else host.encode()
        if len(name) > LONGEST_TEXT:
            raise SocksRefused(NAME_TOO_LONG) from None
        place = bytes((NAME, len(name))) + name
    else:
        place = bytes((IPV4 if address.version == 4 else IPV6,)) + address.packed
    return bytes((VERSION, CONNECT, 0)) + place + port.to_bytes(2, "big")


def rest_of_answer(head: bytes) -> int:
    """Return how many octets follow the first ``ANSWER_HEAD`` of the answer to a request.

    Raises:
        SocksRefused: the proxy did not connect, or the answer is none.

    Source: RFC 1928, section 6.
    """
    version, status, _, kind, first = head
    if version != VERSION:
        raise SocksRefused(NOT_SOCKS)
    if status:
        why = REFUSALS[status] if status < len(REFUSALS) else f"status {status}"
        raise SocksRefused(why)
    lengths = {IPV4: 4, IPV6: 16, NAME: first + 1}
    if kind not in lengths:
        raise SocksRefused(NOT_SOCKS)
    return lengths[kind] - 1 + 2  # the first octet of the address is in the head; the port follows
