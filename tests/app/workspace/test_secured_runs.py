"""Secured runs: the right keys get in, the wrong ones are turned away and seen, no secret is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import zmq
import zmq.asyncio

from app.settings import FOR_DRAWINGS
from app.topology.compile import compile_plan
from app.topology.edits import apply
from app.topology.key_shapes import PlainKey, Secret
from app.topology.keys_here import Known, Missing
from app.workspace.locksmith import Locksmith, SecretMissing
from app.workspace.running import Running
from tests.app.topology.secured import curve_feed, curve_server, plain_feed
from tests.support.runs import lane_of, running, state_of, until

Json = Any

ALICE = "GLASSMQ_SECRET_ALICE"
PASSWORD = "pass the salt, alice"


class Pair:
    """A key pair in the environment of the run."""

    def __init__(self) -> None:
        public, secret = zmq.curve_keypair()
        self.public, self.secret = public.decode(), secret.decode()


def secrets_of(**pairs: Pair) -> Locksmith:
    return Locksmith(None, {f"{FOR_DRAWINGS}{name.upper()}": pair.secret for name, pair in pairs.items()})


def env_key(name: str, **more: Json) -> Json:
    return {"kind": "curve", "secret": {"env": f"{FOR_DRAWINGS}{name.upper()}"}, **more}


async def started(hall: Running, document: Json) -> Any:
    run = await hall.start("t1", 1, document)
    await until(lambda: state_of(hall, run) in ("running", "failed"))
    assert hall.view(run)["error"] is None
    return run


def delivered(hall: Running, run: Any) -> int:
    return int(lane_of(hall.view(run)["books"], "news", "to_connect")["delivered"] or 0)


async def events(hall: Running, run: Any, what: str) -> list[Json]:
    """What happened so far, of one kind; waits for the first."""
    watch = hall.watch_events(run, 0)
    found: list[Json] = []
    async for message in watch:
        if message.get("what") == what:
            found.append(message)
            break
    return found


async def test_a_feed_by_curve_delivers_and_its_books_balance() -> None:
    feed, desk = Pair(), Pair()
    document = curve_feed(curve_server(allow=["desk"]), feed=env_key("feed"), desk=env_key("desk"))
    document["nodes"]["feed"]["with"] = {"rate_per_s": 500, "delay_ms": 200}
    async with running(secrets_of(feed=feed, desk=desk)) as hall:
        run = await started(hall, document)
        await until(lambda: delivered(hall, run) >= 100)
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True
        told = json.dumps(hall.view(run)) + repr(hall)
        assert feed.secret not in told
        assert desk.secret not in told


async def test_a_client_that_is_not_on_the_list_stands_refused_until_it_is() -> None:
    feed, desk, other = Pair(), Pair(), Pair()
    document = curve_feed(
        curve_server(allow=["other"]),
        feed=env_key("feed"),
        desk=env_key("desk"),
        other=env_key("other"),
    )
    async with running(secrets_of(feed=feed, desk=desk, other=other)) as hall:
        run = await started(hall, document)
        await until(lambda: "news" in hall.view(run)["refused"])
        (event,) = await events(hall, run, "not_let_in")
        assert event["where"] in ({"node": "desk", "link": "news"}, {"node": "feed", "link": "news"})
        assert "400" in event["detail"]
        await until(lambda: "the key is not known" in hall.view(run)["refused"]["news"])
        edit = {
            "kind": "set",
            "path": ["nodes", "feed", "sockets", "out", "security", "allow"],
            "value": ["desk"],
        }
        after, _ = apply(document, edit)
        assert await hall.apply("t1", 2, document, after, [edit]) == [{"edit": 0, "effect": "restarts-node"}]
        await until(lambda: delivered(hall, run) > 0)
        assert hall.view(run)["refused"] == {}


def outside(document: Json) -> Json:
    """The desk is a program outside."""
    document["nodes"]["desk"] = {
        "behaviour": "external",
        "sockets": {"in": {"type": "SUB", "subscriptions": [""]}},
    }
    del document["processes"]["there"]
    return document


@contextmanager
def subscriber(address: str, **options: Any) -> Iterator[zmq.asyncio.Socket]:
    """A SUB of libzmq with these options."""
    with zmq.asyncio.Context() as context, context.socket(zmq.SUB) as socket:
        for name, value in options.items():
            setattr(socket, name, value)
        socket.subscribe(b"")
        socket.connect(address)
        yield socket


@pytest.mark.interop
async def test_a_program_with_the_right_key_gets_in_and_one_with_a_wrong_one_is_seen() -> None:
    feed, theirs, stranger = Pair(), Pair(), Pair()
    document = outside(
        curve_feed(
            curve_server(allow=["desk"]),
            feed=env_key("feed"),
            desk={"kind": "curve", "public": theirs.public},
        )
    )
    async with running(secrets_of(feed=feed)) as hall:
        run = await started(hall, document)
        address = hall.view(run)["endpoints"]["feed.out#1"]["main"]

        def keys(pair: Pair) -> Json:
            return {
                "curve_serverkey": feed.public.encode(),
                "curve_publickey": pair.public.encode(),
                "curve_secretkey": pair.secret.encode(),
            }

        with subscriber(address, **keys(stranger)):
            (event,) = await events(hall, run, "not_let_in")
            assert event["where"] == {"node": "feed", "link": "news"}
            assert "the key is not known" in event["detail"]
            await until(lambda: "the key is not known" in hall.view(run)["refused"].get("news", ""))
        with subscriber(address, **keys(theirs)) as right:
            assert await right.recv()
            await until(lambda: hall.view(run)["refused"] == {})
        assert feed.secret not in json.dumps(hall.view(run))


@pytest.mark.interop
async def test_a_program_without_keys_and_one_with_another_server_in_mind_do_not_get_in() -> None:
    feed, theirs, stranger = Pair(), Pair(), Pair()
    document = outside(curve_feed(feed=env_key("feed"), desk={"kind": "curve", "public": theirs.public}))
    async with running(secrets_of(feed=feed)) as hall:
        run = await started(hall, document)
        address = hall.view(run)["endpoints"]["feed.out#1"]["main"]
        with subscriber(address):
            await until(lambda: "news" in hall.view(run)["refused"])
        wrong = {
            "curve_serverkey": stranger.public.encode(),
            "curve_publickey": theirs.public.encode(),
            "curve_secretkey": theirs.secret.encode(),
        }
        with subscriber(address, **wrong):
            assert (await events(hall, run, "handshake_failed"))[0]["where"]["link"] == "news"


@pytest.mark.interop
async def test_plain_lets_in_who_knows_the_password() -> None:
    key = {"kind": "plain", "secret": {"env": ALICE}}
    document = outside(plain_feed())
    document["keys"] = {"alice": key}
    async with running(Locksmith(None, {ALICE: PASSWORD})) as hall:
        run = await started(hall, document)
        address = hall.view(run)["endpoints"]["feed.out#1"]["main"]
        with subscriber(address, plain_username=b"alice", plain_password=b"guess"):
            (event,) = await events(hall, run, "not_let_in")
            assert "wrong user name or password" in event["detail"]
        with subscriber(address, plain_username=b"alice", plain_password=PASSWORD.encode()) as right:
            assert await right.recv()
        assert PASSWORD not in json.dumps(hall.view(run))


async def test_plain_between_two_of_ours() -> None:
    document = plain_feed()
    document["keys"] = {"alice": {"kind": "plain", "username": "Alice B", "secret": {"env": ALICE}}}
    async with running(Locksmith(None, {ALICE: PASSWORD})) as hall:
        run = await started(hall, document)
        await until(lambda: delivered(hall, run) > 0)


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "GLASSMQ_TOKEN", "glassmq_secret_alice", "HOME"])
async def test_a_drawing_may_not_read_what_is_not_meant_for_it(name: str) -> None:
    keeper = Locksmith(None, {name: PASSWORD, "LISTED": PASSWORD, ALICE: PASSWORD}, ["LISTED"])
    here = await keeper.here()
    found = here.look(PlainKey(kind="plain", secret=Secret(env=name)))
    assert found == Missing(
        f"a drawing may not read the environment variable {name}; use one that begins with GLASSMQ_SECRET_, "
        "or have it listed in GLASSMQ_ALLOW_ENV where GlassMQ is started"
    )
    for allowed in ("LISTED", ALICE):
        assert here.look(PlainKey(kind="plain", secret=Secret(env=allowed))) == Known(None)
    unset = here.look(PlainKey(kind="plain", secret=Secret(env="GLASSMQ_SECRET_BOB")))
    assert unset == Missing(
        "the environment variable GLASSMQ_SECRET_BOB is not set where GlassMQ was started"
    )
    document = plain_feed()
    document["keys"] = {"alice": {"kind": "plain", "secret": {"env": name}}}
    with pytest.raises(SecretMissing, match="a drawing may not read"):
        await keeper.unlock(compile_plan(document))
