"""tcp through a SOCKS5 proxy: a real small one stands between the two sockets."""

import asyncio

import pytest

from engine import PULL, PUSH, Context
from engine.errors import OptionInvalid
from engine.monitor.events import Connected, Retried
from tests.support.socks_server import SocksServer
from tests.support.watcher import Watcher


async def test_messages_pass_through_a_proxy(context: Context) -> None:
    async with SocksServer() as proxy:
        pull = context.socket(PULL)
        push = context.socket(PUSH, socks_proxy=f"127.0.0.1:{proxy.port}")
        watcher = Watcher(push)
        endpoint = pull.bind("tcp://127.0.0.1:*")
        push.connect(endpoint)
        await push.send(b"round the corner")
        assert await pull.recv() == [b"round the corner"]
        assert proxy.asked == [("127.0.0.1", int(endpoint.rpartition(":")[2]))]
        assert (await watcher.until(Connected)).peer == endpoint


async def test_a_name_is_the_proxys_to_resolve(context: Context) -> None:
    async with SocksServer(names={"far.example": "127.0.0.1"}) as proxy:
        pull = context.socket(PULL)
        push = context.socket(PUSH, socks_proxy=f"127.0.0.1:{proxy.port}")
        port = pull.bind("tcp://127.0.0.1:*").rpartition(":")[2]
        push.connect(f"tcp://far.example:{port}")
        await push.send(b"x")
        assert await pull.recv() == [b"x"]
        assert proxy.asked == [("far.example", int(port))]


async def test_a_name_and_password_are_shown_to_a_proxy_that_wants_them(context: Context) -> None:
    async with SocksServer(login=(b"ann", b"secret")) as proxy:
        pull = context.socket(PULL)
        push = context.socket(
            PUSH, socks_proxy=f"127.0.0.1:{proxy.port}", socks_username="ann", socks_password="secret"
        )
        push.connect(pull.bind("tcp://127.0.0.1:*"))
        await push.send(b"x")
        assert await pull.recv() == [b"x"]


@pytest.mark.parametrize(
    ("login", "options", "status", "says"),
    [
        ((b"ann", b"secret"), {}, 0, "it wants a name and password"),
        ((b"ann", b"secret"), {"socks_username": "ann", "socks_password": "no"}, 0, "password is wrong"),
        (None, {}, 5, "the connection was refused"),
        (None, {}, 2, "its rules do not allow it"),
        (None, {}, 99, "status 99"),
    ],
)
async def test_a_proxy_that_refuses_is_tried_again_and_the_reason_told(
    context: Context,
    login: tuple[bytes, bytes] | None,
    options: dict[str, str],
    status: int,
    says: str,
) -> None:
    async with SocksServer(login=login, status=status) as proxy:
        push = context.socket(PUSH, socks_proxy=f"127.0.0.1:{proxy.port}", **options)
        watcher = Watcher(push)
        push.connect("tcp://127.0.0.1:9")
        assert says in (await watcher.until(Retried)).reason


async def test_what_is_no_proxy_is_told(context: Context) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        push = context.socket(PUSH, socks_proxy=f"127.0.0.1:{port}")
        watcher = Watcher(push)
        push.connect("tcp://127.0.0.1:9")
        assert "does not speak SOCKS5" in (await watcher.until(Retried)).reason


@pytest.mark.parametrize("place", ["nowhere", "a:b", "*:1080", "host:0", "a:1;b:2"])
async def test_a_proxy_is_a_host_and_a_port(context: Context, place: str) -> None:
    with pytest.raises(OptionInvalid, match="socks_proxy"):
        context.socket(PUSH, socks_proxy=place)


async def test_no_proxy_at_all_is_an_empty_text(context: Context) -> None:
    pull = context.socket(PULL)
    push = context.socket(PUSH, socks_proxy="127.0.0.1:1")
    push.set("socks_proxy", "")
    push.connect(pull.bind("tcp://127.0.0.1:*"))
    await push.send(b"x")
    assert await pull.recv() == [b"x"]
