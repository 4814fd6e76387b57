"""A program with libzmq takes a node's place in a running topology; its messages are seen on the canvas."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.interop]

DRAWING = {
    "format": "glassmq/1",
    "name": "From outside",
    "nodes": {
        "outside": {"behaviour": "external", "at": [100, 100], "sockets": {"out": {"type": "PUSH"}}},
        "store": {
            "behaviour": "sink",
            "at": [500, 100],
            "sockets": {"in": {"type": "PULL", "endpoints": {"main": "tcp"}}},
        },
    },
    "links": {"in": {"connect": "outside.out", "bind": "store.in"}},
}

PROGRAM = """
import sys, time, zmq
socket = zmq.Context().socket(zmq.PUSH)
socket.connect(sys.argv[1])
for n in range(100_000):
    socket.send(b"hello from outside %d" % n)
    time.sleep(0.1)
"""


@contextmanager
def a_foreign_program(endpoint: str) -> Iterator[None]:
    """A pyzmq process that sends ten messages a second until it is no longer wanted."""
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, endpoint])
    try:
        yield
    finally:
        program.kill()
        program.wait()


def test_a_foreign_program_joins_a_run(server: ServerProcess, page: Page) -> None:
    made = httpx.post(f"{server.url}/api/v1/topologies", json=DRAWING, headers={"Idempotency-Key": "one"})
    person = Person(page).visits(f"/t/{made.json()['id']}")
    person.run_bar.get_by_role("button", name="Run").click()
    person.sees_state("REAL TIME")

    person.node("outside").click()
    address = person.inspector.get_by_text(re.compile(r"^tcp://127\.0\.0\.1:[0-9]+$"))
    expect(address).to_be_visible()
    with a_foreign_program(address.inner_text()):
        peer = person.node("outside").locator("[data-kind=peer]")
        expect(peer).to_have_attribute("title", re.compile("^tcp://127.0.0.1:"))
        expect(person.node("store").locator("[data-part=rate]")).to_have_text(re.compile("^[1-9].*/s$"))
        page.get_by_role("tab", name=re.compile("^Messages")).click()
        expect(page.get_by_text(re.compile("hello from outside [0-9]+")).first).to_be_visible()
        expect(page.get_by_text("Half seen")).to_be_visible()
    expect(peer).to_have_count(0)

    person.run_bar.get_by_role("button", name="Stop").click()
    person.sees_state("STOPPED")
