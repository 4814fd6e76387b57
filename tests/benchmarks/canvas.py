"""Prints how the canvas feels with 300 nodes and 600 links running; asserts nothing."""

import math
import os
import random
import tempfile
import uuid
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from tests.support.server import ServerProcess

CHROMIUM = os.environ.get("GLASSMQ_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
WINDOW = {"width": 1440, "height": 900}

LAYERS = 5
ROWS = 60
LINKS = 600
RATE_PER_S = 4
"""Of each source; 60 of them keep every link busy without filling the machine."""

DRAG_S = 4.0
PATIENCE_MS = 30_000
CLICKS = 7
FRAMES = """seconds => new Promise(resolve => {
  let frames = 0;
  const began = performance.now();
  const count = now => {
    frames += 1;
    if (now - began < seconds * 1000) requestAnimationFrame(count);
    else resolve(frames / (now - began) * 1000);
  };
  requestAnimationFrame(count);
})"""
"""Frames a second, as the page itself gets them."""

NEXT_FRAME = "() => new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))"

WATCH_SELECTION = """card => {
  window.selectedAfterMs = undefined;
  card.addEventListener("pointerdown", pressed => {
    const seen = () => {
      if (card.dataset.selected === undefined) requestAnimationFrame(seen);
      else window.selectedAfterMs = performance.now() - pressed.timeStamp;
    };
    requestAnimationFrame(seen);
  }, {capture: true, once: true});
}"""
"""From the press to the frame in which the card is drawn as selected."""


def main() -> None:
    """Run the topology on a real server, open it in a real browser, drag and click."""
    with tempfile.TemporaryDirectory() as folder, ServerProcess(Path(folder)) as server:
        address = f"{server.url}/t/{play(server.url)}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
            page.goto("about:blank")
            empty = page.evaluate(FRAMES, 2)
            page.goto(address)
            expect(page.locator(".card")).to_have_count(LAYERS * ROWS, timeout=PATIENCE_MS)
            page.get_by_role("button", name="Pause").wait_for()
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            print(f"empty page                       {empty:6.1f} frames a second")
            print(f"300 nodes, 600 links, running    {page.evaluate(FRAMES, 2):6.1f}")
            measure(page, empty, "all in view")
            page.get_by_role("button", name="100 %").click()
            page.locator(".canvas[data-detail=full]").wait_for()
            measure(page, empty, "at 100 %")
            browser.close()


def measure(page: Page, empty: float, where: str) -> None:
    """Click cards, then drag one, and print both figures."""
    clicks = [click(page, n) for n in range(CLICKS)]
    print(f"click to selection, {where:11}  {median(clicks):6.1f} ms              < 100")
    frames = drag(page)
    print(f"dragging, {where:11}            {frames:6.1f}             {frames / empty:6.2f}  >= 0.5")


def click(page: Page, n: int) -> float:
    """Click the n-th card in view and return the milliseconds until it is drawn as selected."""
    cards = cards_in_view(page)
    index, x, y = cards[n % len(cards)]
    card = page.locator(".card").nth(index)
    card.evaluate(WATCH_SELECTION)
    page.mouse.click(x, y)
    expect(card).to_have_attribute("data-selected", "true")
    page.evaluate(NEXT_FRAME)
    return float(page.evaluate("window.selectedAfterMs"))


def drag(page: Page) -> float:
    """Drag a card in circles and return the frames a second meanwhile."""
    _, x, y = cards_in_view(page)[-1]
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(f"window.framesWhileDragging = ({FRAMES})({DRAG_S}).then(rate => (window.dragRate = rate))")
    turn = 0
    while page.evaluate("window.dragRate === undefined"):
        turn += 1
        page.mouse.move(x + 100 * math.sin(turn / 8), y + 60 * math.cos(turn / 8))
    page.mouse.up()
    rate = float(page.evaluate("window.dragRate"))
    page.evaluate("window.dragRate = undefined")
    return rate


def cards_in_view(page: Page) -> list[tuple[int, float, float]]:
    """Return index and middle of the head of the cards in the middle of the window."""
    found: list[list[float]] = page.evaluate(
        """() => [...document.querySelectorAll(".card")].flatMap((card, index) => {
          const {left, top, width, height} = card.getBoundingClientRect();
          const [x, y] = [left + width / 2, top + Math.min(height / 2, 12)];
          return x > 400 && x < 1000 && y > 200 && y < 560 ? [[index, x, y]] : [];
        })"""
    )
    return [(int(index), x, y) for index, x, y in found]


def play(url: str) -> str:
    """Save the topology, start it, and return its id."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=60) as http:
        topology = create(http, "/topologies", layers())
        create(http, "/runs", {"topology": topology})
        return topology


def create(http: httpx.Client, path: str, body: dict[str, Any]) -> str:
    """Post and return the new thing's id."""
    answer = http.post(path, json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
    answer.raise_for_status()
    return answer.headers["location"].rpartition("/")[2]


def layers() -> dict[str, Any]:
    """Layers of workers between sources and sinks, each linked to some of the next, by a fixed seed."""
    chance = random.Random(7)
    nodes = {f"n{layer}-{row}": node(layer, row) for layer in range(LAYERS) for row in range(ROWS)}
    links: dict[str, Any] = {}
    while len(links) < LINKS:
        layer = len(links) % (LAYERS - 1)
        row = chance.randrange(ROWS)
        peer = min(ROWS - 1, max(0, row + chance.randint(-3, 3)))
        link = {"connect": f"n{layer + 1}-{peer}.in", "bind": f"n{layer}-{row}.out"}
        links[f"l{layer}-{row}-{peer}"] = link
    processes: dict[str, Any] = {f"p{layer}": {} for layer in range(LAYERS)}
    return {"format": "glassmq/1", "name": "Layers", "processes": processes, "nodes": nodes, "links": links}


def node(layer: int, row: int) -> dict[str, Any]:
    """A source, a worker or a sink, by its layer."""
    sockets: dict[str, Any] = {}
    if layer > 0:
        sockets["in"] = {"type": "PULL"}
    if layer < LAYERS - 1:
        sockets["out"] = {"type": "PUSH"}
    kind = "generator" if layer == 0 else "sink" if layer == LAYERS - 1 else "worker"
    return {
        "behaviour": kind,
        "process": f"p{layer}",
        "at": [layer * 330, row * 110],
        **({"with": {"rate_per_s": RATE_PER_S}} if layer == 0 else {}),
        "sockets": sockets,
    }


if __name__ == "__main__":
    main()
