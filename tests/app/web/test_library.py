"""What does not change: catalogue, schema, examples, descriptions; and the page."""

from pathlib import Path

import httpx
import jsonschema
import pytest

from app.topology.examples import examples
from tests.app.web.conftest import Serve, Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    "path", ["/catalogue", "/schema/topology-1.json", "/examples/pipeline", "/asyncapi.json"]
)
async def test_what_does_not_change_is_known_by_its_tag(served: Served, path: str) -> None:
    answer = await served.http.get(path)
    assert answer.status_code == 200
    again = await served.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_every_example_can_be_kept_without_an_error(served: Served) -> None:
    listed = (await served.http.get("/examples")).json()
    assert [each["name"] for each in listed] == [each.name for each in examples()]
    for each in listed:
        document = (await served.http.get(f"/examples/{each['name']}")).json()
        answer = await served.http.post(
            "/topologies", json=document, headers={"Idempotency-Key": each["name"]}
        )
        errors = [found["code"] for found in answer.json()["findings"] if found["severity"] == "error"]
        assert set(errors) <= {"GM-114"}, each["name"]  # a key that this machine has not made yet
    assert (await served.http.get("/examples/none")).status_code == 404


async def test_examples_come_in_yaml_too(served: Served) -> None:
    answer = await served.http.get("/examples/pipeline", headers={"Accept": "application/yaml"})
    assert answer.text.startswith("format: glassmq/1\n")


async def test_the_schema_is_a_schema(served: Served) -> None:
    schema = (await served.http.get("/schema/topology-1.json")).json()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = (await served.http.get("/examples/pipeline")).json()
    jsonschema.validate(document, schema)


async def test_openapi_names_every_route_and_every_message(served: Served) -> None:
    openapi = (await served.http.get("/openapi.json")).json()
    assert "/api/v1/topologies/{topology}/edits" in openapi["paths"]
    schemas = openapi["components"]["schemas"]
    assert {"Edited", "Finding", "Problem", "Subscribe", "TopologyEdited", "TelemetryTotals"} <= set(schemas)


async def test_asyncapi_refers_to_nothing_that_is_not_there(served: Served) -> None:
    asyncapi = (await served.http.get("/asyncapi.json")).json()

    def look(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(target := value.get("$ref"), str):
                place: object = asyncapi
                for part in target.removeprefix("#/").split("/"):
                    assert isinstance(place, dict)
                    place = place[part]
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(asyncapi)


@pytest.fixture
def front_end(tmp_path: Path) -> Path:
    """A front end as Vite would build it, with a secret beside it."""
    place = tmp_path / "dist"
    (place / "assets").mkdir(parents=True)
    (place / "index.html").write_text("<!doctype html><title>GlassMQ</title>")
    (place / "assets" / "index-B3kd82hs.js").write_text("export {};")
    (place / ".stamp").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    return place


async def test_the_page_is_served_at_its_own_addresses(serve: Serve, front_end: Path) -> None:
    served = await serve(static_dir=front_end)
    async with httpx.AsyncClient(base_url=served.base) as browser:
        for path in ("/", "/t/tabc"):
            page = await browser.get(path)
            assert "<title>GlassMQ</title>" in page.text
            assert page.headers["cache-control"] == "no-cache"
        script = await browser.get("/assets/index-B3kd82hs.js")
        assert script.headers["content-type"].startswith("text/javascript")
        assert "immutable" in script.headers["cache-control"]
        for path in (
            "/assets/none.js",
            "/.stamp",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/assets",
            "/%00",
        ):
            assert (await browser.get(path)).status_code == 404, path


async def test_a_page_that_is_not_built_says_so(serve: Serve, tmp_path: Path) -> None:
    served = await serve(static_dir=tmp_path / "none")
    async with httpx.AsyncClient(base_url=served.base) as browser:
        page = await browser.get("/")
        assert page.status_code == 503
        assert "make run" in page.text


async def test_problems_have_pages(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.base) as browser:
        assert (await browser.get("/problems/GM-101")).headers["location"] == "/reference/finding/GM-101"
        assert (await browser.get("/problems/stale")).status_code == 200
        assert (await browser.get("/problems/<b>")).status_code == 404
