"""From nothing to a running topology, by mouse alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_draws_runs_slows_and_stops(page: Page) -> None:
    person = Person(page).visits()
    person.begins_blank()
    person.drags_from_palette("Generator", 0.25, 0.35)
    person.drags_from_palette("Sink", 0.7, 0.35)
    expect(person.nodes()).to_have_count(2)
    person.drags_link("generator", "sink")
    expect(person.links()).to_have_count(1)
    person.is_saved()

    person.run_bar.get_by_role("button", name="Run").click()
    person.sees_state("REAL TIME")
    person.waits_for_delivered(5)
    person.looks_at_queues()
    person.waits_for_depth("sink", "receive", least=0, most=1)

    person.node("sink").click()
    person.slides("Time per message", 0.97)
    person.waits_for_depth("sink", "receive", least=10)

    person.run_bar.get_by_role("button", name="Stop").click()
    person.sees_state("STOPPED")
    person.is_saved()
