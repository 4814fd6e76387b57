"""Subscriptions across the two libraries: lengths around the LARGE frame, counting, prefixes, departures."""

import pytest

from engine import SUB, XPUB, XSUB, SocketType
from tests.interop.ends import Meeting, OurEnd, TheirEnd
from tests.support.eventually import eventually

LENGTHS = (0, 1, 244, 245, 246, 247, 254, 255, 256, 1000, 70_000)


@pytest.fixture(params=[True, False], ids=["we-publish", "they-publish"])
def we_publish(request: pytest.FixtureRequest) -> bool:
    return request.param


def publisher_and_subscriber(
    meeting: Meeting, scheme: str, *, we_publish: bool, we_bind: bool, kind: SocketType = SUB
) -> tuple[OurEnd | TheirEnd, OurEnd | TheirEnd]:
    ours = meeting.ours(XPUB if we_publish else kind)
    theirs = meeting.theirs(kind if we_publish else XPUB)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    return (ours, theirs) if we_publish else (theirs, ours)


async def test_topics_of_every_length_subscribe_deliver_and_cancel(
    meeting: Meeting, scheme: str, we_bind: bool, we_publish: bool
) -> None:
    publisher, subscriber = publisher_and_subscriber(meeting, scheme, we_publish=we_publish, we_bind=we_bind)
    for length in LENGTHS:
        topic = bytes([65 + length % 26]) * length
        subscriber.socket.subscribe(topic)
        assert await publisher.recv() == [b"\x01" + topic]
        await publisher.send([topic + b"!", b"body"])
        assert await subscriber.recv() == [topic + b"!", b"body"]
        subscriber.socket.unsubscribe(topic)
        assert await publisher.recv() == [b"\x00" + topic]


async def test_only_the_first_and_the_last_of_equal_subscriptions_go_on_the_wire(
    meeting: Meeting, scheme: str, we_publish: bool
) -> None:
    publisher, subscriber = publisher_and_subscriber(meeting, scheme, we_publish=we_publish, we_bind=True)
    for _ in range(3):
        subscriber.socket.subscribe(b"twice")
    subscriber.socket.unsubscribe(b"twice")
    subscriber.socket.unsubscribe(b"twice")
    subscriber.socket.subscribe(b"until")
    assert await publisher.recv() == [b"\x01twice"]
    assert await publisher.recv() == [b"\x01until"]
    subscriber.socket.unsubscribe(b"twice")
    assert await publisher.recv() == [b"\x00twice"]


async def test_a_subscription_is_a_prefix(meeting: Meeting, scheme: str, we_publish: bool) -> None:
    publisher, subscriber = publisher_and_subscriber(meeting, scheme, we_publish=we_publish, we_bind=False)
    for topic in (b"ab", b"x"):
        subscriber.socket.subscribe(topic)
        await publisher.recv()
    for topic in (b"a", b"ab", b"abc", b"", b"b", b"x", b"\xff"):
        await publisher.send([topic, b"body"])
    await publisher.send([b"x", b"last"])
    arrived = []
    while (frames := await subscriber.recv()) != [b"x", b"last"]:
        arrived.append(frames[0])
    assert arrived == [b"ab", b"abc", b"x"]


async def test_a_subscriber_that_leaves_cancels_what_only_it_held(
    meeting: Meeting, scheme: str, we_publish: bool
) -> None:
    publisher, leaver = publisher_and_subscriber(meeting, scheme, we_publish=we_publish, we_bind=we_publish)
    for topic in (b"one", b"two"):
        leaver.socket.subscribe(topic)
        assert await publisher.recv() == [b"\x01" + topic]
    leaver.socket.close(linger=0)
    assert sorted([await publisher.recv(), await publisher.recv()]) == [[b"\x00one"], [b"\x00two"]]


async def test_a_raw_subscriber_speaks_upstream(
    meeting: Meeting, scheme: str, we_bind: bool, we_publish: bool
) -> None:
    publisher, subscriber = publisher_and_subscriber(
        meeting, scheme, we_publish=we_publish, we_bind=we_bind, kind=XSUB
    )
    await subscriber.send([b"\x01a"])
    assert await publisher.recv() == [b"\x01a"]
    await subscriber.send([b"upstream", b"of two frames"])
    assert await publisher.recv() == [b"upstream", b"of two frames"]
    await publisher.send([b"a", b"down"])
    assert await subscriber.recv() == [b"a", b"down"]
    await subscriber.send([b"\x00a"])
    assert await publisher.recv() == [b"\x00a"]


async def test_more_topics_than_the_high_water_mark_all_arrive(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(SUB), meeting.theirs(XPUB)
    topics = [b"%05d" % n for n in range(3000)]
    for topic in topics:
        ours.socket.subscribe(topic)
    meeting.join(ours, theirs, scheme, we_bind=False)
    assert sorted([(await theirs.recv())[0] for _ in topics]) == [b"\x01" + topic for topic in topics]


async def test_topics_held_before_the_publisher_came_are_told_to_each(meeting: Meeting, scheme: str) -> None:
    ours = meeting.ours(SUB, subscribe=b"topic")
    publishers = [meeting.theirs(XPUB) for _ in range(3)]
    for publisher in publishers:
        meeting.join(ours, publisher, scheme, we_bind=False)
        assert await publisher.recv() == [b"\x01topic"]
    for n, publisher in enumerate(publishers):
        await publisher.send([b"topic %d" % n])
        assert await ours.recv() == [b"topic %d" % n]


async def test_both_ends_agree_when_matching_is_inverted(
    meeting: Meeting, scheme: str, we_publish: bool
) -> None:
    ours = meeting.ours(XPUB if we_publish else SUB, invert_matching=1)
    theirs = meeting.theirs(SUB if we_publish else XPUB, invert_matching=1)
    meeting.join(ours, theirs, scheme, we_bind=True)
    publisher, subscriber = (ours, theirs) if we_publish else (theirs, ours)
    subscriber.socket.subscribe(b"not this")
    await publisher.recv()
    for topic in (b"not this one", b"but this"):
        await publisher.send([topic])
    assert await subscriber.recv() == [b"but this"]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("xpub_verbose", [b"\x01a", b"\x01a", b"\x00a"]),
        ("xpub_verboser", [b"\x01a", b"\x01a", b"\x00a", b"\x00a"]),
        (None, [b"\x01a", b"\x00a"]),
    ],
)
async def test_a_publisher_hears_of_repeated_topics_as_it_asked(
    meeting: Meeting, option: str | None, expected: list[bytes]
) -> None:
    publisher = meeting.ours(XPUB, **({option: 1} if option else {}))
    endpoint = publisher.socket.bind(meeting.address("tcp"))
    subscribers = [meeting.theirs(SUB) for _ in range(2)]
    for n, subscriber in enumerate(subscribers, 1):
        subscriber.socket.connect(endpoint)
        subscriber.socket.subscribe(b"a")
        await eventually(lambda n=n: len(publisher.socket.pipes) >= n, "the subscriber is attached")
    heard = [await publisher.recv()]
    if option:
        heard.append(await publisher.recv())
    for subscriber in subscribers:
        subscriber.socket.unsubscribe(b"a")
    while len(heard) < len(expected):
        heard.append(await publisher.recv())
    assert heard == [[frame] for frame in expected]
