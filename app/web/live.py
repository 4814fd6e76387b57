"""The one websocket: channels opened and closed, frames acknowledged, the other side's life watched."""

import asyncio
import json
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from app.errors import AppError, QuotaReached
from app.settings import Limits
from app.telemetry.fanout import FrameWatch, Watch
from app.web.channels import is_telemetry, listen
from app.web.dependencies import settings_of, workspace_of
from app.web.guard import SUBPROTOCOL
from app.web.live_messages import Acknowledge, Pong, Subscribe, Unsubscribe, from_browser
from app.web.window import Window
from app.workspace.version import VERSION
from app.workspace.workspace import Workspace

Json = Any

router = APIRouter()

CLOSE_SLOW: Final = 4408
CLOSE_VERSION: Final = 4409
CLOSE_GONE: Final = 4410
CLOSE_CROWDED: Final = 1013
"""From the websocket protocol's registry: try again later."""

PINGS_MISSED: Final = 2
LOOK_EVERY_S: Final = 1.0
CLOSE_TIMEOUT_S: Final = 2.0
"""How long to try to say goodbye to somebody who does not read."""

GAUGES: Final = b"GMQ1"
"""How the frames begin that are to be acknowledged."""


@router.websocket("/live")
async def live(websocket: WebSocket) -> None:
    """Serve one browser until it goes."""
    if SUBPROTOCOL not in websocket.scope["subprotocols"]:
        await websocket.accept()
        await websocket.close(CLOSE_VERSION, f"this server speaks {SUBPROTOCOL}")
        return
    await websocket.accept(subprotocol=SUBPROTOCOL)
    limits = settings_of(websocket).limits
    crowd: set[Connection] = websocket.app.state.live_connections
    if len(crowd) >= limits.live_connections:
        await websocket.close(CLOSE_CROWDED, f"at most {limits.live_connections} pages at a time")
        return
    connection = Connection(websocket, workspace_of(websocket), limits)
    crowd.add(connection)
    try:
        await connection.serve()
    finally:
        crowd.discard(connection)


class _Over(Exception):
    """The conversation is over; say goodbye with this code."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        super().__init__(reason)


class _Channel:
    """One open channel and the task that carries its messages."""

    def __init__(self, listening: Watch | FrameWatch, window: Window) -> None:
        self.listening = listening
        self.window = window
        self.carrying: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Stop listening and carrying."""
        self.listening.close()
        if self.carrying is not None:
            self.carrying.cancel()


class Connection:
    """One browser's websocket.

    Args:
        websocket: accepted.
        hall: whose subjects can be listened to.
        limits: of this server.
    """

    def __init__(self, websocket: WebSocket, hall: Workspace, limits: Limits) -> None:
        self._websocket = websocket
        self._hall = hall
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._channels: dict[str, _Channel] = {}
        self._pings_open = 0
        self._tasks: asyncio.TaskGroup | None = None

    async def serve(self) -> None:
        """Talk until the browser goes or is found to be gone."""
        goodbye = _Over(1000, "")
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self._watch_over())
                tasks.create_task(self._converse())
        except* _Over as group:
            goodbye = next(error for error in group.exceptions if isinstance(error, _Over))
        except* WebSocketDisconnect:
            pass
        finally:
            for channel in self._channels.values():
                channel.close()
        await self._say_goodbye(goodbye)

    async def _say_goodbye(self, goodbye: _Over) -> None:
        if self._websocket.client_state is not WebSocketState.CONNECTED:
            return
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._websocket.close(goodbye.code, str(goodbye))

    async def _converse(self) -> None:
        await self._tell(
            {
                "kind": "hello",
                "server": "glassmq",
                "version": VERSION,
                "limits": {
                    "channels": self._limits.live_channels,
                    "message_octets": self._limits.live_message_octets,
                },
            }
        )
        while True:
            received = await self._websocket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code") or 1005)
            await self._take(received.get("text"))

    async def _take(self, text: str | None) -> None:
        try:
            message = from_browser.validate_json(text or "")
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            await self._refuse(None, "message-invalid", f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
            return
        match message:
            case Subscribe():
                await self._subscribe(message)
            case Unsubscribe(ch=name):
                self._close(name)
            case Acknowledge(ch=name, tick=tick):
                self._acknowledge(name, tick)
            case Pong():
                self._pings_open = 0

    async def _subscribe(self, wish: Subscribe) -> None:
        if is_telemetry(wish.ch):  # binary frames do not say whose they are: one run's at a time
            for name in [name for name in self._channels if is_telemetry(name)]:
                self._close(name)
        self._close(wish.ch)
        try:
            if len(self._channels) >= self._limits.live_channels:
                raise QuotaReached("channels", self._limits.live_channels)
            listening = await listen(self._hall, wish)
        except AppError as error:
            await self._refuse(wish.ch, error.code, error.detail)
            return
        assert self._tasks is not None
        channel = _Channel(listening, Window(self._loop.time, self._limits.live_silence_s))
        self._channels[wish.ch] = channel
        channel.carrying = self._tasks.create_task(self._carry(wish.ch, channel))

    async def _carry(self, name: str, channel: _Channel) -> None:
        try:
            async for message in channel.listening:
                if isinstance(message, bytes):
                    await self._send_frame(message, channel)
                else:
                    await self._tell({"ch": name, **message})
            await self._tell({"ch": name, "kind": "gone"})
        finally:
            if self._channels.get(name) is channel:
                del self._channels[name]
            channel.listening.close()

    async def _send_frame(self, frame: bytes, channel: _Channel) -> None:
        if frame.startswith(GAUGES):
            channel.window.sent(int.from_bytes(frame[8:12], "little"))
        await self._websocket.send_bytes(frame)

    def _acknowledge(self, name: str, tick: int) -> None:
        channel = self._channels.get(name)
        if channel is None:
            return  # closed meanwhile
        channel.window.acknowledged(tick)
        if isinstance(channel.listening, FrameWatch):
            channel.listening.acknowledge(tick)

    def _close(self, name: str) -> None:
        channel = self._channels.pop(name, None)
        if channel is not None:
            channel.close()

    async def _watch_over(self) -> None:
        next_ping = self._loop.time() + self._limits.live_ping_s
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if any(channel.window.is_stuck() for channel in self._channels.values()):
                raise _Over(CLOSE_SLOW, "frames were not acknowledged for too long")
            if self._loop.time() < next_ping:
                continue
            if self._pings_open >= PINGS_MISSED:
                raise _Over(CLOSE_GONE, "pings were not answered")
            next_ping += self._limits.live_ping_s
            self._pings_open += 1
            await self._tell({"kind": "ping"})

    async def _refuse(self, name: str | None, code: str, detail: str) -> None:
        await self._tell({"ch": name, "kind": "refused", "code": code, "detail": detail})

    async def _tell(self, message: Json) -> None:
        await self._websocket.send_text(json.dumps(message, ensure_ascii=False))
