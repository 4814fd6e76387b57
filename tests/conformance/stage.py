"""Sockets of the engine, joined over any transport, for tests that ask what a pattern promises."""

import asyncio
from itertools import count
from typing import Protocol

from engine import Context, SocketType
from engine.errors import Again
from engine.sockets.socket import Socket
from engine.sockets.views import PipeView
from tests.support.eventually import LIMIT_S, eventually

Frames = list[bytes]


class Closes(Protocol):
    """Something to be closed."""

    async def close(self) -> None: ...


class Stage:
    """Makes sockets and joins them; every wait has a limit."""

    def __init__(self, context: Context, directory: str) -> None:
        self._context = context
        self._directory = directory
        self._numbers = count()
        self._others: list[Closes] = []

    def socket(self, kind: SocketType, **options: object) -> Socket:
        """Make a socket that does not linger."""
        return self._context.socket(kind, linger=0, **options)

    def address(self, scheme: str) -> str:
        """Return a fresh address to bind."""
        number = next(self._numbers)
        return {
            "tcp": "tcp://127.0.0.1:*",
            "ipc": f"ipc://{self._directory}/{number}",
            "inproc": f"inproc://stage-{number}",
        }[scheme]

    async def join(self, binder: Socket, *connecters: Socket, scheme: str) -> str:
        """Bind one socket, connect the others one after the other, and wait until all have met."""
        endpoint = binder.bind(self.address(scheme))
        for connecter in connecters:
            await self.connect(connecter, binder, endpoint)
        return endpoint

    async def connect(self, connecter: Socket, binder: Socket, endpoint: str) -> None:
        """Connect one more, and wait until both ends know each other."""
        met, there = len(linked(binder)), len(linked(connecter))
        connecter.connect(endpoint)
        await eventually(lambda: len(linked(connecter)) > there, f"{connecter!r} has met its peer")
        await eventually(lambda: len(linked(binder)) > met, f"{binder!r} has met its peer")

    async def pair(
        self, binder: SocketType, connecter: SocketType, scheme: str, **options: object
    ) -> tuple[Socket, Socket]:
        """Make two sockets with the same options, and join them."""
        one, other = self.socket(binder, **options), self.socket(connecter, **options)
        await self.join(one, other, scheme=scheme)
        return one, other

    def keep(self, other: "Closes") -> None:
        """Close something else at the end, too."""
        self._others.append(other)

    async def close(self) -> None:
        """Close every socket and what was kept."""
        for other in self._others:
            await other.close()
        for socket in self._context.sockets:
            socket.close(linger=0)


def linked(socket: Socket) -> list[PipeView]:
    """One view for each peer that is there."""
    seen: dict[tuple[str, str, str], PipeView] = {}
    for pipe in socket.pipes:
        if pipe.is_connected:
            seen.setdefault((pipe.endpoint, pipe.peer, str(id(pipe._pair))), pipe)
    return list(seen.values())


async def receive(socket: Socket) -> Frames:
    """Receive within the limit."""
    async with asyncio.timeout(LIMIT_S):
        return await socket.recv()


async def receive_all(socket: Socket, many: int) -> list[Frames]:
    """Receive that many messages."""
    return [await receive(socket) for _ in range(many)]


async def send(socket: Socket, *messages: bytes | Frames) -> None:
    """Send within the limit."""
    async with asyncio.timeout(LIMIT_S):
        for message in messages:
            await socket.send(message)


async def arrived(socket: Socket, many: int) -> None:
    """Wait until that many messages wait to be received."""
    await eventually(lambda: waiting(socket) >= many, f"{many} messages are in")


def waiting(socket: Socket) -> int:
    """Count the messages that wait to be received."""
    return sum(pipe.depth for pipe in socket.pipes if not pipe.is_outbound)


def fill(socket: Socket, message: bytes | Frames = b"x") -> int:
    """Send until no more is accepted, and say how much was."""
    accepted = 0
    while True:
        try:
            socket.send_nowait(message)
        except Again:
            return accepted
        accepted += 1
