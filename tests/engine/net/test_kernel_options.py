"""Options that are the kernel's to keep, read back from the sockets that it got."""

import socket

import pytest

from engine import PULL, PUSH, Context
from engine.errors import AddressNotAvailable
from engine.monitor.events import Retried
from engine.net.addresses import SO_BUSY_POLL, keep_to_device, prepare
from engine.options import SocketOptions
from tests.support.watcher import Watcher


@pytest.mark.parametrize(
    ("name", "value", "level", "number"),
    [
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
        assert sock.getsockopt(level, number) == value


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
