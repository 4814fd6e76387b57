"""Going through a SOCKS5 proxy: the dialogue before the stream is the peer's."""

import asyncio
import socket
from dataclasses import dataclass, field

from engine.endpoints import parse
from engine.options import SocketOptions
from engine.wire.socks import (
    ANSWER_HEAD,
    PROXY_LEFT,
    SocksRefused,
    check_login,
    rest_of_answer,
    wants_login,
    write_login,
    write_methods,
    write_request,
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a SOCKS5 proxy is, and who we are to it."""

    host: str
    port: int
    username: bytes = b""
    password: bytes = field(default=b"", repr=False)


def proxy_of(options: SocketOptions) -> Proxy | None:
    """Return the proxy that the options name, or ``None``."""
    if not options.socks_proxy:
        return None
    place = parse(f"tcp://{options.socks_proxy}")
    return Proxy(place.host, place.port, options.socks_username, options.socks_password)


async def ask_proxy(
    loop: asyncio.AbstractEventLoop, sock: socket.socket, proxy: Proxy, host: str, port: int
) -> None:
    """Have the proxy connect ``sock`` to a peer; its name is resolved by the proxy.

    Raises:
        SocksRefused: the proxy did not do it.
        OSError: the proxy left.
    """
    has_login = bool(proxy.username)
    await loop.sock_sendall(sock, write_methods(has_login=has_login))
    if wants_login(await _read(loop, sock, 2), has_login=has_login):
        await loop.sock_sendall(sock, write_login(proxy.username, proxy.password))
        check_login(await _read(loop, sock, 2))
    await loop.sock_sendall(sock, write_request(host, port))
    await _read(loop, sock, rest_of_answer(await _read(loop, sock, ANSWER_HEAD)))


async def _read(loop: asyncio.AbstractEventLoop, sock: socket.socket, count: int) -> bytes:
    """Read exactly ``count`` octets: what follows them is the peer's."""
    data = b""
    while len(data) < count:
        piece = await loop.sock_recv(sock, count - len(data))
        if not piece:
            raise SocksRefused(PROXY_LEFT)
        data += piece
    return data
