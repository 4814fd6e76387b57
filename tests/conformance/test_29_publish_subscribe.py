"""RFC 29: PUB, SUB, XPUB and XSUB."""

import asyncio

import pytest

from engine import PUB, SUB, XPUB, XSUB, SocketType
from engine.errors import Again, NotSupported
from engine.monitor.events import SubscriptionAdded
from engine.sockets.socket import Socket
from tests.conformance.stage import Stage, arrived, receive, receive_all, send
from tests.support.shall import shall
from tests.support.watcher import Watcher


async def subscribe(publisher: Socket, subscriber: Socket, *topics: bytes) -> None:
    """Subscribe, and wait until the publisher knows."""
    watcher = Watcher(publisher)
    for topic in topics:
        subscriber.subscribe(topic)
        if not subscriber.pipes[0].is_joined:  # over inproc it knows at once
            await watcher.until(SubscriptionAdded)


@shall("29/PUB/1", "29/SUB/1")
async def test_pub_only_sends_and_sub_only_receives(stage: Stage, scheme: str) -> None:
    pub, sub = await stage.pair(PUB, SUB, scheme)
    with pytest.raises(NotSupported):
        await pub.recv()
    with pytest.raises(NotSupported):
        await sub.send(b"x")


@shall("29/PUB/out/1", "29/SUB/filter/1")
@pytest.mark.parametrize(("publisher", "subscriber"), [(PUB, SUB), (XPUB, SUB), (PUB, XSUB), (XPUB, XSUB)])
async def test_each_gets_what_begins_with_a_topic_it_asked_for(
    stage: Stage, scheme: str, publisher: SocketType, subscriber: SocketType
) -> None:
    source = stage.socket(publisher)
    topics: list[list[bytes]] = [[b""], [b"a"], [b"ab", b"c"], [b"end"]]
    readers = [stage.socket(subscriber) for _ in topics]
    await stage.join(source, *readers, scheme=scheme)
    for reader, wanted in zip(readers, topics, strict=True):
        await subscribe(source, reader, *wanted)
    said = [[topic, b"body"] for topic in (b"", b"a", b"ab", b"abc", b"b", b"c", b"A", b"end")]
    await send(source, *said)
    for reader, wanted in zip(readers, topics, strict=True):
        expected = [frames for frames in said if frames[0].startswith(tuple(wanted))]
        assert await receive_all(reader, len(expected)) == expected
        with pytest.raises(Again):
            reader.recv_nowait()


@shall("29/PUB/out/2")
async def test_without_a_subscriber_a_message_is_dropped_and_counted(stage: Stage, scheme: str) -> None:
    pub, sub = await stage.pair(PUB, SUB, scheme)
    sub.subscribe(b"something else")
    await send(pub, b"x", b"y")
    assert pub.books().unrouted == {"no_subscriber": 2}
    assert pub.books().offered == 2


@shall("29/PUB/out/3")
async def test_pub_drops_for_a_full_subscriber_and_never_waits(stage: Stage) -> None:
    pub, full, free = stage.socket(PUB, sndhwm=2), stage.socket(SUB, rcvhwm=3), stage.socket(SUB, rcvhwm=0)
    for sub in (full, free):
        sub.subscribe(b"")
    await stage.join(pub, full, free, scheme="inproc")
    await send(pub, *(b"%d" % n for n in range(20)))
    assert await receive_all(free, 20) == [[b"%d" % n] for n in range(20)]
    assert await receive_all(full, 5) == [[b"%d" % n] for n in range(5)]
    lanes = [lane for lane in pub.books().lanes if lane.is_outbound]
    assert sum(lane.dropped.get("hwm", 0) for lane in lanes) == 15
    assert sum(lane.accepted for lane in lanes) == 40
    assert pub.books().routed == 20
    await send(pub, b"again")
    assert await receive(full) == [b"again"]


@shall("29/PUB/out/4")
async def test_a_burst_of_as_many_as_the_mark_arrives_whole(stage: Stage, scheme: str) -> None:
    pub, sub = stage.socket(PUB, sndhwm=1000), stage.socket(SUB, rcvhwm=1000)
    await stage.join(pub, sub, scheme=scheme)
    await subscribe(pub, sub, b"")
    for _ in range(2):
        for n in range(1000):
            pub.send_nowait(b"%d" % n)
        assert await receive_all(sub, 1000) == [[b"%d" % n] for n in range(1000)]


@shall("29/SUB/in/1")
async def test_sub_takes_from_each_publisher_in_turn(stage: Stage, scheme: str) -> None:
    sub, pubs = stage.socket(SUB), [stage.socket(PUB) for _ in range(3)]
    await stage.join(sub, *pubs, scheme=scheme)
    watchers = [Watcher(pub) for pub in pubs]
    sub.subscribe(b"")
    for watcher in watchers if scheme != "inproc" else []:
        await watcher.until(SubscriptionAdded)
    for name, pub in enumerate(pubs):
        await send(pub, *(b"%d" % name for _ in range(4)))
    await arrived(sub, 12)
    for _ in range(4):
        assert sorted(await receive_all(sub, 3)) == [[b"0"], [b"1"], [b"2"]]


@shall("29/SUB/filter/2")
async def test_subscriptions_are_counted(stage: Stage, scheme: str) -> None:
    xpub, sub = await stage.pair(XPUB, SUB, scheme)
    for _ in range(3):
        sub.subscribe(b"a")
    assert await receive(xpub) == [b"\x01a"]
    for _ in range(2):
        sub.unsubscribe(b"a")
    await send(xpub, b"a still")
    assert await receive(sub) == [b"a still"]
    sub.unsubscribe(b"a")
    assert await receive(xpub) == [b"\x00a"]


@shall("29/XPUB/in/1", "29/XPUB/in/2")
async def test_xpub_tells_topics_as_messages_new_and_last_ones_only(stage: Stage, scheme: str) -> None:
    xpub, one, other = stage.socket(XPUB), stage.socket(SUB), stage.socket(SUB)
    await stage.join(xpub, one, other, scheme=scheme)
    await subscribe(xpub, one, b"a")
    assert await receive(xpub) == [b"\x01a"]
    await subscribe(xpub, other, b"a", b"")
    assert await receive(xpub) == [b"\x01"]
    one.unsubscribe(b"a")
    other.unsubscribe(b"")
    assert await receive(xpub) == [b"\x00"]
    other.unsubscribe(b"a")
    assert await receive(xpub) == [b"\x00a"]


@shall("29/XPUB/in/3")
async def test_the_topics_of_one_who_leaves_are_cancelled(stage: Stage, scheme: str) -> None:
    xpub, one, other = stage.socket(XPUB), stage.socket(SUB), stage.socket(SUB)
    await stage.join(xpub, one, other, scheme=scheme)
    await subscribe(xpub, one, b"a", b"b")
    await subscribe(xpub, other, b"b", b"c")
    assert sorted(await receive_all(xpub, 3)) == [[b"\x01a"], [b"\x01b"], [b"\x01c"]]
    one.close()
    assert await receive(xpub) == [b"\x00a"]
    other.close()
    assert sorted(await receive_all(xpub, 2)) == [[b"\x00b"], [b"\x00c"]]


@shall("29/XPUB/in/4", "29/XSUB/out/1")
async def test_what_is_no_topic_goes_up_as_a_message(stage: Stage, scheme: str) -> None:
    xpub, xsub = await stage.pair(XPUB, XSUB, scheme)
    await send(xsub, [b"\x01a"])
    assert await receive(xpub) == [b"\x01a"]
    await send(xsub, [b"up", b"\x01stairs"])
    assert await receive(xpub) == [b"up", b"\x01stairs"]
    await send(xsub, [b"\x00a"])
    assert await receive(xpub) == [b"\x00a"]


@shall("29/XSUB/filter/1")
async def test_xsub_does_not_filter_again_and_sub_does(stage: Stage, scheme: str) -> None:
    pub, sub = await stage.pair(XPUB, SUB, scheme)
    sub.subscribe(b"a")
    assert await receive(pub) == [b"\x01a"]
    await send(pub, b"a1")
    await arrived(sub, 1)
    sub.unsubscribe(b"a")
    with pytest.raises(Again):
        sub.recv_nowait()
    dropped = [lane.dropped for lane in sub.books().lanes if lane.is_joined or not lane.is_outbound]
    assert {"filtered": 1} in dropped


@shall("29/XPUB/out/1")
async def test_nodrop_sends_to_all_or_to_nobody(stage: Stage) -> None:
    xpub, full, free = (
        stage.socket(XPUB, sndhwm=2, xpub_nodrop=1),
        stage.socket(SUB, rcvhwm=2),
        stage.socket(SUB),
    )
    for sub in (full, free):
        sub.subscribe(b"")
    await stage.join(xpub, full, free, scheme="inproc")
    for n in range(4):
        xpub.send_nowait(b"%d" % n)
    for _ in range(3):
        with pytest.raises(Again):
            xpub.send_nowait(b"too much")
    assert await receive_all(free, 4) == [[b"%d" % n] for n in range(4)]
    with pytest.raises(Again):
        free.recv_nowait()
    waiting = asyncio.create_task(xpub.send(b"later"))
    assert await receive_all(full, 5) == [[b"0"], [b"1"], [b"2"], [b"3"], [b"later"]]
    await waiting
    assert await receive(free) == [b"later"]


@shall("29/message/1")
async def test_all_parts_go_where_the_first_went(stage: Stage, scheme: str) -> None:
    pub, sub = await stage.pair(XPUB, SUB, scheme)
    sub.subscribe(b"a")
    await receive(pub)
    await send(pub, [b"b", b"a", b"a"], [b"a", b"b", b"", b"c"])
    assert await receive(sub) == [b"a", b"b", b"", b"c"]


@shall("29/SUB/filter/3")
async def test_inverted_matching_delivers_the_rest(stage: Stage, scheme: str) -> None:
    xpub, sub = await stage.pair(XPUB, SUB, scheme, invert_matching=1)
    sub.subscribe(b"a")
    await receive(xpub)
    await send(xpub, b"abc", b"b")
    assert await receive(sub) == [b"b"]
