"""The reference as JSON and as pages that need no JavaScript."""

import re

import httpx
import pytest

from app.reference.library import LONGEST_SEARCH, entries
from tests.app.web.conftest import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_whole_comes_in_short_and_an_entry_whole(served: Served) -> None:
    kinds = (await served.http.get("/reference")).json()["kinds"]
    assert [each["kind"] for each in kinds] == list(entries())
    push = (await served.http.get("/reference/type/push")).json()
    assert push["name"] == "PUSH"
    assert push["example"]["format"] == "glassmq/1"


async def test_a_search_answers_with_entries(served: Served) -> None:
    found = (await served.http.get("/reference", params={"q": "high-water mark"})).json()["entries"]
    assert {"HwmReached", "PUSH"} <= {each["name"] for each in found}


async def test_only_the_beginning_of_a_long_search_is_looked_at(served: Served) -> None:
    words = "push" + " " * LONGEST_SEARCH
    found = await served.http.get("/reference", params={"q": f"{words} nonsense-that-nowhere-occurs"})
    assert found.json() == (await served.http.get("/reference", params={"q": "push"})).json()


async def test_a_name_nearly_right_is_told_the_right_one(served: Served) -> None:
    answer = await served.http.get("/reference/option/sendhwm")
    assert answer.status_code == 404
    assert "did you mean 'sndhwm'" in answer.json()["detail"]
    async with httpx.AsyncClient(base_url=served.base) as browser:
        page = await browser.get("/reference/option/sendhwm")
        assert page.status_code == 404
        assert 'href="/reference/option/sndhwm"' in page.text
        assert (await browser.get("/reference/nonsense")).status_code == 404


async def test_every_page_is_there_and_links_only_to_pages_that_are(served: Served) -> None:
    paths = [each.ref.path for group in entries().values() for each in group]
    known = {
        "/reference",
        *(f"/reference/{kind}" for kind in entries()),
        *(f"/reference/{each}" for each in paths),
    }
    async with httpx.AsyncClient(base_url=served.base) as browser:
        for path in ("/reference", "/reference/type", "/reference/type/XPUB", "/reference/event/Dropped"):
            page = await browser.get(path)
            assert page.status_code == 200
            linked = {link for link in re.findall(r'href="(/reference[^"#]*)"', page.text) if "?" not in link}
            assert linked <= known


async def test_what_is_searched_for_is_never_taken_for_markup(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.base) as browser:
        page = await browser.get("/reference", params={"q": "<script>alert(1)</script>"})
        assert "<script>alert" not in page.text
