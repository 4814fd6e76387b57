"""Where the two libraries must not get on: the socket says why, lives on, and serves the others."""

import asyncio
import sys

import pytest
import zmq

from engine import DEALER, PAIR, PULL, PUSH, REP, REQ, SUB, SocketType
from engine.monitor.events import Disconnected, HandshakeFailed, HandshakeSucceeded, Refused
from tests.interop.conversations import SHAPES, pour
from tests.interop.ends import Meeting
from tests.support.watcher import Watcher


@pytest.mark.parametrize(
    ("ours", "theirs"), [(PULL, PULL), (PUSH, SUB), (REP, REP), (REQ, DEALER), (PAIR, PUSH)]
)
async def test_a_type_that_may_not_talk_to_ours_is_refused_by_name(
    meeting: Meeting, scheme: str, we_bind: bool, ours: SocketType, theirs: SocketType
) -> None:
    end = meeting.ours(ours)
    watcher = Watcher(end.socket)
    meeting.join(end, meeting.theirs(theirs), scheme, we_bind=we_bind)
    failed = await watcher.until(HandshakeFailed)
    if "closed by the peer" not in failed.reason:  # libzmq may have read our READY, and left, first
        assert ours.name in failed.reason
        assert theirs.name in failed.reason


async def test_a_refused_peer_leaves_the_others_alone(meeting: Meeting, scheme: str) -> None:
    ours, good, bad = meeting.ours(PULL), meeting.theirs(PUSH), meeting.theirs(PULL)
    watcher = Watcher(ours.socket)
    endpoint = meeting.join(ours, good, scheme, we_bind=True)
    bad.socket.connect(endpoint)
    await watcher.until(HandshakeFailed)
    await pour(good, ours, SHAPES)


async def test_pair_has_one_peer_and_says_so_of_the_second(meeting: Meeting, scheme: str) -> None:
    ours, first, second = meeting.ours(PAIR), meeting.theirs(PAIR), meeting.theirs(PAIR)
    watcher = Watcher(ours.socket)
    endpoint = meeting.join(ours, first, scheme, we_bind=True)
    await watcher.until(HandshakeSucceeded)
    second.socket.connect(endpoint)
    await watcher.until(Refused)
    await second.send([b"nobody hears this"])
    await pour(first, ours, SHAPES)
    await pour(ours, first, SHAPES)


async def test_a_frame_over_our_limit_ends_their_connection_only(meeting: Meeting, scheme: str) -> None:
    ours = meeting.ours(PULL, maxmsgsize=1000)
    good, bad = meeting.theirs(PUSH), meeting.theirs(PUSH, reconnect_ivl=-1)
    watcher = Watcher(ours.socket)
    for theirs in (good, bad):
        meeting.join(ours, theirs, scheme, we_bind=True)
    await bad.send([b"x" * 1001])
    lost = await watcher.until(Disconnected)
    assert "1001" in lost.reason
    assert "1000" in lost.reason
    await pour(good, ours, [[b"y" * 1000], [b"z" * 1000, b"z" * 1000]])


async def test_a_frame_over_their_limit_is_seen_as_a_lost_connection(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(PUSH), meeting.theirs(PULL, maxmsgsize=1000)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, scheme, we_bind=True)
    await pour(ours, theirs, [[b"y" * 1000]])
    await ours.send([b"x" * 1001])
    await watcher.until(Disconnected)


async def test_their_heartbeat_finds_us_alive(meeting: Meeting, scheme: str, we_bind: bool) -> None:
    ours = meeting.ours(DEALER)
    theirs = meeting.theirs(DEALER, heartbeat_ivl=10, heartbeat_timeout=500, heartbeat_ttl=1000)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await watcher.until(HandshakeSucceeded)
    with pytest.raises(TimeoutError):
        await watcher.until(Disconnected, limit_s=0.7)
    await pour(ours, theirs, SHAPES)
    await pour(theirs, ours, SHAPES)


async def test_our_heartbeat_finds_them_alive(meeting: Meeting, scheme: str, we_bind: bool) -> None:
    ours = meeting.ours(DEALER, heartbeat_ivl=10, heartbeat_timeout=500, heartbeat_ttl=1000)
    theirs = meeting.theirs(DEALER)
    watcher = Watcher(ours.socket)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await watcher.until(HandshakeSucceeded)
    with pytest.raises(TimeoutError):
        await watcher.until(Disconnected, limit_s=0.7)
    await pour(ours, theirs, SHAPES)
    await pour(theirs, ours, SHAPES)


STOPPED = """
import sys, zmq, os, signal
socket = zmq.Context().socket(zmq.DEALER)
socket.connect(sys.argv[1])
socket.send(b"hello")
socket.recv()
os.kill(os.getpid(), signal.SIGSTOP)
"""


async def test_our_heartbeat_drops_a_peer_that_stopped(meeting: Meeting) -> None:
    ours = meeting.ours(DEALER, heartbeat_ivl=20, heartbeat_timeout=60)
    watcher = Watcher(ours.socket)
    endpoint = ours.socket.bind("tcp://127.0.0.1:*")
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", STOPPED, endpoint)
    try:
        assert await ours.recv() == [b"hello"]
        await ours.send([b"stop"])
        lost = await watcher.until(Disconnected)
        assert "60 ms" in lost.reason
    finally:
        process.kill()
        await process.wait()


async def test_ipv6_and_the_wildcard_are_reached(meeting: Meeting) -> None:
    for address, reach in (("tcp://[::1]:*", "tcp://[::1]:{}"), ("tcp://*:*", "tcp://127.0.0.1:{}")):
        ours, theirs = meeting.ours(PULL, ipv6=1), meeting.theirs(PUSH, ipv6=1)
        port = ours.socket.bind(address).rpartition(":")[2]
        theirs.socket.connect(reach.format(port))
        await pour(theirs, ours, SHAPES[:3])
    ours, theirs = meeting.ours(PUSH, ipv6=1), meeting.theirs(PULL, ipv6=1)
    theirs.socket.bind("tcp://[::1]:*")
    ours.socket.connect(theirs.socket.getsockopt_string(zmq.LAST_ENDPOINT))
    await pour(ours, theirs, SHAPES[:3])
