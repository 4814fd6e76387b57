"""From nothing to a running topology by keys alone, finding everything by its accessible name."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser

FARTHEST = 150
"""Presses of Tab after which something counts as out of reach."""


class Typist(Person):
    """Somebody who has no mouse."""

    def focused_name(self) -> str:
        """The accessible name of what has the focus."""
        name: str = self.page.evaluate(
            """() => {
                const element = document.activeElement;
                const label = element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent;
                return (label ?? element?.textContent ?? "").trim();
            }"""
        )
        return name

    def tabs_to(self, name: str, key: str = "Tab") -> None:
        """Press Tab until what has this name has the focus."""
        pattern = re.compile(name)
        for _ in range(FARTHEST):
            if pattern.search(self.focused_name()):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"nothing called {name} can be reached with {key}")

    def presses(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def adds(self, words: str) -> None:
        """Add a node by typing what it is."""
        self.presses("a")
        expect(self.page.get_by_role("combobox", name="Add a node or socket")).to_be_focused()
        self.page.keyboard.type(words)
        self.presses("Enter")
        expect(self.node(words)).to_be_focused()

    def walks_to(self, node: str) -> None:
        """Walk on the canvas with the arrows until a node has the focus."""
        for key in ("ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"):
            if self.focused_name().startswith(f"{node}, "):
                return
            self.presses(key)
        expect(self.node(node)).to_be_focused()


def test_draws_runs_slows_and_stops(page: Page) -> None:
    person = Typist(page)
    person.visits()
    expect(person.node("orders")).to_be_visible()
    page.wait_for_function("document.activeElement.closest('[data-region=canvas]')")
    person.tabs_to("^Blank canvas")
    person.presses("Enter")
    expect(person.nodes()).to_have_count(0)

    person.adds("generator")
    person.adds("sink")
    person.presses("c")
    expect(page.get_by_role("combobox", name="Connect sink.in to")).to_be_focused()
    person.presses("Enter")
    expect(person.links()).to_have_count(1)
    person.is_saved()

    person.presses("Escape", "F8")
    person.sees_state("REAL TIME")
    person.waits_for_delivered(5)

    person.tabs_to("^(Problems|Events|Queues)")
    while not person.focused_name().startswith("Queues"):
        person.presses("ArrowRight")
    person.waits_for_depth("sink", "receive", least=0, most=1)

    person.tabs_to("^sink, sink", "Shift+Tab")
    person.walks_to("generator")
    person.walks_to("sink")
    person.presses("Enter")
    expect(person.inspector.get_by_role("textbox", name="Name of the node")).to_be_focused()
    person.tabs_to("^Time per message")
    person.presses("End")
    person.waits_for_depth("sink", "receive", least=10)

    person.presses("F8")
    person.sees_state("PAUSED")
    person.presses("F8")
    person.sees_state("REAL TIME")
    person.presses("Shift+F8")
    person.sees_state("STOPPED")
