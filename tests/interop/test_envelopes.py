"""Chains of both libraries: what a device passes on finds its way back, or reaches all who listen."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest
import zmq

from engine import DEALER, PUB, REP, REQ, ROUTER, SUB, XPUB, XSUB
from tests.interop.conversations import BURST, SHAPES, pour, synchronise
from tests.interop.ends import Meeting, OurEnd
from tests.support.eventually import eventually


@asynccontextmanager
async def our_device(front: OurEnd, back: OurEnd) -> AsyncIterator[None]:
    """Pass messages on in both directions for as long as the block lasts."""

    async def forward(source: OurEnd, target: OurEnd) -> None:
        async for frames in source.socket:
            await target.socket.send(frames)

    tasks = [asyncio.create_task(forward(*way)) for way in ((front, back), (back, front))]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@contextmanager
def their_device(front: int, back: int) -> Iterator[tuple[str, str]]:
    """Run libzmq's own proxy in a thread; gives the endpoints of both sides."""
    context = zmq.Context()
    sockets = [context.socket(kind) for kind in (front, back)]
    for socket in sockets:
        socket.bind("tcp://127.0.0.1:*")
    endpoints = tuple(socket.getsockopt_string(zmq.LAST_ENDPOINT) for socket in sockets)

    def work() -> None:
        with suppress(zmq.ContextTerminated):
            zmq.proxy(*sockets)
        for socket in sockets:
            socket.close(linger=0)

    thread = threading.Thread(target=work)
    thread.start()
    yield endpoints[0], endpoints[1]
    context.term()
    thread.join()


@pytest.mark.parametrize("hops", [1, 3])
async def test_an_answer_finds_its_way_back_through_our_devices(
    meeting: Meeting, scheme: str, hops: int
) -> None:
    rep = meeting.theirs(REP)
    rep.socket.bind(meeting.address(scheme))
    endpoint = rep.socket.last_endpoint.decode()
    async with asyncio.timeout(20):
        devices = []
        for _ in range(hops):
            front, back = meeting.ours(ROUTER), meeting.ours(DEALER)
            back.socket.connect(endpoint)
            endpoint = front.socket.bind(meeting.address(scheme))
            devices.append(our_device(front, back))
        for device in devices:
            await device.__aenter__()
        askers = [meeting.theirs(REQ) for _ in range(3)]
        for asker in askers:
            asker.socket.connect(endpoint)
        for message in SHAPES[:7]:
            for n, asker in enumerate(askers):
                await asker.send([b"%d" % n, *message])
            for _ in askers:
                await rep.send(await rep.recv())
            for n, asker in enumerate(askers):
                assert await asker.recv() == [b"%d" % n, *message]
        for device in devices:
            await device.__aexit__(None, None, None)


async def test_an_answer_finds_its_way_back_through_their_device(meeting: Meeting) -> None:
    with their_device(zmq.ROUTER, zmq.DEALER) as (front, back):
        rep, asker = meeting.ours(REP), meeting.ours(REQ)
        rep.socket.connect(back)
        asker.socket.connect(front)
        for message in SHAPES:
            await asker.send(message)
            assert await rep.recv() == message
            await rep.send([b"re", *message])
            assert await asker.recv() == [b"re", *message]
        for end in (rep, asker):
            end.socket.close(linger=0)


async def test_topics_and_messages_pass_our_device(meeting: Meeting, scheme: str) -> None:
    front, back = meeting.ours(XSUB), meeting.ours(XPUB)
    publisher, subscriber = meeting.theirs(PUB), meeting.theirs(SUB)
    publisher.socket.connect(front.socket.bind(meeting.address(scheme)))
    subscriber.socket.connect(back.socket.bind(meeting.address(scheme)))
    async with our_device(front, back):
        subscriber.socket.subscribe(b"")
        await synchronise(publisher, subscriber)
        await pour(publisher, subscriber, SHAPES + BURST)


async def test_topics_and_messages_pass_their_device(meeting: Meeting) -> None:
    with their_device(zmq.XSUB, zmq.XPUB) as (front, back):
        publisher, subscriber = meeting.ours(PUB), meeting.ours(SUB, subscribe=b"")
        publisher.socket.connect(front)
        subscriber.socket.connect(back)
        await synchronise(publisher, subscriber)
        await pour(publisher, subscriber, SHAPES + BURST)
        for end in (publisher, subscriber):
            end.socket.close(linger=0)


async def test_a_request_without_a_delimiter_is_not_delivered(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(REP), meeting.theirs(DEALER)
    meeting.join(ours, theirs, scheme, we_bind=True)
    await theirs.send([b"no", b"delimiter"])
    await theirs.send([b"", b"proper"])
    assert await ours.recv() == [b"proper"]
    lane = next(lane for lane in ours.socket.books().lanes if not lane.is_outbound)
    assert lane.dropped == {"malformed_envelope": 1}


async def test_an_answer_without_a_delimiter_is_not_delivered(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(REQ), meeting.theirs(ROUTER)
    meeting.join(ours, theirs, scheme, we_bind=True)
    await ours.send([b"question"])
    routing_id, *_ = await theirs.recv()
    await theirs.send([routing_id, b"no delimiter"])
    await theirs.send([routing_id, b"", b"proper"])
    assert await ours.recv() == [b"proper"]


async def test_correlated_requests_pass_any_rep(meeting: Meeting, scheme: str, we_bind: bool) -> None:
    ours, theirs = meeting.ours(REQ, req_correlate=1, req_relaxed=1), meeting.theirs(REP)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    for n in range(3):
        await ours.send([b"given up %d" % n])
        assert await theirs.recv() == [b"given up %d" % n]
        await ours.send([b"asked again %d" % n])
        await theirs.send([b"too late"])
        assert await theirs.recv() == [b"asked again %d" % n]
        await theirs.send([b"in time"])
        assert await ours.recv() == [b"in time"]


async def test_a_reply_to_one_who_left_is_counted_and_the_next_is_served(
    meeting: Meeting, scheme: str
) -> None:
    rep = meeting.ours(REP)
    endpoint = rep.socket.bind(meeting.address(scheme))
    leaver, stayer = meeting.theirs(REQ), meeting.theirs(REQ)
    leaver.socket.connect(endpoint)
    await leaver.send([b"and away"])
    assert await rep.recv() == [b"and away"]
    leaver.socket.close(linger=0)
    await eventually(lambda: not rep.socket.pipes, "the peer is gone")
    await rep.send([b"to nobody"])
    assert rep.socket.books().unrouted == {"requester_gone": 1}
    stayer.socket.connect(endpoint)
    await stayer.send([b"here"])
    assert await rep.recv() == [b"here"]
