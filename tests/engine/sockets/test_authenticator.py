"""Who is let in between our own sockets: by the context's authenticator, and by handlers over ZAP."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from engine import DEALER, PULL, PUSH, REP, ROUTER, Context
from engine.monitor.events import GaveUp, HandshakeFailed, HandshakeSucceeded, Retried
from engine.security.choose import SecurityIncomplete
from engine.security.keys import Certificate, KeyInvalid, generate
from engine.security.zap import ENDPOINT, ZapReply, ZapRequest, accept
from engine.sockets.authenticator import Authenticator
from engine.sockets.socket import Socket
from tests.engine.security.dialogue import Drawn
from tests.support.eventually import LIMIT_S
from tests.support.watcher import Watcher

SERVER = generate(Drawn(1))
CLIENT = generate(Drawn(2))
AS_SERVER = {"curve_server": 1, "curve_secretkey": SERVER.secret}
AS_CLIENT = {"curve_serverkey": SERVER.public, "curve_secretkey": CLIENT.secret}
ANYWHERE = "tcp://127.0.0.1:*"


@pytest.fixture(params=["tcp://127.0.0.1:*", "ipc://*"], ids=["tcp", "ipc"])
def wire(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def join(
    context: Context, server: dict[str, object], client: dict[str, object], where: str = ANYWHERE
) -> tuple[Socket, Socket, Watcher, Watcher]:
    """Bind a PULL and connect a PUSH, and watch both."""
    pull = context.socket(PULL, **server)
    push = context.socket(PUSH, reconnect_ivl=10, **client)
    watchers = Watcher(pull), Watcher(push)
    push.connect(pull.bind(where))
    return pull, push, *watchers


async def passes(push: Socket, pull: Socket) -> None:
    """Make sure that messages of every size come through."""
    async with asyncio.timeout(LIMIT_S):
        for frames in ([b""], [b"a", b"", b"c" * 300], [b"x" * 70000, b"y" * 20000]):
            await push.send(frames)
            assert await pull.recv() == frames


# -- the context's authenticator -----------------------------------------------------------------------


async def test_curve_needs_no_authenticator(context: Context, wire: str) -> None:
    pull, push, _, _ = join(context, AS_SERVER, AS_CLIENT, wire)
    await passes(push, pull)
    assert "user-id" not in pull.pipes[0].peer_metadata


async def test_curve_with_a_trusted_key(context: Context, wire: str) -> None:
    context.authenticator = judge = Authenticator()
    judge.trust(Certificate(CLIENT.public, metadata={"Name": "the client"}))
    pull, push, _, _ = join(context, AS_SERVER, AS_CLIENT, wire)
    await passes(push, pull)
    metadata = pull.pipes[0].peer_metadata
    assert metadata["user-id"] == CLIENT.public_text.encode()
    assert metadata["name"] == b"the client"
    assert metadata["socket-type"] == b"PUSH"


async def test_curve_with_a_key_that_nobody_knows(context: Context) -> None:
    context.authenticator = Authenticator()
    pull, _, at_server, at_client = join(context, AS_SERVER, AS_CLIENT)
    refused = await at_server.until(HandshakeFailed)
    assert refused.zap_status == 400
    told = await at_client.until(HandshakeFailed)
    assert (told.zap_status, told.will_retry) == (400, False)
    await at_client.until(GaveUp)
    assert not pull.pipes


async def test_a_context_makes_keys_that_work(context: Context) -> None:
    ours, theirs = context.new_keys(), context.new_keys()
    server = {"curve_server": 1, "curve_secretkey": ours.secret_text}
    client = {"curve_serverkey": ours.public_text, "curve_secretkey": theirs.secret_text}
    pull, push, _, _ = join(context, server, client)
    await passes(push, pull)


def test_a_secret_key_gives_its_public_half() -> None:
    pair = generate(Drawn(7))
    assert Context.keys_of(pair.secret_text) == Context.keys_of(pair.secret) == pair
    with pytest.raises(KeyInvalid, match="not a key") as refused:
        Context.keys_of("too short a secret")
    assert "secret" not in str(refused.value)


async def test_curve_with_any_key(context: Context) -> None:
    context.authenticator = judge = Authenticator()
    judge.trust_any_key()
    pull, push, _, _ = join(context, AS_SERVER, AS_CLIENT)
    await passes(push, pull)
    assert pull.pipes[0].peer_metadata["user-id"] == CLIENT.public_text.encode()


async def test_plain_with_the_right_and_the_wrong_password(context: Context, wire: str) -> None:
    context.authenticator = judge = Authenticator()
    judge.set_passwords({"admin": "s3cret"})
    pull, push, _, _ = join(
        context, {"plain_server": 1}, {"plain_username": "admin", "plain_password": "s3cret"}, wire
    )
    await passes(push, pull)
    assert pull.pipes[0].peer_metadata["user-id"] == b"admin"
    for user, password in (("admin", "s3cre"), ("admin", ""), ("nobody", "s3cret")):
        _, _, at_server, at_client = join(
            context, {"plain_server": 1}, {"plain_username": user, "plain_password": password}, wire
        )
        refused = await at_server.until(HandshakeFailed)
        assert refused.zap_status == 400
        assert password not in refused.reason or not password
        assert (await at_client.until(HandshakeFailed)).zap_status == 400


async def test_plain_without_an_authenticator(context: Context) -> None:
    _, _, at_server, at_client = join(context, {"plain_server": 1}, {"plain_username": "u"})
    assert (await at_server.until(HandshakeFailed)).code == 14
    assert (await at_client.until(HandshakeFailed)).will_retry
    await at_client.until(Retried)


async def test_null_is_asked_about_only_where_a_domain_is_set(context: Context) -> None:
    context.authenticator = judge = Authenticator()
    judge.deny("127.0.0.1")
    pull, push, _, _ = join(context, {}, {})
    await passes(push, pull)
    _, _, at_server, at_client = join(context, {"zap_domain": "here"}, {})
    assert (await at_server.until(HandshakeFailed)).zap_status == 400
    assert (await at_client.until(HandshakeFailed)).zap_status == 400


async def test_null_with_a_domain_and_nobody_to_ask(context: Context) -> None:
    pull, push, _, _ = join(context, {"zap_domain": "here"}, {})
    await passes(push, pull)
    _, _, at_server, _ = join(context, {"zap_domain": "here", "zap_enforce_domain": 1}, {})
    assert (await at_server.until(HandshakeFailed)).code == 14


async def test_curve_without_a_domain_that_is_enforced_is_not_asked_about(context: Context) -> None:
    context.authenticator = Authenticator()
    pull, push, _, _ = join(context, {**AS_SERVER, "zap_enforce_domain": 1}, AS_CLIENT)
    await passes(push, pull)


class Recording:
    """A judge of one's own."""

    def __init__(self, verdict: Callable[[], ZapReply]) -> None:
        self.verdict = verdict
        self.asked: list[ZapRequest] = []

    async def judge(self, request: ZapRequest) -> ZapReply:
        self.asked.append(request)
        await asyncio.sleep(0)
        return self.verdict()


async def test_a_judge_is_told_all_there_is(context: Context) -> None:
    context.authenticator = judge = Recording(accept)
    pull, push, _, _ = join(context, {**AS_SERVER, "zap_domain": "d", "routing_id": b"me"}, AS_CLIENT)
    await passes(push, pull)
    assert judge.asked == [ZapRequest("d", "127.0.0.1", b"me", "CURVE", (CLIENT.public,))]


async def test_over_ipc_a_judge_is_told_the_peer_s_process(context: Context) -> None:
    context.authenticator = judge = Recording(accept)
    pull, push, _, _ = join(context, {"zap_domain": "d"}, {}, "ipc://*")
    await passes(push, pull)
    words = judge.asked[0].address.split(":")
    assert words[0] == "localhost"
    assert len(words) == 4
    assert all(word.isdigit() for word in words[1:])


async def test_try_later_makes_the_client_try_again(context: Context) -> None:
    verdicts = iter([ZapReply(300), ZapReply(300), accept()])
    context.authenticator = Recording(lambda: next(verdicts))
    pull, push, at_server, _ = join(context, AS_SERVER, AS_CLIENT)
    assert (await at_server.until(HandshakeFailed)).zap_status == 300
    assert (await at_server.until(HandshakeFailed)).zap_status == 300
    await passes(push, pull)


async def test_a_judge_that_fails_lets_nobody_in_and_is_heard_of(context: Context) -> None:
    def fail() -> ZapReply:
        raise RuntimeError("the database is away")

    context.authenticator = Recording(fail)
    _, _, at_server, at_client = join(context, AS_SERVER, AS_CLIENT)
    refused = await at_server.until(HandshakeFailed)
    assert refused.zap_status == 500
    assert "the database is away" in refused.reason
    told = await at_client.until(HandshakeFailed)
    assert (told.zap_status, told.reason) == (500, "peer refused the connection: 500")


@pytest.mark.parametrize("given", [None, True, 200])
async def test_a_judge_that_gives_no_verdict_lets_nobody_in(context: Context, given: object) -> None:
    class Forgetful:
        def judge(self, request: ZapRequest) -> Any:
            return given

    context.authenticator = Forgetful()
    _, _, at_server, _ = join(context, AS_SERVER, AS_CLIENT)
    refused = await at_server.until(HandshakeFailed)
    assert refused.zap_status == 500
    assert f"gave {type(given).__name__} instead of a ZapReply" in refused.reason


async def test_a_judge_that_never_answers_is_waited_for_no_longer_than_a_handshake(context: Context) -> None:
    class Silent:
        async def judge(self, request: ZapRequest) -> ZapReply:
            await asyncio.Event().wait()
            raise AssertionError

    context.authenticator = Silent()
    _, _, at_server, _ = join(context, {**AS_SERVER, "handshake_ivl": 50}, AS_CLIENT)
    assert "50 ms" in (await at_server.until(HandshakeFailed)).reason


# -- what does not fit together -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "client"),
    [
        (AS_SERVER, {}),
        ({}, AS_CLIENT),
        (AS_SERVER, {"plain_username": "u"}),
        ({"plain_server": 1}, AS_CLIENT),
    ],
)
async def test_two_mechanisms_refuse_each_other(
    context: Context, server: dict[str, object], client: dict[str, object]
) -> None:
    _, _, at_server, at_client = join(context, server, client)
    failures = [await at_server.until(HandshakeFailed), await at_client.until(HandshakeFailed)]
    assert 0x11000002 in [failed.code for failed in failures]


async def test_a_client_of_another_server_s_key_is_refused_and_tries_again(context: Context) -> None:
    wrong = {**AS_CLIENT, "curve_serverkey": CLIENT.public}
    _, _, at_server, at_client = join(context, AS_SERVER, wrong)
    assert (await at_server.until(HandshakeFailed)).code == 0x11000001
    assert (await at_client.until(HandshakeFailed)).will_retry


async def test_what_is_missing_is_said_by_bind_and_connect(context: Context) -> None:
    with pytest.raises(SecurityIncomplete):
        context.socket(PULL, curve_server=1).bind(ANYWHERE)
    with pytest.raises(SecurityIncomplete):
        context.socket(PUSH, curve_serverkey=SERVER.public).connect("tcp://127.0.0.1:9")


async def test_a_key_set_later_is_for_later_endpoints(context: Context) -> None:
    pull, push, at_server, at_client = join(context, AS_SERVER, {**AS_CLIENT, "immediate": 1})
    endpoint = pull.bind(ANYWHERE)
    await at_client.until(HandshakeSucceeded)
    push.set("curve_serverkey", CLIENT.public)
    push.connect(endpoint)
    assert (await at_server.until(HandshakeFailed)).code == 0x11000001
    await passes(push, pull)


# -- handlers over ZAP --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [REP, ROUTER])
async def test_an_authenticator_can_be_served_over_zap(context: Context, kind) -> None:
    handler = context.socket(kind)
    handler.bind(ENDPOINT)
    judge = Authenticator()
    judge.set_passwords({"u": "p"}, domain="d")
    serving = asyncio.create_task(judge.serve(handler))
    server = {"plain_server": 1, "zap_domain": "d"}
    pull, push, _, _ = join(context, server, {"plain_username": "u", "plain_password": "p"})
    await passes(push, pull)
    assert pull.pipes[0].peer_metadata["user-id"] == b"u"
    _, _, at_server, _ = join(context, server, {"plain_username": "u", "plain_password": "q"})
    assert (await at_server.until(HandshakeFailed)).zap_status == 400
    handler.close()
    await serving


async def test_many_questions_at_once(context: Context) -> None:
    handler = context.socket(REP)
    handler.bind(ENDPOINT)
    judge = Authenticator()
    judge.trust(CLIENT.public)
    serving = asyncio.create_task(judge.serve(handler))
    pull = context.socket(PULL, **AS_SERVER)
    endpoint = pull.bind(ANYWHERE)
    for n in range(30):
        push = context.socket(PUSH, **AS_CLIENT)
        push.connect(endpoint)
        await push.send(b"%d" % n)
    async with asyncio.timeout(LIMIT_S):
        assert sorted([int((await pull.recv())[0]) for _ in range(30)]) == list(range(30))
    assert len(context.sockets) == 32
    handler.close()
    await serving


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ([b"1.0", b"1", b"200", b"OK", b""], 0x20000001),
        ([b"1.1", b"1", b"200", b"OK", b"", b""], 0x20000003),
        ([b"1.0", b"2", b"200", b"OK", b"", b""], 0x20000002),
        ([b"1.0", b"1", b"999", b"OK", b"", b""], 0x20000004),
        ([b"1.0", b"1", b"200", b"OK", b"", b"\x05x"], 0x20000005),
    ],
)
async def test_a_handler_s_own_reply_that_cannot_be_read(
    context: Context, reply: list[bytes], code: int
) -> None:
    handler = context.socket(REP)
    handler.bind(ENDPOINT)
    _, _, at_server, _ = join(context, AS_SERVER, AS_CLIENT)
    async with asyncio.timeout(LIMIT_S):
        assert (await handler.recv())[:2] == [b"1.0", b"1"]
    await handler.send(reply)
    assert (await at_server.until(HandshakeFailed)).code == code


async def test_a_socket_of_another_type_is_no_handler(context: Context) -> None:
    context.socket(DEALER).bind(ENDPOINT)
    pull, push, _, _ = join(context, AS_SERVER, AS_CLIENT)
    await passes(push, pull)


async def test_what_is_no_request_is_answered_with_500(context: Context) -> None:
    handler, asker = context.socket(REP), context.socket(DEALER)
    handler.bind(ENDPOINT)
    serving = asyncio.create_task(Authenticator().serve(handler))
    asker.connect(ENDPOINT)
    await asker.send([b"", b"2.0", b"9"])
    async with asyncio.timeout(LIMIT_S):
        assert (await asker.recv())[1:4] == [b"1.0", b"9", b"500"]
    handler.close()
    await serving


# -- the rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "denied", "address", "status"),
    [
        ([], [], "10.0.0.1", 200),
        ([], ["10.0.0.1"], "10.0.0.1", 400),
        ([], ["10.0.0.1"], "10.0.0.10", 200),
        (["10.0.0.1"], [], "10.0.0.1", 200),
        (["10.0.0.1"], [], "10.0.0.2", 400),
        (["10.0.0.0/8"], [], "10.9.8.7", 200),
        (["10.0.0.0/8"], [], "11.0.0.1", 400),
        (["10.0.0.0/8"], ["10.0.0.1"], "10.0.0.1", 400),
        (["::/0"], [], "10.0.0.1", 400),
        (["fe80::/10"], [], "fe80::1", 200),
        (["localhost:1000"], [], "localhost:1000:1000:77", 200),
        (["localhost:1000"], [], "localhost:10001:1000:77", 400),
        (["10.0.0.0/8"], [], "localhost:1:2:3", 400),
    ],
)
def test_addresses(allowed: list[str], denied: list[str], address: str, status: int) -> None:
    judge = Authenticator()
    judge.allow(*allowed)
    judge.deny(*denied)
    assert judge.judge(ZapRequest("", address, b"", "NULL")).status == status


def test_domains_keep_their_own_passwords_and_keys() -> None:
    judge = Authenticator()
    judge.set_passwords({"u": "p"}, domain="a")
    judge.trust(CLIENT.public_text, domain="a")
    judge.trust_any_key(domain="b")
    for domain, plain, curve in (("a", 200, 200), ("b", 400, 200), ("c", 400, 400)):
        assert judge.judge(ZapRequest(domain, "", b"", "PLAIN", (b"u", b"p"))).status == plain
        assert judge.judge(ZapRequest(domain, "", b"", "CURVE", (CLIENT.public,))).status == curve


def test_a_domain_that_is_forgotten_lets_nobody_in() -> None:
    judge = Authenticator()
    judge.set_passwords({"u": "p"}, domain="a")
    judge.trust(CLIENT.public_text, domain="a")
    judge.trust_any_key(domain="a")
    judge.forget("a")
    judge.forget("never told of")
    assert judge.judge(ZapRequest("a", "", b"", "PLAIN", (b"u", b"p"))).status == 400
    assert judge.judge(ZapRequest("a", "", b"", "CURVE", (CLIENT.public,))).status == 400


@pytest.mark.parametrize("asked", [("GSSAPI", (b"x",)), ("PLAIN", (b"u",)), ("CURVE", ()), ("", ())])
def test_what_is_not_understood_stays_out(asked: tuple[str, tuple[bytes, ...]]) -> None:
    judge = Authenticator()
    judge.trust_any_key()
    assert judge.judge(ZapRequest("", "", b"", *asked)).status == 400
