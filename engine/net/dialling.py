"""Reaching a peer: from where, by which way, and what comes of it as a stream."""

import asyncio
import errno
import os
import socket

from engine.endpoints import Endpoint
from engine.net.addresses import (
    Address,
    endpoint_of,
    resolve,
    source_address,
    unix_address,
    wanted_family,
)
from engine.net.kernel_options import keep_to_device, prepare
from engine.net.socks import Proxy, ask_proxy, proxy_of
from engine.net.streams import SocketStream
from engine.options import SocketOptions


async def dial(loop: asyncio.AbstractEventLoop, endpoint: Endpoint, options: SocketOptions) -> SocketStream:
    """Reach a tcp or ipc peer, through the proxy if the options name one; see ``Network.dial``."""
    if endpoint.scheme == "ipc":
        sock = await _connect(loop, socket.AF_UNIX, unix_address(endpoint.path), None, options)
        return stream_of(sock, loop, endpoint)
    source = source_address(endpoint, options) if endpoint.source else None
    family = wanted_family(options) if source is None else source[0]
    proxy = proxy_of(options)
    host, port = (endpoint.host, endpoint.port) if proxy is None else (proxy.host, proxy.port)
    family, address = await resolve(loop, host, port, family)
    sock = await _connect(loop, family, address, source and source[1], options)
    if proxy is None:
        return stream_of(sock, loop, endpoint)
    return await _pass_proxy(loop, sock, proxy, endpoint)


def stream_of(sock: socket.socket, loop: asyncio.AbstractEventLoop, endpoint: Endpoint) -> SocketStream:
    """Make a stream of a connected socket; ``endpoint`` is where it was reached, or came in."""
    if sock.family == socket.AF_UNIX:
        return SocketStream(sock, loop, str(endpoint), str(endpoint))
    local = str(endpoint_of(sock, sock.getsockname(), endpoint.scheme))
    try:
        peer = str(endpoint_of(sock, sock.getpeername(), endpoint.scheme))
    except OSError:  # it left between accept and now; the first read will say so
        peer = str(endpoint)
    return SocketStream(sock, loop, local, peer)


async def _connect(
    loop: asyncio.AbstractEventLoop,
    family: socket.AddressFamily,
    address: Address,
    source: Address | None,
    options: SocketOptions,
) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        prepare(sock, options)
        keep_to_device(sock, options)
        if source is not None:
            # one source port may lead to many peers (libzmq sets it too)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(source)
        await loop.sock_connect(sock, address)
        if family != socket.AF_UNIX and sock.getsockname() == sock.getpeername():
            # A free port of the ephemeral range, dialled while nobody listens, can meet itself.
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    except BaseException:
        sock.close()
        raise
    return sock


async def _pass_proxy(
    loop: asyncio.AbstractEventLoop, sock: socket.socket, proxy: Proxy, endpoint: Endpoint
) -> SocketStream:
    """Have the proxy connect; the peer's name is all that is known of where it is."""
    try:
        await ask_proxy(loop, sock, proxy, endpoint.host, endpoint.port)
    except BaseException:
        sock.close()
        raise
    local = str(endpoint_of(sock, sock.getsockname(), endpoint.scheme))
    peer = Endpoint(endpoint.scheme, host=endpoint.host, port=endpoint.port)
    return SocketStream(sock, loop, local, str(peer))
