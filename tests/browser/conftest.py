"""A real browser at a real server: Debian's Chromium by playwright; errors on its console fail the test."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from app.settings import load
from app.web.pages import find_front_end
from tests.support.server import ServerProcess

CHROMIUM = os.environ.get("GLASSMQ_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WINDOW = {"width": 1440, "height": 900}
PATIENCE_MS = 15_000
"""How long a condition may take to come true, on a busy machine."""

expect.set_options(timeout=PATIENCE_MS)


class Console:
    """What the pages complained about.

    Attributes:
        errors: one line each.
    """

    def __init__(self) -> None:
        self.errors: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """An error of this form belongs to the story of this test."""
        self._expected.append(re.compile(pattern))

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))

    def unexpected(self) -> list[str]:
        """The errors that nobody expected."""
        return [line for line in self.errors if not any(each.search(line) for each in self._expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.location.get('url', '')}: {message.text}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file; each has contexts of its own.

    Not for the whole session: while it is open a loop runs in this thread, and the asynchronous
    tests of the rooms after this one could not run theirs.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the server keeps its topologies."""
    return tmp_path / "data"


@pytest.fixture
def server(data: Path) -> Iterator[ServerProcess]:
    """A server of the test's own."""
    assert find_front_end(load(os.environ, data_dir=data)) is not None, "build the page first: make run"
    with ServerProcess(data) as process:
        yield process


@pytest.fixture
def console() -> Iterator[Console]:
    """What the pages say on their consoles; errors fail the test when it is over."""
    console = Console()
    yield console
    assert console.unexpected() == []


NewPage = Callable[[], Page]


@pytest.fixture
def new_page(chromium: Browser, server: ServerProcess, console: Console) -> Iterator[NewPage]:
    """Open a page of another person: storage and cookies of its own."""
    contexts = []

    def open_page() -> Page:
        context = chromium.new_context(viewport=WINDOW, base_url=server.url, accept_downloads=True)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("page", console.watch)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The page of a first visitor, not yet gone anywhere."""
    return new_page()
