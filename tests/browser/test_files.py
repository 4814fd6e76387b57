"""Files in and out of the page: chosen, dropped, exported."""

import json
import re
import zipfile
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FileChooser, Page, TimeoutError as PlaywrightTimeout, expect

from tests.browser.conftest import Console
from tests.browser.person import Person
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

DRAWING = """
format: glassmq/1
name: From a file
nodes:
  reader: {behaviour: generator, at: [100, 100], sockets: {out: {type: PUSH, endpoints: {main: tcp}}}}
  writer: {behaviour: sink, at: [500, 100], sockets: {in: {type: PULL}}}
links:
  line: {connect: writer.in, bind: reader.out}
"""


def drops(page: Page, name: str, text: str) -> None:
    """Drop a file onto the page."""
    page.evaluate(
        """([name, text]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], name));
            for (const kind of ["dragover", "drop"])
                window.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [name, text],
    )


def asks_for_a_file(page: Page) -> FileChooser:
    """Press Ctrl O until the browser asks: it does not tell when it has begun to listen for that."""
    for _ in range(5):
        try:
            with page.expect_file_chooser(timeout=3_000) as chooser:
                page.keyboard.press("Control+O")
            return chooser.value
        except PlaywrightTimeout:
            continue
    raise AssertionError("Ctrl O asks for no file")


def test_a_dropped_file_is_opened_and_kept(server: ServerProcess, page: Page) -> None:
    person = Person(page).visits()
    expect(person.node("orders")).to_be_visible()
    drops(page, "drawing.yaml", DRAWING)
    expect(person.node("reader")).to_be_visible()
    expect(person.links()).to_have_count(1)
    person.is_saved()
    listed = httpx.get(f"{server.url}/api/v1/topologies").json()["items"]
    assert [each["name"] for each in listed] == ["From a file"]


def test_a_file_that_is_no_drawing_changes_nothing(page: Page, console: Console) -> None:
    console.expect("422")
    person = Person(page).visits()
    expect(person.node("orders")).to_be_visible()
    drops(page, "picture.json", "{ nothing")
    expect(page.get_by_text("picture.json could not be read").first).to_be_visible()
    expect(person.node("orders")).to_be_visible()


def test_a_chosen_file_goes_out_again_as_it_came(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "drawing.yaml"
    file.write_text(DRAWING)
    person = Person(page).visits()
    expect(person.node("orders")).to_be_visible()
    asks_for_a_file(page).set_files(file)
    expect(person.node("reader")).to_be_visible()
    with page.expect_download() as download:
        page.keyboard.press("Control+S")
    saved = json.loads(download.value.path().read_text())
    assert saved["name"] == "From a file"
    assert list(saved["nodes"]) == ["reader", "writer"]


def test_a_program_is_exported(page: Page) -> None:
    person = Person(page).visits()
    expect(person.node("orders")).to_be_visible()
    page.get_by_role("banner").get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("pyzmq", re.IGNORECASE)).click()
    with page.expect_download() as download:
        dialog.get_by_role("button", name=re.compile("^(Export|Save|Download)")).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert sum(name.endswith(".py") for name in archive.namelist()) >= 2
