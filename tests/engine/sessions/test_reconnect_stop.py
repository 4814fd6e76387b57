"""reconnect_stop: when a connecting side makes no more attempts."""

import asyncio

import pytest

from engine import DEALER, PUSH, ROUTER, Context
from engine.monitor.events import GaveUp, HandshakeFailed, Retried
from tests.support.eventually import eventually
from tests.support.watcher import Watcher

NOWHERE = "tcp://127.0.0.1:1"


async def test_a_refusal_is_final_when_it_is_asked_for(context: Context) -> None:
    push = context.socket(PUSH, reconnect_stop=1, reconnect_ivl=1)
    watcher = Watcher(push)
    push.connect(NOWHERE)
    told = await watcher.until(GaveUp)
    assert told.reason == "connection refused"
    assert not any(isinstance(event, Retried) for event in watcher.seen)


@pytest.mark.parametrize("stop", [0, 2, 4])
async def test_a_refusal_is_tried_again_otherwise(context: Context, stop: int) -> None:
    push = context.socket(PUSH, reconnect_stop=stop, reconnect_ivl=1)
    watcher = Watcher(push)
    push.connect(NOWHERE)
    for _ in range(3):
        await watcher.until(Retried)


@pytest.mark.parametrize("stop", [0, 2])
async def test_a_handshake_that_fails_is_final_when_it_is_asked_for(context: Context, stop: int) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    push = context.socket(PUSH, reconnect_stop=stop, reconnect_ivl=1)
    watcher = Watcher(push)
    push.connect(f"tcp://127.0.0.1:{port}")
    await watcher.until(HandshakeFailed)
    await watcher.until(GaveUp if stop else Retried)
    server.close()


@pytest.mark.parametrize("stop", [0, 4])
async def test_what_was_disconnected_here_is_not_reached_for_again(context: Context, stop: int) -> None:
    router = context.socket(ROUTER)
    dealer = context.socket(DEALER, reconnect_stop=stop, reconnect_ivl=1, sndbuf=4096, linger=-1)
    place = router.bind("tcp://127.0.0.1:*")
    dealer.connect(place)
    await eventually(lambda: dealer.pipes[0].is_connected)
    for _ in range(50):
        dealer.send_nowait(bytes(1 << 16))  # more than the kernels take: the session lingers
    watcher = Watcher(dealer)
    dealer.disconnect(place)
    router.unbind(place)
    await watcher.until(GaveUp if stop else Retried)
    if stop:
        await eventually(lambda: not dealer.pipes)
        assert dealer.books().is_balanced
