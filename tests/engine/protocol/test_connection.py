import pytest

from engine import DEALER, PUB, PULL, PUSH, SUB, SocketType
from engine.errors import (
    FrameTooLong,
    IncompatiblePeer,
    MechanismMismatch,
    NotZmtp,
    UnexpectedCommand,
)
from engine.messages import Message
from engine.protocol.connection import ZmtpConnection
from engine.protocol.events import HandshakeDone, SubscriptionChanged
from engine.protocol.exchange import LONGEST_INTRODUCTION, IntroductionTooLong, LocalIdentity
from engine.protocol.long_body import LongBody
from engine.wire.commands import Cancel, Ping, Pong, Ready, Subscribe, Unknown, write_command
from engine.wire.frames import FrameHeader, frame_header
from engine.wire.greeting import write_rest, write_signature

SIGNATURE = write_signature(b"me")
GREETING = SIGNATURE + b"\x03" + write_rest("NULL", as_server=False)


def connection(kind: SocketType, limit: int = 1 << 30) -> ZmtpConnection:
    return ZmtpConnection(LocalIdentity(kind, b"me", {}), limit)


def met(kind: SocketType, peer: str, minor: int = 1) -> ZmtpConnection:
    """A connection whose handshake with a peer of this type and version is done."""
    ours = connection(kind)
    greeting = GREETING[:11] + bytes((minor,)) + GREETING[12:]
    ours.receive_data(greeting + write_command(Ready({"Socket-Type": peer.encode()})))
    [done] = ours.take_events()
    assert isinstance(done, HandshakeDone)
    assert done.peer.version == (3, minor)
    ours.data_to_send()
    return ours


def frames(messages: list[Message]) -> list[list[bytes]]:
    return [message.frames for message in messages]


def test_the_greeting_leaves_in_three_steps_as_the_peers_comes() -> None:
    ours = connection(DEALER)
    assert ours.data_to_send() == SIGNATURE
    ours.receive_data(GREETING[:9])
    assert ours.data_to_send() == b""
    ours.receive_data(GREETING[9:10])
    assert ours.data_to_send() == b"\x03"
    ours.receive_data(GREETING[10:11])
    assert ours.data_to_send() == write_rest("NULL", as_server=False)
    ours.receive_data(GREETING[11:])
    assert ours.data_to_send() == write_command(Ready({"Socket-Type": b"DEALER", "Identity": b"me"}))


@pytest.mark.parametrize(
    ("octets", "violation"),
    [
        (b"GET / HTTP/1.1\r\n", NotZmtp),
        (b"\x16\x03\x01\x02\x00", NotZmtp),
        (SIGNATURE + b"\x03" + write_rest("PLAIN", as_server=False), MechanismMismatch),
        (GREETING + write_command(Ready({"Socket-Type": b"PULL"})), IncompatiblePeer),
        (GREETING + write_command(Ping(0, b"")), UnexpectedCommand),
        (GREETING + b"\x00\x01x", UnexpectedCommand),
    ],
)
def test_who_cannot_be_talked_to_is_told_apart(octets: bytes, violation: type[Exception]) -> None:
    with pytest.raises(violation):
        connection(DEALER).receive_data(octets)


@pytest.mark.parametrize(
    ("octets", "limit", "violation"),
    [
        (LONGEST_INTRODUCTION, 1 << 30, None),
        (LONGEST_INTRODUCTION + 1, 1 << 30, IntroductionTooLong),
        (101, 100, FrameTooLong),
        (LONGEST_INTRODUCTION + 1, LONGEST_INTRODUCTION - 1, FrameTooLong),
    ],
)
def test_what_a_stranger_says_of_itself_has_a_limit_before_it_is_gathered(
    octets: int, limit: int, violation: type[Exception] | None
) -> None:
    ours = connection(DEALER, limit)
    header = GREETING + frame_header(octets, command=True)
    if violation is None:
        ours.receive_data(header)
        return
    with pytest.raises(violation, match=str(octets)):
        ours.receive_data(header)


def test_messages_that_come_with_the_handshake_are_not_lost() -> None:
    ours = connection(PULL)
    ours.receive_data(GREETING + write_command(Ready({"Socket-Type": b"PUSH"})) + b"\x00\x01x")
    assert frames(ours.take_messages(9)) == [[b"x"]]


def test_commands_between_the_parts_of_a_message_are_obeyed_and_do_not_break_it() -> None:
    ours = met(PULL, "PUSH")
    ours.receive_data(b"\x01\x01a" + write_command(Ping(30, b"ctx")) + write_command(Unknown("NEW")))
    assert ours.take_messages(9) == []
    assert ours.data_to_send() == write_command(Pong(b"ctx"))
    assert ours.peer_ttl_ms == 3000
    ours.receive_data(b"\x00\x01b")
    assert frames(ours.take_messages(9)) == [[b"a", b"b"]]


def test_a_peer_that_does_not_read_is_asked_for_a_sign_of_life_once() -> None:
    ours = met(PULL, "PUSH")
    ours.ping(1000)
    ours.ping(3000)
    assert ours.data_to_send() == write_command(Ping(30, b""))
    assert ours.data_to_send() == b""


def test_a_peer_of_the_newest_version_is_told_subscriptions_by_command_and_an_older_by_message() -> None:
    for minor, wanted, cancelled in (
        (1, write_command(Subscribe(b"a")), write_command(Cancel(b"a"))),
        (0, b"\x00\x02\x01a", b"\x00\x02\x00a"),
    ):
        ours = met(SUB, "PUB", minor)
        ours.subscribe(b"a", wanted=True)
        assert ours.data_to_send() == wanted
        ours.subscribe(b"a", wanted=False)
        assert ours.data_to_send() == cancelled


@pytest.mark.parametrize("minor", [0, 1])
def test_a_publisher_takes_subscriptions_in_both_forms_from_anyone(minor: int) -> None:
    ours = met(PUB, "SUB", minor)
    ours.receive_data(write_command(Subscribe(b"a")) + b"\x00\x02\x01b\x00\x02\x00a")
    assert ours.take_messages(1) == []
    assert ours.take_events() == [
        SubscriptionChanged(b"a", wanted=True),
        SubscriptionChanged(b"b", wanted=True),
        SubscriptionChanged(b"a", wanted=False),
    ]


def test_without_room_nothing_is_decoded_and_the_octets_are_counted() -> None:
    ours = met(PULL, "PUSH")
    ours.receive_data(b"\x00\x01a\x00\x01b\x00\x05par")
    assert ours.undecoded_octets == 11
    assert ours.take_messages(0) == []
    assert frames(ours.take_messages(1)) == [[b"a"]]
    assert frames(ours.take_messages(9)) == [[b"b"]]
    assert ours.undecoded_octets == 5


@pytest.mark.parametrize("cut", [1, 1000, 9000, 65_536])
def test_a_long_body_is_gathered_in_pieces_and_what_follows_it_is_read(cut: int) -> None:
    ours = met(PUSH, "PULL")
    body = bytes(range(256)) * 80
    octets = b"".join(met(PULL, "PUSH").encode([Message([b"head", body]), Message([b"tail"])]))
    seen: list[Message] = []
    for start in range(0, len(octets), cut):
        ours.receive_data(octets[start : start + cut])
        seen += ours.take_messages(9)
    assert frames(seen) == [[b"head", body], [b"tail"]]
    assert ours.undecoded_octets == 0


def test_a_long_body_takes_what_is_its_own_and_returns_the_rest() -> None:
    body = LongBody(FrameHeader(more=False, command=False, body=5, size=9))
    assert body.add(b"abc") == b""
    assert (body.gathered, body.missing) == (3, 2)
    assert body.add(b"defg") == b"fg"
    assert (body.octets(), body.missing) == (b"abcde", 0)
