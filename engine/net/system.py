"""The real world, assembled: the operating system's network, the loop's clock, and chance."""

import asyncio
import os
import random
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from engine.endpoints import Endpoint
from engine.net.addresses import adopt_listener, endpoint_of, listen_ipc, listen_tcp, tcp_address
from engine.net.datagrams import SocketPort, bind_port, connect_port
from engine.net.dialling import dial, stream_of
from engine.net.interface import Accepted, ByteStream, Timer
from engine.net.kernel_options import prepare
from engine.net.streams import SocketListener
from engine.net.tls import TlsStream
from engine.net.tls_contexts import TlsFailed, client_context, server_context
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
        tls = server_context(options) if endpoint.scheme == "wss" else None
        if options.use_fd >= 0:
            sock = adopt_listener(endpoint, options.use_fd)
        elif endpoint.scheme == "ipc":
            sock, give_back = listen_ipc(endpoint, options)
        else:
            sock = listen_tcp(endpoint, options)
        bound = replace(endpoint_of(sock, sock.getsockname(), endpoint.scheme), path=endpoint.path)
        if endpoint.scheme == "ipc":
            bound = endpoint_of(sock, sock.getsockname())

        def adopt(accepted: socket.socket) -> ByteStream:
            prepare(accepted, options)
            stream = stream_of(accepted, self._loop, bound)
            return stream if tls is None else TlsStream(stream, tls, self._call_soon, is_server=True)

        return SocketListener(
            sock,
            self._loop,
            bound,
            adopt=adopt,
            on_accepted=on_accepted,
            on_failed=on_failed,
            on_closed=give_back,
        )

    def locate(self, endpoint: Endpoint, options: SocketOptions) -> Endpoint:
        """Tell where ``listen`` would listen; see ``Network.locate``."""
        if endpoint.scheme == "ipc":
            return endpoint
        family, address = tcp_address(endpoint, options)
        with socket.socket(family) as sock:
            return replace(endpoint_of(sock, address, endpoint.scheme), path=endpoint.path)

    async def dial(self, endpoint: Endpoint, options: SocketOptions) -> ByteStream:
        """Reach a peer over a stream; see ``Network.dial``."""
        tls = client_context(options) if endpoint.scheme == "wss" else None
        timeout = options.connect_timeout / 1000 if options.connect_timeout else None
        async with asyncio.timeout(timeout):
            stream = await dial(self._loop, endpoint, options)
        if tls is None:
            return stream
        name = options.wss_hostname or endpoint.host.partition("%")[0]
        try:
            return TlsStream(stream, tls, self._call_soon, is_server=False, hostname=name)
        except (TypeError, ValueError) as error:
            stream.close()
            why = f"no certificate can have the name {name!r} (wss_hostname)"
            raise TlsFailed(why) from error

    def open_port(self, endpoint: Endpoint, options: SocketOptions, *, binding: bool) -> SocketPort:
        """Open a udp port; see ``Network.open_port``."""
        return (bind_port if binding else connect_port)(self._loop, endpoint, options)


def _keep() -> None:
    """A tcp port goes back with its socket."""
