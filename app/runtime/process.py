"""The main of a run's process: the engine has one thread, control and the sending of samples another.

The control thread is the process's first. It connects to the server by a socket
of the engine, in a context of its own, and carries each order over to the
engine's loop. Orders that look at or hold the world are answered at once; those
that change it are done one after the other, so that a long one holds up no sample.
"""

import asyncio
import os
import sys
from contextlib import suppress
from typing import Any, Final

from app.runtime import control
from app.runtime.engine_thread import EngineThread
from app.runtime.runner import OrderFailed, Runner
from app.runtime.worlds import real_world
from engine.constants import SocketType
from engine.errors import Again
from engine.sockets.context import Context
from engine.sockets.socket import Socket

LEAVE_WITHIN_MS: Final = 500
"""How long the last answer may take to leave."""

ORPHANED: Final = 71
"""Exit status of a process whose fork server has gone; EX_OSERR."""

Json = dict[str, Any]


def run_process(argument: Json, lifeline: int) -> int:
    """Run one process of a run until the server lets it go; return the exit status.

    Args:
        argument: ``control``, where the server listens, and ``name``, who this process is to it.
        lifeline: descriptor that ends when the fork server is gone; then this process leaves at once.
    """
    sys.setswitchinterval(0.001)
    asyncio.run(_Process(argument["control"], argument["name"]).live(lifeline))
    return 0


class _Process:
    """Control's side of one process."""

    def __init__(self, server: str, name: str) -> None:
        self._server = server
        self._name = name
        self._engine = EngineThread()
        self._runner: Runner | None = None
        self._socket: Socket | None = None
        self._changes: asyncio.Queue[control.Request] = asyncio.Queue()
        self._unsent: list[bytes] = []

    async def live(self, lifeline: int) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(lifeline, _leave_at_once)
        self._engine.start()
        self._runner = await self._engine.run(self._make_runner(loop))
        async with Context(close_timeout_s=LEAVE_WITHIN_MS / 1000) as context:
            socket = context.socket(
                SocketType.DEALER, routing_id=self._name.encode(), linger=LEAVE_WITHIN_MS, sndhwm=0
            )
            socket.connect(self._server)
            self._socket = socket
            await socket.send(control.encode(control.Hello()))
            changing = asyncio.create_task(self._change(), name="changes")
            await self._serve(socket)
            changing.cancel()
        self._engine.stop()
        loop.remove_reader(lifeline)

    async def _make_runner(self, control_loop: asyncio.AbstractEventLoop) -> Runner:
        """Runs in the engine's loop."""

        def tell(notice: control.Part) -> None:
            control_loop.call_soon_threadsafe(self._tell, notice)

        return Runner(real_world(self._engine.loop), tell)

    async def _serve(self, socket: Socket) -> None:
        """Take orders until one says to leave."""
        async for frames in socket:
            request = control.read_request(frames[0])
            match request.order:
                case control.Exit():
                    self._answer(request.number, {})
                    return
                case control.Hold():
                    await self._engine.gate.hold()
                    self._answer(request.number, {})
                case control.Release():
                    self._engine.gate.release()
                    self._answer(request.number, {})
                case control.Sample() as order:
                    await self._sample(request.number, order)
                case control.ReadLink() as order:
                    await self._read_link(request.number, order)
                case control.ReadNode() as order:
                    await self._read_node(request.number, order)
                case _:
                    self._changes.put_nowait(request)

    async def _change(self) -> None:
        """Carry out changes in their order."""
        assert self._runner is not None
        while True:
            request = await self._changes.get()
            try:
                value = await self._engine.run(self._runner.perform(request.order))
            except OrderFailed as failure:
                self._answer(request.number, {}, error=str(failure), code=failure.code)
            except Exception as error:  # noqa: BLE001  told to whoever asked; the process goes on
                self._answer(request.number, {}, error=f"{type(error).__name__}: {error}", code="internal")
            else:
                self._answer(request.number, value)

    async def _sample(self, number: int, order: control.Sample) -> None:
        runner = self._runner
        assert runner is not None

        def look() -> tuple[Json, bytes, bytes]:
            if order.settled:
                runner.sampler.settle(order.settled)
            facts, quick, full = runner.sampler.sample(
                order.phase, thorough=order.thorough, links=order.links, tokens=order.tokens
            )
            if order.phase == "send" and order.thorough:
                facts["nodes"] = runner.states()
            return facts, quick, full

        facts, quick, full = await self._engine.look(look)
        self._send([control.encode(control.Answer(number=number, value=facts)), quick, full])

    async def _read_link(self, number: int, order: control.ReadLink) -> None:
        runner = self._runner
        assert runner is not None
        value = await self._engine.look(lambda: runner.sampler.read_link(order))
        self._answer(number, value)

    async def _read_node(self, number: int, order: control.ReadNode) -> None:
        runner = self._runner
        assert runner is not None
        self._answer(number, await self._engine.look(lambda: runner.read_node(order.node)))

    def _answer(self, number: int, value: Json, *, error: str | None = None, code: str | None = None) -> None:
        self._send([control.encode(control.Answer(number=number, value=value, error=error, code=code))])

    def _tell(self, notice: control.Part) -> None:
        self._send([control.encode(notice)])

    def _send(self, frames: list[bytes]) -> None:
        """Send to the server, which asks for little enough: its socket's pipe is unlimited here.

        A server that is stuck sends no requests, so answers cannot pile up; one that
        is gone ends the lifeline.
        """
        with suppress(Again):
            assert self._socket is not None
            self._socket.send_nowait(frames)


def _leave_at_once() -> None:
    """Nobody is left to talk to."""
    os._exit(ORPHANED)
