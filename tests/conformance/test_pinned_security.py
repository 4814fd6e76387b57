"""What libzmq's tests pin down of NULL, PLAIN, CURVE and ZAP: who comes in, and what is told of others."""

from collections.abc import Callable

import pytest

from engine import DEALER, PULL, PUSH, REP, ROUTER, Authenticator
from engine.errors import OptionInvalid
from engine.monitor.events import (
    Disconnected,
    GaveUp,
    HandshakeFailed,
    HandshakeFailedAuth,
    HandshakeFailedNoDetail,
    HandshakeFailedProtocol,
    HandshakeProgress,
    HandshakeSucceeded,
    Retried,
)
from engine.sockets.socket import Socket
from tests.conformance.pinned import HERE, WIRES, pinned
from tests.conformance.stage import Stage, receive, send
from tests.support.watcher import Watcher

UNEXPECTED, SEQUENCE, HELLO, CRYPTO, MISMATCH = 0x10000001, 0x10000002, 0x10000013, 0x11000001, 0x11000002


def curve(stage: Stage, **more: object) -> tuple[Socket, Callable[..., Socket]]:
    """A CURVE server, and a maker of clients that know it."""
    server_keys = stage._context.new_keys()
    server = stage.socket(PULL, curve_server=1, curve_secretkey=server_keys.secret, **more)

    def client(**options: object) -> Socket:
        keys = stage._context.new_keys()
        chosen: dict[str, object] = {
            "curve_serverkey": server_keys.public,
            "curve_publickey": keys.public,
            "curve_secretkey": keys.secret,
            "reconnect_ivl": 5,
            **options,
        }
        return stage.socket(PUSH, **chosen)

    return server, client


def plain(stage: Stage, password: bytes = b"secret", user: bytes = b"user") -> tuple[Socket, Socket]:
    server = stage.socket(PULL, plain_server=1)
    return server, stage.socket(PUSH, plain_username=user, plain_password=password, reconnect_ivl=5)


def judge(stage: Stage) -> Authenticator:
    stage._context.authenticator = made = Authenticator()
    return made


async def meet(stage: Stage, scheme: str, server: Socket, client: Socket) -> tuple[Watcher, Watcher]:
    """Bind and connect, watched."""
    watchers = Watcher(server), Watcher(client)
    client.connect(server.bind(stage.address(scheme)))
    return watchers


@pinned("security_null/1", WIRES)
async def test_null_asks_nobody_without_a_domain(stage: Stage, scheme: str) -> None:
    judge(stage).deny("127.0.0.1", "localhost")
    pull, push = await stage.pair(PULL, PUSH, scheme)
    await send(push, b"in")
    assert await receive(pull) == [b"in"]


@pinned("security_null/2", ("tcp", "sim"))
async def test_null_with_a_domain_asks_and_lets_in(stage: Stage, scheme: str) -> None:
    judge(stage)
    pull, push = stage.socket(PULL, zap_domain="TEST"), stage.socket(PUSH)
    server, _ = await meet(stage, scheme, pull, push)
    done = await server.until(HandshakeSucceeded)
    assert done.mechanism == "NULL"
    assert "authentication" in [e.step for e in server.seen if isinstance(e, HandshakeProgress)]


@pinned("security_null/3", ("tcp",))
async def test_null_with_a_domain_and_an_address_that_is_denied(stage: Stage, scheme: str) -> None:
    judge(stage).deny("127.0.0.1")
    pull, push = stage.socket(PULL, zap_domain="TEST"), stage.socket(PUSH)
    server, client = await meet(stage, scheme, pull, push)
    refused = await server.until(HandshakeFailedAuth)
    assert refused.zap_status == 400
    assert (await client.until(HandshakeFailedAuth)).zap_status == 400
    await client.until(GaveUp)


@pinned("security_plain/1", WIRES)
async def test_plain_with_the_right_password(stage: Stage, scheme: str) -> None:
    judge(stage).set_passwords({"user": "secret"})
    pull, push = plain(stage)
    server, _ = await meet(stage, scheme, pull, push)
    done = await server.until(HandshakeSucceeded)
    assert (done.mechanism, done.metadata["user-id"]) == ("PLAIN", b"user")
    await send(push, b"in")
    assert await receive(pull) == [b"in"]


@pinned("security_plain/2", WIRES)
async def test_plain_with_the_wrong_password(stage: Stage, scheme: str) -> None:
    judge(stage).set_passwords({"user": "secret"})
    pull, push = plain(stage, b"guess")
    server, client = await meet(stage, scheme, pull, push)
    assert (await server.until(HandshakeFailedAuth)).zap_status == 400
    assert (await client.until(HandshakeFailedAuth)).zap_status == 400


@pinned("security_plain/3", WIRES)
async def test_plain_with_a_user_nobody_knows(stage: Stage, scheme: str) -> None:
    judge(stage).set_passwords({"user": "secret"})
    pull, push = plain(stage, user=b"stranger")
    server, _ = await meet(stage, scheme, pull, push)
    assert (await server.until(HandshakeFailedAuth)).zap_status == 400


@pinned("security_no_zap_handler/1", WIRES)
async def test_plain_without_a_handler_lets_nobody_in(stage: Stage, scheme: str) -> None:
    pull, push = plain(stage)
    server, client = await meet(stage, scheme, pull, push)
    refused = await server.until(HandshakeFailedNoDetail)
    assert refused.code == 14  # EFAULT, as libzmq tells it
    await client.until(Retried)


@pinned("security_plain/4", WIRES)
async def test_a_null_client_does_not_meet_a_plain_server(stage: Stage, scheme: str) -> None:
    judge(stage).set_passwords({"user": "secret"})
    pull, push = stage.socket(PULL, plain_server=1), stage.socket(PUSH)
    server, _ = await meet(stage, scheme, pull, push)
    failed = await server.until(HandshakeFailed)
    assert failed.code in (MISMATCH, 0)  # who reads the other's greeting first says so


@pinned("security_curve/1", WIRES)
async def test_curve_with_the_servers_key_lets_in(stage: Stage, scheme: str) -> None:
    server, client = curve(stage)
    push = client()
    watcher, _ = await meet(stage, scheme, server, push)
    assert (await watcher.until(HandshakeSucceeded)).mechanism == "CURVE"
    steps = [event.step for event in watcher.seen if isinstance(event, HandshakeProgress)]
    assert steps == ["greeting", "HELLO", "INITIATE", "authentication"]
    await send(push, bytes(100_000))
    assert await receive(server) == [bytes(100_000)]


@pinned("security_curve/2", WIRES)
async def test_curve_with_a_bogus_server_key(stage: Stage, scheme: str) -> None:
    server, client = curve(stage)
    push = client(curve_serverkey=stage._context.new_keys().public)
    watcher, other = await meet(stage, scheme, server, push)
    assert (await watcher.until(HandshakeFailedProtocol)).code == CRYPTO
    await other.until(Retried)


@pinned("security_curve/3", WIRES)
async def test_curve_with_a_key_that_nobody_trusts(stage: Stage, scheme: str) -> None:
    judge(stage)
    server, client = curve(stage)
    watcher, other = await meet(stage, scheme, server, client())
    assert (await watcher.until(HandshakeFailedAuth)).zap_status == 400
    assert (await other.until(HandshakeFailedAuth)).zap_status == 400


@pinned("security_curve/4", WIRES)
async def test_curve_with_a_key_that_is_trusted(stage: Stage, scheme: str) -> None:
    keys = stage._context.new_keys()
    judge(stage).trust(keys.public)
    server, client = curve(stage)
    push = client(curve_publickey=keys.public, curve_secretkey=keys.secret)
    watcher, _ = await meet(stage, scheme, server, push)
    assert (await watcher.until(HandshakeSucceeded)).metadata["user-id"]


@pinned("security_curve/5", WIRES)
async def test_a_null_client_does_not_meet_a_curve_server(stage: Stage, scheme: str) -> None:
    server, _ = curve(stage)
    watcher, _ = await meet(stage, scheme, server, stage.socket(PUSH))
    assert (await watcher.until(HandshakeFailed)).code in (MISMATCH, 0)


@pinned("security_curve/6", WIRES)
async def test_a_plain_client_does_not_meet_a_curve_server(stage: Stage, scheme: str) -> None:
    server, _ = curve(stage)
    push = stage.socket(PUSH, plain_username=b"user", plain_password=b"password")
    watcher, other = await meet(stage, scheme, server, push)
    codes = {(await watcher.until(HandshakeFailed)).code, (await other.until(HandshakeFailed)).code}
    assert MISMATCH in codes


@pinned("security_curve/7", HERE)
async def test_a_key_has_32_octets_or_40_characters(stage: Stage, scheme: str) -> None:
    socket = stage.socket(DEALER)
    for name in ("curve_publickey", "curve_secretkey", "curve_serverkey"):
        for wrong in (b"x" * 31, b"x" * 33, b"x" * 39, "~" * 40):
            with pytest.raises(OptionInvalid):
                socket.set(name, wrong)
        socket.set(name, bytes(range(32)))


@pinned("security_curve/8", HERE)
async def test_secrets_are_shown_in_no_error_and_no_repr(stage: Stage, scheme: str) -> None:
    secret = b"k" * 31
    socket = stage.socket(DEALER)
    with pytest.raises(OptionInvalid) as refused:
        socket.set("curve_secretkey", secret)
    assert "kkkk" not in str(refused.value)
    socket.set("curve_secretkey", b"k" * 32)
    assert "kkkk" not in repr(socket.options) + repr(socket)


@pinned("security_zap/1", ("tcp", "sim"))
async def test_a_zap_handler_of_the_program_is_asked_in_the_words_of_the_rfc(
    stage: Stage, scheme: str
) -> None:
    handler = stage.socket(REP)
    handler.bind("inproc://zeromq.zap.01")
    pull, push = plain(stage)
    pull.set("zap_domain", "TEST")
    pull.set("routing_id", b"SRV")
    server, _ = await meet(stage, scheme, pull, push)
    version, number, domain, address, identity, mechanism, user, password = await receive(handler)
    assert (version, domain, identity, mechanism) == (b"1.0", b"TEST", b"SRV", b"PLAIN")
    assert (user, password) == (b"user", b"secret")
    assert b":" not in address
    await send(handler, [b"1.0", number, b"200", b"OK", b"anna", b""])
    assert (await server.until(HandshakeSucceeded)).metadata["user-id"] == b"anna"


async def answered(stage: Stage, scheme: str, *reply: bytes, number: bytes | None = None) -> HandshakeFailed:
    """What a server says of a ZAP handler's reply; ``number`` instead of the request's."""
    handler = stage.socket(REP)
    handler.bind("inproc://zeromq.zap.01")
    pull, push = plain(stage)
    server, _ = await meet(stage, scheme, pull, push)
    asked = await receive(handler)
    version, *rest = reply
    await send(handler, [version, asked[1] if number is None else number, *rest])
    return await server.until(HandshakeFailed)


@pinned("security_zap/2", ("sim",))
async def test_a_zap_reply_of_another_version(stage: Stage, scheme: str) -> None:
    failed = await answered(stage, scheme, b"2.0", b"200", b"OK", b"", b"")
    assert failed.code == 0x20000003


@pinned("security_zap/3", ("sim",))
async def test_a_zap_reply_to_another_question(stage: Stage, scheme: str) -> None:
    failed = await answered(stage, scheme, b"1.0", b"200", b"OK", b"", b"", number=b"other")
    assert failed.code == 0x20000002


@pinned("security_zap/4", ("sim",))
async def test_a_zap_reply_with_a_status_that_is_none(stage: Stage, scheme: str) -> None:
    failed = await answered(stage, scheme, b"1.0", b"123", b"OK", b"", b"")
    assert failed.code == 0x20000004


@pinned("security_zap/5", ("sim",))
async def test_a_zap_reply_of_too_few_frames(stage: Stage, scheme: str) -> None:
    failed = await answered(stage, scheme, b"1.0", b"200", b"OK", b"")
    assert failed.code == 0x20000001


@pinned("security_zap/6", ("sim",))
async def test_a_zap_reply_of_too_many_frames(stage: Stage, scheme: str) -> None:
    failed = await answered(stage, scheme, b"1.0", b"200", b"OK", b"", b"", b"more")
    assert failed.code == 0x20000001


@pinned("security_zap/7", ("sim",))
async def test_a_zap_reply_whose_metadata_cannot_be_read(stage: Stage, scheme: str) -> None:
    failed = await answered(stage, scheme, b"1.0", b"200", b"OK", b"", b"\xff")
    assert failed.code == 0x20000005


@pinned("security_zap/8", ("sim",))
async def test_zap_status_500_is_told_and_final(stage: Stage, scheme: str) -> None:
    failed = await answered(stage, scheme, b"1.0", b"500", b"broken", b"", b"")
    assert (type(failed), failed.zap_status) == (HandshakeFailedAuth, 500)


@pinned("security_zap/9", ("sim",))
async def test_zap_status_300_ends_without_a_word_and_is_tried_again(stage: Stage, scheme: str) -> None:
    handler = stage.socket(REP)
    handler.bind("inproc://zeromq.zap.01")
    pull, push = plain(stage)
    server, client = await meet(stage, scheme, pull, push)
    for status, kind in ((b"300", Retried), (b"200", HandshakeSucceeded)):
        _, number, *_ = await receive(handler)
        await send(handler, [b"1.0", number, status, b"", b"", b""])
        await client.until(kind)
    assert [e.zap_status for e in server.seen if isinstance(e, HandshakeFailed)] in ([300], [])


@pinned("metadata/1", WIRES)
async def test_what_an_authenticator_says_of_a_peer_is_told(stage: Stage, scheme: str) -> None:
    handler = stage.socket(REP)
    handler.bind("inproc://zeromq.zap.01")
    pull, push = plain(stage)
    server, _ = await meet(stage, scheme, pull, push)
    _, number, *_ = await receive(handler)
    told = b"\x05Floor" + (1).to_bytes(4, "big") + b"5"
    await send(handler, [b"1.0", number, b"200", b"OK", b"anna", told])
    assert (await server.until(HandshakeSucceeded)).metadata["floor"] == b"5"


@pinned("app_meta/1")
async def test_what_a_program_says_of_itself_is_told(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER), stage.socket(DEALER, metadata="X-Key:value")
    watcher = Watcher(router)
    await stage.join(router, dealer, scheme=scheme)
    assert (await watcher.until(HandshakeSucceeded)).metadata["x-key"] == b"value"


@pinned("app_meta/2", HERE)
async def test_metadata_of_another_form_is_refused(stage: Stage, scheme: str) -> None:
    for wrong in ("key:value", "X-key", "X-:value"):
        with pytest.raises(OptionInvalid):
            stage.socket(DEALER, metadata=wrong)


@pinned("handshake_ivl/1", ("sim",))
async def test_a_question_that_nobody_answers_ends_with_the_handshakes_time(
    stage: Stage, scheme: str
) -> None:
    handler = stage.socket(REP)
    handler.bind("inproc://zeromq.zap.01")
    pull, push = plain(stage)
    pull.set("handshake_ivl", 1000)
    server, _ = await meet(stage, scheme, pull, push)
    await receive(handler)
    failed = await server.until(HandshakeFailedNoDetail)
    assert "1000 ms" in failed.reason
    assert not (await server.until(Disconnected)).was_ready
