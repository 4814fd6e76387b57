"""Conversations over WebSocket in octets: openings, handshakes, traffic, partings."""

from random import Random

import pytest

from engine.constants import SocketType
from engine.endpoints import parse
from engine.errors import (
    FrameTooLong,
    IncompatiblePeer,
    MechanismMismatch,
    PeerViolation,
    UnexpectedCommand,
)
from engine.messages import Message
from engine.protocol.events import HandshakeDone, SubscriptionChanged
from engine.protocol.exchange import LONGEST_INTRODUCTION, IntroductionTooLong, LocalIdentity
from engine.protocol.web_opening import (
    ClientOpening,
    NoSubprotocol,
    NotWebSocket,
    ServerOpening,
    SpokeBare,
    WebSocketRefused,
    wants_bare,
)
from engine.protocol.websocket import WebConnection
from engine.security.null import NullMechanism
from engine.wire.commands import Join, Ping, Ready, Subscribe, command_body
from engine.wire.web_violations import WebSocketBroken
from tests.support.web_octets import answer, frame, request

BOTH = ("ZWS2.0/NULL", "ZWS2.0")
READY_PUSH = b"\x02" + command_body(Ready({"Socket-Type": b"PUSH"}))
CONTINUED, FIRST_PART, LAST_PART, TEXT, PING, PONG, CLOSE = 0x00, 0x02, 0x80, 0x81, 0x89, 0x8A, 0x88
ANY = 1 << 30


class Seeded:
    """A chance whose octets come from a seed."""

    def __init__(self) -> None:
        self._random = Random(1)

    def draw(self) -> float:
        return self._random.random()

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)


def server(kind: SocketType = SocketType.PULL, limit: int = ANY) -> WebConnection:
    local = LocalIdentity(kind, b"me", {})
    return WebConnection(local, limit, NullMechanism(local.metadata()), ServerOpening(BOTH), None)


def client(kind: SocketType = SocketType.PUSH, endpoint: str = "ws://here:80/") -> WebConnection:
    local = LocalIdentity(kind, b"me", {})
    opening = ClientOpening(parse(endpoint), BOTH, b"the sample nonce")
    return WebConnection(local, ANY, NullMechanism(local.metadata()), opening, Seeded())


def met(kind: SocketType = SocketType.PULL, subprotocol: str = "ZWS2.0", limit: int = ANY) -> WebConnection:
    """Return a server that a bare client has come to."""
    ours = server(kind, limit)
    ours.receive_data(request(subprotocol) + frame(b"\x00you" if subprotocol == "ZWS2.0" else READY_PUSH))
    [done] = ours.take_events()
    assert isinstance(done, HandshakeDone)
    ours.data_to_send()
    return ours


# -- opening ---------------------------------------------------------------------------------------


def test_a_client_asks_and_masks_and_a_server_answers() -> None:
    ours = client(endpoint="ws://here:81/path?x=1")
    assert ours.data_to_send().startswith(b"GET /path?x=1 HTTP/1.1\r\nHost: here:81\r\n")
    ours.receive_data(answer("ZWS2.0"))
    sent = ours.data_to_send()
    assert sent[:2] == b"\x82\x83"  # one message of 3 octets, masked: the flag and our routing id
    ours.receive_data(frame(b"\x00you", masked=False))
    [done] = ours.take_events()
    assert isinstance(done, HandshakeDone)
    assert done.peer.routing_id == b"you"
    assert done.peer.socket_type is None


def test_a_bare_server_says_its_routing_id_and_no_ready() -> None:
    ours = server()
    ours.receive_data(request("ZWS2.0"))
    head, _, frames = ours.data_to_send().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    assert b"Date" not in head
    assert frames == b"\x82\x03\x00me"


def test_the_first_subprotocol_that_the_client_offers_is_taken() -> None:
    for offered in (("x", "ZWS2.0", "ZWS2.0/NULL"), ("ZWS2.0/NULL", "ZWS2.0")):
        ours = server()
        ours.receive_data(request(*offered))
        taken = next(each for each in offered if each != "x")
        assert f"Sec-WebSocket-Protocol: {taken}\r\n".encode() in ours.data_to_send()


def test_extensions_are_declined_and_origin_and_path_not_looked_at() -> None:
    ours = server()
    extra = "Origin: https://elsewhere.example\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
    ours.receive_data(request("ZWS2.0", path="/any/where?at=all", extra=extra))
    head = ours.data_to_send()
    assert head.startswith(b"HTTP/1.1 101")
    assert b"Extensions" not in head


@pytest.mark.parametrize(
    ("said", "wrong", "answered"),
    [
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f", NotWebSocket, b""),
        (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", NotWebSocket, b"HTTP/1.1 426 "),
        (b"GET nonsense\r\n\r\n", NotWebSocket, b""),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 20000, NotWebSocket, b""),
        (request(), NoSubprotocol, b"HTTP/1.1 400 "),
        (request("chat"), NoSubprotocol, b"HTTP/1.1 400 "),
        (request("ZWS2.0/CURVE"), MechanismMismatch, b"HTTP/1.1 400 "),
    ],
)
def test_who_cannot_be_served_is_told_so_in_http(
    said: bytes, wrong: type[PeerViolation], answered: bytes
) -> None:
    ours = server()
    with pytest.raises(wrong) as told:
        ours.receive_data(said)
    assert told.value.code in (0x30000000, 0x11000002)
    assert ours.last_words(told.value).startswith(answered)
    assert bool(answered) == bool(ours.last_words(told.value) or answered)


@pytest.mark.parametrize(
    ("said", "wrong", "is_final"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", WebSocketRefused, True),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", WebSocketRefused, False),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", WebSocketRefused, False),
        (b"HTTP/1.1 301 Moved\r\nLocation: x\r\n\r\n", WebSocketRefused, True),
        (b"HTTP/1.1 ok\r\n\r\n", NotWebSocket, False),
        (b"\xff\x00", NotWebSocket, False),
        (answer("ZWS2.0", accept="wrong"), NotWebSocket, False),
        (answer("chat"), NotWebSocket, False),
        (answer(), NoSubprotocol, True),
    ],
)
def test_a_client_tells_a_refusal_for_good_from_one_for_now(
    said: bytes, wrong: type[PeerViolation], is_final: bool
) -> None:
    ours = client()
    with pytest.raises(wrong) as told:
        ours.receive_data(said)
    assert told.value.code == 0x30000000
    assert told.value.is_final == is_final


# -- handshake -------------------------------------------------------------------------------------


def test_with_a_mechanism_ready_goes_as_a_command() -> None:
    ours = server()
    ours.receive_data(request("ZWS2.0/NULL"))
    assert ours.data_to_send().endswith(b"\x82\x1b\x02" + command_body(Ready({"Socket-Type": b"PULL"})))
    ours.receive_data(frame(READY_PUSH))
    [done] = ours.take_events()
    assert isinstance(done, HandshakeDone)
    assert done.peer.socket_type is SocketType.PUSH
    assert done.peer.mechanism == "NULL"


def test_a_server_that_speaks_without_the_mechanism_it_took_is_to_be_asked_again_without() -> None:
    ours = client()
    ours.receive_data(answer("ZWS2.0/NULL"))
    with pytest.raises(SpokeBare) as told:
        ours.receive_data(frame(b"\x00", masked=False))
    assert wants_bare(told.value)
    assert not told.value.is_final
    assert not wants_bare(UnexpectedCommand("a message", "a command"))


@pytest.mark.parametrize(
    ("subprotocol", "said", "wrong"),
    [
        ("ZWS2.0/NULL", b"\x02" + command_body(Ready({"Socket-Type": b"PULL"})), IncompatiblePeer),
        ("ZWS2.0/NULL", b"\x00hello", UnexpectedCommand),
        ("ZWS2.0/NULL", b"\x02" + command_body(Ping(0, b"")), UnexpectedCommand),
        ("ZWS2.0", READY_PUSH, UnexpectedCommand),
        ("ZWS2.0", b"", WebSocketBroken),
        ("ZWS2.0/NULL", b"\x02" + bytes(LONGEST_INTRODUCTION + 1), IntroductionTooLong),
    ],
    ids=["PULL", "message", "PING", "bare", "empty", "endless"],
)
def test_a_handshake_that_makes_no_sense_ends_it(
    subprotocol: str, said: bytes, wrong: type[PeerViolation]
) -> None:
    ours = server()
    ours.receive_data(request(subprotocol))
    with pytest.raises(wrong) as told:
        ours.receive_data(frame(said))
    assert ours.last_words(told.value).endswith(b"\x88\x02\x03\xea")  # close, 1002


# -- traffic ---------------------------------------------------------------------------------------


def test_messages_and_their_parts_are_taken_as_there_is_room() -> None:
    ours = met()
    ours.receive_data(frame(b"\x01a") + frame(b"\x00b") + frame(b"\x00c") + frame(b"\x00"))
    assert [message.frames for message in ours.take_messages(1)] == [[b"a", b"b"]]
    assert ours.undecoded_octets == len(frame(b"\x00c") + frame(b"\x00"))
    assert [message.frames for message in ours.take_messages(9)] == [[b"c"], [b""]]
    assert ours.undecoded_octets == 0


def test_a_message_in_parts_is_accepted_and_a_ping_between_them_answered() -> None:
    ours = met()
    ours.receive_data(frame(b"\x01a", FIRST_PART) + frame(b"", CONTINUED) + frame(b"hi", PING))
    assert ours.take_messages(9) == []
    assert ours.data_to_send() == frame(b"hi", PONG, masked=False)
    ours.receive_data(frame(b"b", LAST_PART) + frame(b"\x00c"))
    assert [message.frames for message in ours.take_messages(9)] == [[b"ab", b"c"]]


def test_a_long_payload_is_asked_for_in_one_piece() -> None:
    ours = met()
    octets = frame(b"\x00" + b"x" * 50_000)
    ours.receive_data(octets[:1000])
    assert ours.take_messages(9) == []
    assert ours.wanted_octets == len(octets) - 1000
    assert ours.undecoded_octets == 1000
    ours.receive_data(octets[1000:] + frame(b"\x00y"))
    assert [len(message.frames[0]) for message in ours.take_messages(9)] == [50_000, 1]


@pytest.mark.parametrize(
    ("octets", "wrong"),
    [
        (frame(b"\x00x", TEXT), WebSocketBroken),
        (frame(b""), WebSocketBroken),
        (frame(b"\x00x", masked=False), WebSocketBroken),
        (frame(b"x", LAST_PART), WebSocketBroken),
        (frame(b"\x00x", FIRST_PART) + frame(b"\x00y"), WebSocketBroken),
        (frame(b"\x00" + b"x" * 101), FrameTooLong),
        (frame(b"\x00" + b"x" * 60, FIRST_PART) + frame(b"x" * 41, CONTINUED), FrameTooLong),
    ],
)
def test_what_breaks_the_rules_ends_the_connection_after_what_came_before(
    octets: bytes, wrong: type[PeerViolation]
) -> None:
    ours = met(limit=100)
    ours.receive_data(frame(b"\x00" + b"x" * 100) + octets)
    assert len(ours.take_messages(9)) == 1
    with pytest.raises(wrong):
        ours.take_messages(9)


def test_subscriptions_are_messages_and_commands_are_understood_too() -> None:
    ours = met(SocketType.XPUB)
    ours.receive_data(frame(b"\x00\x01a") + frame(b"\x00\x00a") + frame(b"\x00up"))
    assert [message.frames for message in ours.take_messages(1)] == [[b"up"]]
    ours.receive_data(frame(b"\x02" + command_body(Subscribe(b"b"))) + frame(b"\x02nonsense"))
    assert ours.take_messages(1) == []
    assert ours.take_events() == [
        SubscriptionChanged(b"a", wanted=True),
        SubscriptionChanged(b"a", wanted=False),
        SubscriptionChanged(b"b", wanted=True),
    ]
    sub = met(SocketType.SUB)
    sub.subscribe(b"topic", wanted=True)
    sub.subscribe(b"topic", wanted=False)
    assert sub.data_to_send() == b"\x82\x07\x00\x01topic\x82\x07\x00\x00topic"


def test_groups_are_joined_by_command() -> None:
    dish, radio = met(SocketType.DISH), met(SocketType.RADIO)
    dish.subscribe(b"g", wanted=True)
    assert dish.data_to_send() == b"\x82\x07\x02" + command_body(Join(b"g"))
    radio.receive_data(frame(b"\x02" + command_body(Join(b"g"))))
    radio.take_messages(1)
    assert radio.take_events() == [SubscriptionChanged(b"g", wanted=True)]


def test_a_heartbeat_is_websockets_own() -> None:
    ours = met()
    ours.ping(1000)
    ours.ping(1000)
    assert ours.data_to_send() == frame(b"", PING, masked=False)  # one will do for a peer that does not read
    ours.receive_data(frame(b"", PONG) + frame(b"1", PING) + frame(b"2", PING))
    assert ours.take_messages(1) == []
    assert ours.data_to_send() == frame(b"2", PONG, masked=False)  # the newest is enough


# -- parting ---------------------------------------------------------------------------------------


def test_a_close_is_answered_after_what_came_before_and_ends_it() -> None:
    ours = met()
    ours.receive_data(frame(b"\x00x") + frame(b"\x03\xe9going", CLOSE) + b"whatever follows")
    assert not ours.is_finished
    assert len(ours.take_messages(9)) == 1
    assert ours.is_finished
    assert ours.data_to_send() == frame(b"\x03\xe9", CLOSE, masked=False)
    assert ours.undecoded_octets == 0
    ours.receive_data(b"more")
    assert ours.take_messages(9) == []
    assert ours.last_words(None) == b""


def test_we_say_why_we_part() -> None:
    assert met().last_words(None) == frame(b"\x03\xe8", CLOSE, masked=False)
    assert met().last_words(FrameTooLong(2, 1)) == frame(b"\x03\xf1", CLOSE, masked=False)
    assert server().last_words(None) == b""


def test_a_clients_masks_differ_and_a_server_writes_none() -> None:
    ours = client()
    ours.receive_data(answer("ZWS2.0") + frame(b"\x00", masked=False))
    ours.data_to_send()
    batch = [Message([b"x", b"y" * 200]), Message([b""])]
    [one], [other] = ours.encode(batch), ours.encode(batch)
    assert one != other
    assert len(one) == sum(map(ours.octets_of, batch))
    assert met().encode(batch) == [b"\x82\x02\x01x\x82\x7e\x00\xc9\x00" + b"y" * 200 + b"\x82\x01\x00"]
