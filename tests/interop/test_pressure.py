"""Back-pressure between the two libraries: whoever is fast waits, and nothing that was accepted is lost."""

import asyncio

import pytest
import zmq

from engine import DEALER, PUB, PULL, PUSH, REP, SUB, XPUB, SocketType
from engine.errors import Again
from engine.sockets.views import PipeView
from tests.interop.conversations import pour, synchronise
from tests.interop.ends import Meeting, OurEnd
from tests.support.eventually import eventually

TIGHT = {"sndbuf": 8192, "rcvbuf": 8192}
BODY = b"x" * 1000


@pytest.mark.parametrize("kind", [PUSH, DEALER])
async def test_our_sender_is_refused_when_their_reader_stops(
    meeting: Meeting, scheme: str, we_bind: bool, kind: SocketType
) -> None:
    ours = meeting.ours(kind, sndhwm=10, **TIGHT)
    theirs = meeting.theirs(PULL if kind is PUSH else DEALER, rcvhwm=10, **TIGHT)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await ours.send([b"first"])
    assert await theirs.recv() == [b"first"]
    accepted = 0
    quiet = 0
    while quiet < 20:
        try:
            ours.socket.send_nowait([b"%d" % accepted, BODY])
            accepted += 1
            quiet = 0
        except Again:
            quiet += 1
            await asyncio.sleep(0.005)
    waiting = asyncio.create_task(ours.send([b"the last"]))
    arrived = [await theirs.recv() for _ in range(accepted)]
    assert arrived == [[b"%d" % n, BODY] for n in range(accepted)]
    await waiting
    assert await theirs.recv() == [b"the last"]


@pytest.mark.parametrize("kind", [PUSH, DEALER])
async def test_their_sender_is_refused_when_our_reader_stops(
    meeting: Meeting, scheme: str, we_bind: bool, kind: SocketType
) -> None:
    ours = meeting.ours(PULL if kind is PUSH else DEALER, rcvhwm=10, **TIGHT)
    theirs = meeting.theirs(kind, sndhwm=10, **TIGHT)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await theirs.send([b"first"])
    assert await ours.recv() == [b"first"]
    accepted = 0
    quiet = 0
    while quiet < 20:
        try:
            theirs.socket.send_multipart([b"%d" % accepted, BODY], flags=zmq.DONTWAIT)
            accepted += 1
            quiet = 0
        except zmq.Again:
            quiet += 1
            await asyncio.sleep(0.005)
    assert 20 <= accepted < 500
    [lane] = [lane for lane in ours.socket.books().lanes if not lane.is_outbound]
    assert (lane.arrived, lane.delivered, lane.queued) == (
        10,
        1,
        9,
    )  # one read is no room yet: low water is 5
    arrived = [await ours.recv() for _ in range(accepted)]
    assert arrived == [[b"%d" % n, BODY] for n in range(accepted)]


async def test_a_flood_through_small_queues_arrives_whole_both_ways(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(DEALER, sndhwm=7, rcvhwm=5), meeting.theirs(DEALER, sndhwm=3, rcvhwm=11)
    meeting.join(ours, theirs, scheme, we_bind=True)
    flood = [[b"%d" % n, b"y" * (n % 700)] for n in range(3000)]
    await asyncio.gather(pour(ours, theirs, flood), pour(theirs, ours, flood))


async def test_a_burst_of_as_many_as_the_mark_reaches_a_subscriber_whole(
    meeting: Meeting, scheme: str
) -> None:
    ours, theirs = meeting.ours(PUB, sndhwm=500), meeting.theirs(SUB, subscribe=b"", rcvhwm=500)
    meeting.join(ours, theirs, scheme, we_bind=True)
    await synchronise(ours, theirs)
    for _ in range(2):
        await eventually(lambda: not any(pipe.depth for pipe in ours.socket.pipes), "the queue is empty")
        await pour(ours, theirs, [[b"%d" % n] for n in range(500)])


async def test_a_subscriber_that_does_not_read_loses_the_newest_and_only_it(
    meeting: Meeting, scheme: str
) -> None:
    publisher = meeting.ours(PUB, sndhwm=10, **TIGHT)
    endpoint = publisher.socket.bind(meeting.address(scheme))
    slow = meeting.theirs(SUB, subscribe=b"", rcvhwm=10, **TIGHT)
    quick = meeting.theirs(SUB, subscribe=b"", rcvhwm=0)
    for subscriber in (slow, quick):
        subscriber.socket.connect(endpoint)
    await synchronise(publisher, quick)
    await synchronise(publisher, slow)
    await publisher.send([b"now"])
    for subscriber in (quick, slow):
        while (await subscriber.recv()) != [b"now"]:
            pass
    for n in range(2000):
        await publisher.send([b"%d" % n, BODY])
        assert await quick.recv() == [b"%d" % n, BODY]
    heard = [int((await slow.recv())[0]) for _ in range(20)]
    assert heard == list(range(20))
    [lane] = [lane for lane in publisher.socket.books().lanes if lane.is_outbound]
    assert lane.accepted == lane.taken + lane.queued + sum(lane.dropped.values())
    assert lane.dropped["hwm"] > 1000


async def test_a_publisher_that_drops_nothing_waits_for_its_subscriber(meeting: Meeting, scheme: str) -> None:
    publisher = meeting.ours(XPUB, sndhwm=10, xpub_nodrop=1, **TIGHT)
    subscriber = meeting.theirs(SUB, subscribe=b"", rcvhwm=10, **TIGHT)
    meeting.join(publisher, subscriber, scheme, we_bind=True)
    assert await publisher.recv() == [b"\x01"]
    await pour(publisher, subscriber, [[b"%d" % n, BODY] for n in range(1500)])


@pytest.mark.parametrize("peers", [3])
async def test_our_push_and_dealer_take_turns_among_their_readers(
    meeting: Meeting, scheme: str, peers: int
) -> None:
    for kind, reader in ((PUSH, PULL), (DEALER, DEALER)):
        ours = meeting.ours(kind)
        readers = [meeting.theirs(reader) for _ in range(peers)]
        for theirs in readers:
            meeting.join(ours, theirs, scheme, we_bind=False)
        for n in range(300):
            await ours.send([b"%d" % n])
        for place, theirs in enumerate(readers):
            assert [int((await theirs.recv())[0]) for _ in range(100)] == list(range(place, 300, peers))


async def test_our_pull_keeps_the_order_of_each_of_many_senders(meeting: Meeting, scheme: str) -> None:
    ours = meeting.ours(PULL)
    senders = [meeting.theirs(PUSH) for _ in range(4)]
    for theirs in senders:
        meeting.join(ours, theirs, scheme, we_bind=True)
    for n in range(200):
        for name, theirs in enumerate(senders):
            await theirs.send([b"%d" % name, b"%d" % n])
    heard: dict[bytes, list[int]] = {}
    for _ in range(800):
        name, n = await ours.recv()
        heard.setdefault(name, []).append(int(n))
    assert sorted(heard) == [b"0", b"1", b"2", b"3"]
    assert all(numbers == list(range(200)) for numbers in heard.values())


async def test_many_connect_to_many(meeting: Meeting, scheme: str) -> None:
    binders = [meeting.ours(PULL), meeting.ours(PULL)]
    endpoints = [end.socket.bind(meeting.address(scheme)) for end in binders]
    senders = [meeting.theirs(PUSH) for _ in range(3)]
    for theirs in senders:
        for endpoint in endpoints:
            theirs.socket.connect(endpoint)
    for n in range(100):
        for theirs in senders:
            await theirs.send([b"%d" % n])
    heard = sorted([int((await end.recv())[0]) for end in binders for _ in range(150)])
    assert heard == sorted([*range(100)] * 3)


async def test_rep_serves_each_of_their_dealers_in_turn(meeting: Meeting, scheme: str) -> None:
    rep = meeting.ours(REP)
    endpoint = rep.socket.bind(meeting.address(scheme))
    dealers = [meeting.theirs(DEALER) for _ in range(3)]
    for name, dealer in enumerate(dealers):
        dealer.socket.connect(endpoint)
        for n in range(10):
            await dealer.send([b"", b"%d" % name, b"%d" % n])
    await eventually(lambda: [pipe.depth for pipe in inward(rep)] == [10, 10, 10], "all requests are in")
    for n in range(10):
        turn = [await answered(rep) for _ in dealers]
        assert sorted(turn) == [[b"%d" % name, b"%d" % n] for name in range(3)]
    for name, dealer in enumerate(dealers):
        assert [await dealer.recv() for _ in range(10)] == [[b"", b"%d" % name, b"%d" % n] for n in range(10)]


async def answered(rep: OurEnd) -> list[bytes]:
    request = await rep.recv()
    await rep.send(request)
    return request


def inward(end: OurEnd) -> list[PipeView]:
    return [pipe for pipe in end.socket.pipes if not pipe.is_outbound]


async def test_publishing_for_ever_starves_nobody(meeting: Meeting, scheme: str) -> None:
    publisher, subscriber = meeting.ours(PUB, sndhwm=100), meeting.theirs(SUB, subscribe=b"", rcvhwm=0)
    meeting.join(publisher, subscriber, scheme, we_bind=True)

    async def publish() -> None:
        while True:
            await publisher.socket.send(b"x")

    endless = asyncio.create_task(publish())
    for _ in range(20):
        await asyncio.sleep(0.01)  # a timer that fires at all
        assert await subscriber.recv() == [b"x"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await endless
    assert endless.cancelled()
