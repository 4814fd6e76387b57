"""CURVE, octet by octet against PyNaCl itself, and all that it refuses."""

import pytest
from nacl.public import Box, PrivateKey, PublicKey

from engine.errors import MalformedCommand, PeerRefused, PeerViolation, UnexpectedCommand
from engine.security.curve_client import CurveClient
from engine.security.curve_server import CurveServer
from engine.security.keys import KeyPair, generate
from engine.security.mechanism import INNER_COMMAND, INNER_MORE
from engine.security.violations import BoxUnopened, CounterRepeated, KeysDisagree
from engine.security.zap import AccessDenied, AuthenticatorMissing, ZapReply
from engine.wire.metadata import write_metadata
from tests.engine.security.dialogue import CLIENT, OK, SERVER, Drawn, Side, converse, lower

CLIENT_KEYS = generate(Drawn(1))
SERVER_KEYS = generate(Drawn(2))
STRANGER = generate(Drawn(3))


def a_client(keys: KeyPair = CLIENT_KEYS, server: bytes = SERVER_KEYS.public, seed: int = 4) -> CurveClient:
    return CurveClient(CLIENT, keys, server, Drawn(seed))


def a_server(seed: int = 5, **rules: bool) -> CurveServer:
    return CurveServer(SERVER, SERVER_KEYS, Drawn(seed), **rules)


def counted(counter: int) -> bytes:
    return counter.to_bytes(8, "big")


def opened(box: bytes, nonce: bytes, public: bytes, secret: bytes) -> bytes:
    return Box(PrivateKey(secret), PublicKey(public)).decrypt(box, nonce)


def sealed(content: bytes, nonce: bytes, public: bytes, secret: bytes) -> bytes:
    return Box(PrivateKey(secret), PublicKey(public)).encrypt(content, nonce).ciphertext


def test_both_learn_who_the_other_is() -> None:
    client, server = converse(a_client(), a_server(), OK)
    assert client.failure is server.failure is None
    assert (client.properties, server.properties) == (lower(SERVER), lower(CLIENT))
    assert server.credentials == (CLIENT_KEYS.public,)


def test_the_commands_have_the_layout_of_the_specification() -> None:
    client, server = converse(a_client(), a_server(), OK)
    hello, initiate = client.said
    welcome, ready = server.said

    assert (len(hello), len(welcome)) == (200, 168)
    assert hello[:80] == b"\x05HELLO\x01\x00" + bytes(72)
    short_client = hello[80:112]
    assert hello[112:120] == counted(1)
    nonce = b"CurveZMQHELLO---" + counted(1)
    assert opened(hello[120:], nonce, short_client, SERVER_KEYS.secret) == bytes(64)

    assert welcome[:8] == b"\x07WELCOME"
    nonce = b"WELCOME-" + welcome[8:24]
    content = opened(welcome[24:], nonce, short_client, SERVER_KEYS.secret)
    short_server, cookie = content[:32], content[32:]
    assert len(cookie) == 96

    short_secret = server.mechanism._short.secret
    assert initiate[:9] == b"\x08INITIATE"
    assert initiate[9:105] == cookie
    assert initiate[105:113] == counted(2)
    content = opened(initiate[113:], b"CurveZMQINITIATE" + counted(2), short_client, short_secret)
    assert content[:32] == CLIENT_KEYS.public
    vouch = opened(content[48:128], b"VOUCH---" + content[32:48], CLIENT_KEYS.public, short_secret)
    assert vouch == short_client + SERVER_KEYS.public
    assert content[128:] == write_metadata(CLIENT)

    assert ready[:6] == b"\x05READY"
    assert ready[6:14] == counted(1)
    content = opened(ready[14:], b"CurveZMQREADY---" + counted(1), short_client, short_secret)
    assert content == write_metadata(SERVER)
    assert short_server == server.mechanism._short.public


def test_traffic_has_the_layout_of_the_specification() -> None:
    client, server = converse(a_client(), a_server(), OK)
    for side, first, text in ((client, 3, b"CurveZMQMESSAGEC"), (server, 2, b"CurveZMQMESSAGES")):
        protection = side.mechanism.protection
        for n, (flags, content) in enumerate([(INNER_MORE, b"part"), (0, b""), (INNER_COMMAND, b"\x04PING")]):
            body = protection.protect(flags, content)
            assert body[:16] == b"\x07MESSAGE" + counted(first + n)
            assert len(body) == len(content) + 33 == len(content) + protection.overhead
            short = server.mechanism._short.secret, client.mechanism._short.public
            assert opened(body[16:], text + body[8:16], short[1], short[0]) == bytes((flags,)) + content


@pytest.mark.parametrize("forward", [True, False], ids=["to-server", "to-client"])
def test_traffic_goes_both_ways_and_gaps_in_the_counter_are_allowed(forward: bool) -> None:
    sides = converse(a_client(), a_server(), OK)
    sender, receiver = (side.mechanism.protection for side in (sides if forward else sides[::-1]))
    bodies = [sender.protect(n % 4, bytes(n)) for n in range(0, 400, 7)]
    for n in (0, 1, 5, 50):
        assert receiver.unprotect(bodies[n]) == ((n * 7) % 4, bytes(n * 7))


def test_a_repeated_or_late_frame_is_refused() -> None:
    client, server = converse(a_client(), a_server(), OK)
    first, second = (client.mechanism.protection.protect(0, b"x") for _ in range(2))
    receiver = server.mechanism.protection
    receiver.unprotect(second)
    for body in (first, second):
        with pytest.raises(CounterRepeated) as refused:
            receiver.unprotect(body)
        assert refused.value.code == 0x10000002


@pytest.mark.parametrize(
    ("spoil", "violation", "code"),
    [
        (lambda body: body[:-1] + bytes((body[-1] ^ 1,)), BoxUnopened, 0x11000001),
        (lambda body: body[:15] + b"\x99" + body[16:], BoxUnopened, 0x11000001),
        (lambda body: body[:-1], BoxUnopened, 0x11000001),
        (lambda body: body[:32], MalformedCommand, 0x10000012),
        (lambda body: b"\x07MASSAGE" + body[8:], UnexpectedCommand, 0x10000001),
        (lambda _: b"", MalformedCommand, 0x10000011),
        (lambda _: b"plain text", MalformedCommand, 0x10000011),
    ],
)
def test_a_spoilt_frame_is_refused(spoil, violation: type[PeerViolation], code: int) -> None:
    client, server = converse(a_client(), a_server(), OK)
    body = client.mechanism.protection.protect(0, b"content")
    with pytest.raises(violation) as refused:
        server.mechanism.protection.unprotect(spoil(body))
    assert refused.value.code == code


def test_what_a_forger_sends_does_not_move_the_counter() -> None:
    client, server = converse(a_client(), a_server(), OK)
    body = client.mechanism.protection.protect(0, b"content")
    with pytest.raises(BoxUnopened):
        server.mechanism.protection.unprotect(b"\x07MESSAGE" + b"\xff" * 8 + body[16:])
    assert server.mechanism.protection.unprotect(body) == (0, b"content")


# -- the handshake's refusals ------------------------------------------------------------------------

WRONG = {
    "hello-short": (0, lambda b: b[:-1], 0x10000013),
    "hello-long": (0, lambda b: b + b"x", 0x10000013),
    "hello-name": (0, lambda b: b"\x05HELL0" + b[6:], 0x10000001),
    "hello-version": (0, lambda b: b[:7] + b"\x01" + b[8:], 0x10000013),
    "hello-major": (0, lambda b: b[:6] + b"\x02" + b[7:], 0x10000013),
    "hello-key": (0, lambda b: b[:80] + STRANGER.public + b[112:], 0x11000001),
    "hello-no-key": (0, lambda b: b[:80] + bytes(32) + b[112:], 0x11000001),
    "hello-counter": (0, lambda b: b[:119] + b"\x09" + b[120:], 0x11000001),
    "hello-box": (0, lambda b: b[:-1] + bytes((b[-1] ^ 1,)), 0x11000001),
    "initiate-short": (1, lambda b: b[:256], 0x10000014),
    "initiate-name": (1, lambda b: b"\x08INITIATX" + b[9:], 0x10000001),
    "initiate-cookie": (1, lambda b: b[:40] + bytes((b[40] ^ 1,)) + b[41:], 0x11000001),
    "initiate-cookie-nonce": (1, lambda b: b[:9] + bytes((b[9] ^ 1,)) + b[10:], 0x11000001),
    "initiate-counter": (1, lambda b: b[:112] + b"\x09" + b[113:], 0x11000001),
    "initiate-old-counter": (1, lambda b: b[:112] + b"\x01" + b[113:], 0x10000002),
    "initiate-box": (1, lambda b: b[:-1] + bytes((b[-1] ^ 1,)), 0x11000001),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_server_refuses(name: str) -> None:
    turn, spoil, code = WRONG[name]
    client, server = Side(a_client()), Side(a_server(), OK)
    (body,) = client.begin()
    if turn:
        (body,) = client.hear(*server.hear(body))
    assert server.hear(spoil(body)) == []
    assert server.failure is not None
    assert server.failure.code == code
    assert server.mechanism.protection is None


@pytest.mark.parametrize("body", [b"\x08INITIATE" + bytes(300), b"\x05READY" + bytes(40), b"\x07WELCOME"])
def test_a_server_wants_hello_first(body: bytes) -> None:
    server = Side(a_server(), OK)
    server.hear(body)
    assert server.failure is not None
    assert server.failure.code == 0x10000001


def test_another_connection_s_cookie_is_refused() -> None:
    client, first, second = Side(a_client()), Side(a_server(), OK), Side(a_server(seed=6), OK)
    (hello,) = client.begin()
    (initiate,) = client.hear(*first.hear(hello))
    second.hear(hello)
    second.hear(initiate)
    assert isinstance(second.failure, BoxUnopened)


def an_initiate(vouch: bytes, claimed: bytes = CLIENT_KEYS.public) -> Side:
    """Return a server that was told ``vouch`` by a client that is otherwise in order."""
    client, server = Side(a_client()), Side(a_server(), OK)
    (welcome,) = server.hear(*client.begin())
    short = client.mechanism._short
    content = opened(welcome[24:], b"WELCOME-" + welcome[8:24], SERVER_KEYS.public, short.secret)
    box = claimed + bytes(16) + vouch.replace(b"SHORT", short.public)
    if len(vouch) != 80:
        signed = sealed(vouch.replace(b"SHORT", short.public), b"VOUCH---" + bytes(16), content[:32],
                        CLIENT_KEYS.secret)  # fmt: skip
        box = claimed + bytes(16) + signed
    nonce = b"CurveZMQINITIATE" + counted(2)
    sent = b"\x08INITIATE" + content[32:] + counted(2) + sealed(box, nonce, content[:32], short.secret)
    server.hear(sent)
    return server


def test_a_vouch_in_order_is_believed() -> None:
    assert an_initiate(b"SHORT" + SERVER_KEYS.public).failure is None


def test_a_vouch_for_another_short_term_key_is_refused() -> None:
    failure = an_initiate(STRANGER.public + SERVER_KEYS.public).failure
    assert isinstance(failure, KeysDisagree)
    assert failure.code == 0x10000003


def test_a_vouch_for_another_server_is_refused() -> None:
    assert isinstance(an_initiate(b"SHORT" + STRANGER.public).failure, KeysDisagree)


def test_a_public_key_without_its_secret_one_is_refused() -> None:
    failure = an_initiate(b"SHORT" + SERVER_KEYS.public, claimed=STRANGER.public).failure
    assert isinstance(failure, BoxUnopened)


def test_a_key_of_low_order_is_refused() -> None:
    assert isinstance(an_initiate(b"SHORT" + SERVER_KEYS.public, claimed=bytes(32)).failure, BoxUnopened)
    with pytest.raises(BoxUnopened):
        a_client(server=bytes(32))


def test_a_wrong_server_key_is_noticed_by_the_server_at_once() -> None:
    client, server = converse(a_client(server=STRANGER.public), a_server(), OK)
    assert isinstance(server.failure, BoxUnopened)
    assert server.said == []
    assert client.properties is None


@pytest.mark.parametrize(
    ("turn", "spoil", "code"),
    [
        (0, lambda b: b[:-1], 0x10000017),
        (0, lambda b: b + b"x", 0x10000017),
        (0, lambda b: b"\x07WELCOMX" + b[8:], 0x10000001),
        (0, lambda b: b[:30] + bytes((b[30] ^ 1,)) + b[31:], 0x11000001),
        (0, lambda _: b"\x05READY" + bytes(40), 0x10000001),
        (1, lambda b: b[:29], 0x10000016),
        (1, lambda b: b[:-1] + bytes((b[-1] ^ 1,)), 0x11000001),
        (1, lambda _: b"\x07WELCOME" + bytes(160), 0x10000001),
        (0, lambda _: b"\x05ERROR\x09400", 0x10000015),
    ],
)
def test_what_a_client_refuses(turn: int, spoil, code: int) -> None:
    client, server = Side(a_client()), Side(a_server(), OK)
    (body,) = server.hear(*client.begin())
    if turn:
        (body,) = server.hear(*client.hear(body))
    assert client.hear(spoil(body)) == []
    assert client.failure is not None
    assert client.failure.code == code


def test_metadata_that_cannot_be_read_is_refused() -> None:
    client = Side(a_client())
    client.mechanism._metadata = b"\x05x"
    server = Side(a_server(), OK)
    server.hear(*client.hear(*server.hear(*client.begin())))
    assert server.failure is not None
    assert server.failure.code == 0x10000018


# -- who may come in ---------------------------------------------------------------------------------


def test_a_refused_client_is_told_in_clear_and_gives_up() -> None:
    client, server = converse(a_client(), a_server(), ZapReply(400))
    assert server.said[1:] == [b"\x05ERROR\x03400"]
    assert isinstance(server.failure, AccessDenied)
    assert isinstance(client.failure, PeerRefused)
    assert client.failure.is_final
    assert client.failure.zap_status == 400


def test_without_an_authenticator_everybody_who_knows_the_key_comes_in() -> None:
    client, server = converse(a_client(), a_server(), None)
    assert client.failure is server.failure is None


def test_where_the_domain_is_enforced_nobody_comes_in_unasked() -> None:
    _, server = converse(a_client(), a_server(insists=True), None)
    assert isinstance(server.failure, AuthenticatorMissing)


def test_where_nobody_is_to_be_asked_nobody_is() -> None:
    _, server = converse(a_client(), a_server(asks=False), None)
    assert server.credentials is None
    assert server.properties is not None


def test_nothing_is_said_twice_and_no_key_is_shown() -> None:
    client, server = converse(a_client(), a_server(), OK)
    for side in (client, server):
        side.hear(b"\x05READY" + bytes(40))
        assert isinstance(side.failure, UnexpectedCommand)
        for secret in (CLIENT_KEYS.secret, SERVER_KEYS.secret, side.mechanism._short.secret):
            assert repr(secret)[2:-1] not in repr(side.mechanism) + repr(side.mechanism.protection)
