"""Both kinds of socket behind one shape, so that one conversation serves either side."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol

import zmq

from engine import Context, SocketType
from engine.errors import HostUnreachable
from engine.sockets.socket import Socket
from tests.support.eventually import LIMIT_S

Frames = list[bytes]


class End(Protocol):
    """A socket, whoever made it."""

    async def send(self, frames: Frames) -> None: ...

    async def recv(self) -> Frames: ...


class OurEnd:
    """A socket of the engine."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def send(self, frames: Frames) -> None:
        async with asyncio.timeout(LIMIT_S):
            await self.socket.send(frames)

    async def recv(self) -> Frames:
        async with asyncio.timeout(LIMIT_S):
            return await self.socket.recv()

    async def send_when_known(self, frames: Frames) -> None:
        """Send through a mandatory ROUTER as soon as it knows the peer."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                with suppress(HostUnreachable):
                    return await self.socket.send(frames)
                await asyncio.sleep(0.002)


class TheirEnd:
    """A socket of libzmq, asked again and again, because zmq.asyncio now and then misses a wake-up."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.socket = socket

    async def send(self, frames: Frames) -> None:
        await self._attempt(lambda: self.socket.send_multipart(frames, zmq.DONTWAIT))

    async def recv(self) -> Frames:
        frames = await self._attempt(lambda: self.socket.recv_multipart(zmq.DONTWAIT))
        assert isinstance(frames, list)
        return frames

    async def send_when_known(self, frames: Frames) -> None:
        """Send through a mandatory ROUTER as soon as it knows the peer."""
        await self._attempt(lambda: self.socket.send_multipart(frames, zmq.DONTWAIT), zmq.EHOSTUNREACH)

    async def _attempt(self, work: Callable[[], object], *reasons: int) -> object:
        loop = asyncio.get_running_loop()
        end = loop.time() + LIMIT_S
        await asyncio.sleep(0)  # the engine's turn
        while True:
            try:
                return work()
            except zmq.ZMQError as error:
                if error.errno not in (zmq.EAGAIN, *reasons):
                    raise
            if loop.time() > end:
                raise TimeoutError
            await asyncio.sleep(0.001)


class Meeting:
    """Makes sockets of both kinds and joins them at fresh addresses."""

    def __init__(self, context: Context, libzmq: zmq.Context[zmq.Socket[bytes]], directory: str) -> None:
        self.context = context
        self.libzmq = libzmq
        self._directory = directory
        self._numbers: Iterator[int] = iter(range(10**6))
        self._made: list[zmq.Socket[bytes]] = []

    def ours(self, kind: SocketType, **options: Any) -> OurEnd:
        """Make a socket of the engine."""
        return OurEnd(self.context.socket(kind, **options))

    def theirs(self, kind: SocketType, **options: Any) -> TheirEnd:
        """Make a socket of libzmq; options by their names in lower case."""
        socket = self.libzmq.socket(int(kind))
        self._made.append(socket)
        for name, value in options.items():
            socket.setsockopt(getattr(zmq, name.upper()), value)
        return TheirEnd(socket)

    def adopt(self, socket: "zmq.Socket[bytes]") -> None:
        """Close a socket of libzmq that somebody else made, in the end."""
        self._made.append(socket)

    async def nudge(self) -> None:
        """Keep looking at libzmq's sockets: it attaches peers and tells topics only while its owner looks."""
        while True:
            for socket in self._made:
                if not socket.closed:
                    socket.getsockopt(zmq.EVENTS)
            await asyncio.sleep(0.005)

    def close(self) -> None:
        """Close what libzmq made."""
        for socket in self._made:
            if not socket.closed:
                socket.close(linger=0)

    def address(self, scheme: str) -> str:
        """Return an address to bind."""
        if scheme == "tcp":
            return "tcp://127.0.0.1:*"
        return f"ipc://{self._directory}/{next(self._numbers)}"

    def join(self, ours: OurEnd, theirs: TheirEnd, scheme: str, *, we_bind: bool) -> str:
        """Bind one end and connect the other; returns the endpoint."""
        if we_bind:
            endpoint = ours.socket.bind(self.address(scheme))
            theirs.socket.connect(endpoint)
        else:
            theirs.socket.bind(self.address(scheme))
            endpoint = theirs.socket.getsockopt_string(zmq.LAST_ENDPOINT)
            ours.socket.connect(endpoint)
        return endpoint
