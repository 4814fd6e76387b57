"""Topologies over HTTP: revisions, preconditions, forms, limits."""

import json
from typing import Any

import pytest

from tests.app.web.conftest import Serve, Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT: dict[str, Any] = {
    "format": "glassmq/1",
    "name": "Orders",
    "nodes": {"b": {"behaviour": "sink"}, "a": {"behaviour": "generator"}},
}
RENAME = {"kind": "set", "path": ["name"], "value": "New"}


async def test_what_is_posted_comes_back_with_its_keys_in_order(served: Served) -> None:
    answer = await served.http.post("/topologies", json=DOCUMENT, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"r1"'
    location = answer.headers["location"]
    read = await served.http.get(served.base + location)
    assert read.headers["etag"] == '"r1"'
    assert json.dumps(read.json()) == json.dumps(DOCUMENT)


async def test_the_same_key_creates_once(served: Served) -> None:
    first, again = await served.create(DOCUMENT, "one"), await served.create(DOCUMENT, "one")
    assert first == again
    other = await served.http.post(
        "/topologies", json={**DOCUMENT, "name": "Other"}, headers={"Idempotency-Key": "one"}
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_writes_without_their_preconditions_are_refused(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    answers = [
        await served.http.post("/topologies", json=DOCUMENT),
        await served.http.put(f"/topologies/{topology}", json=DOCUMENT),
        await served.http.delete(f"/topologies/{topology}"),
        await served.http.post(f"/topologies/{topology}/edits", json={"edits": [RENAME]}),
        await served.http.post("/runs", json={"topology": topology}),
    ]
    assert [answer.status_code for answer in answers] == [428] * 5
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def test_an_edit_makes_the_next_revision_and_says_how_to_undo_it(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    answer = await served.edit(topology, "r1", RENAME)
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"r2"'
    body = answer.json()
    assert body["revision"] == "r2"
    assert body["inverse"] == [{"kind": "set", "path": ["name"], "value": "Orders"}]
    undone = await served.edit(topology, "r2", *body["inverse"])
    assert undone.json()["revision"] == "r3"
    read = await served.http.get(f"/topologies/{topology}")
    assert json.dumps(read.json()) == json.dumps(DOCUMENT)


async def test_a_stale_edit_is_refused_with_the_edits_since(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    await served.edit(topology, "r1", RENAME)
    answer = await served.edit(topology, "r1", {"kind": "set", "path": ["description"], "value": "d"})
    assert answer.status_code == 412
    body = answer.json()
    assert (body["code"], body["current"], body["edits"]) == ("stale", "r2", [RENAME])
    again = await served.edit(
        topology, body["current"], {"kind": "set", "path": ["description"], "value": "d"}
    )
    assert again.status_code == 200


async def test_an_edit_that_misses_changes_nothing(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    missing = {"kind": "set", "path": ["nodes", "gone", "label"], "value": "x"}
    answer = await served.edit(topology, "r1", RENAME, missing)
    assert (answer.status_code, answer.json()["code"]) == (422, "edit-misses-target")
    assert (await served.http.get(f"/topologies/{topology}")).headers["etag"] == '"r1"'


async def test_malformed_edits_are_told_apart(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    for edit in ({"kind": "move", "path": ["a"]}, {"kind": "set", "path": []}, {"kind": "unset"}, 3):
        answer = await served.edit(topology, "r1", edit)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


async def test_edits_since_a_revision_can_be_asked_for(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    await served.edit(topology, "r1", RENAME)
    answer = await served.http.get(f"/topologies/{topology}/edits", params={"since": "r1"})
    assert answer.json()["revision"] == "r2"
    assert [change["edits"] for change in answer.json()["changes"]] == [[RENAME]]
    missing = await served.http.get(f"/topologies/{topology}/edits", params={"since": "r7"})
    assert missing.status_code == 404


async def test_yaml_is_the_same_document_in_other_clothes(served: Served) -> None:
    text = "format: glassmq/1\nname: Orders\nnodes:\n  b: {behaviour: sink}\n  a: {behaviour: generator}\n"
    answer = await served.http.post(
        "/topologies", content=text, headers={"Idempotency-Key": "y", "Content-Type": "application/yaml"}
    )
    topology = answer.json()["id"]
    assert (await served.http.get(f"/topologies/{topology}")).json() == DOCUMENT
    yaml = await served.http.get(f"/topologies/{topology}", headers={"Accept": "application/yaml"})
    assert yaml.headers["content-type"].startswith("application/yaml")
    assert yaml.text.startswith("format: glassmq/1\n")


async def test_another_form_is_not_spoken(served: Served) -> None:
    answer = await served.http.post(
        "/topologies", content="<x/>", headers={"Idempotency-Key": "x", "Content-Type": "application/xml"}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


async def test_an_unreadable_document_is_refused_a_drawing_with_errors_is_kept(served: Served) -> None:
    unreadable = await served.http.post(
        "/topologies", content="{", headers={"Idempotency-Key": "u", "Content-Type": "application/json"}
    )
    assert (unreadable.status_code, unreadable.json()["code"]) == (422, "document-unreadable")
    wrong = await served.http.post(
        "/topologies",
        json={"format": "glassmq/9", "name": 3, "nodes": {"A b": {}}},
        headers={"Idempotency-Key": "w"},
    )
    assert wrong.status_code == 201
    assert {finding["severity"] for finding in wrong.json()["findings"]} >= {"error"}


async def test_a_yaml_bomb_is_refused(served: Served) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    answer = await served.http.post(
        "/topologies",
        content="\n".join(lines),
        headers={"Idempotency-Key": "b", "Content-Type": "application/yaml"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "document-unreadable")


async def test_fifty_megabytes_are_refused_announced_or_not(served: Served) -> None:
    size = 50 * 1024 * 1024
    announced = await served.http.post(
        "/topologies",
        content=b" " * size,
        headers={"Idempotency-Key": "l", "Content-Type": "application/json"},
    )
    assert (announced.status_code, announced.json()["code"]) == (413, "too-large")
    assert announced.json()["limit"] == 8 * 1024 * 1024

    async def drip() -> Any:
        for _ in range(50):
            yield b" " * (1024 * 1024)

    streamed = await served.http.post(
        "/topologies", content=drip(), headers={"Idempotency-Key": "s", "Content-Type": "application/json"}
    )
    assert (streamed.status_code, streamed.json()["code"]) == (413, "too-large")
    assert (await served.http.get("/health")).status_code == 200


async def test_a_document_cannot_grow_past_the_limit_by_edits(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    half = {"kind": "set", "path": ["x-one"], "value": "x" * (3 * 1024 * 1024)}
    other = {**half, "path": ["x-two"]}
    assert (await served.edit(topology, "r1", half)).status_code == 200
    answer = await served.edit(topology, "r2", other)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert (await served.http.get(f"/topologies/{topology}")).headers["etag"] == '"r2"'


async def test_names_with_html_in_them_are_text(served: Served) -> None:
    name = '<img src=x onerror=alert(1)>\u2028 & "quotes"'
    topology = await served.create({**DOCUMENT, "name": name})
    read = await served.http.get(f"/topologies/{topology}")
    assert read.json()["name"] == name
    assert read.headers["x-content-type-options"] == "nosniff"
    listed = await served.http.get("/topologies")
    assert listed.json()["items"][0]["name"] == name


async def test_put_replaces_and_keeps_the_order_of_keys(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    other = {"name": "Other", "format": "glassmq/1", "nodes": {"c": {"behaviour": "sink"}}, "tags": ["t"]}
    answer = await served.http.put(f"/topologies/{topology}", json=other, headers={"If-Match": '"r1"'})
    assert answer.json()["revision"] == "r2"
    assert json.dumps((await served.http.get(f"/topologies/{topology}")).json()) == json.dumps(other)
    stale = await served.http.put(f"/topologies/{topology}", json=other, headers={"If-Match": '"r1"'})
    assert stale.status_code == 412
    anyhow = await served.http.put(f"/topologies/{topology}", json=DOCUMENT, headers={"If-Match": "*"})
    assert anyhow.json()["revision"] == "r3"


async def test_deleted_is_gone_until_restored(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    await served.edit(topology, "r1", RENAME)
    gone = await served.http.delete(f"/topologies/{topology}", headers={"If-Match": '"r2"'})
    assert gone.status_code == 204
    read = await served.http.get(f"/topologies/{topology}")
    assert (read.status_code, read.json()["code"]) == (410, "deleted")
    restored = await served.http.post(
        f"/topologies/{topology}/revisions/r1/restore", headers={"If-Match": '"r2"'}
    )
    assert restored.json()["revision"] == "r3"
    assert (await served.http.get(f"/topologies/{topology}")).json() == DOCUMENT


async def test_revisions_are_listed_named_and_read(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    for base in ("r1", "r2"):
        await served.edit(topology, base, {**RENAME, "value": base})
    named = await served.http.post(f"/topologies/{topology}/revisions", json={"label": "Good one"})
    assert (named.status_code, named.json()["name"]) == (201, "Good one")
    page = (await served.http.get(f"/topologies/{topology}/revisions", params={"limit": 2})).json()
    assert [(each["revision"], each["name"]) for each in page["items"]] == [("r3", "Good one"), ("r2", None)]
    rest = await served.http.get(f"/topologies/{topology}/revisions", params={"cursor": page["next"]})
    assert [each["revision"] for each in rest.json()["items"]] == ["r1"]
    second = await served.http.get(f"/topologies/{topology}/revisions/r2")
    assert second.json()["name"] == "r1"
    old = await served.http.get(f"/topologies/{topology}", params={"revision": "r1"})
    assert (old.json(), old.headers["etag"]) == (DOCUMENT, '"r1"')
    assert (await served.http.get(f"/topologies/{topology}/revisions/r9")).status_code == 404


async def test_lists_come_in_pages(serve: Serve) -> None:
    served = await serve()
    ids = [await served.create({**DOCUMENT, "name": str(n)}, f"k{n}") for n in range(3)]
    page = (await served.http.get("/topologies", params={"limit": 2})).json()
    rest = (await served.http.get("/topologies", params={"limit": 2, "cursor": page["next"]})).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


async def test_checking_saves_nothing(serve: Serve) -> None:
    served = await serve()
    answer = await served.http.post("/topologies/check", json={"format": "glassmq/1"})
    assert answer.status_code == 200
    assert answer.json()["findings"]
    assert (await served.http.get("/topologies")).json()["items"] == []


async def test_findings_belong_to_a_revision(served: Served) -> None:
    topology = await served.create(DOCUMENT)
    answer = await served.http.get(f"/topologies/{topology}/findings")
    assert answer.json()["revision"] == "r1"
    for finding in answer.json()["findings"]:
        assert set(finding) == {"code", "severity", "where", "sentence", "fix"}


async def test_everything_survives_a_new_start(serve: Serve) -> None:
    first = await serve()
    topology = await first.create(DOCUMENT)
    await first.edit(topology, "r1", RENAME)
    second = await serve()
    read = await second.http.get(f"/topologies/{topology}")
    assert (read.json()["name"], read.headers["etag"]) == ("New", '"r2"')
