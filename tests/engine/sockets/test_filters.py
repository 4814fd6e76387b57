"""Who is kept out before a word is exchanged, and endpoints by a descriptor that listens already."""

import grp
import os
import pwd
import socket as sockets
from pathlib import Path

import pytest

from engine import DEALER, PULL, PUSH, Context
from engine.errors import AddressNotAvailable, OptionInvalid, OptionWriteOnly
from engine.monitor.events import AcceptFailed, HandshakeSucceeded
from engine.sim.context import SimContext
from engine.sim.run import run
from engine.sim.world import World
from tests.support.watcher import Watcher

TCP, IPC = "tcp://127.0.0.1:*", "ipc://*"
OWN = {"ipc_filter_pid": os.getpid(), "ipc_filter_uid": os.getuid(), "ipc_filter_gid": os.getgid()}


@pytest.mark.parametrize(
    ("filters", "comes_in"),
    [
        (["127.0.0.0/8"], True),
        (["127.0.0.1"], True),
        (["10.0.0.0/8"], False),
        (["10.0.0.0/8", "127.0.0.1/32"], True),
        (["10.0.0.0/8", ""], True),
        (["::1"], False),
    ],
)
async def test_tcp_peers_come_in_by_their_address(
    context: Context, filters: list[str], comes_in: bool
) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH, linger=0)
    for text in filters:
        pull.set("tcp_accept_filter", text)
    watcher = Watcher(pull)
    push.connect(pull.bind(TCP))
    if comes_in:
        await watcher.until(HandshakeSucceeded)
    else:
        refused = await watcher.until(AcceptFailed)
        assert refused.reason == "127.0.0.1 passes no tcp_accept_filter"


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("is_own", [True, False])
async def test_ipc_peers_come_in_by_their_process(context: Context, name: str, is_own: bool) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH, linger=0)
    pull.set(name, OWN[name] if is_own else 4_000_000)
    watcher = Watcher(pull)
    push.connect(pull.bind(IPC))
    if is_own:
        await watcher.until(HandshakeSucceeded)
    else:
        assert "passes no ipc_filter" in (await watcher.until(AcceptFailed)).reason


async def test_a_group_lets_in_its_members_too(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    name = pwd.getpwuid(os.getuid()).pw_name  # a test cannot make groups: one that has us as its member
    club = grp.struct_group(("club", "x", 4_000_000, [name]))
    monkeypatch.setattr(grp, "getgrgid", lambda number: {4_000_000: club}[number])
    pull, push = context.socket(PULL), context.socket(PUSH, linger=0)
    pull.set("ipc_filter_gid", 4_000_000)
    watcher = Watcher(pull)
    push.connect(pull.bind(IPC))
    await watcher.until(HandshakeSucceeded)


async def test_one_ipc_filter_that_is_passed_is_enough_and_can_be_taken_back(context: Context) -> None:
    pull, push = context.socket(PULL), context.socket(PUSH, linger=0)
    pull.set("ipc_filter_uid", 4_000_000)
    pull.set("ipc_filter_gid", os.getgid())
    assert pull.options.ipc_filters == {("uid", 4_000_000), ("gid", os.getgid())}
    pull.set("ipc_filter_uid", -1)
    watcher = Watcher(pull)
    push.connect(pull.bind(IPC))
    await watcher.until(HandshakeSucceeded)


async def test_filters_are_never_told_and_must_be_networks(context: Context) -> None:
    pull = context.socket(PULL)
    for text in ("nowhere", "1.2.3.4/33", "10.0.0.0/8,11.0.0.0/8"):
        with pytest.raises(OptionInvalid, match="address or a network"):
            pull.set("tcp_accept_filter", text)
    for name in ("tcp_accept_filter", *OWN):
        with pytest.raises(OptionWriteOnly):
            pull.get(name)


async def test_an_endpoint_is_bound_by_a_descriptor_that_listens(context: Context) -> None:
    listening = sockets.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    pull, push = context.socket(PULL, use_fd=listening.detach()), context.socket(PUSH)
    assert pull.bind("tcp://127.0.0.1:*") == f"tcp://127.0.0.1:{port}"
    push.connect(f"tcp://127.0.0.1:{port}")
    await push.send(b"inherited")
    assert await pull.recv() == [b"inherited"]


async def test_a_descriptor_of_another_kind_is_not_bound_and_stays_open(
    context: Context, tmp_path: Path
) -> None:
    with sockets.socket(sockets.AF_INET) as mute, sockets.create_server(("127.0.0.1", 0)) as server:
        for fd, endpoint in ((mute.fileno(), TCP), (server.fileno(), f"ipc://{tmp_path}/x")):
            with pytest.raises(AddressNotAvailable, match="use_fd"):
                context.socket(PULL, use_fd=fd).bind(endpoint)
        assert server.getsockname()
    with (tmp_path / "file").open("wb") as file, pytest.raises(AddressNotAvailable):
        context.socket(PULL, use_fd=file.fileno()).bind(TCP)


async def test_names_of_older_programs_are_understood(context: Context) -> None:
    dealer = context.socket(DEALER)
    dealer.set("identity", b"me")
    dealer.set("delay_attach_on_connect", 1)
    assert (dealer.get("routing_id"), dealer.get("identity"), dealer.get("immediate")) == (b"me", b"me", 1)


async def test_a_context_has_its_sockets_begin_with_ipv6_and_without_lingering() -> None:
    async with Context(ipv6=True, blocky=False) as context:
        socket = context.socket(PUSH)
        assert (socket.get("ipv6"), socket.get("linger")) == (1, 0)
        assert context.socket(PUSH, linger=7).get("linger") == 7


def test_a_simulated_host_has_a_name_that_no_address_filter_lets_in() -> None:
    async def story(world: World) -> str:
        async with SimContext(world, "alice") as alice, SimContext(world, "bob") as bob:
            pull, push = alice.socket(PULL, tcp_accept_filter="10.0.0.0/8"), bob.socket(PUSH, linger=0)
            watcher = Watcher(pull)
            pull.bind("tcp://*:1")
            push.connect("tcp://alice:1")
            return (await watcher.until(AcceptFailed)).reason

    assert run(story, 1).result == "bob passes no tcp_accept_filter"
