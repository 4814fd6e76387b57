"""Runs over wss and through a proxy: whoever is believed delivers, and no private key or password is told."""

import json
from typing import Any

from app.settings import FOR_DRAWINGS
from app.store.certificates import certificates_of, new_certificate
from app.topology.edits import apply
from app.workspace.locksmith import Locksmith
from tests.app.topology.secured import feed, sealed_feed
from tests.app.workspace.test_secured_runs import delivered, events, started
from tests.support.runs import running, until
from tests.support.socks_server import SocksServer

Json = Any

PASSWORD = "the way out"


def private_part(pem: str) -> str:
    return pem.splitlines()[1]


def in_environment(kind: str, name: str) -> Json:
    return {"kind": kind, "secret": {"env": f"{FOR_DRAWINGS}{name}"}}


async def test_a_certificate_that_is_believed_delivers_by_wss() -> None:
    web = new_certificate("web")
    document = sealed_feed(web=in_environment("tls", "WEB"))
    async with running(Locksmith(None, {f"{FOR_DRAWINGS}WEB": web})) as hall:
        run = await started(hall, document)
        await until(lambda: delivered(hall, run) > 0)
        assert hall.view(run)["endpoints"]["feed.out#1"]["main"].startswith("wss://127.0.0.1:")
        told = json.dumps(hall.view(run)) + repr(hall)
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True
        assert private_part(web) not in told


async def test_a_certificate_that_is_not_believed_is_turned_away_until_it_is() -> None:
    web, other = new_certificate("web"), new_certificate("other")
    theirs = {"kind": "tls", "public": certificates_of(other)}
    document = sealed_feed(client={"trust": ["theirs"]}, web=in_environment("tls", "WEB"), theirs=theirs)
    async with running(Locksmith(None, {f"{FOR_DRAWINGS}WEB": web})) as hall:
        run = await started(hall, document)
        (event,) = await events(hall, run, "retried")
        assert "certificate was not accepted" in event["detail"]
        await until(lambda: "certificate was not accepted" in hall.view(run)["refused"].get("news", ""))
        assert delivered(hall, run) == 0
        edit = {"kind": "set", "path": ["nodes", "desk", "sockets", "in", "tls", "trust"], "value": ["web"]}
        after, _ = apply(document, edit)
        assert await hall.apply("t1", 2, document, after, [edit]) == [{"edit": 0, "effect": "restarts-node"}]
        await until(lambda: delivered(hall, run) > 0)
        assert hall.view(run)["refused"] == {}


async def test_what_an_option_trusts_is_trusted_beside_the_keys() -> None:
    web, other = new_certificate("web"), new_certificate("other")
    theirs = {"kind": "tls", "public": certificates_of(other)}
    document = sealed_feed(client={"trust": ["theirs"]}, web=in_environment("tls", "WEB"), theirs=theirs)
    document["nodes"]["desk"]["sockets"]["in"]["options"] = {"wss_trust_pem": certificates_of(web)}
    async with running(Locksmith(None, {f"{FOR_DRAWINGS}WEB": web})) as hall:
        run = await started(hall, document)
        await until(lambda: delivered(hall, run) > 0)


async def test_a_proxy_is_given_the_name_and_the_password_of_the_key() -> None:
    document = feed(ann={**in_environment("plain", "ANN"), "username": "ann"})
    async with SocksServer(login=(b"ann", PASSWORD.encode())) as proxy:
        desk = document["nodes"]["desk"]["sockets"]["in"]
        desk.update(proxy="ann", options={"socks_proxy": f"127.0.0.1:{proxy.port}"})
        async with running(Locksmith(None, {f"{FOR_DRAWINGS}ANN": PASSWORD})) as hall:
            run = await started(hall, document)
            await until(lambda: delivered(hall, run) > 0)
            assert PASSWORD not in json.dumps(hall.view(run))
