"""A page speaks to a socket of the engine over ws, with nothing but what every browser has."""

import asyncio
from queue import Queue
from threading import Thread

import pytest
from playwright.sync_api import Browser

from engine import REP, Context
from engine.monitor.events import Disconnected
from tests.support.eventually import LIMIT_S
from tests.support.watcher import Watcher

pytestmark = pytest.mark.browser

ASK = """
(url) => new Promise((resolve, reject) => {
  const socket = new WebSocket(url, "ZWS2.0");
  const heard = [];
  socket.binaryType = "arraybuffer";
  socket.onerror = () => reject(new Error("no connection"));
  socket.onopen = () => {
    socket.send(new Uint8Array([0]));
    socket.send(new Uint8Array([1]));
    socket.send(new Uint8Array([0, ...new TextEncoder().encode("question")]));
  };
  socket.onmessage = (event) => {
    heard.push([...new Uint8Array(event.data)]);
    if (heard.length === 3) socket.close(1000);
  };
  socket.onclose = (event) => resolve({ heard, code: event.code, clean: event.wasClean });
})
"""


async def answer(places: "Queue[str]", asked: "Queue[list[bytes]]") -> None:
    async with asyncio.timeout(3 * LIMIT_S), Context() as context:
        rep = context.socket(REP, linger=0)
        watcher = Watcher(rep)
        places.put(rep.bind("ws://127.0.0.1:*"))
        asked.put(await rep.recv())
        await rep.send(b"answer")
        await watcher.until(Disconnected)


def test_a_page_asks_a_rep_and_is_answered(chromium: Browser) -> None:
    places: Queue[str] = Queue()
    asked: Queue[list[bytes]] = Queue()
    engine = Thread(target=lambda: asyncio.run(answer(places, asked)))
    engine.start()
    page = chromium.new_page()
    come = page.evaluate(ASK, places.get(timeout=LIMIT_S))
    page.close()
    engine.join()
    assert asked.get_nowait() == [b"question"]
    assert [bytes(message) for message in come["heard"]] == [b"\x00", b"\x01", b"\x00answer"]
    assert (come["code"], come["clean"]) == (1000, True)
