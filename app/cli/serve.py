"""``glassmq serve``: the page and its server, on this machine unless a token guards it."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn

from app.settings import SettingInvalid, Settings, load
from app.store.database import DatabaseTooNew
from app.web.application import create_app

IPPROTO_TCP: Final = 6
TCP_NODELAY: Final = 1
"""As every system numbers them; only the engine may open the module that has them."""

PORTS_TRIED: Final = 50
GOODBYE_TIMEOUT_S: Final = 3
"""How long open requests may still take when the server stops, seconds."""


class AddressTaken(Exception):
    """No port near the one asked for is free."""

    def __init__(self, host: str, first: int, last: int) -> None:
        super().__init__(f"no port from {first} to {last} on {host} is free; choose another with --port")


class TokenMissing(Exception):
    """A server that others can reach needs a token."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} can be reached by others: give --token (or GLASSMQ_TOKEN), or listen on 127.0.0.1"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``serve`` understands."""
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8765, or the next free one)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the topologies are kept")
    parser.add_argument("--token", help="what a browser must know to be let in")
    parser.add_argument(
        "--open-hosts",
        nargs="+",
        metavar="NAME",
        help="further names under which the page may be asked for, as behind a proxy",
    )
    parser.add_argument(
        "--allow-hosts",
        nargs="+",
        metavar="HOST",
        help="hosts beside this machine that a topology may reach or bind",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted; the exit code."""
    try:
        settings = load(
            os.environ,
            host=arguments.host,
            port=arguments.port,
            data_dir=arguments.data,
            token=arguments.token,
            open_hosts=arguments.open_hosts,
            allow_hosts=arguments.allow_hosts,
        )
        if not settings.is_loopback and not settings.token:
            raise TokenMissing(settings.host)
        return asyncio.run(_serve(settings))
    except (SettingInvalid, TokenMissing, AddressTaken, DatabaseTooNew, OSError) as error:
        print(f"glassmq: {error}", file=sys.stderr)
        return 2


class Server(uvicorn.Server):
    """uvicorn's server, with the signals left to us: a stop that was asked for is no failure."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def _serve(settings: Settings) -> int:
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="asyncio",  # the engine watches its sockets with add_reader
        lifespan="off",  # opened and closed here, so that a failure to open keeps its own words
        ws_max_size=settings.limits.live_message_octets,
        ws_per_message_deflate=False,  # frames are dense numbers, on loopback as a rule
        ws_ping_interval=None,  # the conversation has pings of its own
        timeout_graceful_shutdown=GOODBYE_TIMEOUT_S,
        log_level="warning",
        server_header=False,
    )
    server = Server(config)
    listener, port = listen(config, settings)
    try:
        async with app.router.lifespan_context(app):
            _stop_on_signals(server)
            print(f"GlassMQ is at {_address(settings.host, port)}", flush=True)
            await server.serve(sockets=[listener])
    finally:
        listener.close()
    return 0


def listen(config: uvicorn.Config, settings: Settings) -> tuple[Any, int]:
    """A socket that listens, and its port: the one asked for, or the next one that is free.

    Raises:
        AddressTaken: none of them is.
    """
    first = settings.port
    last = min(first + PORTS_TRIED, 65_535) if first else 0
    for port in range(first, last + 1):
        config.port = port
        try:
            listener = config.bind_socket()
            # asyncio does this only for sockets that it made itself; what is accepted here inherits it.
            # Without it each answer's second packet waits 40 ms for the acknowledgement of the first.
            listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            listener.listen(config.backlog)  # from here on nobody is refused, even before the first accept
        except (SystemExit, OSError):  # the first is uvicorn's word for an address that is taken
            continue
        return listener, listener.getsockname()[1]
    raise AddressTaken(settings.host, first, last)


def _stop_on_signals(server: uvicorn.Server) -> None:
    def stop() -> None:
        server.force_exit = server.should_exit  # the second time is in earnest
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
