"""The first visit: a topology is there, one press runs it, and slowing a worker shows."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_the_first_page_runs_at_the_press_of_space(page: Page) -> None:
    person = Person(page).visits()
    for name in ("orders", "work-1", "work-2", "work-3"):
        expect(person.node(name)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Space")
    person.sees_state("REAL TIME")
    person.waits_for_delivered(30)
    expect(page.get_by_text("Books balance")).to_be_visible()

    page.get_by_role("button", name="Make work-3 slow").click()
    person.looks_at_queues()
    person.waits_for_depth("work-3", "receive", least=15)
    person.run_bar.get_by_role("button", name="Stop").click()
    person.sees_state("STOPPED")


def test_what_the_example_became_is_there_after_a_reload(page: Page) -> None:
    person = Person(page).visits()
    page.get_by_role("button", name="Run this pipeline").click()
    person.waits_for_delivered(1)
    assert "/t/" in page.url
    page.reload()
    expect(person.node("orders")).to_be_visible()
    person.sees_state("REAL TIME")
    person.waits_for_delivered(2)
