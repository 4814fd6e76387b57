"""The real world, assembled: the operating system's network, the loop's clock, and chance."""

import asyncio
import errno
import os
import random
import socket
from collections.abc import Callable
from typing import Final

from engine.endpoints import Endpoint
from engine.net.addresses import (
    Address,
    endpoint_of,
    keep_to_device,
    listen_ipc,
    listen_tcp,
    prepare,
    resolve,
    unix_address,
)
from engine.net.interface import Accepted, Timer
from engine.net.streams import SocketListener, SocketStream
from engine.options import SocketOptions

HEAP_LESSON: Final = 16 << 20
"""Octets that are allocated, never touched, and freed once.

glibc takes the largest block that came back from mmap as the measure of what is worth returning to
the system (mallopt(3), M_MMAP_THRESHOLD: dynamic). Untaught it returns the top of the heap after
nearly every large frame, and each read then pays for fresh pages: 80 µs for 64 KiB instead of 30.
"""


class SystemNetwork:
    """The engine's door to the operating system; see ``Network``.

    Args:
        loop: whose clock and readiness to use; the running one when not given.

    Raises:
        RuntimeError: no loop was given and none is running.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or asyncio.get_running_loop()
        self._random = random.SystemRandom()
        bytes(HEAP_LESSON)
        self._call_soon = self._loop.call_soon

    def now(self) -> float:
        """Return the loop's time, seconds."""
        return self._loop.time()

    def call_soon(self, callback: Callable[[], None], /) -> None:
        """Call ``callback`` in the loop's next round."""
        self._call_soon(callback)

    def draw(self) -> float:
        """Return the next random number in [0, 1)."""
        return self._random.random()

    def octets(self, count: int) -> bytes:
        """Return ``count`` random octets."""
        return os.urandom(count)

    def call_at(self, when: float, callback: Callable[[], None], /) -> Timer:
        """Call ``callback`` when the loop's clock reads ``when`` seconds."""
        return self._loop.call_at(when, callback)

    def listen(
        self,
        endpoint: Endpoint,
        options: SocketOptions,
        on_accepted: Accepted,
        on_failed: Callable[[OSError], None],
    ) -> SocketListener:
        """Listen on a tcp or ipc endpoint; see ``Network.listen``."""
        give_back: Callable[[], None] = _keep
        if endpoint.scheme == "ipc":
            sock, give_back = listen_ipc(endpoint, options)
        else:
            sock = listen_tcp(endpoint, options)
        bound = endpoint_of(sock, sock.getsockname())

        def adopt(accepted: socket.socket) -> SocketStream:
            prepare(accepted, options)
            return self._stream(accepted, bound)

        return SocketListener(
            sock,
            self._loop,
            bound,
            adopt=adopt,
            on_accepted=on_accepted,
            on_failed=on_failed,
            on_closed=give_back,
        )

    async def dial(self, endpoint: Endpoint, options: SocketOptions) -> SocketStream:
        """Reach a tcp or ipc peer; see ``Network.dial``."""
        timeout = options.connect_timeout / 1000 if options.connect_timeout else None
        async with asyncio.timeout(timeout):
            if endpoint.scheme == "ipc":
                family: socket.AddressFamily = socket.AF_UNIX
                address: Address = unix_address(endpoint.path)
            else:
                family, address = await resolve(self._loop, endpoint, options)
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                prepare(sock, options)
                keep_to_device(sock, options)
                await self._loop.sock_connect(sock, address)
                if family != socket.AF_UNIX and sock.getsockname() == sock.getpeername():
                    # A free port of the ephemeral range, dialled while nobody listens, can meet itself.
                    raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
            except BaseException:
                sock.close()
                raise
        return self._stream(sock, endpoint)

    def _stream(self, sock: socket.socket, endpoint: Endpoint) -> SocketStream:
        if sock.family == socket.AF_UNIX:
            return SocketStream(sock, self._loop, str(endpoint), str(endpoint))
        local = str(endpoint_of(sock, sock.getsockname()))
        try:
            peer = str(endpoint_of(sock, sock.getpeername()))
        except OSError:  # it left between accept and now; the first read will say so
            peer = str(endpoint)
        return SocketStream(sock, self._loop, local, peer)


def _keep() -> None:
    """A tcp port goes back with its socket."""
