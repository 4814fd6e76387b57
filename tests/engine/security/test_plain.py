"""PLAIN and NULL, octet by octet, and all that they refuse."""

import pytest

from engine.errors import MalformedCommand, PeerRefused, PeerViolation, UnexpectedCommand
from engine.security.null import NullMechanism
from engine.security.plain import PlainClient, PlainServer
from engine.security.zap import AccessDenied, AuthenticatorMissing, ZapReply
from engine.wire.metadata import write_metadata
from tests.engine.security.dialogue import CLIENT, OK, SERVER, Side, converse, lower


def test_a_handshake_octet_by_octet() -> None:
    client, server = converse(PlainClient(CLIENT, b"user", b"pass"), PlainServer(SERVER), OK)
    assert client.said == [b"\x05HELLO\x04user\x04pass", b"\x08INITIATE" + write_metadata(CLIENT)]
    assert server.said == [b"\x07WELCOME", b"\x05READY" + write_metadata(SERVER)]
    assert server.credentials == (b"user", b"pass")
    assert (client.properties, server.properties) == (lower(SERVER), lower(CLIENT))
    assert client.failure is server.failure is None


@pytest.mark.parametrize("status", [400, 500])
def test_a_refusal_is_told_with_its_status_and_ends_the_client_s_attempts(status: int) -> None:
    client, server = converse(
        PlainClient(CLIENT, b"u", b"p"), PlainServer(SERVER), ZapReply(status, "not today")
    )
    assert server.said == [b"\x05ERROR\x03%d" % status]
    assert isinstance(server.failure, AccessDenied)
    assert server.failure.zap_status == status
    assert isinstance(client.failure, PeerRefused)
    assert client.failure.zap_status == status
    assert client.failure.is_final


def test_try_later_is_not_told_so_that_the_client_tries_again() -> None:
    client, server = converse(PlainClient(CLIENT, b"u", b"p"), PlainServer(SERVER), ZapReply(300))
    assert server.said == []
    assert isinstance(server.failure, AccessDenied)
    assert client.failure is None


def test_without_an_authenticator_nobody_comes_in() -> None:
    _, server = converse(PlainClient(CLIENT, b"u", b"p"), PlainServer(SERVER), None)
    assert isinstance(server.failure, AuthenticatorMissing)
    assert server.said == []


def test_libzmq_s_garbled_error_is_understood() -> None:
    client = Side(PlainClient(CLIENT, b"u", b"p"))
    client.begin()
    client.hear(b"^RROR\x03400")
    assert isinstance(client.failure, PeerRefused)
    assert client.failure.zap_status == 400


@pytest.mark.parametrize(
    ("body", "violation", "code"),
    [
        (b"\x05HELLO", MalformedCommand, 0x10000013),
        (b"\x05HELLO\x04use", MalformedCommand, 0x10000013),
        (b"\x05HELLO\x01u", MalformedCommand, 0x10000013),
        (b"\x05HELLO\x01u\x02p", MalformedCommand, 0x10000013),
        (b"\x05HELLO\x01u\x01pX", MalformedCommand, 0x10000013),
        (b"\x08INITIATE", UnexpectedCommand, 0x10000001),
        (b"\x05READY", UnexpectedCommand, 0x10000001),
        (b"\x05HELL0\x01u\x01p", UnexpectedCommand, 0x10000001),
        (b"", MalformedCommand, 0x10000011),
        (b"\x09HELLO", MalformedCommand, 0x10000011),
        (b"\x05ERROR", MalformedCommand, 0x10000015),
    ],
)
def test_what_a_server_refuses_at_the_start(body: bytes, violation: type[PeerViolation], code: int) -> None:
    server = Side(PlainServer(SERVER), OK)
    server.begin()
    assert server.hear(body) == []
    assert isinstance(server.failure, violation)
    assert server.failure.code == code


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"\x05HELLO\x01u\x01p", 0x10000001), (b"\x08INITIATE\x05x", 0x10000018), (b"\x05READY", 0x10000001)],
)
def test_what_a_server_refuses_after_welcome(body: bytes, code: int) -> None:
    server = Side(PlainServer(SERVER), OK)
    server.hear(b"\x05HELLO\x01u\x01p")
    server.hear(body)
    assert server.failure is not None
    assert server.failure.code == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\x07WELCOMEx", 0x10000017),
        (b"\x05READY", 0x10000001),
        (b"\x05HELLO\x01u\x01p", 0x10000001),
        (b"^RROR\x09400", 0x10000015),
    ],
)
def test_what_a_client_refuses(body: bytes, code: int) -> None:
    client = Side(PlainClient(CLIENT, b"u", b"p"))
    client.begin()
    client.hear(body)
    assert client.failure is not None
    assert client.failure.code == code


def test_null_asks_first_where_a_domain_is_set() -> None:
    client, server = converse(NullMechanism(CLIENT), NullMechanism(SERVER, asks=True), OK)
    assert server.credentials == ()
    assert (client.properties, server.properties) == (lower(SERVER), lower(CLIENT))


def test_null_goes_on_without_an_authenticator_unless_it_insists() -> None:
    _, server = converse(NullMechanism(CLIENT), NullMechanism(SERVER, asks=True), None)
    assert server.failure is None
    _, server = converse(NullMechanism(CLIENT), NullMechanism(SERVER, asks=True, insists=True), None)
    assert isinstance(server.failure, AuthenticatorMissing)


def test_null_tells_a_refusal() -> None:
    client, server = converse(NullMechanism(CLIENT), NullMechanism(SERVER, asks=True), ZapReply(400))
    assert server.said == [b"\x05ERROR\x03400"]
    assert client.failure is not None
    assert client.failure.zap_status == 400
