"""Poller: many sockets and plain files, level-triggered."""

import asyncio
import os
import socket as system
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import (
    DEALER,
    PAIR,
    PUB,
    PULL,
    PUSH,
    READABLE,
    REP,
    REQ,
    ROUTER,
    SUB,
    WRITABLE,
    XPUB,
    Closed,
    Context,
    Poller,
)
from engine.errors import PollNotPossible
from engine.sockets.socket import Socket


@pytest.fixture
def line() -> Iterator[tuple[system.socket, system.socket]]:
    one, other = system.socketpair()
    with one, other:
        one.setblocking(False)
        yield one, other


def joined(context: Context, anywhere: str, mark: int = 1000) -> tuple[Socket, Socket]:
    push, pull = context.socket(PUSH, sndhwm=mark), context.socket(PULL, rcvhwm=mark)
    push.connect(pull.bind(anywhere))
    return push, pull


async def test_it_waits_until_one_of_many_has_something(context: Context, anywhere: str) -> None:
    push, pull = joined(context, anywhere)
    other = context.socket(PULL)
    poller = Poller()
    for socket in (other, pull):
        poller.add(socket, READABLE)
    waiting = asyncio.create_task(poller.wait())
    await push.send(b"x")
    assert await waiting == [(pull, READABLE)]


async def test_what_was_left_alone_is_told_again(context: Context, anywhere: str) -> None:
    push, pull = joined(context, anywhere)
    await push.send(b"x")
    poller = Poller()
    poller.add(pull)
    for _ in range(3):
        assert await poller.wait() == [(pull, READABLE)]
    await pull.recv()
    assert await poller.wait(0) == []


async def test_only_what_is_wanted_is_told(context: Context) -> None:
    one, other = context.socket(PAIR), context.socket(PAIR)
    one.bind("inproc://pair")
    other.connect("inproc://pair")
    await other.send(b"x")
    poller = Poller()
    poller.add(one)
    assert await poller.wait() == [(one, READABLE | WRITABLE)]
    poller.modify(one, WRITABLE)
    assert await poller.wait() == [(one, WRITABLE)]
    poller.modify(one, 0)
    assert await poller.wait(0) == []
    poller.remove(one)
    assert one not in poller
    assert len(poller) == 0


async def test_time_runs_out(context: Context) -> None:
    poller = Poller()
    poller.add(context.socket(PULL))
    assert await poller.wait(0) == []
    assert await poller.wait(1) == []
    assert await Poller().wait(1) == []


async def test_a_full_socket_is_told_when_it_has_room(context: Context) -> None:
    push, pull = joined(context, "inproc://full", 2)
    while push.ready_for:
        push.send_nowait(b"x")
    poller = Poller()
    poller.add(push)
    waiting = asyncio.create_task(poller.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    for _ in range(2):
        pull.recv_nowait()
    assert await waiting == [(push, WRITABLE)]


async def test_a_call_that_waits_is_woken_beside_a_poller(context: Context, anywhere: str) -> None:
    push, pull = joined(context, anywhere)
    poller = Poller()
    poller.add(pull, READABLE)
    receiving, polling = asyncio.create_task(pull.recv()), asyncio.create_task(poller.wait())
    await asyncio.sleep(0)
    await push.send(b"1")
    assert await receiving == [b"1"]
    await push.send(b"2")
    assert await polling == [(pull, READABLE)]
    assert await pull.recv() == [b"2"]


async def test_each_pattern_says_when_it_can_receive(context: Context) -> None:
    poller = Poller()
    for n, (server, client) in enumerate(
        ((ROUTER, DEALER), (REP, REQ), (XPUB, SUB), (SUB, PUB), (PAIR, PAIR))
    ):
        one, other = context.socket(server), context.socket(client)
        one.bind(f"inproc://{n}")
        other.connect(f"inproc://{n}")
        if SUB in (one.type, other.type):
            (one if server is SUB else other).subscribe(b"x")
        poller.add(one, READABLE)
        waiting = asyncio.create_task(poller.wait())
        if client is not SUB:
            await other.send(b"x")
        assert await waiting == [(one, READABLE)]
        poller.remove(one)


async def test_a_closed_socket_ends_the_wait(context: Context) -> None:
    pull = context.socket(PULL)
    poller = Poller()
    poller.add(pull)
    waiting = asyncio.create_task(poller.wait())
    await asyncio.sleep(0)
    pull.close()
    with pytest.raises(Closed):
        await waiting


async def test_a_cancelled_wait_leaves_nothing_behind(
    context: Context, line: tuple[system.socket, system.socket]
) -> None:
    push, pull = joined(context, "inproc://cancelled")
    poller = Poller()
    poller.add(pull)
    poller.add(line[0].fileno(), READABLE)
    files = len(os.listdir("/proc/self/fd"))
    waiting = asyncio.create_task(poller.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert len(os.listdir("/proc/self/fd")) == files
    await push.send(b"x")
    assert await pull.recv() == [b"x"]


# -- files -----------------------------------------------------------------------------------------


async def test_a_file_is_told_beside_sockets(
    context: Context, line: tuple[system.socket, system.socket]
) -> None:
    pull = context.socket(PULL)
    here, there = line
    poller = Poller()
    poller.add(pull)
    poller.add(here.fileno(), READABLE)
    assert await poller.wait(0) == []
    waiting = asyncio.create_task(poller.wait())
    await asyncio.sleep(0)
    there.send(b"x")
    assert await waiting == [(here.fileno(), READABLE)]
    assert await poller.wait() == [(here.fileno(), READABLE)]
    here.recv(1)
    assert await poller.wait(0) == []


async def test_a_file_that_can_be_written_and_one_that_hung_up(
    line: tuple[system.socket, system.socket],
) -> None:
    here, there = line
    poller = Poller()
    poller.add(here.fileno())
    assert await poller.wait() == [(here.fileno(), WRITABLE)]
    there.close()
    assert await poller.wait() == [(here.fileno(), READABLE | WRITABLE)]


async def test_the_loop_may_have_the_same_file_for_somebody_else(
    line: tuple[system.socket, system.socket],
) -> None:
    here, there = line
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    loop.add_reader(here, heard.set)
    poller = Poller()
    poller.add(here.fileno(), READABLE)
    there.send(b"x")
    assert await poller.wait() == [(here.fileno(), READABLE)]
    heard.clear()
    await heard.wait()
    loop.remove_reader(here)


async def test_a_file_on_a_disk_is_always_ready(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        poller = Poller()
        poller.add(file.fileno())
        assert await poller.wait() == [(file.fileno(), READABLE | WRITABLE)]


# -- misuse ----------------------------------------------------------------------------------------


async def test_what_makes_no_sense_is_refused(context: Context) -> None:
    pull = context.socket(PULL)
    poller = Poller()
    with pytest.raises(PollNotPossible, match="empty"):
        await poller.wait()
    for change in (poller.remove, lambda socket: poller.modify(socket, READABLE)):
        with pytest.raises(PollNotPossible, match="not in this poller"):
            change(pull)
    with pytest.raises(PollNotPossible, match="no event"):
        poller.add(pull, 4)
    poller.add(pull)
    with pytest.raises(PollNotPossible, match="already"):
        poller.add(pull)
