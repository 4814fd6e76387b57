"""The web page: plain HTTP clients ask it, over tcp, in every way that browsers and others do."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from app.behaviours.web_page import LONGEST_REQUEST
from tests.app.behaviours.stage import Stage, staged
from tests.support.eventually import eventually


@asynccontextmanager
async def page(**parameters):
    async with staged("http-page", {"http": ("STREAM", ""), "in": ("PULL", "PUSH")}, **parameters) as stage:
        yield stage


async def ask(stage: Stage, *pieces: bytes) -> tuple[str, dict[str, str], str]:
    """Send a request in pieces; return status, fields and body of what came until the end."""
    port = int(stage.node.sockets["http"].socket.last_endpoint.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number, piece in enumerate(pieces):
        writer.write(piece)
        await writer.drain()
        if number < len(pieces) - 1:  # so that it arrives as a message of its own
            pipes = stage.node.sockets["http"].socket.pipes
            seen = next(pipe for pipe in pipes if not pipe.is_outbound)
            await eventually(lambda seen=seen, number=number: seen.popped >= number + 2)
    async with asyncio.timeout(5.0):
        octets = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = octets.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in rest), body.decode()


async def test_a_browser_gets_the_last_messages_and_none_of_them_is_markup() -> None:
    async with page(title="Orders & more", show=2) as stage:
        for body in (b"first", b"<script>alert(1)</script>", b"\xff\x00"):
            await stage.peers["in"].send(body)
        await eventually(lambda: stage.node.handled == 3)
        status, fields, body = await ask(stage, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status == "HTTP/1.1 200 OK"
        assert int(fields["Content-Length"]) == len(body.encode())
        assert fields["Connection"] == "close"
        assert "<h1>Orders &amp; more</h1>" in body
        assert "&lt;script&gt;alert(1)" in body
        assert "<script" not in body
        assert "ff 00" in body
        assert "first" not in body
        assert stage.node.handled == 4


async def test_a_request_may_come_in_pieces_and_visitors_at_the_same_time() -> None:
    async with page() as stage:
        answers = await asyncio.gather(
            ask(stage, b"GET /?x=1 HTTP/1.0\r\n\r\n"), ask(stage, b"GET / HTTP/1.1\r\n\r\n")
        )
        assert [status for status, *_ in answers] == ["HTTP/1.1 200 OK"] * 2
        await eventually(lambda: not stage.node.sockets["http"].socket.pipes)
        status, *_ = await ask(stage, b"GET / HT", b"TP/1.1\r\n", b"Host: y\r\n\r\n")
        assert status == "HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"POST / HTTP/1.1\r\n\r\n", "405"),
        (b"GET /favicon.ico HTTP/1.1\r\n\r\n", "404"),
        (b"\x16\x03\x01 hello\r\n\r\n", "400"),
        (b"GET /" + b"x" * LONGEST_REQUEST, "431"),
    ],
)
async def test_what_is_no_request_for_the_page_is_told_so(request_head: bytes, status: str) -> None:
    async with page() as stage:
        told, _, body = await ask(stage, request_head)
        assert told.split()[1] == status
        assert body == ""


async def test_head_gets_no_body() -> None:
    async with page(refresh_s=0) as stage:
        status, fields, body = await ask(stage, b"HEAD / HTTP/1.1\r\n\r\n")
        assert status == "HTTP/1.1 200 OK"
        assert int(fields["Content-Length"]) > 0
        assert body == ""


async def test_its_books_balance_after_visitors_came_and_went() -> None:
    async with page() as stage:
        for _ in range(3):
            await ask(stage, b"GET / HTTP/1.1\r\n\r\n")
        socket = stage.node.sockets["http"].socket
        await eventually(lambda: not socket.pipes)
        books = socket.books()
        assert books.is_balanced
        assert sum(lane.taken for lane in books.lanes if lane.is_outbound) == 3
