"""The types of libzmq's drafts, by mouse: drawn from the palette, joined, refused, changed and run."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_draws_a_client_and_a_server_and_runs_them(page: Page) -> None:
    person = Person(page).visits()
    person.begins_blank()
    person.drags_from_palette("CLIENT", 0.2, 0.35)
    person.drags_from_palette("SERVER", 0.7, 0.35)
    person.drags_link("client", "server")
    expect(person.links()).to_have_count(1)
    person.is_saved()
    person.run_bar.get_by_role("button", name="Run").click()
    person.sees_state("REAL TIME")
    person.waits_for_delivered(100)
    expect(page.get_by_role("contentinfo")).to_contain_text("Books balance")


def test_a_radio_is_refused_by_a_pull_and_heard_by_a_dish_of_its_group(page: Page) -> None:
    person = Person(page).visits()
    person.begins_blank()
    person.drags_from_palette("RADIO", 0.2, 0.3)
    person.drags_from_palette("PULL", 0.7, 0.2)
    person.drags_from_palette("DISH", 0.7, 0.6)
    person.drags_link("radio", "pull")
    expect(page.get_by_text(re.compile("RADIO cannot talk to PULL"))).to_be_visible()
    page.keyboard.press("Escape")
    person.drags_link("radio", "dish")
    expect(person.links()).to_have_count(1)

    person.node("dish").click()
    person.inspector.get_by_role("button", name=re.compile("^DISH")).click()
    group = person.inspector.get_by_role("textbox", name="Group 1")
    expect(group).to_have_value("all")
    group.fill("news")
    group.press("Enter")
    page.get_by_role("tab", name=re.compile("^Problems")).click()
    expect(page.get_by_role("button", name=re.compile("every message goes nowhere"))).to_be_visible()
    page.get_by_role("button", name="Join 'all'").first.click()
    expect(person.inspector.get_by_role("textbox", name="Group 2")).to_have_value("all")
    person.is_saved()

    person.run_bar.get_by_role("button", name="Run").click()
    person.waits_for_delivered(10)


def test_a_web_page_is_opened_by_its_address_on_the_panel(page: Page) -> None:
    person = Person(page).visits()
    person.begins_blank()
    person.drags_from_palette("Web page", 0.5, 0.4)
    person.is_saved()
    person.run_bar.get_by_role("button", name="Run").click()
    person.node("http-page").click()
    link = person.inspector.get_by_role("link", name=re.compile("^Open http"))
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    assert address is not None
    answer = httpx.get(address)
    assert answer.status_code == 200
    assert "STREAM socket" in answer.text
