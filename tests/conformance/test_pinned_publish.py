"""What libzmq's tests pin down of PUB, SUB, XPUB and XSUB."""

import pytest

from engine import PUB, SUB, XPUB, XSUB
from engine.errors import Again, NotSupported
from tests.conformance.pinned import EVERYWHERE, HERE, pinned
from tests.conformance.stage import Frames, Stage, arrived, fill, linked, receive, receive_all, send
from tests.support.eventually import eventually

SUBSCRIBE, CANCEL = b"\x01", b"\x00"


async def heard(stage: Stage, scheme: str, *topics: bytes, **options: object) -> tuple:
    """An XPUB and a SUB of these topics that have met, and the publisher knows of the topics."""
    xpub, sub = stage.socket(XPUB, **options), stage.socket(SUB)
    for topic in topics:
        sub.subscribe(topic)
    await stage.join(xpub, sub, scheme=scheme)
    told = await receive_all(xpub, len(topics))
    assert sorted(told) == sorted([SUBSCRIBE + topic] for topic in topics)
    return xpub, sub


@pinned("hwm_pubsub/1")
async def test_a_burst_up_to_the_mark_arrives_and_the_next_after_reading(stage: Stage, scheme: str) -> None:
    pub, sub = await heard(stage, scheme, b"", sndhwm=40)
    for _ in range(3):
        for n in range(40):
            await send(pub, b"%d" % n)
        assert await receive_all(sub, 40) == [[b"%d" % n] for n in range(40)]


@pinned("hwm_pubsub/2")
async def test_with_nodrop_everything_arrives_and_the_sender_is_made_to_wait(
    stage: Stage, scheme: str
) -> None:
    pub, sub = await heard(stage, scheme, b"", sndhwm=10, xpub_nodrop=1, sndbuf=4096)
    sub.set("rcvhwm", 10)
    sent = fill(pub, bytes(8192))
    assert await receive_all(sub, sent) == [[bytes(8192)]] * sent


@pinned("xpub_nodrop/2")
async def test_with_nodrop_one_full_subscriber_holds_up_all(stage: Stage, scheme: str) -> None:
    pub, sub = stage.socket(PUB, sndhwm=2, xpub_nodrop=1), stage.socket(SUB, rcvhwm=2, subscribe=b"")
    pub.bind("inproc://nodrop")
    sub.connect("inproc://nodrop")
    assert fill(pub) == 4
    with pytest.raises(Again):
        pub.send_nowait(b"more")
    await receive_all(sub, 2)
    assert fill(pub) == 2


@pinned("xpub_verbose/1")
async def test_a_topic_held_by_two_is_told_once(stage: Stage, scheme: str) -> None:
    xpub, first = await heard(stage, scheme, b"A")
    second = stage.socket(SUB, subscribe=b"A")
    await stage.connect(second, xpub, xpub.last_endpoint)
    second.subscribe(b"B")
    assert await receive(xpub) == [SUBSCRIBE + b"B"]
    first.unsubscribe(b"A")
    second.unsubscribe(b"A")
    assert await receive(xpub) == [CANCEL + b"A"]


@pinned("xpub_verbose/2")
async def test_verbose_tells_each_subscription_and_one_cancellation(stage: Stage, scheme: str) -> None:
    xpub, first = await heard(stage, scheme, b"A", xpub_verbose=1)
    second = stage.socket(SUB, subscribe=b"A")
    await stage.connect(second, xpub, xpub.last_endpoint)
    assert await receive(xpub) == [SUBSCRIBE + b"A"]
    first.unsubscribe(b"A")
    second.unsubscribe(b"A")
    second.subscribe(b"end")
    assert await receive_all(xpub, 2) == [[CANCEL + b"A"], [SUBSCRIBE + b"end"]]


@pinned("xpub_verbose/3")
async def test_verboser_tells_each_cancellation_too(stage: Stage, scheme: str) -> None:
    xpub, first = await heard(stage, scheme, b"A", xpub_verboser=1)
    second = stage.socket(SUB, subscribe=b"A")
    await stage.connect(second, xpub, xpub.last_endpoint)
    assert await receive(xpub) == [SUBSCRIBE + b"A"]
    first.unsubscribe(b"A")
    assert await receive(xpub) == [CANCEL + b"A"]
    second.unsubscribe(b"A")
    assert await receive(xpub) == [CANCEL + b"A"]


@pinned("xpub_manual/1")
async def test_by_hand_only_what_the_program_gives_holds(stage: Stage, scheme: str) -> None:
    xpub, sub = await heard(stage, scheme, b"A", xpub_manual=1)
    sub.subscribe(b"X")
    xpub.set("subscribe", b"XA")
    assert await receive(xpub) == [SUBSCRIBE + b"X"]
    xpub.set("subscribe", b"X")
    await send(xpub, b"A dropped", b"XA given")
    assert await receive(sub) == [b"XA given"]


@pinned("xpub_manual/2")
async def test_by_hand_a_subscription_is_taken_back(stage: Stage, scheme: str) -> None:
    xpub, sub = await heard(stage, scheme, b"", xpub_manual=1)
    xpub.set("subscribe", b"B")
    sub.unsubscribe(b"")
    assert await receive(xpub) == [CANCEL]
    xpub.set("unsubscribe", b"B")
    sub.subscribe(b"C")
    assert await receive(xpub) == [SUBSCRIBE + b"C"]
    xpub.set("subscribe", b"C")
    await send(xpub, b"B gone", b"C here")
    assert await receive(sub) == [b"C here"]


@pinned("xpub_manual/3")
async def test_by_hand_the_leaving_of_a_subscriber_is_told(stage: Stage, scheme: str) -> None:
    xpub, sub = await heard(stage, scheme, b"A", xpub_manual=1)
    xpub.set("subscribe", b"A")
    sub.close()
    assert await receive(xpub) == [CANCEL + b"A"]


@pinned("xpub_manual/4")
async def test_messages_go_up_beside_subscriptions(stage: Stage, scheme: str) -> None:
    xpub, xsub = await stage.pair(XPUB, XSUB, scheme)
    await send(xsub, SUBSCRIBE + b"A", b"\x02up", [b"part", b"two"])
    assert await receive_all(xpub, 3) == [[SUBSCRIBE + b"A"], [b"\x02up"], [b"part", b"two"]]


@pinned("xpub_manual_last_value/1")
async def test_the_last_value_goes_to_the_newest_subscriber_only(stage: Stage, scheme: str) -> None:
    xpub, first = await heard(stage, scheme, b"A", xpub_manual_last_value=1)
    xpub.set("subscribe", b"A")
    await send(xpub, b"A cached")
    second = stage.socket(SUB, subscribe=b"A")
    await stage.connect(second, xpub, xpub.last_endpoint)
    assert await receive(xpub) == [SUBSCRIBE + b"A"]
    xpub.set("subscribe", b"A")
    await send(xpub, b"A cached", b"A news")
    assert await receive_all(second, 2) == [[b"A cached"], [b"A news"]]
    assert await receive_all(first, 2) == [[b"A cached"], [b"A news"]]


@pinned("xpub_welcome_msg/1")
async def test_a_welcome_is_the_first_message(stage: Stage, scheme: str) -> None:
    xpub, sub = stage.socket(XPUB, xpub_welcome_msg=b"W"), stage.socket(SUB, subscribe=b"")
    await stage.join(xpub, sub, scheme=scheme)
    assert await receive(xpub) == [SUBSCRIBE]
    await send(xpub, b"news")
    assert await receive_all(sub, 2) == [[b"W"], [b"news"]]


@pinned("xpub_welcome_msg/2")
async def test_who_is_not_subscribed_to_the_welcome_does_not_see_it(stage: Stage, scheme: str) -> None:
    xpub, sub = await heard(stage, scheme, b"news", xpub_welcome_msg=b"W")
    await send(xpub, b"news")
    assert await receive(sub) == [b"news"]


@pinned("xpub_topic/1")
async def test_topics_around_the_length_of_a_short_command_come_and_go(stage: Stage, scheme: str) -> None:
    topics = [b"x" * length for length in (0, 1, 244, 245, 246, 247, 254, 255, 256, 1000, 70_000)]
    xpub, sub = await heard(stage, scheme, *topics)
    for topic in topics:
        sub.unsubscribe(topic)
        assert await receive(xpub) == [CANCEL + topic]


@pinned("pub_invert_matching/1")
async def test_inverted_on_both_ends_delivers_what_does_not_match(stage: Stage, scheme: str) -> None:
    pub, sub = await heard(stage, scheme, b"A", invert_matching=1)
    sub.set("invert_matching", 1)
    await send(pub, b"A no", b"B yes")
    assert await receive(sub) == [b"B yes"]


@pinned("pub_invert_matching/2")
async def test_switched_back_matching_is_as_before(stage: Stage, scheme: str) -> None:
    pub, sub = await heard(stage, scheme, b"A", invert_matching=1)
    pub.set("invert_matching", 0)
    await send(pub, b"B no", b"A yes")
    assert await receive(sub) == [b"A yes"]


@pinned("sub_forward/2")
async def test_a_device_by_hand_passes_topics_up_and_messages_down(stage: Stage, scheme: str) -> None:
    front, back = stage.socket(XPUB), stage.socket(XSUB)
    pub, sub = stage.socket(PUB), stage.socket(SUB)
    await stage.join(front, sub, scheme=scheme)
    await stage.join(back, pub, scheme=scheme)
    for topic in (b"", b"A"):
        sub.subscribe(topic)
        await send(back, await receive(front))
    await eventually(lambda: pub.get("topics_count") == 2, "the topics are up")
    await send(pub, b"A news")
    await send(front, await receive(back))
    assert await receive(sub) == [b"A news"]


@pinned("pubsub_topics_count/1")
async def test_nested_and_separate_topics_are_counted_each(stage: Stage, scheme: str) -> None:
    xpub, sub = await heard(stage, scheme, b"A", b"AB", b"ABC", b"B")
    assert (xpub.get("topics_count"), sub.get("topics_count")) == (4, 4)
    sub.unsubscribe(b"AB")
    assert await receive(xpub) == [CANCEL + b"AB"]
    assert (xpub.get("topics_count"), sub.get("topics_count")) == (3, 3)


@pinned("pubsub_topics_count/2")
async def test_a_topic_asked_for_twice_counts_once_until_both_are_taken_back(
    stage: Stage, scheme: str
) -> None:
    xpub, sub = await heard(stage, scheme, b"A")
    sub.subscribe(b"A")
    sub.unsubscribe(b"A")
    assert sub.get("topics_count") == xpub.get("topics_count") == 1
    sub.unsubscribe(b"A")
    assert await receive(xpub) == [CANCEL + b"A"]
    assert sub.get("topics_count") == xpub.get("topics_count") == 0


@pinned("sub/1", HERE)
async def test_a_pub_does_not_receive_and_a_sub_does_not_send(stage: Stage, scheme: str) -> None:
    with pytest.raises(NotSupported):
        stage.socket(PUB).recv_nowait()
    with pytest.raises(NotSupported):
        stage.socket(SUB).send_nowait(b"x")
    with pytest.raises(NotSupported):
        stage.socket(PUB).subscribe(b"x")


@pinned("sub/2")
async def test_what_is_on_its_way_when_a_topic_is_taken_back_is_filtered(stage: Stage, scheme: str) -> None:
    xpub, sub = await heard(stage, scheme, b"A", b"B")
    await send(xpub, b"A late", b"B news")
    await arrived(sub, 2)
    sub.unsubscribe(b"A")
    assert await receive(sub) == [b"B news"]


@pinned("xsub/1")
async def test_an_xsub_sees_what_it_takes_back_while_it_is_on_its_way(stage: Stage, scheme: str) -> None:
    xpub, xsub = await stage.pair(XPUB, XSUB, scheme)
    await send(xsub, SUBSCRIBE + b"A")
    assert await receive(xpub) == [SUBSCRIBE + b"A"]
    await send(xpub, b"A late")
    await arrived(xsub, 1)
    await send(xsub, CANCEL + b"A")
    assert await receive(xsub) == [b"A late"]


@pinned("xsub/2")
async def test_an_xsub_tells_the_first_and_the_last_of_equal_topics(stage: Stage, scheme: str) -> None:
    xpub, xsub = await stage.pair(XPUB, XSUB, scheme)
    said: list[bytes | Frames] = [SUBSCRIBE + b"A"] * 3 + [CANCEL + b"A"] * 3 + [SUBSCRIBE + b"end"]
    await send(xsub, *said)
    told = await receive_all(xpub, 3)
    assert told == [[SUBSCRIBE + b"A"], [CANCEL + b"A"], [SUBSCRIBE + b"end"]]


@pinned("xsub/3")
async def test_a_verbose_xsub_tells_every_cancellation(stage: Stage, scheme: str) -> None:
    xpub, xsub = stage.socket(XPUB, xpub_verboser=1), stage.socket(XSUB, xsub_verbose_unsubscribe=1)
    await stage.join(xpub, xsub, scheme=scheme)
    await send(xsub, SUBSCRIBE + b"A", CANCEL + b"A", CANCEL + b"A")
    assert await receive_all(xpub, 3) == [[SUBSCRIBE + b"A"], [CANCEL + b"A"], [CANCEL + b"A"]]


@pinned("only_first_subscribe/1")
async def test_every_part_that_looks_like_a_topic_is_one_unless_told_otherwise(
    stage: Stage, scheme: str
) -> None:
    xpub, xsub = await stage.pair(XPUB, XSUB, scheme)
    xpub.set("only_first_subscribe", 1)
    xsub.set("only_first_subscribe", 1)
    await send(xsub, [b"\x02message", SUBSCRIBE + b"B"])
    assert await receive(xpub) == [b"\x02message", SUBSCRIBE + b"B"]
    assert xpub.get("topics_count") == 0


@pinned("pub/1")
async def test_a_publisher_that_binds_last_is_told_what_is_wanted(stage: Stage, scheme: str) -> None:
    sub, xpub = stage.socket(SUB, subscribe=b"A"), stage.socket(XPUB)
    await stage.join(sub, xpub, scheme=scheme)
    assert await receive(xpub) == [SUBSCRIBE + b"A"]
    await send(xpub, b"A")
    assert await receive(sub) == [b"A"]


@pinned("pub/2", EVERYWHERE)
async def test_a_subscriber_with_many_publishers_hears_each(stage: Stage, scheme: str) -> None:
    sub = stage.socket(SUB, subscribe=b"")
    pubs = [stage.socket(XPUB) for _ in range(3)]
    await stage.join(sub, *pubs, scheme=scheme)
    for n, pub in enumerate(pubs):
        assert await receive(pub) == [SUBSCRIBE]
        await send(pub, b"%d" % n)
    assert sorted(await receive_all(sub, 3)) == [[b"0"], [b"1"], [b"2"]]


@pinned("pub/3")
async def test_a_lost_subscriber_costs_the_others_nothing(stage: Stage, scheme: str) -> None:
    xpub, gone = await heard(stage, scheme, b"")
    stays = stage.socket(SUB, subscribe=b"A")
    await stage.connect(stays, xpub, xpub.last_endpoint)
    assert await receive(xpub) == [SUBSCRIBE + b"A"]
    gone.close()
    await eventually(lambda: len(linked(xpub)) == 1, "one is left")
    assert await receive(xpub) == [CANCEL]
    await send(xpub, b"A")
    assert await receive(stays) == [b"A"]
    assert xpub.books().is_balanced
