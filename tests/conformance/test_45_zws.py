"""RFC 45: 0MQ over WebSocket, octet by octet, with a peer by hand."""

import asyncio

import pytest
from websockets.utils import accept_key

from engine import DEALER, PAIR, PULL, PUSH, REP, REQ, ROUTER, SUB, XPUB, SocketType
from engine.monitor.events import HandshakeFailed
from engine.sockets.socket import Socket
from engine.wire.commands import Ready, command_body
from tests.conformance.stage import Stage, receive, send
from tests.support.eventually import LIMIT_S, eventually
from tests.support.shall import shall
from tests.support.watcher import Watcher
from tests.support.web_octets import answer, first_frame, frame, request

WS = "ws://127.0.0.1:*/zeromq"
BARE, NULL = "ZWS2.0", "ZWS2.0/NULL"


class Hand:
    """A WebSocket client that says what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._data = b""

    async def say(self, *payloads: bytes) -> None:
        """Send binary messages."""
        self._writer.write(b"".join(map(frame, payloads)))
        await self._writer.drain()

    async def hear(self) -> bytes:
        """Return the next message's payload; it must be binary, whole and not masked."""
        async with asyncio.timeout(LIMIT_S):
            while (found := first_frame(self._data, masked=False)) is None:
                came = await self._reader.read(1 << 16)
                assert came, "the connection is over"
                self._data += came
        assert self._data[0] == 0x82
        said, self._data = found
        return bytes(said.data)

    async def head(self) -> str:
        """Return the answer to the opening request."""
        async with asyncio.timeout(LIMIT_S):
            return (await self._reader.readuntil(b"\r\n\r\n")).decode()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()


async def come(stage: Stage, socket: Socket, *offered: str, path: str = "/zeromq") -> tuple[Hand, str]:
    """Come to a socket as a client that offers these sub-protocols; returns the answer's head as well."""
    endpoint = socket.bind(WS)
    port = int(endpoint.split(":")[2].partition("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(*offered, path=path))
    hand = Hand(reader, writer)
    stage.keep(hand)
    return hand, await hand.head()


def ready(kind: str, **properties: bytes) -> bytes:
    return b"\x02" + command_body(Ready({"Socket-Type": kind.encode(), **properties}))


async def met(stage: Stage, kind: SocketType, peer: str | None, **options: object) -> tuple[Socket, Hand]:
    """Bind a socket and shake hands with it: as a peer of that type, or without a mechanism."""
    socket = stage.socket(kind, **options)
    hand, _ = await come(stage, socket, BARE if peer is None else NULL)
    await hand.hear()
    await hand.say(b"\x00" if peer is None else ready(peer))
    await eventually(lambda: any(pipe.is_connected for pipe in socket.pipes), "the handshake is done")
    return socket, hand


@shall("45/handshake/1")
@pytest.mark.parametrize("offered", [(BARE,), (NULL,), (BARE, NULL), (NULL, BARE), ("ZWS3.0", BARE)])
async def test_the_server_chooses_one_of_the_clients_protocols(
    stage: Stage, offered: tuple[str, ...]
) -> None:
    _, head = await come(stage, stage.socket(PULL), *offered)
    assert head.startswith("HTTP/1.1 101 Switching Protocols\r\n")
    chosen = next(each for each in offered if each in (BARE, NULL))
    assert f"\r\nSec-WebSocket-Protocol: {chosen}\r\n" in head


@shall("45/handshake/2")
@pytest.mark.parametrize("offered", [(), ("ZWS2.0/PLAIN",), ("ZWS1.0",), ("zws2.0",)])
async def test_a_server_that_supports_none_of_them_answers_bad_request(
    stage: Stage, offered: tuple[str, ...]
) -> None:
    _, head = await come(stage, stage.socket(PULL), *offered)
    assert head.startswith("HTTP/1.1 400 Bad Request\r\n")


@shall("45/handshake/3")
async def test_host_and_path_are_asked_for_as_the_user_set_them(stage: Stage) -> None:
    heads: asyncio.Queue[str] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.put_nowait((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.close()

    async with await asyncio.start_server(listen, "localhost", 0, family=2) as server:
        port = server.sockets[0].getsockname()[1]
        stage.socket(PUSH).connect(f"ws://localhost:{port}/zero/mq?version=2")
        async with asyncio.timeout(LIMIT_S):
            lines = (await heads.get()).split("\r\n")
    assert lines[0] == "GET /zero/mq?version=2 HTTP/1.1"
    assert f"Host: localhost:{port}" in lines
    assert "Sec-WebSocket-Protocol: ZWS2.0/NULL, ZWS2.0" in lines


@shall("45/bare/1")
async def test_without_a_mechanism_the_first_message_each_way_is_the_routing_id(stage: Stage) -> None:
    router = stage.socket(ROUTER, routing_id=b"server")
    hand, _ = await come(stage, router, BARE)
    assert await hand.hear() == b"\x00server"
    await hand.say(b"\x00client", b"\x00first")
    assert await receive(router) == [b"client", b"first"]
    await send(router, [b"client", b"a", b""])
    assert [await hand.hear(), await hand.hear()] == [b"\x01a", b"\x00"]


@shall("45/null/1")
async def test_with_null_both_say_ready_as_a_command(stage: Stage) -> None:
    dealer = stage.socket(DEALER, routing_id=b"name")
    hand, _ = await come(stage, dealer, NULL)
    assert await hand.hear() == ready("DEALER", Identity=b"name")
    await hand.say(ready("REP"), b"\x00hello")
    assert await receive(dealer) == [b"hello"]


@shall("45/framing/1")
async def test_each_frame_is_one_binary_message_with_its_flag_before_it(stage: Stage) -> None:
    pair, hand = await met(stage, PAIR, "PAIR")
    for frames in ([b""], [b"a", b"bb"], [b"x" * 124], [b"x" * 125], [b"y" * 65534], [b"y" * 65535, b"z"]):
        await send(pair, frames)
        for n, body in enumerate(frames):
            assert await hand.hear() == bytes((n < len(frames) - 1,)) + body
        await hand.say(*(b"\x01" + body for body in frames[:-1]), b"\x00" + frames[-1])
        assert await receive(pair) == frames


@shall("45/traffic/1")
async def test_commands_between_the_parts_of_a_message_do_not_break_it(stage: Stage) -> None:
    pull, hand = await met(stage, PULL, "PUSH")
    await hand.say(b"\x01a", b"\x02\x04PING\x00\x00", b"\x02\x07UNKNOWN", b"\x02", b"\x00b")
    assert await receive(pull) == [b"a", b"b"]


@shall("45/compatibility/1")
@pytest.mark.parametrize(
    ("kind", "peer"), [(PULL, "PULL"), (PAIR, "PUSH"), (REQ, "DEALER"), (SUB, "SUB"), (REP, "nonsense")]
)
async def test_a_type_that_may_not_come_is_disconnected(stage: Stage, kind: SocketType, peer: str) -> None:
    socket = stage.socket(kind)
    watcher = Watcher(socket)
    hand, _ = await come(stage, socket, NULL)
    await hand.hear()
    await hand.say(ready(peer))
    failed = await watcher.until(HandshakeFailed)
    assert f"cannot talk to the peer's {peer}" in failed.reason


@shall("45/pubsub/1")
@pytest.mark.parametrize("peer", ["SUB", None])
async def test_subscriptions_are_messages_that_begin_with_1_or_0(stage: Stage, peer: str | None) -> None:
    xpub, hand = await met(stage, XPUB, peer)
    await hand.say(b"\x00\x01a")
    assert await receive(xpub) == [b"\x01a"]
    await send(xpub, b"abc")
    assert await hand.hear() == b"\x00abc"
    await hand.say(b"\x00\x00a")
    assert await receive(xpub) == [b"\x00a"]


@shall("45/pubsub/2")
@pytest.mark.parametrize("peer", ["PUB", None])
async def test_a_sub_says_its_subscriptions_as_messages(stage: Stage, peer: str | None) -> None:
    sub, hand = await met(stage, SUB, peer, subscribe=b"early")
    assert await hand.hear() == b"\x00\x01early"
    sub.subscribe(b"x" * 300)
    sub.unsubscribe(b"early")
    assert [await hand.hear(), await hand.hear()] == [b"\x00\x01" + b"x" * 300, b"\x00\x00early"]


@shall("6455/masking/1")
async def test_a_clients_messages_are_masked_each_with_a_mask_of_its_own(stage: Stage) -> None:
    said: asyncio.Queue[tuple[bytes, bytes]] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:-2])
        writer.write(answer(BARE, accept_key(fields["Sec-WebSocket-Key"])) + frame(b"\x00", masked=False))
        data = b""
        while came := await reader.read(1 << 16):
            data += came
            while (found := first_frame(data, masked=True)) is not None:
                said.put_nowait((data[2:6], bytes(found[0].data)))
                data = found[1]
        writer.close()

    push = stage.socket(PUSH)
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        push.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        for _ in range(2):
            await send(push, b"same")
        async with asyncio.timeout(LIMIT_S):
            keys, payloads = zip(*[await said.get() for _ in range(3)], strict=True)
        assert payloads == (b"\x00", b"\x00same", b"\x00same")
        assert len(set(keys)) == 3
        push.close(linger=0)
