"""One process of the soak: makes sockets, keeps them busy and tells its books, as each line asks."""

import asyncio
import gc
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from random import Random
from typing import Any, Final

from engine import Context, SocketType
from engine.errors import AddressInUse, Again, Closed, EngineError, HostUnreachable
from engine.sessions.pump import Pump
from engine.sessions.session import Session
from engine.sockets.socket import Socket

BURST: Final = 200
LOOKS: Final = 20
LOOK_EVERY_S: Final = 0.1
PAGE: Final = os.sysconf("SC_PAGESIZE")
SOURCES: Final = ("PUSH", "PUB", "DEALER", "PAIR", "REQ")


class Worker:
    """The sockets of this process, those closed in this round included, and the tasks that use them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sockets: dict[str, Socket] = {}
        self._all: list[Socket] = []
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}
        self._sends = asyncio.Event()
        self._chance = Random(os.getpid())

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one order and answer it."""
        match order["do"]:
            case "open":
                return {"endpoint": await self._open(order)}
            case "shut":
                await self._shut(order["id"])
            case "quiet":
                self._sends.clear()
            case "books":
                return {"sockets": [asdict(socket.books()) for socket in self._all]}
            case "clear":
                for name in list(self._sockets):
                    await self._shut(name)
                self._all.clear()
                for _ in range(LOOKS):
                    if not (remains := self._remains())["left"]:
                        break
                    await asyncio.sleep(LOOK_EVERY_S)
                return remains
        return {}

    async def _open(self, order: dict[str, Any]) -> str:
        kind = SocketType[order["type"]]
        socket = self._context.socket(kind, **order["options"])
        if kind is SocketType.SUB:
            socket.subscribe(b"")
        self._sockets[order["id"]] = socket
        self._all.append(socket)
        self._sends.set()
        endpoint = order["endpoint"]
        if order["binds"]:
            endpoint = await _bind(socket, endpoint)
        else:
            socket.connect(endpoint, label=order["label"])
        work = [self._ask(socket)] if order["type"] == "REQ" else [self._receive(socket)]
        if order["type"] in SOURCES and order["type"] != "REQ":
            work.append(self._send(socket))
        self._tasks[order["id"]] = [asyncio.create_task(each) for each in work]
        return endpoint

    async def _shut(self, name: str) -> None:
        socket = self._sockets.pop(name)
        socket.close()
        for task in self._tasks.pop(name):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await socket.closed()

    async def _send(self, socket: Socket) -> None:
        with suppress(Closed):
            while True:
                await self._sends.wait()
                for _ in range(self._chance.randrange(BURST)):
                    with suppress(Again):
                        socket.send_nowait([b"x" * self._chance.randrange(300)])
                await asyncio.sleep(self._chance.random() * 0.02)

    async def _receive(self, socket: Socket) -> None:
        with suppress(EngineError):
            while True:
                frames = await socket.recv()
                if socket.type is SocketType.REP:
                    await socket.send(frames)
                elif socket.type is SocketType.ROUTER:
                    with suppress(Again, HostUnreachable):
                        socket.send_nowait(frames)

    async def _ask(self, socket: Socket) -> None:
        with suppress(Closed):
            while True:
                await self._sends.wait()
                with suppress(Again):
                    await socket.send(b"question")
                    await socket.recv()

    def _remains(self) -> dict[str, Any]:
        """What is left of it all, after a collection."""
        gc.collect()
        with open("/proc/self/statm") as pages:
            memory = int(pages.read().split()[1]) * PAGE
        return {
            "descriptors": len(os.listdir("/proc/self/fd")),
            "memory": memory,
            "tasks": len(asyncio.all_tasks()),
            "left": sum(isinstance(each, (Pump, Session)) for each in gc.get_objects()),
        }


async def _bind(socket: Socket, endpoint: str) -> str:
    """Bind; a port given back a moment ago may have gone to an outgoing connection for a while."""
    for _ in range(LOOKS):
        with suppress(AddressInUse):
            return socket.bind(endpoint)
        await asyncio.sleep(LOOK_EVERY_S)
    return socket.bind(endpoint)


async def main() -> None:
    """Answer each line with a line, until there are no more."""
    async with Context(close_timeout_s=5) as context:
        worker = Worker(context)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await worker.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
