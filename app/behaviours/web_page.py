"""The web page: answers browsers over a STREAM socket with a page of the last messages that came."""

import asyncio
from collections import deque
from collections.abc import Sequence
from html import escape
from typing import Final

from app.behaviours.behaviour import Node
from app.behaviours.node_socket import NodeSocket
from app.topology.templates import fill
from engine.errors import Again, HostUnreachable

LONGEST_REQUEST: Final = 16_384
"""Octets of a request's head; who sends more is told so, and parted with."""
MOST_VISITORS: Final = 1000
"""Connections with half a request; the oldest is forgotten for a new one."""
LONGEST_SHOWN: Final = 200
"""Characters of a frame on the page."""

HEAD_END: Final = b"\r\n\r\n"
GOODBYE: Final = b""
"""What a STREAM takes as the wish to end a connection, and tells one that came or went by."""

STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44em;margin:3em auto;padding:0 1em;"
    "color:#1b1f24;background:#f5f6f8}h1{font-size:1.4em}li,code{font-family:ui-monospace,monospace}"
    "ol{background:#fff;border:1px solid #e4e7ec;border-radius:10px;padding:.8em 1em .8em 3.5em}"
    "@media(prefers-color-scheme:dark){body{color:#e6eaf0;background:#0e1114}"
    "ol{background:#1a1e25;border-color:#252b34}}"
)


class Visitors:
    """The requests that are not all there yet, by the connection's id."""

    def __init__(self) -> None:
        self._begun: dict[bytes, bytes] = {}

    def take(self, peer: bytes, octets: bytes) -> bytes | None:
        """Add what came; return the request's head once it is all there, or too long."""
        if octets == GOODBYE:  # come, or gone
            self._begun.pop(peer, None)
            return None
        head = self._begun.pop(peer, b"") + octets
        if HEAD_END in head or len(head) > LONGEST_REQUEST:
            return head
        while len(self._begun) >= MOST_VISITORS:
            del self._begun[next(iter(self._begun))]
        self._begun[peer] = head
        return None


class Page:
    """What a browser gets to see: a title, a text, and the last messages, newest first.

    Attributes:
        received: messages that came in so far.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._last: deque[tuple[int, list[bytes]]] = deque()
        self.received = 0

    def show(self, frames: list[bytes]) -> None:
        """Take a message for the page."""
        self.received += 1
        self._last.append((self.received, frames))
        while len(self._last) > int(self._node.parameters["show"]):
            self._last.popleft()

    def as_html(self) -> str:
        """Write the page; nothing of a message is taken for markup."""
        parameters = self._node.parameters
        names = {**self._node.constants, "seq": self.received}
        title, text = (escape(fill(str(parameters[name]), names)) for name in ("title", "text"))
        again = parameters["refresh_s"]
        refresh = f'<meta http-equiv="refresh" content="{again:g}">' if again else ""
        rows = "".join(
            f'<li value="{number}">{_shown(frames)}</li>' for number, frames in reversed(self._last)
        )
        how_many = "1 message" if self.received == 1 else f"{self.received} messages"
        messages = f"<p>{how_many} so far.</p><ol>{rows}</ol>" if self.received else ""
        return (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>{refresh}'
            f"<style>{STYLE}</style><h1>{title}</h1><p>{text}</p>{messages}"
        )


async def serve_page(node: Node) -> None:
    """Answer every GET of ``/`` on ``http``; messages that come on ``in`` are shown, the newest first."""
    page = Page(node)
    inbound = node.sockets.get("in")
    async with asyncio.TaskGroup() as group:
        group.create_task(_answer_all(node, node.sockets["http"], page))
        if inbound is not None:
            group.create_task(_read_all(node, inbound, page))


async def _read_all(node: Node, inbound: NodeSocket, page: Page) -> None:
    while True:
        try:
            page.show(await inbound.recv())
            node.handled += 1
        except Again:  # rcvtimeo
            node.count("timed_out")


async def _answer_all(node: Node, http: NodeSocket, page: Page) -> None:
    visitors = Visitors()
    while True:
        try:
            frames = await http.recv()
        except Again:  # rcvtimeo
            continue
        peer, octets = frames
        head = visitors.take(peer, octets)
        if head is not None:
            await _answer(node, http, peer, answer(head, page))
            node.handled += 1


async def _answer(node: Node, http: NodeSocket, peer: bytes, octets: bytes) -> None:
    """Send the answer and end the connection behind it."""
    node.in_hand += 1
    try:
        await http.send([peer, octets])
        await http.send([peer, GOODBYE])
    except (Again, HostUnreachable):
        node.count("unsent")
    finally:
        node.in_hand -= 1


def answer(head: bytes, page: Page) -> bytes:
    """Return the HTTP answer to a request's head.

    Source: RFC 9110 and 9112, as much of them as a page needs.
    """
    line, _, _ = head.partition(b"\r\n")
    words = line.split(b" ")
    if HEAD_END not in head:
        return _response("431 Request Header Fields Too Large", "")
    if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
        return _response("400 Bad Request", "")
    method, path = words[0], words[1].partition(b"?")[0]
    if method not in (b"GET", b"HEAD"):
        return _response("405 Method Not Allowed", "", ["Allow: GET, HEAD"])
    if path != b"/":
        return _response("404 Not Found", "")
    return _response("200 OK", page.as_html(), has_body=method == b"GET")


def _response(status: str, html: str, more: Sequence[str] = (), *, has_body: bool = True) -> bytes:
    body = html.encode()
    fields = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
        "Connection: close",
        *more,
    ]
    return "\r\n".join(fields).encode() + HEAD_END + (body if has_body else b"")


def _shown(frames: list[bytes]) -> str:
    return " · ".join(escape(_text(frame)) for frame in frames)


def _text(frame: bytes) -> str:
    try:
        text = frame.decode()
    except UnicodeDecodeError:
        text = frame.hex(" ")
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
