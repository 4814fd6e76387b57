"""Udp ports of the operating system: interfaces, families, options, and what the kernel throws away."""

import asyncio
import errno
import socket
from ipaddress import ip_address
from pathlib import Path

import pytest

from engine.endpoints import parse
from engine.errors import AddressNotAvailable, EndpointInvalid, EngineError, NotReachable
from engine.net.datagrams import SocketPort, host_of
from engine.net.system import SystemNetwork
from engine.options import SocketOptions
from tests.support.eventually import eventually
from tests.support.letterbox import Letterbox


def bound(endpoint: str, **options: int | str) -> Letterbox:
    return Letterbox(SystemNetwork().open_port(parse(endpoint), SocketOptions(**options), binding=True))  # type: ignore[arg-type]


def reaching(endpoint: str, **options: int | str) -> Letterbox:
    return Letterbox(SystemNetwork().open_port(parse(endpoint), SocketOptions(**options), binding=False))  # type: ignore[arg-type]


def kernel_socket(box: Letterbox) -> socket.socket:
    assert isinstance(box.port, SocketPort)
    return box.port._sock


@pytest.mark.parametrize("interface", ["lo", "127.0.0.1", "*"])
async def test_a_group_is_joined_on_an_interface_by_name_or_address(interface: str) -> None:
    box = bound(f"udp://{interface};239.192.9.1:*")
    caller = reaching(f"udp://lo;239.192.9.1:{box.place[1]}")
    assert str(box.port.local) == f"udp://{interface};239.192.9.1:{box.place[1]}"
    if interface != "*":
        await box.sent(b"by the interface", caller)
    for each in (box, caller):
        each.port.close()


def test_a_host_keeps_its_zone_when_the_interface_has_gone() -> None:
    assert host_of(("::1", 5, 0, 0)) == "::1"
    assert host_of(("fe80::1", 5, 0, socket.if_nametoindex("lo"))) == "fe80::1%lo"
    assert host_of(("fe80::1", 5, 0, 99_999_999)) == "fe80::1%99999999"


async def test_a_port_gets_no_group_that_only_others_joined() -> None:
    box = bound("udp://lo;239.192.9.1:*")
    other = bound(f"udp://lo;239.192.9.2:{box.place[1]}")
    caller = reaching(f"udp://lo;239.192.9.2:{box.place[1]}")
    await other.sent(b"for the other", caller)
    await box.sent(b"for it alone", caller, ("239.192.9.1", box.place[1]))
    assert [data for data, _ in box.got if data == b"for the other"] == []
    for each in (box, other, caller):
        each.port.close()


@pytest.mark.parametrize(
    ("endpoint", "kind", "words"),
    [
        ("udp://nosuch0;239.192.9.1:5555", AddressNotAvailable, "no interface of this machine has the name"),
        ("udp://nosuch0:5555", AddressNotAvailable, "neither an interface here nor a host name"),
        ("udp://lo;127.0.0.1:5555", EndpointInvalid, "127.0.0.1 is no multicast group"),
    ],
)
async def test_what_cannot_be_bound_is_refused_in_words(
    endpoint: str, kind: type[EngineError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        bound(endpoint)


@pytest.mark.parametrize(
    ("endpoint", "kind", "words"),
    [
        ("udp://nosuch0;239.192.9.1:5555", NotReachable, "cannot send to .*no interface of this machine"),
        ("udp://no such:5555".replace(" ", ".invalid"), NotReachable, "cannot send to"),
        ("udp://lo;127.0.0.1:5555", EndpointInvalid, "127.0.0.1 is no multicast group"),
    ],
)
async def test_what_cannot_be_reached_is_refused_in_words(
    endpoint: str, kind: type[EngineError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        reaching(endpoint)


async def test_an_interface_can_be_bound_by_its_name() -> None:
    box = bound("udp://lo:*")
    assert box.place[0] == "127.0.0.1"
    box.port.close()


async def test_ipv6_carries_datagrams_too() -> None:
    box = bound("udp://[::1]:*")
    caller = reaching(str(box.port.local))
    assert caller.place[0] == "::1"
    assert await box.sent(b"six", caller) == caller.place
    for each in (box, caller):
        each.port.close()


async def test_with_ipv6_a_wildcard_hears_both_families_and_can_answer_both() -> None:
    box = bound("udp://*:*", ipv6=1)
    for host in ("127.0.0.1", "::1"):
        caller = reaching(f"udp://{f'[{host}]' if ':' in host else host}:{box.place[1]}")
        seen = await box.sent(host.encode(), caller, (host, box.place[1]))
        assert seen == caller.place
        await caller.sent(b"back", box, seen)
        caller.port.close()
    box.port.close()


def a_link_local_host() -> str | None:
    """An address of this machine that means something on one link only, with its zone."""
    table = Path("/proc/net/if_inet6")
    rows = [line.split() for line in table.read_text().splitlines()] if table.exists() else []
    found = [(octets, name) for octets, _, _, scope, _, name in rows if scope == "20"]
    return f"{ip_address(bytes.fromhex(found[0][0]))}%{found[0][1]}" if found else None


@pytest.mark.skipif(a_link_local_host() is None, reason="this machine has no link-local address")
async def test_a_link_local_address_keeps_its_zone_so_that_it_can_be_answered() -> None:
    host = a_link_local_host()
    box = bound(f"udp://[{host}]:*")
    caller = reaching(str(box.port.local))
    assert box.place[0] == caller.place[0] == host
    assert await box.sent(b"question", caller) == caller.place
    assert await caller.sent(b"answer", box, caller.place) == box.place
    group = bound(f"udp://[ff12::1234%{host.partition('%')[2]}]:*" if host else "")
    caller_there = reaching(str(group.port.local))
    assert await group.sent(b"to a group", caller_there) == caller_there.place
    for each in (box, caller, group, caller_there):
        each.port.close()


async def test_the_kernel_tells_what_it_threw_away() -> None:
    box = bound("udp://127.0.0.1:*", rcvbuf=2048)
    caller = reaching(str(box.port.local))
    for _ in range(100):
        assert caller.port.send(bytes(500), box.place)
    lost = box.port.lost()
    assert 0 < lost < 100
    await box.count(100 - lost)
    await box.sent(b"and on", caller)
    assert box.port.lost() == lost
    box.port.close()
    assert box.port.lost() == lost
    caller.port.close()


async def test_a_datagram_that_may_not_leave_is_an_error_of_its_own() -> None:
    box = reaching("udp://127.0.0.1:9")
    with pytest.raises(OSError) as refusal:  # noqa: PT011  the number is what is looked at
        box.port.send(bytes(70_000), ("127.0.0.1", 9))
    assert refusal.value.errno == errno.EMSGSIZE
    box.port.close()


async def test_the_options_reach_the_kernel() -> None:
    box = reaching(
        "udp://lo;239.192.9.3:5555",
        multicast_hops=7, multicast_loop=0, tos=16, sndbuf=30_000, rcvbuf=20_000, priority=3,
        bindtodevice="lo",
    )  # fmt: skip
    sock = kernel_socket(box)
    assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) == 7
    assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP) == 0
    assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_TOS) == 16
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 60_000  # Linux doubles both
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 40_000
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY) == 3
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16).rstrip(b"\0") == b"lo"
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST) == 1
    box.port.close()


async def test_ipv6_has_hops_and_loop_of_its_own() -> None:
    box = bound("udp://[::1]:*", multicast_hops=9, multicast_loop=0)
    sock = kernel_socket(box)
    assert sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS) == 9
    assert sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP) == 0
    box.port.close()


async def test_a_full_kernel_tells_when_it_takes_datagrams_again() -> None:
    silent, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)  # a udp socket of lo is never full
    silent.setblocking(False)
    loop = asyncio.get_running_loop()
    local = parse("udp://127.0.0.1:1")
    box = Letterbox(SocketPort(_Connected(silent), loop, local, None, is_multicast=False))
    sent = 0
    while box.port.send(bytes(1000), ("127.0.0.1", 9)):
        sent += 1
    assert box.writable == 0
    for _ in range(sent):
        there.recv(2000)
    await eventually(lambda: box.writable == 1)
    assert box.port.send(b"on", ("127.0.0.1", 9))
    box.port.close()
    there.close()


class _Connected(socket.socket):
    """A connected socket that is told an address with each datagram, and needs none."""

    def __init__(self, other: socket.socket) -> None:
        super().__init__(other.family, other.type, fileno=other.detach())

    def sendto(self, data: bytes, _address: object) -> int:  # type: ignore[override]
        return self.send(data)
