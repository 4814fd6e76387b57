"""Who is let in: Host, Origin, token; and what every answer carries."""

import pytest

from tests.app.web.conftest import Serve, Served, close_code

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_page_itself_may_ask(served: Served) -> None:
    answer = await served.http.get("/health", headers={"Origin": served.base})
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.7", "", "a b", "[::1"])
async def test_a_foreign_host_is_refused(served: Served, host: str) -> None:
    answer = await served.http.get("/health", headers={"Host": host})
    assert answer.status_code in (400, 403)
    if answer.status_code == 403:
        assert answer.json()["code"] == "foreign-request"


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost", "file://", "http://["],
)
async def test_a_foreign_origin_is_refused_whatever_it_asks_for(served: Served, origin: str) -> None:
    for path in ("/health", "/nowhere", "/topologies"):
        answer = await served.http.get(path, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign-request")
    assert await close_code(await served.live(origin=origin)) == 4403


async def test_a_foreign_host_is_refused_on_the_websocket(served: Served) -> None:
    assert await close_code(await served.live(name="evil.example")) == 4403


async def test_a_name_that_was_opened_is_ours(serve: Serve) -> None:
    served = await serve(open_hosts=("box.example",))
    answer = await served.http.get(
        "/health", headers={"Host": "BOX.example:80", "Origin": "http://box.example:80"}
    )
    assert answer.status_code == 200


async def test_a_wider_server_answers_to_addresses_but_not_to_names(serve: Serve) -> None:
    served = await serve(host="0.0.0.0", token="t")
    assert (await served.http.get("/health", headers={"Host": "192.0.2.7:80"})).status_code == 200
    assert (await served.http.get("/health", headers={"Host": "evil.example"})).status_code == 403


async def test_the_token_opens_by_bearer_and_by_cookie(serve: Serve) -> None:
    served = await serve(token="secret")
    refused = await served.http.get("/topologies")
    assert (refused.status_code, refused.json()["code"]) == (401, "token-needed")
    assert refused.headers["www-authenticate"] == "Bearer"
    bearer = {"Authorization": "Bearer secret"}
    assert (await served.http.get("/topologies", headers=bearer)).status_code == 200
    assert (await served.http.get("/topologies", headers={"Authorization": "Bearer x"})).status_code == 401

    assert (await served.http.get("/session")).json() == {"needs_token": True, "has_token": False}
    wrong = await served.http.post("/session", json={"token": "guess"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "token-wrong")
    right = await served.http.post("/session", json={"token": "secret"})
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "secret" not in cookie
    assert (await served.http.get("/topologies")).status_code == 200


async def test_the_websocket_wants_the_token_too(serve: Serve) -> None:
    served = await serve(token="secret")
    assert await close_code(await served.live()) == 4401
    websocket = await served.live(additional_headers={"Authorization": "Bearer secret"})
    assert "hello" in str(await websocket.recv())


async def test_without_a_token_nobody_is_asked(served: Served) -> None:
    assert (await served.http.get("/session")).json() == {"needs_token": False, "has_token": False}


async def test_every_answer_is_dressed(served: Served) -> None:
    for path in ("/health", "/nowhere"):
        headers = (await served.http.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


async def test_errors_of_every_kind_are_problem_documents(served: Served) -> None:
    for method, path, status in (
        ("GET", "/nowhere", 404),
        ("PATCH", "/topologies", 405),
        ("GET", "/topologies/x", 404),
    ):
        answer = await served.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert body["status"] == status
        assert body["type"] == f"/problems/{body['code']}"
        assert set(body) >= {"title", "detail", "instance", "findings"}
