"""Datagrams that the receiving kernel throws away stand in a link's books while it runs."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

DRAWING = {
    "format": "glassmq/1",
    "name": "Too fast for a small buffer",
    "processes": {"station": {}, "home": {}},
    "nodes": {
        "studio": {
            "behaviour": "generator",
            "process": "station",
            "at": [100, 100],
            "with": {"count": 5000, "rate_per_s": None, "size_octets": 600},
            "sockets": {"out": {"type": "RADIO"}},
        },
        "radio": {
            "behaviour": "sink",
            "process": "home",
            "at": [500, 100],
            "sockets": {
                "in": {
                    "type": "DISH",
                    "joins": ["all"],
                    "endpoints": {"main": "udp"},
                    "options": {"rcvbuf": 2048},
                }
            },
        },
    },
    "links": {"air": {"connect": "studio.out", "bind": "radio.in"}},
}


def test_a_link_over_udp_shows_what_was_lost_in_transit_while_it_runs(
    server: ServerProcess, page: Page
) -> None:
    made = httpx.post(f"{server.url}/api/v1/topologies", json=DRAWING, headers={"Idempotency-Key": "one"})
    person = Person(page).visits(f"/t/{made.json()['id']}")
    person.run_bar.get_by_role("button", name="Run").click()
    person.sees_state("REAL TIME")
    person.clicks_wire("studio", "radio")
    books = person.inspector.locator(".panel-section").filter(has_text="Books")
    lost = books.locator("dt", has_text="Sent, and never arrived").locator("xpath=following-sibling::dd[1]")
    expect(lost).to_have_text(re.compile(r"^[1-9]"))
    expect(books).to_contain_text(re.compile(r"5,000\s*accepted"))
    expect(books).to_contain_text(re.compile(r"\D0\s*in flight"))
