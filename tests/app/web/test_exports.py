"""Exports and imports over HTTP."""

import io
import json
import zipfile

import pytest

from tests.app.web.conftest import Serve, Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def an_example(served: Served, name: str = "pipeline") -> str:
    """A kept example; its id."""
    document = (await served.http.get(f"/examples/{name}")).json()
    return await served.create(document)


async def test_the_formats_are_listed(served: Served) -> None:
    items = (await served.http.get("/formats")).json()["items"]
    assert {item["name"] for item in items} >= {"json", "yaml", "mermaid", "pyzmq"}


async def test_json_out_is_what_went_in(served: Served) -> None:
    topology = await an_example(served)
    answer = await served.http.get(f"/topologies/{topology}/exports/json")
    assert answer.headers["content-disposition"].endswith('.json"')
    document = (await served.http.get("/examples/pipeline")).json()
    assert json.dumps(answer.json()) == json.dumps(document)


async def test_every_format_exports_every_example(served: Served) -> None:
    formats = [item["name"] for item in (await served.http.get("/formats")).json()["items"]]
    for example in (await served.http.get("/examples")).json():
        topology = await an_example(served, example["name"])
        for name in formats:
            answer = await served.http.get(f"/topologies/{topology}/exports/{name}")
            if name == "pyzmq" and answer.status_code == 422:  # not every type is in its wheels
                assert answer.json()["code"] == "cannot-export"
                continue
            assert answer.status_code == 200, (example["name"], name, answer.text)
            assert answer.headers["content-disposition"].startswith("attachment; ")


async def test_several_files_come_in_a_zip(served: Served) -> None:
    topology = await an_example(served, "two-processes")
    answer = await served.http.get(f"/topologies/{topology}/exports/pyzmq")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) > 1


async def test_an_unknown_format_is_not_there(served: Served) -> None:
    topology = await an_example(served)
    assert (await served.http.get(f"/topologies/{topology}/exports/clay")).status_code == 404


async def test_a_drawing_with_errors_cannot_become_a_program(served: Served) -> None:
    node = {"behaviour": "generator", "sockets": {"out": {"type": "PUSH", "options": {"nonsense": 1}}}}
    topology = await served.create({"format": "glassmq/1", "name": "Bad", "nodes": {"a": node}})
    answer = await served.http.get(f"/topologies/{topology}/exports/pyzmq")
    assert answer.status_code == 422
    assert answer.json()["findings"]


async def test_a_name_in_any_script_makes_a_file_name(served: Served) -> None:
    topology = await served.create({"format": "glassmq/1", "name": 'Ö"\r\n../λ <b>'})
    answer = await served.http.get(f"/topologies/{topology}/exports/json")
    disposition = answer.headers["content-disposition"]
    assert disposition.isascii()
    assert ".." not in disposition


async def test_importing_reads_and_saves_nothing(serve: Serve) -> None:
    served = await serve()
    text = "format: glassmq/1\nname: In\nnodes: {a: {behaviour: script, sockets: {in: {type: PULL}}}}\n"
    answer = await served.http.post("/imports", files={"file": ("in.yaml", text.encode())})
    body = answer.json()
    assert body["topology"]["name"] == "In"
    assert body["understood"] == ["format", "name", "nodes"]
    assert body["not_understood"]
    assert (await served.http.get("/topologies")).json()["items"] == []


async def test_importing_something_else_is_refused(served: Served) -> None:
    answer = await served.http.post("/imports", files={"file": ("x.png", b"\x89PNG\r\n\x1a\n\0")})
    assert (answer.status_code, answer.json()["code"]) == (422, "document-unreadable")
    nothing = await served.http.post("/imports", files={"other": ("x.json", b"{}")})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "request-invalid")
    huge = await served.http.post("/imports", files={"file": ("x.json", b" " * 9 * 1024 * 1024)})
    assert (huge.status_code, huge.json()["code"]) == (413, "too-large")
