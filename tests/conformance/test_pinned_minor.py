"""A peer that announces ZMTP 3.0, as most outside C do, is served as well as one of 3.1, octet by octet."""

import pytest

from engine import (
    DEALER,
    DISH,
    PAIR,
    PUB,
    PULL,
    PUSH,
    RADIO,
    REP,
    REQ,
    ROUTER,
    SUB,
    XPUB,
    XSUB,
    AddressedMessage,
)
from engine.monitor.events import Disconnected, GroupJoined, HandshakeSucceeded, SubscriptionAdded
from engine.sockets.socket import Socket
from tests.conformance.by_hand import COMMAND, MORE, Doorman, Peer, command, dial, frame
from tests.conformance.stage import Stage, linked, receive, send
from tests.support.eventually import eventually
from tests.support.shall import shall
from tests.support.watcher import Watcher

SUBSCRIBE, CANCEL = b"\x01", b"\x00"


@pytest.fixture(params=[0, 1], ids=["3.0", "3.1"])
def minor(request: pytest.FixtureRequest) -> int:
    return request.param


async def met(stage: Stage, socket: Socket, kind: bytes, minor: int, **properties: bytes) -> Peer:
    """A peer by hand that has shaken hands with a socket that is bound."""
    peer = await dial(stage, socket.bind("tcp://127.0.0.1:*"))
    await peer.shake(kind, minor=minor, **properties)
    await eventually(lambda: linked(socket), "they have met")
    return peer


@shall("libzmq/mock_pub_sub/1")
async def test_the_version_of_the_peer_is_told(stage: Stage, minor: int) -> None:
    pull = stage.socket(PULL)
    watcher = Watcher(pull)
    await met(stage, pull, b"PUSH", minor)
    assert (await watcher.until(HandshakeSucceeded)).version == f"3.{minor}"


@shall("libzmq/mock_pub_sub/2")
async def test_a_subscriber_asks_in_the_peers_form(stage: Stage, minor: int) -> None:
    sub = stage.socket(SUB, subscribe=b"early")
    peer = await met(stage, sub, b"PUB", minor)
    assert await peer.frame() == ((COMMAND, b"\x09SUBSCRIBEearly") if minor else (0, SUBSCRIBE + b"early"))
    sub.unsubscribe(b"early")
    assert await peer.frame() == ((COMMAND, b"\x06CANCELearly") if minor else (0, CANCEL + b"early"))


@shall("libzmq/mock_pub_sub/3")
async def test_long_topics_are_whole_frames_in_either_form(stage: Stage, minor: int) -> None:
    for length in (244, 245, 246, 254, 255, 256, 70_000):  # libzmq writes 255 wrongly to 3.0
        sub = stage.socket(SUB, subscribe=b"x" * length)
        peer = await met(stage, sub, b"PUB", minor)
        flags, body = await peer.frame()
        assert flags == (COMMAND if minor else 0)
        assert body == (b"\x09SUBSCRIBE" if minor else SUBSCRIBE) + b"x" * length
        sub.close()


@shall("libzmq/mock_pub_sub/4")
async def test_a_publisher_hears_topics_as_messages(stage: Stage, minor: int) -> None:
    pub = stage.socket(PUB)
    watcher = Watcher(pub)
    peer = await met(stage, pub, b"SUB", minor)
    peer.say(frame(SUBSCRIBE + b"A"))
    assert (await watcher.until(SubscriptionAdded)).topic == b"A"
    await send(pub, b"B", b"A news")
    assert await peer.frame() == (0, b"A news")


@shall("libzmq/mock_pub_sub/5")
async def test_a_publisher_hears_topics_as_commands(stage: Stage, minor: int) -> None:
    pub = stage.socket(PUB)
    watcher = Watcher(pub)
    peer = await met(stage, pub, b"SUB", minor)
    peer.say(command(b"SUBSCRIBE", b"A"))
    await watcher.until(SubscriptionAdded)
    await send(pub, b"A news")
    assert await peer.frame() == (0, b"A news")


@shall("libzmq/mock_pub_sub/6")
async def test_an_xpub_shows_topics_alike_whatever_their_form(stage: Stage, minor: int) -> None:
    xpub = stage.socket(XPUB)
    peer = await met(stage, xpub, b"SUB", minor)
    peer.say(
        frame(SUBSCRIBE + b"A"), command(b"SUBSCRIBE", b"B"), frame(CANCEL + b"B"), command(b"CANCEL", b"A")
    )
    told = [await receive(xpub) for _ in range(4)]
    assert told == [[SUBSCRIBE + b"A"], [SUBSCRIBE + b"B"], [CANCEL + b"B"], [CANCEL + b"A"]]


@shall("libzmq/mock_pub_sub/7")
async def test_an_xsub_passes_messages_up(stage: Stage, minor: int) -> None:
    xsub = stage.socket(XSUB)
    peer = await met(stage, xsub, b"XPUB", minor)
    await send(xsub, b"\x02up", [b"two", b"parts"])
    assert await peer.frame() == (0, b"\x02up")
    assert [await peer.frame() for _ in range(2)] == [(MORE, b"two"), (0, b"parts")]


@shall("libzmq/mock_pub_sub/8")
async def test_a_subscriber_filters_again_what_a_careless_publisher_sends(stage: Stage, minor: int) -> None:
    sub = stage.socket(SUB, subscribe=b"A")
    peer = await met(stage, sub, b"PUB", minor)
    peer.say(frame(b"B unwanted"), frame(b"A wanted"))
    assert await receive(sub) == [b"A wanted"]


@shall("libzmq/heartbeats/2")
async def test_a_ping_is_sent_and_answered(stage: Stage, minor: int) -> None:
    pair = stage.socket(PAIR, heartbeat_ivl=20, heartbeat_ttl=1000, heartbeat_timeout=10_000)
    peer = await met(stage, pair, b"PAIR", minor)
    assert await peer.frame() == (COMMAND, b"\x04PING\x00\x0a")
    peer.say(command(b"PING", b"\x00\x00context"))
    while True:
        flags, body = await peer.frame()
        if body[:5] == b"\x04PONG":
            break
    assert (flags, body) == (COMMAND, b"\x04PONGcontext")


@shall("libzmq/heartbeats/3")
async def test_a_peer_that_does_not_answer_is_dropped(stage: Stage, minor: int) -> None:
    pair = stage.socket(PAIR, heartbeat_ivl=10, heartbeat_timeout=20)
    watcher = Watcher(pair)
    await met(stage, pair, b"PAIR", minor)
    assert "heartbeat" in (await watcher.until(Disconnected)).reason


@shall("libzmq/heartbeats/4")
async def test_a_peer_that_asked_to_be_dropped_is_dropped_when_silent(stage: Stage, minor: int) -> None:
    pair = stage.socket(PAIR)
    watcher = Watcher(pair)
    peer = await met(stage, pair, b"PAIR", minor)
    peer.say(command(b"PING", b"\x00\x01"))
    assert "100 ms" in (await watcher.until(Disconnected)).reason


@shall("libzmq/heartbeats/5")
async def test_traffic_is_as_good_an_answer_as_a_pong(stage: Stage, minor: int) -> None:
    pull = stage.socket(PULL, heartbeat_ivl=30, heartbeat_timeout=60)
    peer = await met(stage, pull, b"PUSH", minor)
    for n in range(6):
        assert await peer.frame() == (COMMAND, b"\x04PING\x00\x00")
        peer.say(frame(b"%d" % n))
        assert await receive(pull) == [b"%d" % n]
    assert linked(pull)


@shall("libzmq/spec_req/5")
async def test_a_question_and_its_answer_by_hand(stage: Stage, minor: int) -> None:
    req = stage.socket(REQ)
    peer = await met(stage, req, b"REP", minor)
    await send(req, b"question")
    assert [await peer.frame() for _ in range(2)] == [(MORE, b""), (0, b"question")]
    peer.say(frame(b"", MORE), frame(b"answer"))
    assert await receive(req) == [b"answer"]


@shall("libzmq/invalid_rep/1")
async def test_an_answer_without_its_delimiter_is_not_delivered(stage: Stage, minor: int) -> None:
    req = stage.socket(REQ)
    peer = await met(stage, req, b"REP", minor)
    await send(req, b"question")
    await peer.frame()
    await peer.frame()
    peer.say(frame(b"no delimiter"), frame(b"", MORE), frame(b"proper"))
    assert await receive(req) == [b"proper"]


@shall("libzmq/spec_rep/6")
async def test_an_envelope_by_hand_comes_back_unchanged(stage: Stage, minor: int) -> None:
    rep = stage.socket(REP)
    peer = await met(stage, rep, b"REQ", minor, Identity=b"")
    peer.say(frame(b"hop", MORE), frame(b"", MORE), frame(b"question"))
    assert await receive(rep) == [b"question"]
    await send(rep, b"answer")
    assert [await peer.frame() for _ in range(3)] == [(MORE, b"hop"), (MORE, b""), (0, b"answer")]


@shall("libzmq/spec_router/4")
async def test_a_router_names_a_peer_by_what_it_said_in_ready(stage: Stage, minor: int) -> None:
    router = stage.socket(ROUTER)
    peer = await met(stage, router, b"DEALER", minor, Identity=b"by hand")
    await send(router, [b"by hand", b"hello"])
    assert await peer.frame() == (0, b"hello")
    peer.say(frame(b"and you"))
    assert await receive(router) == [b"by hand", b"and you"]


@shall("libzmq/spec_pushpull/2")
async def test_a_message_of_many_frames_and_a_long_one_arrive_whole(stage: Stage, minor: int) -> None:
    pull = stage.socket(PULL)
    peer = await met(stage, pull, b"PUSH", minor)
    peer.say(frame(b"a", MORE), frame(b"", MORE), frame(bytes(70_000)))
    assert await receive(pull) == [b"a", b"", bytes(70_000)]


@shall("libzmq/spec_pushpull/3")
async def test_a_message_cut_off_is_dropped_whole(stage: Stage, minor: int) -> None:
    pull = stage.socket(PULL)
    watcher = Watcher(pull)
    peer = await met(stage, pull, b"PUSH", minor)
    peer.say(frame(b"whole"), frame(b"half", MORE))
    peer.hang_up()
    await watcher.until(Disconnected)
    assert await receive(pull) == [b"whole"]
    assert pull.books().is_balanced


@shall("libzmq/radio_dish/9")
async def test_groups_are_told_by_command_and_messages_bear_theirs(stage: Stage, minor: int) -> None:
    dish = stage.socket(DISH)
    dish.join("g")
    peer = await met(stage, dish, b"RADIO", minor)
    assert await peer.frame() == (COMMAND, b"\x04JOINg")
    peer.say(frame(b"g", MORE), frame(b"body"))
    message = await dish.recv_message()
    assert isinstance(message, AddressedMessage)
    assert (message.group, message.frames) == ("g", [b"body"])


@shall("libzmq/radio_dish/10")
async def test_a_radio_takes_joins_and_sends_two_frames(stage: Stage, minor: int) -> None:
    radio = stage.socket(RADIO)
    watcher = Watcher(radio)
    peer = await met(stage, radio, b"DISH", minor)
    peer.say(command(b"JOIN", b"g"))
    await watcher.until(GroupJoined)
    await send(radio, AddressedMessage([b"body"], group="g"))
    assert [await peer.frame() for _ in range(2)] == [(MORE, b"g"), (0, b"body")]


@shall("libzmq/reconnect_ivl/1")
async def test_topics_are_told_again_to_one_who_comes_back(stage: Stage, minor: int) -> None:
    door = await Doorman(stage).open()
    sub = stage.socket(SUB, subscribe=b"A", reconnect_ivl=5)
    peer = await door.invite(sub)
    for _ in range(2):
        await peer.shake(b"PUB", minor=minor)
        assert await peer.frame() == ((COMMAND, b"\x09SUBSCRIBEA") if minor else (0, SUBSCRIBE + b"A"))
        peer.hang_up()
        peer = await door.next()


@shall("libzmq/bind_after_connect_tcp/1")
async def test_what_was_queued_before_the_handshake_follows_it(stage: Stage, minor: int) -> None:
    door = await Doorman(stage).open()
    push = stage.socket(PUSH)
    for n in range(3):
        push.connect(door.endpoint) if not n else None
        await send(push, b"%d" % n)
    peer = await door.next()
    await peer.shake(b"PULL", minor=minor)
    assert [await peer.frame() for _ in range(3)] == [(0, b"0"), (0, b"1"), (0, b"2")]


@shall("libzmq/spec_dealer/4")
async def test_a_dealer_adds_nothing(stage: Stage, minor: int) -> None:
    dealer = stage.socket(DEALER)
    peer = await met(stage, dealer, b"ROUTER", minor)
    await send(dealer, [b"", b"x"])
    assert [await peer.frame() for _ in range(2)] == [(MORE, b""), (0, b"x")]
