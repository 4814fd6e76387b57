"""The forms of tcp's addresses: interfaces by name, where to connect from, names of what was bound."""

import socket

import pytest

from engine import DISH, PULL, PUSH, Context
from engine.errors import AddressNotAvailable, EndpointInvalid, EndpointUnknown
from engine.monitor.events import Accepted, Retried
from engine.net.interfaces import address_of, is_interface
from tests.support.watcher import Watcher


def _has_ipv6() -> bool:
    return address_of("lo", ipv6=True) == "::1"


def test_the_loopback_interface_is_known_by_name() -> None:
    assert is_interface("lo")
    assert not is_interface("nosuch0")
    assert address_of("lo", ipv6=False) == "127.0.0.1"
    assert address_of("lo", ipv6=True) in ("::1", "127.0.0.1")
    assert address_of("nosuch0", ipv6=True) is None
    assert address_of("a-name-that-no-interface-can-have", ipv6=False) is None


async def test_an_interface_is_bound_by_its_name(context: Context) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH)
    endpoint = pull.bind("tcp://lo:*")
    assert endpoint.startswith("tcp://127.0.0.1:")
    push.connect(endpoint)
    await push.send(b"x")
    assert await pull.recv() == [b"x"]


async def test_an_interface_is_bound_to_its_ipv6_address_where_that_is_wanted(context: Context) -> None:
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    assert context.socket(PULL, ipv6=1).bind("tcp://lo:*").startswith("tcp://[::1]:")


@pytest.mark.parametrize(
    "endpoint", ["tcp://nosuch0.invalid:*", "tcp://127.0.0.1%lo:*", "udp://127.0.0.1%lo:*"]
)
async def test_a_name_that_is_neither_interface_nor_host_is_told(context: Context, endpoint: str) -> None:
    with pytest.raises(AddressNotAvailable, match="is neither an interface here nor a host"):
        context.socket(PULL if endpoint.startswith("tcp") else DISH).bind(endpoint)


@pytest.mark.parametrize("source", ["127.0.0.1:*", "127.0.0.2:0", "lo:*", "*:*"])
async def test_a_connection_comes_from_where_it_was_told_to(context: Context, source: str) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH)
    watcher = Watcher(pull)
    address = pull.bind("tcp://127.0.0.1:*").removeprefix("tcp://")
    push.connect(f"tcp://{source};{address}")
    await push.send(b"x")
    assert await pull.recv() == [b"x"]
    host = "127.0.0.2" if "0.2" in source else "127.0.0.1"
    assert (await watcher.until(Accepted)).peer.startswith(f"tcp://{host}:")


async def test_a_connection_comes_from_the_port_it_was_told_to(context: Context) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pull, push = context.socket(PULL), context.socket(PUSH)
    watcher = Watcher(pull)
    address = pull.bind("tcp://127.0.0.1:*").removeprefix("tcp://")
    push.connect(f"tcp://127.0.0.1:{port};{address}")
    assert (await watcher.until(Accepted)).peer == f"tcp://127.0.0.1:{port}"


async def test_a_source_that_is_not_here_is_told_and_tried_again(context: Context) -> None:
    push = context.socket(PUSH)
    watcher = Watcher(push)
    push.connect("tcp://nosuch0:*;127.0.0.1:9")
    assert "'nosuch0' is no address and no interface" in (await watcher.until(Retried)).reason


async def test_a_source_is_for_connecting(context: Context) -> None:
    with pytest.raises(EndpointInvalid, match="for connecting"):
        context.socket(PULL).bind("tcp://127.0.0.1:*;127.0.0.1:*")


async def test_a_connection_is_ended_by_the_endpoint_it_was_made_by(context: Context) -> None:
    push = context.socket(PUSH)
    push.connect("tcp://127.0.0.1:0;127.0.0.1:9")
    push.disconnect("tcp://127.0.0.1:*;127.0.0.1:9")
    with pytest.raises(EndpointUnknown):
        push.disconnect("tcp://127.0.0.1:*;127.0.0.1:9")


@pytest.mark.parametrize("name", ["localhost", "lo", "127.0.0.1"])
async def test_what_was_bound_is_unbound_by_any_name_of_it(context: Context, name: str) -> None:
    pull = context.socket(PULL)
    port = pull.bind(f"tcp://{name}:*").rpartition(":")[2]
    for each in ("localhost", "lo"):
        pull.unbind(f"tcp://{each}:{port}")
        with pytest.raises(EndpointUnknown):
            pull.unbind(f"tcp://{each}:{port}")
        pull.bind(f"tcp://{name}:{port}")


async def test_a_wildcard_is_unbound_by_its_real_endpoint_only(context: Context) -> None:
    pull = context.socket(PULL)
    endpoint = pull.bind("tcp://*:*")
    with pytest.raises(EndpointUnknown):
        pull.unbind(endpoint.replace("0.0.0.0", "*"))
    pull.unbind(endpoint)
