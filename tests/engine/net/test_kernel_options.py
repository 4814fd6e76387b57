"""Options that are the kernel's to keep, read back from the sockets that it got."""

import socket

import pytest

from engine import PULL, PUSH, Context
from engine.errors import AddressNotAvailable
from engine.monitor.events import Retried
from engine.net.dialling import stream_of
from engine.net.kernel_options import SO_BUSY_POLL, keep_to_device, prepare
from engine.net.streams import SocketStream
from engine.options import SocketOptions
from tests.support.watcher import Watcher


@pytest.mark.parametrize(
    ("name", "value", "level", "number"),
    [
        ("sndbuf", 20480, socket.SOL_SOCKET, socket.SO_SNDBUF),
        ("rcvbuf", 20480, socket.SOL_SOCKET, socket.SO_RCVBUF),
        ("tos", 40, socket.IPPROTO_IP, socket.IP_TOS),
        ("tcp_keepalive", 1, socket.SOL_SOCKET, socket.SO_KEEPALIVE),
        ("tcp_keepalive_cnt", 7, socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
        ("tcp_keepalive_idle", 70, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
        ("tcp_keepalive_intvl", 17, socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
        ("tcp_maxrt", 1500, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        ("priority", 5, socket.SOL_SOCKET, socket.SO_PRIORITY),
        ("busy_poll", 0, socket.SOL_SOCKET, SO_BUSY_POLL),
    ],
)
def test_the_kernel_is_told(name: str, value: int, level: int, number: int) -> None:
    options = SocketOptions()
    options.set(PUSH, name, value)
    with socket.socket() as sock:
        prepare(sock, options)
        doubled = 2 if name.endswith("buf") else 1  # socket(7): the kernel doubles what is asked
        assert sock.getsockopt(level, number) == value * doubled


def test_nothing_is_asked_of_the_kernel_by_default() -> None:
    with socket.socket() as sock, socket.socket() as bare:
        prepare(sock, SocketOptions())
        for level, number in (
            (socket.SOL_SOCKET, socket.SO_SNDBUF),
            (socket.SOL_SOCKET, socket.SO_RCVBUF),
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            (socket.IPPROTO_IP, socket.IP_TOS),
            (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
        ):
            assert sock.getsockopt(level, number) == bare.getsockopt(level, number)


def test_the_type_of_service_is_ipv6s_traffic_class_too() -> None:
    with socket.socket(socket.AF_INET6) as sock:
        prepare(sock, SocketOptions(tos=40))
        assert sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS) == 40


async def test_both_ends_of_a_connection_have_what_was_asked(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[socket.socket] = []

    def remember(sock: socket.socket, *rest: object) -> SocketStream:
        made.append(sock)
        return stream_of(sock, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("engine.net.dialling.stream_of", remember)
    monkeypatch.setattr("engine.net.system.stream_of", remember)
    push, pull = context.socket(PUSH, tos=40, tcp_keepalive=1), context.socket(PULL, tos=40, tcp_keepalive=1)
    push.connect(pull.bind("tcp://127.0.0.1:*"))
    await push.send(b"x")
    assert await pull.recv() == [b"x"]
    assert len(made) == 2
    for sock in made:
        assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_TOS) == 40
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1


def test_a_unix_socket_is_spared_what_only_tcp_has() -> None:
    options = SocketOptions(tcp_maxrt=1500, bindtodevice="lo", priority=5)
    with socket.socket(socket.AF_UNIX) as sock:
        prepare(sock, options)
        keep_to_device(sock, options)


def test_a_socket_keeps_to_its_device() -> None:
    with socket.socket() as sock:
        try:
            keep_to_device(sock, SocketOptions(bindtodevice="lo"))
        except PermissionError:
            pytest.skip("this kernel lets only the superuser choose a device")
        name = sock.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)
        assert name.rstrip(b"\0") == b"lo"


async def test_messages_pass_over_the_device_that_was_chosen(context: Context) -> None:
    push, pull = context.socket(PUSH, tcp_maxrt=5000, priority=3), context.socket(PULL, priority=3)
    push.connect(pull.bind("tcp://127.0.0.1:*"))
    await push.send(b"x")
    assert await pull.recv() == [b"x"]


async def test_a_device_that_is_not_there_is_told(context: Context) -> None:
    pull, push = context.socket(PULL, bindtodevice="nosuch0"), context.socket(PUSH, bindtodevice="nosuch0")
    with pytest.raises(AddressNotAvailable):
        pull.bind("tcp://127.0.0.1:*")
    watcher = Watcher(push)
    push.connect("tcp://127.0.0.1:9")
    assert (await watcher.until(Retried)).reason
