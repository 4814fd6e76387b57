"""RFC 37 and 23: frames, commands, subscriptions and heartbeats, octet by octet."""

import pytest

from engine import DEALER, PUB, PULL, PUSH, ROUTER, SUB, XPUB, XSUB, SocketType
from engine.errors import Again
from engine.monitor.events import Disconnected, SubscriptionAdded
from engine.sockets.socket import Socket
from tests.conformance.by_hand import COMMAND, LARGE, MORE, Peer, command, dial, frame
from tests.conformance.stage import Stage, receive, send
from tests.support.eventually import eventually
from tests.support.shall import shall
from tests.support.watcher import Watcher


async def met(
    stage: Stage, kind: SocketType, peer: bytes, *, minor: int = 1, **options: object
) -> tuple[Socket, Peer]:
    """Bind a socket and shake hands with it as a peer of that kind."""
    socket = stage.socket(kind, **options)
    hand = await dial(stage, socket.bind(stage.address("tcp")))
    await hand.shake(peer, minor=minor)
    await eventually(lambda: any(pipe.is_connected for pipe in socket.pipes), "the handshake is done")
    return socket, hand


@shall("37/framing/1")
async def test_bodies_up_to_255_octets_have_short_lengths_and_longer_ones_long(stage: Stage) -> None:
    push, peer = await met(stage, PUSH, b"PULL")
    for length in (0, 1, 255):
        await send(push, bytes(length))
        assert await peer.hear(2 + length) == bytes((0, length)) + bytes(length)
    for length in (256, 70_000):
        await send(push, bytes(length))
        assert await peer.hear(9 + length) == b"\x02" + length.to_bytes(8, "big") + bytes(length)


@shall("37/framing/2")
async def test_all_parts_but_the_last_say_that_more_follows(stage: Stage) -> None:
    push, peer = await met(stage, PUSH, b"PULL")
    await send(push, [b"a", b"", b"x" * 300, b"end"])
    assert await peer.hear(5 + 9 + 300 + 5) == b"".join(
        [frame(b"a", MORE), frame(b"", MORE), frame(b"x" * 300, MORE), frame(b"end")]
    )


@shall("37/framing/3")
@pytest.mark.parametrize("length", [0, 1, 255])
async def test_a_short_body_in_the_long_form_is_accepted(stage: Stage, length: int) -> None:
    pull, peer = await met(stage, PULL, b"PUSH")
    peer.say(frame(b"x" * length, MORE, large=True), frame(b"end", large=True))
    assert await receive(pull) == [b"x" * length, b"end"]


@shall("37/framing/4")
@pytest.mark.parametrize("reserved", [0x08, 0x10, 0x20, 0x40, 0x80, 0xF8])
async def test_reserved_bits_are_ignored(stage: Stage, reserved: int) -> None:
    pull, peer = await met(stage, PULL, b"PUSH")
    peer.say(frame(b"a", MORE | reserved), frame(b"b" * 300, reserved), frame(b"c"))
    assert [await receive(pull), await receive(pull)] == [[b"a", b"b" * 300], [b"c"]]


@shall("37/framing/5")
@pytest.mark.parametrize("flags", [COMMAND | MORE, COMMAND | MORE | LARGE])
async def test_a_command_that_says_more_ends_the_connection(stage: Stage, flags: int) -> None:
    pull, peer = await met(stage, PULL, b"PUSH")
    watcher = Watcher(pull)
    peer.say(bytes((flags,)) + (b"\x01x" if not flags & LARGE else (1).to_bytes(8, "big") + b"x"))
    assert (await watcher.until(Disconnected)).reason
    assert await peer.is_hung_up_on()


@shall("37/framing/6")
async def test_commands_between_the_parts_of_a_message_do_not_break_it(stage: Stage) -> None:
    pull, peer = await met(stage, PULL, b"PUSH")
    for between in (command(b"PING", b"\0\0"), command(b"PONG"), command(b"NOVELTY", b"x" * 300)):
        peer.say(frame(b"a", MORE), between, frame(b"b", MORE), between, frame(b"c"))
        assert await receive(pull) == [b"a", b"b", b"c"]


@shall("37/command/1")
@pytest.mark.parametrize(
    "octets",
    [
        command(b"NOVELTY"),
        command(b"READY"),
        command(b"SUBSCRIBE", b"topic"),
        command(b"PING", b"\x00"),
        command(b"ERROR", b"\x05no"),
        frame(b"", COMMAND),
        frame(b"\x20short", COMMAND),
        command(b"JOIN", b"group", large=True),
    ],
    ids=["unknown", "READY", "SUBSCRIBE", "PING cut off", "ERROR cut off", "empty", "name cut off", "JOIN"],
)
async def test_commands_that_are_unknown_or_malformed_are_ignored_once_traffic_flows(
    stage: Stage, octets: bytes
) -> None:
    pull, peer = await met(stage, PULL, b"PUSH")
    peer.say(octets, frame(b"after"))
    assert await receive(pull) == [b"after"]


@shall("37/limit/1")
async def test_maxmsgsize_is_for_each_frame(stage: Stage) -> None:
    pull, peer = await met(stage, PULL, b"PUSH", maxmsgsize=100)
    watcher = Watcher(pull)
    peer.say(*(frame(b"x" * 100, MORE) for _ in range(5)), frame(b"end"))
    assert len(await receive(pull)) == 6
    peer.say(frame(b"y" * 50, MORE), frame(b"x" * 101))
    lost = await watcher.until(Disconnected)
    assert "101" in lost.reason
    assert await peer.is_hung_up_on()
    with pytest.raises(Again):
        pull.recv_nowait()


@shall("37/PING/1")
@pytest.mark.parametrize("context", [b"", b"hello", b"0123456789abcdef", b"0123456789abcdefg"])
async def test_a_ping_is_answered_with_its_context_of_at_most_16_octets(stage: Stage, context: bytes) -> None:
    _, peer = await met(stage, DEALER, b"DEALER")
    peer.say(command(b"PING", b"\x00\x00" + context))
    assert await peer.frame() == (COMMAND, b"\x04PONG" + context[:16])


@shall("37/PING/2")
@pytest.mark.parametrize("minor", [0, 1])
async def test_pings_leave_in_time_and_silence_after_one_ends_the_connection(
    stage: Stage, minor: int
) -> None:
    socket, peer = await met(
        stage, DEALER, b"DEALER", minor=minor, heartbeat_ivl=30, heartbeat_timeout=200, heartbeat_ttl=1500
    )
    watcher = Watcher(socket)
    for _ in range(3):
        assert await peer.frame() == (COMMAND, b"\x04PING\x00\x0f")
        peer.say(command(b"PONG"))
    lost = await watcher.until(Disconnected)
    assert "200 ms" in lost.reason
    assert await peer.is_hung_up_on()


@shall("37/PING/3")
async def test_a_peer_that_names_a_time_to_live_and_falls_silent_is_given_up(stage: Stage) -> None:
    socket, peer = await met(stage, DEALER, b"DEALER")
    watcher = Watcher(socket)
    peer.say(command(b"PING", b"\x00\x01"))  # a tenth of a second
    assert await peer.frame() == (COMMAND, b"\x04PONG")
    assert (await watcher.until(Disconnected)).reason
    assert await peer.is_hung_up_on()


TOPICS = [b"", b"a", b"x" * 244, b"x" * 245, b"x" * 246, b"x" * 254, b"x" * 255, b"x" * 256, b"y" * 70_000]
LENGTHS = [str(len(topic)) for topic in TOPICS]


@shall("37/SUBSCRIBE/1", "37/CANCEL/1")
@pytest.mark.parametrize("topic", TOPICS, ids=LENGTHS)
@pytest.mark.parametrize("kind", [SUB, XSUB])
async def test_topics_go_as_commands_to_a_peer_of_3_1(stage: Stage, kind: SocketType, topic: bytes) -> None:
    sub, peer = await met(stage, kind, b"PUB")
    sub.subscribe(topic)
    assert await peer.frame() == (COMMAND, b"\x09SUBSCRIBE" + topic)
    sub.unsubscribe(topic)
    assert await peer.frame() == (COMMAND, b"\x06CANCEL" + topic)


@shall("23/subscription/1")
@pytest.mark.parametrize("topic", TOPICS, ids=LENGTHS)
async def test_topics_go_as_messages_to_a_peer_of_3_0(stage: Stage, topic: bytes) -> None:
    sub, peer = await met(stage, SUB, b"PUB", minor=0)
    sub.subscribe(topic)
    assert await peer.hear(len(frame(b"\x01" + topic))) == frame(b"\x01" + topic)
    sub.unsubscribe(topic)
    assert await peer.hear(len(frame(b"\x00" + topic))) == frame(b"\x00" + topic)


@shall("37/SUBSCRIBE/2", "23/subscription/2")
@pytest.mark.parametrize("minor", [0, 1])
@pytest.mark.parametrize("as_command", [True, False])
@pytest.mark.parametrize("kind", [PUB, XPUB])
async def test_a_publisher_takes_topics_in_both_forms_from_anyone(
    stage: Stage, kind: SocketType, as_command: bool, minor: int
) -> None:
    pub, peer = await met(stage, kind, b"SUB", minor=minor)
    watcher = Watcher(pub)
    for topic in TOPICS[1:]:
        peer.say(command(b"SUBSCRIBE", topic) if as_command else frame(b"\x01" + topic))
        assert (await watcher.until(SubscriptionAdded)).topic == topic
        await send(pub, [topic + b"!", b"body"])
        assert await peer.frame() == (MORE, topic + b"!")
        assert await peer.frame() == (0, b"body")
        if kind is XPUB:
            assert await receive(pub) == [b"\x01" + topic]
        peer.say(command(b"CANCEL", topic) if as_command else frame(b"\x00" + topic))
        if kind is XPUB:
            assert await receive(pub) == [b"\x00" + topic]


@shall("37/SUBSCRIBE/3")
async def test_subscriptions_are_no_messages_whatever_their_form(stage: Stage) -> None:
    pub, peer = await met(stage, PUB, b"SUB")
    watcher = Watcher(pub)
    peer.say(command(b"SUBSCRIBE", b"a"), frame(b"\x01b"), frame(b"user message"))
    await watcher.until(SubscriptionAdded)
    await watcher.until(SubscriptionAdded)
    assert all(lane.arrived == lane.delivered + lane.queued + sum(lane.dropped.values())
               for lane in pub.books().lanes if not lane.is_outbound)  # fmt: skip
    assert sum(lane.accepted for lane in pub.books().lanes) == 0


@shall("37/SUBSCRIBE/4")
async def test_topics_are_told_again_to_each_who_connects(stage: Stage) -> None:
    sub = stage.socket(SUB)
    endpoint = sub.bind(stage.address("ipc"))
    for topic in (b"one", b"two", b"gone"):
        sub.subscribe(topic)
    sub.unsubscribe(b"gone")
    for minor in (1, 0):
        peer = await dial(stage, endpoint)
        await peer.shake(b"PUB", minor=minor)
        heard = [await peer.frame(), await peer.frame()]
        prefix, flags = (b"\x09SUBSCRIBE", COMMAND) if minor else (b"\x01", 0)
        assert sorted(heard) == [(flags, prefix + b"one"), (flags, prefix + b"two")]
        assert await peer.is_silent()


@shall("28/REQ/wire/1", "28/REP/wire/1", "28/ROUTER/wire/1")
async def test_the_id_never_travels_and_the_delimiter_does(stage: Stage) -> None:
    router, peer = await met(stage, ROUTER, b"DEALER")
    peer.say(frame(b"", MORE), frame(b"question"))
    name, *rest = await receive(router)
    assert rest == [b"", b"question"]
    await send(router, [name, b"", b"answer"])
    assert [await peer.frame(), await peer.frame()] == [(MORE, b""), (0, b"answer")]
