"""Peers of libzmq that go away and come back: queued messages, topics and requests find the newcomer."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen

import pytest
import zmq

from engine import DEALER, PUB, PULL, PUSH, REP, REQ, SUB, XPUB, SocketType
from engine.monitor.events import Disconnected, HandshakeSucceeded
from tests.interop.conversations import BURST, pour
from tests.interop.ends import Meeting, TheirEnd
from tests.support.eventually import eventually
from tests.support.watcher import Watcher

SOON = {"reconnect_ivl": 5}


async def comes_back(
    meeting: Meeting, gone: TheirEnd, kind: SocketType, endpoint: str, **options: object
) -> TheirEnd:
    """Close a bound peer and put another in its place."""
    gone.socket.close(linger=0)
    again = meeting.theirs(kind, **options)

    def bound() -> bool:
        try:
            again.socket.bind(endpoint)
        except zmq.ZMQError as error:
            if error.errno != zmq.EADDRINUSE:
                raise
            return False
        return True

    await eventually(bound, "the old peer's address is free")
    return again


@pytest.mark.parametrize(("kind", "peer"), [(PUSH, PULL), (DEALER, DEALER)])
async def test_what_was_queued_while_the_peer_was_away_arrives_when_it_is_back(
    meeting: Meeting, scheme: str, kind: SocketType, peer: SocketType
) -> None:
    ours, theirs = meeting.ours(kind, **SOON), meeting.theirs(peer)
    endpoint = meeting.join(ours, theirs, scheme, we_bind=False)
    await pour(ours, theirs, BURST[:20])
    watcher = Watcher(ours.socket)
    theirs.socket.close(linger=0)
    await watcher.until(Disconnected)
    for message in BURST:
        await ours.send(message)
    theirs = await comes_back(meeting, theirs, peer, endpoint)
    await watcher.until(HandshakeSucceeded)
    assert [await theirs.recv() for _ in BURST] == BURST
    [lane] = [lane for lane in ours.socket.books().lanes if lane.is_outbound]
    assert (lane.accepted, lane.taken, lane.queued) == (20 + len(BURST), 20 + len(BURST), 0)


async def test_we_come_back_and_get_what_they_queued(meeting: Meeting, scheme: str) -> None:
    theirs, ours = meeting.theirs(PUSH, reconnect_ivl=5), meeting.ours(PULL)
    monitor = theirs.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    endpoint = meeting.join(ours, theirs, scheme, we_bind=True)
    await pour(theirs, ours, BURST[:20])
    ours.socket.close()
    await eventually(lambda: monitor.poll(0), "they noticed")
    theirs.socket.disable_monitor()
    monitor.close()
    for message in BURST:
        await theirs.send(message)
    again = meeting.ours(PULL)
    assert again.socket.bind(endpoint) == endpoint
    assert [await again.recv() for _ in BURST] == BURST


async def test_our_topics_are_told_again_to_a_publisher_that_came_back(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(SUB, **SOON), meeting.theirs(XPUB)
    endpoint = meeting.join(ours, theirs, scheme, we_bind=False)
    for topic in (b"stays", b"goes"):
        ours.socket.subscribe(topic)
        assert await theirs.recv() == [b"\x01" + topic]
    watcher = Watcher(ours.socket)
    theirs.socket.close(linger=0)
    await watcher.until(Disconnected)
    ours.socket.unsubscribe(b"goes")
    ours.socket.subscribe(b"new")
    theirs = await comes_back(meeting, theirs, XPUB, endpoint)
    assert sorted([await theirs.recv(), await theirs.recv()]) == [[b"\x01new"], [b"\x01stays"]]
    await theirs.send([b"goes", b"away"])
    await theirs.send([b"stays", b"here"])
    assert await ours.recv() == [b"stays", b"here"]


async def test_their_topics_are_heard_again_by_a_publisher_of_ours_that_came_back(
    meeting: Meeting, scheme: str
) -> None:
    theirs = meeting.theirs(SUB, subscribe=b"topic", reconnect_ivl=5)
    first = meeting.ours(XPUB)
    endpoint = meeting.join(first, theirs, scheme, we_bind=True)
    assert await first.recv() == [b"\x01topic"]
    first.socket.close(linger=0)
    second = meeting.ours(XPUB)
    second.socket.bind(endpoint)
    assert await second.recv() == [b"\x01topic"]
    await second.send([b"topic", b"again"])
    assert await theirs.recv() == [b"topic", b"again"]


async def test_a_relaxed_request_is_asked_again_of_a_server_that_came_back(
    meeting: Meeting, scheme: str
) -> None:
    ours, theirs = meeting.ours(REQ, req_relaxed=1, req_correlate=1, **SOON), meeting.theirs(REP)
    endpoint = meeting.join(ours, theirs, scheme, we_bind=False)
    await ours.send([b"dies with the server"])
    assert await theirs.recv() == [b"dies with the server"]
    watcher = Watcher(ours.socket)
    theirs = await comes_back(meeting, theirs, REP, endpoint)
    await watcher.until(HandshakeSucceeded)
    await ours.send([b"asked again"])
    assert await theirs.recv() == [b"asked again"]
    await theirs.send([b"answer"])
    assert await ours.recv() == [b"answer"]


async def test_with_immediate_nothing_is_queued_for_a_peer_that_is_away(
    meeting: Meeting, scheme: str
) -> None:
    here, away = meeting.theirs(PULL), meeting.theirs(PULL)
    ours = meeting.ours(PUSH, immediate=1, **SOON)
    watcher = Watcher(ours.socket)
    endpoint = meeting.join(ours, away, scheme, we_bind=False)
    meeting.join(ours, here, scheme, we_bind=False)
    for _ in range(2):
        await watcher.until(HandshakeSucceeded)
    away.socket.close(linger=0)
    await watcher.until(Disconnected)
    await pour(ours, here, BURST)
    away = await comes_back(meeting, away, PULL, endpoint)
    await watcher.until(HandshakeSucceeded)
    for n in range(10):
        await ours.send([b"%d" % n])
    heard = [int((await end.recv())[0]) for end in (here, away) for _ in range(5)]
    assert sorted(heard) == list(range(10))


async def test_a_publisher_forgets_what_a_lost_subscriber_wanted(meeting: Meeting, scheme: str) -> None:
    ours = meeting.ours(PUB)
    endpoint = ours.socket.bind(meeting.address(scheme))
    for _ in range(3):
        theirs = meeting.theirs(SUB, subscribe=b"")
        theirs.socket.connect(endpoint)
        await eventually(lambda: len(ours.socket.pipes) == 1, "the subscriber is there")
        theirs.socket.close(linger=0)
        await eventually(lambda: not ours.socket.pipes, "the subscriber is gone")
    await ours.send([b"to nobody"])
    assert ours.socket.books().unrouted == {"no_subscriber": 1}


SINK = """
import sys, zmq
socket = zmq.Context().socket(zmq.PULL)
socket.bind(sys.argv[1])
print(socket.getsockopt_string(zmq.LAST_ENDPOINT), flush=True)
while True:
    print(socket.recv().decode(), flush=True)
"""


@contextmanager
def a_sink(endpoint: str) -> Iterator[Popen[str]]:
    """Run a pyzmq program that prints what it pulls; it is killed at the end."""
    process = Popen([sys.executable, "-c", SINK, endpoint], stdout=PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process: Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


async def test_a_killed_process_costs_only_what_was_under_way(meeting: Meeting) -> None:
    ours = meeting.ours(PUSH, **SOON)
    watcher = Watcher(ours.socket)
    with a_sink("tcp://127.0.0.1:*") as first:
        endpoint = await asyncio.to_thread(heard, first)
        ours.socket.connect(endpoint)
        await ours.send([b"before"])
        assert await asyncio.to_thread(heard, first) == "before"
    await watcher.until(Disconnected)
    for n in range(100):
        await ours.send([b"%d" % n])
    with a_sink(endpoint) as second:
        assert await asyncio.to_thread(heard, second) == endpoint
        lines = [await asyncio.to_thread(heard, second) for _ in range(100)]
    assert lines == [str(n) for n in range(100)]
