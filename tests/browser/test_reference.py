"""The reference in a browser: searched, read, and one of its topologies opened on the canvas."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import Person
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser


def test_an_entry_is_found_and_opened_on_the_canvas(page: Page) -> None:
    page.goto("/reference")
    page.get_by_role("searchbox", name="Search the reference").fill("router_mandatory")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="router_mandatory", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("router_mandatory")
    page.get_by_role("link", name="Open on the canvas").click()
    person = Person(page)
    expect(person.node("ann")).to_be_visible()
    expect(person.nodes()).to_have_count(2)


def test_a_finding_is_opened_as_a_drawing_that_has_it(page: Page) -> None:
    page.goto("/reference/finding/GM-101")
    sentence = "desk.in is a SUB and orders.out is a PUSH: a SUB talks to PUB or XPUB only"
    expect(page.get_by_role("main")).to_contain_text(sentence)
    page.get_by_role("link", name="Open on the canvas").click()
    page.get_by_role("tab", name=re.compile("^Problems")).click()
    expect(page.get_by_text(sentence).first).to_be_visible()


def test_the_panel_of_a_socket_leads_to_what_is_said_of_its_type(page: Page) -> None:
    person = Person(page).visits("/?reference=type/PUSH")
    person.node("orders").click()
    person.inspector.get_by_role("button", name=re.compile("^PUSH")).click()
    with page.context.expect_page() as opened:
        person.inspector.get_by_role("link", name="About PUSH").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("PUSH")


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_is_wider_than_the_screen_and_no_script_is_needed(
    chromium: Browser, server: ServerProcess, width: int
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, base_url=server.url, java_script_enabled=False
    )
    page = context.new_page()
    for path in ("", "/type/XPUB", "/option/sndhwm", "/event/HandshakeFailedProtocol", "/transport/tcp"):
        page.goto(f"/reference{path}")
        box = page.get_by_role("main").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
        for each in page.locator("main p, main dd, main td, main h1").all()[:40]:
            inner = each.bounding_box()
            assert inner is None or inner["x"] + inner["width"] <= width
    context.close()
