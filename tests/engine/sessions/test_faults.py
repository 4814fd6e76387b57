"""A fault of the engine's own ends one attempt to connect: it is told, the books hold, another follows."""

import asyncio

import pytest

from engine import PULL, PUSH, Context
from engine.endpoints import Endpoint
from engine.monitor.events import ConnectFailed, HandshakeFailed, HandshakeSucceeded, Retried
from engine.net.interface import ByteStream
from engine.net.system import SystemNetwork
from engine.options import SocketOptions
from engine.sessions import session
from tests.support.watcher import Watcher


class FaultyNetwork(SystemNetwork):
    """The real network, whose first way out meets a fault that nobody foresaw."""

    faults = 1

    async def dial(self, endpoint: Endpoint, options: SocketOptions) -> ByteStream:
        if self.faults:
            self.faults -= 1
            raise KeyError("nobody foresaw this")
        return await super().dial(endpoint, options)


async def test_a_fault_while_dialling_is_told_and_the_next_attempt_succeeds() -> None:
    async with Context(FaultyNetwork(asyncio.get_running_loop())) as context:
        sink, source = context.socket(PULL), context.socket(PUSH, reconnect_ivl=1)
        watcher = Watcher(source)
        source.connect(sink.bind("tcp://127.0.0.1:*"))
        await source.send(b"waits")
        failed = await watcher.until(ConnectFailed)
        assert failed.reason == "a fault of the engine, please report it: KeyError: 'nobody foresaw this'"
        assert (await watcher.until(Retried)).reason == failed.reason
        assert await sink.recv() == [b"waits"]
        assert source.books().is_balanced


@pytest.mark.parametrize("side", ["connecting", "accepting"])
async def test_a_fault_after_dialling_gives_the_stream_back_and_counts_no_handshake(
    context: Context, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    sink, source = context.socket(PULL), context.socket(PUSH, reconnect_ivl=1)
    watcher, broken = Watcher(source), Watcher(source if side == "connecting" else sink)
    endpoint = sink.bind("tcp://127.0.0.1:*")
    converse = session.converse
    left = [RuntimeError("broken")]

    def break_once(*given: object, is_connecting: bool, **named: object) -> object:
        if left and is_connecting == (side == "connecting"):
            raise left.pop()
        return converse(*given, is_connecting=is_connecting, **named)

    monkeypatch.setattr(session, "converse", break_once)
    source.connect(endpoint)
    await source.send(b"waits")
    failed = await broken.until(HandshakeFailed)
    assert failed.reason == "a fault of the engine, please report it: RuntimeError: broken"
    await watcher.until(HandshakeSucceeded)
    assert await sink.recv() == [b"waits"]
    for socket in (source, sink):
        assert {lane.in_handshake for lane in socket.books().lanes} == {0}
        assert socket.books().is_balanced
