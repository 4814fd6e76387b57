"""Conversations with peers of ZMTP 1.0 and 2.0 in octets: 13/ZMTP, 15/ZMTP, and as libzmq holds them."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from engine import DEALER, PUB, PULL, PUSH, RADIO, ROUTER, SUB, XPUB, SocketType
from engine.errors import FrameTooLong, NotZmtp, PeerTooOld, PeerViolation
from engine.messages import Message
from engine.protocol.connection import ZmtpConnection
from engine.protocol.events import HandshakeDone, SubscriptionChanged
from engine.protocol.exchange import LocalIdentity
from engine.security.mechanism import Mechanism
from engine.security.null import NullMechanism
from engine.security.plain import PlainClient, PlainServer

SIGNATURE = b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f"
OURS = b"\xff\x00\x00\x00\x00\x00\x00\x00\x03\x7f"
"""Our signature, of a socket whose routing id is "me"."""

UNVERSIONED = b"\x06\x00alice"
VERSIONED = SIGNATURE + b"\x00\x05" + b"\x06\x00alice"
TWO = SIGNATURE + b"\x01\x05" + b"\x00\x05alice"
OPENINGS = {"unversioned": UNVERSIONED, "versioned": VERSIONED, "2.0": TWO}
VERSION = {"unversioned": (1, 0), "versioned": (1, 0), "2.0": (2, 0)}


def connection(kind: SocketType, mechanism: Mechanism | None = None, limit: int = 1 << 30) -> ZmtpConnection:
    return ZmtpConnection(LocalIdentity(kind, b"me", {}), limit, mechanism)


def met(kind: SocketType, opening: bytes) -> ZmtpConnection:
    ours = connection(kind)
    ours.receive_data(opening)
    assert isinstance(ours.take_events()[0], HandshakeDone)
    ours.data_to_send()
    return ours


@pytest.mark.parametrize(
    ("opening", "answer"),
    [
        (UNVERSIONED, OURS + b"me"),
        (VERSIONED, OURS + b"\x03\x05" + b"\x03\x00me"),
        (TWO, OURS + b"\x03\x05" + b"\x00\x02me"),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x06\x00alice", OURS + b"me"),
    ],
    ids=["1.0 unversioned", "1.0 versioned", "2.0", "1.0 in the long form"],
)
@pytest.mark.parametrize("step", [1, 3, 100])
def test_an_older_peer_is_answered_in_its_own_version(opening: bytes, answer: bytes, step: int) -> None:
    ours = connection(DEALER)
    sent = ours.data_to_send()
    assert sent == OURS
    for start in range(0, len(opening), step):
        assert ours.peer is None
        ours.receive_data(opening[start : start + step])
        sent += ours.data_to_send()
    assert sent == answer
    [done] = ours.take_events()
    assert isinstance(done, HandshakeDone)
    assert done.peer.routing_id == b"alice"
    assert (done.peer.mechanism, done.peer.properties) == ("NULL", {})


def test_each_step_waits_for_the_peers_as_libzmq_does() -> None:
    ours = connection(PUSH)
    ours.data_to_send()
    for octets, said in (
        (SIGNATURE[:9], b""),
        (SIGNATURE[9:], b"\x03"),
        (b"\x01", b"\x08"),
        (b"\x07", b"\x00\x02me"),
        (b"\x00\x00", b""),
    ):
        ours.receive_data(octets)
        assert ours.data_to_send() == said
    assert ours.peer is not None
    assert (ours.peer.version, ours.peer.socket_type, ours.peer.routing_id) == ((2, 0), PULL, b"")


@pytest.mark.parametrize(("told", "known"), [(6, ROUTER), (8, None), (200, None)])
def test_the_type_that_a_peer_tells_is_shown_and_not_judged(told: int, known: SocketType | None) -> None:
    ours = met(DEALER, SIGNATURE + bytes((1, told)) + b"\x00\x00")
    assert ours.peer is not None
    assert ours.peer.socket_type is known


@pytest.mark.parametrize(
    ("opening", "octets"),
    [
        (UNVERSIONED, b"\x02\x01a\x01\x00" + b"\x04\x00abc"),
        (VERSIONED, b"\x02\x01a\x01\x00" + b"\x04\x00abc"),
        (TWO, b"\x01\x01a\x00\x00" + b"\x00\x03abc"),
    ],
    ids=OPENINGS,
)
def test_traffic_is_framed_in_the_peers_version_both_ways(opening: bytes, octets: bytes) -> None:
    ours = met(DEALER, opening)
    batch = [Message([b"a", b""]), Message([b"abc"])]
    assert b"".join(ours.encode(batch)) == octets
    assert sum(map(ours.octets_of, batch)) == len(octets)
    ours.receive_data(octets)
    assert [message.frames for message in ours.take_messages(9)] == [[b"a", b""], [b"abc"]]
    assert ours.undecoded_octets == 0


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
def test_subscriptions_go_and_come_as_messages(opening: bytes) -> None:
    sub, pub = met(SUB, opening), met(PUB, opening)
    pub.take_events()
    sub.subscribe(b"news", wanted=True)
    sub.subscribe(b"t" * 255, wanted=False)
    octets = sub.data_to_send()
    assert octets.startswith(b"\x00\x05\x01news" if opening == TWO else b"\x06\x00\x01news")
    pub.receive_data(octets)
    assert pub.take_messages(9) == []
    assert pub.take_events() == [
        SubscriptionChanged(b"news", wanted=True),
        SubscriptionChanged(b"t" * 255, wanted=False),
    ]


@pytest.mark.parametrize("kind", [PUB, XPUB])
def test_only_an_unversioned_peer_of_a_publisher_wants_everything(kind: SocketType) -> None:
    for name, opening in OPENINGS.items():
        ours = connection(kind)
        ours.receive_data(opening)
        everything = [SubscriptionChanged(b"", wanted=True)] if name == "unversioned" else []
        assert ours.take_events()[1:] == everything
    push = connection(PUSH)
    push.receive_data(UNVERSIONED)
    assert len(push.take_events()) == 1


def test_a_publisher_frames_one_message_for_each_version_that_its_peers_speak() -> None:
    message = Message([b"news"])
    assert b"".join(met(PUB, TWO).encode([message])) == b"\x00\x04news"
    assert b"".join(met(PUB, UNVERSIONED).encode([message])) == b"\x05\x00news"
    assert b"".join(met(PUB, TWO).encode([message])) == b"\x00\x04news"


def test_what_looks_like_a_command_from_a_peer_without_commands_is_ignored() -> None:
    ours = met(PULL, TWO)
    ours.receive_data(b"\x04\x07\x04PING\x00\x00" + b"\x00\x01x")
    assert [message.frames for message in ours.take_messages(9)] == [[b"x"]]
    assert ours.data_to_send() == b""
    assert not ours.has_commands


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
@pytest.mark.parametrize(
    "mechanism",
    [PlainServer({}), PlainClient({}, b"me", b"secret"), NullMechanism({}, asks=True)],
    ids=["PLAIN server", "PLAIN client", "a ZAP domain"],
)
def test_security_cannot_be_gone_round_by_being_old(opening: bytes, mechanism: Mechanism) -> None:
    ours = connection(PULL, mechanism)
    with pytest.raises(PeerTooOld, match="security"):
        ours.receive_data(opening)
    assert ours.take_messages(9) == []


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
def test_types_that_came_later_do_not_talk_to_older_peers(opening: bytes) -> None:
    with pytest.raises(PeerTooOld, match="RADIO"):
        connection(RADIO).receive_data(opening)


@pytest.mark.parametrize(
    ("octets", "violation"),
    [
        (b"\x00\x00", NotZmtp),
        (b"GET / HTTP/1.1\r\n", NotZmtp),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x06\x02alice", NotZmtp),
        (b"\xff\x00\x00\x00\x00\x00\x00\x02\x00\x00", NotZmtp),
        (SIGNATURE + b"\x01\x05\x02" + bytes(6) + b"\x01\x00", FrameTooLong),
        (SIGNATURE + b"\x00\x05\xff" + bytes(6) + b"\x01\x01\x00", FrameTooLong),
    ],
)
def test_what_cannot_be_an_identity_ends_the_connection(octets: bytes, violation: type[Exception]) -> None:
    with pytest.raises(violation):
        connection(DEALER).receive_data(octets)


frames_of_both = st.lists(st.lists(st.binary(max_size=300), min_size=1, max_size=3), max_size=6)


@given(
    st.sampled_from(sorted(OPENINGS)),
    frames_of_both,
    st.binary(max_size=20),
    st.lists(st.integers(0, 1 << 16), max_size=8),
    st.integers(1, 4),
)
def test_any_split_gives_the_same_conversation(
    name: str, batch: list[list[bytes]], tail: bytes, places: list[int], room: int
) -> None:
    opening = OPENINGS[name]
    traffic = b"".join(met(PUSH, opening).encode([Message(frames) for frames in batch])) + tail
    octets = opening + traffic
    edges = sorted({0, len(octets), *(place % (len(octets) + 1) for place in places)})
    pieces = [octets[start:end] for start, end in pairwise(edges)]
    whole = converse([octets], room)
    assert converse(pieces, room) == whole
    assert converse([octets[n : n + 1] for n in range(len(octets))], room) == whole
    assert whole[0][: len(batch)] == batch


def converse(pieces: list[bytes], room: int) -> tuple[list[list[bytes]], bytes, str]:
    """Give a new connection the pieces, and return messages, what it said, and what broke it."""
    ours = connection(PULL, limit=5000)
    messages: list[list[bytes]] = []
    sent = ours.data_to_send()
    try:
        for piece in pieces:
            ours.receive_data(piece)
            sent += ours.data_to_send()
            while True:
                taken = ours.take_messages(room)
                messages += [message.frames for message in taken]
                if len(taken) < room:
                    ours.check()
                    break
    except PeerViolation as violation:
        return messages, sent, type(violation).__name__
    return messages, sent, ""
