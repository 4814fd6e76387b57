"""What a person does at the page and sees on it, by the names that a screen reader would say."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class Queue:
    """One row of the table of queues."""

    depth: int
    hwm: str
    state: str


class Person:
    """One visitor at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.get_by_role("application", name="Topology")
        self.inspector = page.get_by_role("complementary", name="Inspector")
        self.palette = page.get_by_role("navigation", name="Palette")
        self.run_bar = page.get_by_role("region", name="Run")

    def visits(self, path: str = "/") -> "Person":
        """Open the page and wait until it can be used."""
        self.page.goto(path)
        expect(self.palette.get_by_role("button", name="Generator")).to_be_visible()
        return self

    def begins_blank(self) -> None:
        """From the first page, once its example is there, to an empty canvas."""
        expect(self.node("orders")).to_be_visible()
        self.page.get_by_role("button", name=re.compile("^Blank canvas")).click()
        expect(self.nodes()).to_have_count(0)

    def nodes(self) -> Locator:
        """Every node on the canvas."""
        return self.canvas.locator("[data-node]")

    def node(self, name: str) -> Locator:
        """The node whose accessible name begins with ``name``."""
        words = re.escape(name).replace("/", r"\/")  # the slash ends a pattern where playwright sends it
        return self.canvas.get_by_role("group", name=re.compile(rf"^{words}, "))

    def links(self) -> Locator:
        """Every link on the canvas."""
        return self.canvas.locator('[aria-roledescription="link"]')

    def is_saved(self) -> None:
        """Wait until the page says that the server has everything."""
        expect(self.page.get_by_role("banner").get_by_text("Saved", exact=True)).to_be_visible()

    def drags_from_palette(self, name: str, x: float, y: float) -> None:
        """Drop a behaviour onto the canvas, ``x`` and ``y`` as shares of its width and height."""
        box = self.canvas.bounding_box()
        assert box is not None
        source = self.palette.get_by_role("button", name=name, exact=True)
        source.drag_to(self.canvas, target_position={"x": box["width"] * x, "y": box["height"] * y})

    def drags_link(self, from_node: str, to_node: str) -> None:
        """Draw a link with the mouse, from the first socket of one node to the first of another."""
        start, end = self._port(from_node), self._port(to_node)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=5)
        self.page.mouse.move(*end, steps=5)
        self.page.mouse.up()

    def clicks_wire(self, from_node: str, to_node: str) -> None:
        """Select the link between two nodes that stand beside each other, in its middle."""
        start, end = self._port(from_node), self._port(to_node)
        self.page.mouse.click((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)

    def _port(self, node: str) -> tuple[float, float]:
        box = self.node(node).locator(".port").first.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def slides(self, name: str, share: float) -> None:
        """Click on a slider at a share of its length."""
        slider = self.inspector.get_by_role("slider", name=name)
        box = slider.bounding_box()
        assert box is not None
        slider.click(position={"x": box["width"] * share, "y": box["height"] / 2})

    def sees_state(self, word: str) -> None:
        """Wait until the run bar shows a word."""
        expect(self.run_bar).to_contain_text(word)

    def looks_at_queues(self) -> None:
        """Show the table of queues."""
        self.page.get_by_role("tab", name=re.compile("^Queues")).click()
        expect(self.page.get_by_role("columnheader", name="Depth")).to_be_visible()

    def queue(self, name: str, end: str) -> Queue:
        """The row of one end of a link, as the table shows it now."""
        row = self.page.get_by_role("row").filter(has_text=name).filter(has_text=end).first
        cells = row.get_by_role("cell").all_inner_texts()
        return Queue(int(cells[1].replace(",", "")), cells[2], cells[5])

    def waits_for_depth(self, name: str, end: str, least: int, most: int = 10**9) -> None:
        """Wait until a queue's depth is within bounds."""
        self.page.wait_for_function(
            """([name, end, least, most]) => {
                for (const row of document.querySelectorAll("table.queues tbody tr")) {
                    const cells = [...row.children].map((cell) => cell.textContent);
                    const depth = Number(cells[2].replaceAll(",", ""));
                    if (cells[0].includes(name) && cells[1] === end) return depth >= least && depth <= most;
                }
                return false;
            }""",
            arg=[name, end, least, most],
        )

    def waits_for_delivered(self, least: int) -> None:
        """Wait until the books say that so many messages have been delivered."""
        self.page.wait_for_function(
            """(least) => {
                const found = /([\\d,]+) delivered/.exec(document.querySelector("footer")?.textContent ?? "");
                return found && Number(found[1].replaceAll(",", "")) >= least;
            }""",
            arg=least,
        )
