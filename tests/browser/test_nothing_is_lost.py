"""Reload, a second tab, a conflict, a server that dies: what was drawn is there, and what clashes is told."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Console, NewPage
from tests.browser.person import Person
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

HTML_NAME = "<img src=x onerror=\"document.title='owned'\"> & <b>bold</b>"


def kept(server: ServerProcess, document: object) -> str:
    """Keep a drawing on the server; its path on the page."""
    answer = httpx.post(
        f"{server.url}/api/v1/topologies", json=document, headers={"Idempotency-Key": "drawing"}
    )
    return f"/t/{answer.json()['id']}"


def a_drawing(**more: object) -> dict[str, object]:
    """A drawing of two nodes that are not joined."""
    nodes = {
        "source": {"behaviour": "generator", "at": [100, 100], "sockets": {"out": {"type": "PUSH"}}},
        "drain": {"behaviour": "sink", "at": [500, 100], "sockets": {"in": {"type": "PULL"}}},
    }
    return {"format": "glassmq/1", "name": "Two", "nodes": nodes, **more}


def name_of_drawing(person: Person) -> Locator:
    """The field with the drawing's name."""
    return person.inspector.get_by_role("textbox", name="Name of the drawing")


def renames(person: Person, name: str) -> None:
    """Change the drawing's name."""
    name_of_drawing(person).fill(name)
    name_of_drawing(person).press("Enter")


def renames_node(person: Person, node: str, name: str) -> None:
    """Change a node's name."""
    person.node(node).click()
    field = person.inspector.get_by_role("textbox", name="Name of the node")
    field.fill(name)
    field.press("Enter")


def test_a_reload_brings_back_what_was_drawn(page: Page) -> None:
    person = Person(page).visits()
    person.begins_blank()
    person.drags_from_palette("Generator", 0.3, 0.4)
    person.is_saved()
    address = page.url
    page.reload()
    expect(person.node("generator")).to_be_visible()
    assert page.url == address


def test_a_second_tab_sees_every_edit(server: ServerProcess, new_page: NewPage) -> None:
    path = kept(server, a_drawing())
    one, two = Person(new_page()).visits(path), Person(new_page()).visits(path)
    renames_node(one, "source", "First")
    expect(two.node("First")).to_be_visible()
    renames_node(two, "drain", "Last")
    expect(one.node("Last")).to_be_visible()
    one.node("First").click()
    one.page.keyboard.press("Delete")
    expect(two.nodes()).to_have_count(1)


def test_edits_made_apart_come_together_and_a_clash_is_told(
    server: ServerProcess, new_page: NewPage, console: Console
) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED|412")
    path = kept(server, a_drawing())
    one, two = Person(new_page()).visits(path), Person(new_page()).visits(path)
    two.page.context.set_offline(offline=True)
    renames(two, "Name by two")
    renames_node(two, "drain", "Drain by two")
    renames(one, "Name by one")
    renames_node(one, "source", "Source by one")
    one.is_saved()
    two.page.context.set_offline(offline=False)
    expect(two.page.get_by_text("was not kept").first).to_be_visible()
    for person in (one, two):
        expect(person.node("Source by one")).to_be_visible()
        expect(person.node("Drain by two")).to_be_visible()
        expect(person.page.get_by_role("banner").get_by_role("button", name="Name by one")).to_be_visible()


def test_a_server_that_dies_and_comes_back_has_everything(
    data: Path, server: ServerProcess, page: Page, console: Console
) -> None:
    console.expect("ERR_CONNECTION_REFUSED|WebSocket connection")
    person = Person(page).visits(kept(server, a_drawing()))
    renames_node(person, "source", "Before")
    person.is_saved()
    server.kill()
    renames_node(person, "drain", "Meanwhile")
    port = server.url.rpartition(":")[2]
    with ServerProcess(data, "--port", port) as again:
        assert again.url == server.url
        person.is_saved()
        page.reload()
        for name in ("Before", "Meanwhile"):
            expect(person.node(name)).to_be_visible()


def test_html_in_names_is_text(server: ServerProcess, page: Page) -> None:
    drawing = a_drawing(name=HTML_NAME, description=HTML_NAME)
    nodes = drawing["nodes"]
    assert isinstance(nodes, dict)
    nodes["source"]["label"] = HTML_NAME
    person = Person(page).visits(kept(server, drawing))
    expect(person.node(HTML_NAME)).to_be_visible()
    expect(name_of_drawing(person)).to_have_value(HTML_NAME)
    person.node(HTML_NAME).hover()
    person.node(HTML_NAME).click()
    expect(person.inspector.get_by_role("textbox", name="Name of the node")).to_have_value(HTML_NAME)
    assert "owned" not in page.title()
    expect(page.locator("img[src=x]")).to_have_count(0)
