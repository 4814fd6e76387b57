"""Keys over HTTP: made, imported, told by their public halves, deleted; secrets only come in."""

import json
from typing import Any

import pytest
import zmq

from app.store.certificates import certificates_of, new_certificate
from tests.app.topology.secured import curve_feed
from tests.app.web.conftest import Served
from tests.support.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = Any

PASSWORD = "correct horse battery staple"


async def make(served: Served, name: str, key: str = "", **more: Json) -> Any:
    body = {"name": name, "kind": "curve", **more}
    headers = {"Idempotency-Key": key or name, "Content-Type": "application/json"}
    return await served.http.post("/keys", content=json.dumps(body), headers=headers)


async def test_a_key_is_made_and_its_public_half_told(served: Served) -> None:
    answer = await make(served, "made")
    assert answer.status_code == 201
    body = answer.json()
    assert body.pop("old_in_runs") == []
    assert sorted(body) == ["kind", "made_at", "name", "public", "revision"]
    assert len(body["public"]) == 40
    assert answer.headers["location"] == "/api/v1/keys/made"
    assert (await served.http.get("/keys/made")).json() == body
    assert body in (await served.http.get("/keys")).json()["items"]


async def test_the_same_request_makes_one_key_and_another_none_of_its_name(served: Served) -> None:
    first = await make(served, "once", "same")
    assert (await make(served, "once", "same")).json() == first.json()
    other = await make(served, "once", "other")
    assert (other.status_code, other.json()["code"]) == (409, "key-exists")
    reused = await make(served, "twice", "same")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


async def test_an_imported_secret_gives_its_public_half_and_is_never_told(served: Served) -> None:
    public, secret = zmq.curve_keypair()
    answer = await make(served, "imported", secret=secret.decode())
    assert answer.json()["public"] == public.decode()
    told = (
        answer.text + (await served.http.get("/keys")).text + (await served.http.get("/keys/imported")).text
    )
    assert secret.decode() not in told
    password = await make(served, "alice", kind="plain", secret=PASSWORD)
    assert password.json()["public"] is None
    assert PASSWORD not in password.text


async def test_a_certificate_is_made_or_imported_and_told_without_its_private_key(served: Served) -> None:
    made = (await make(served, "web", kind="tls")).json()
    assert made["public"].startswith("-----BEGIN CERTIFICATE-----")
    pem = new_certificate("theirs")
    answer = await make(served, "theirs", kind="tls", secret=pem)
    assert answer.json()["public"] == certificates_of(pem)
    told = answer.text + (await served.http.get("/keys")).text
    assert "PRIVATE" not in told
    refused = await make(served, "bad", kind="tls", secret=certificates_of(pem))
    assert refused.status_code == 422
    assert "it has no private key" in refused.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": PASSWORD},
        {"name": "No", "secret": PASSWORD},
        {"kind": "gssapi"},
        {"secret": f"{PASSWORD}\ud800"},
        {"kind": "plain", "secret": f"{PASSWORD}\ud800"},
        {"kind": "tls", "secret": PASSWORD * 2_000},
    ],
)
async def test_what_is_no_key_is_refused_without_showing_it(served: Served, wrong: Json) -> None:
    answer = await make(served, **{"name": "wrong", **wrong})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert PASSWORD not in answer.text


async def test_a_key_is_deleted_by_its_revision(served: Served) -> None:
    made = (await make(served, "short-lived")).json()
    assert (await served.http.delete("/keys/short-lived")).status_code == 428
    stale = await served.http.delete("/keys/short-lived", headers={"If-Match": '"r1"'})
    assert (stale.status_code, stale.json()["current"]) == (412, made["revision"])
    gone = await served.http.delete("/keys/short-lived", headers={"If-Match": f'"{made["revision"]}"'})
    assert gone.status_code == 204
    assert (await served.http.get("/keys/short-lived")).status_code == 404


async def test_the_findings_of_a_drawing_follow_the_keys_of_the_machine(served: Served) -> None:
    document = curve_feed(
        feed={"kind": "curve", "secret": {"stored": "their-feed"}},
        desk={"kind": "curve", "secret": {"stored": "their-desk"}},
    )
    topology = await served.create(document)

    async def codes() -> list[str]:
        answer = await served.http.get(f"/topologies/{topology}/findings")
        return [each["code"] for each in answer.json()["findings"]]

    assert await codes() == ["GM-114", "GM-114"]
    start = {"topology": topology}
    refused = await served.http.post("/runs", json=start, headers={"Idempotency-Key": "early"})
    assert (refused.status_code, refused.json()["code"]) == (422, "topology-has-errors")
    assert "there is no stored key their-feed on this machine" in refused.json()["detail"]
    for wish in refused.json()["findings"][0]["fix"]["keys"]:
        assert (await make(served, wish["name"], kind=wish["kind"])).status_code == 201
    assert await codes() == []


async def test_a_key_that_is_made_anew_tells_which_runs_go_on_with_the_old_one(served: Served) -> None:
    assert (await make(served, "run-feed")).json()["old_in_runs"] == []
    await make(served, "run-desk")
    document = curve_feed(
        feed={"kind": "curve", "secret": {"stored": "run-feed"}},
        desk={"kind": "curve", "secret": {"stored": "run-desk"}},
    )
    topology = await served.create(document)
    started = await served.http.post(
        "/runs", json={"topology": topology}, headers={"Idempotency-Key": "remade"}
    )
    run = started.json()["id"]
    assert (await served.http.delete("/keys/run-feed", headers={"If-Match": "*"})).status_code == 204
    assert (await make(served, "run-feed", "anew")).json()["old_in_runs"] == [run]
    await served.http.delete(f"/runs/{run}", headers={"If-Match": "*"})
    await eventually(lambda: served.workspace.running.runs_with("run-feed") == [])
