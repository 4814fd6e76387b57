"""A real server on a free port, in the test's own loop, with a directory of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from app.cli.serve import Server, listen
from app.settings import Settings
from app.web.application import create_app
from app.workspace.workspace import Workspace

Json = Any


@dataclass
class Served:
    """A server that runs, and the ways to talk to it."""

    base: str
    workspace: Workspace
    http: httpx.AsyncClient
    stack: AsyncExitStack

    async def create(self, document: Json, key: str | None = None) -> str:
        """Keep ``document``; its id."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        answer = await self.http.post("/topologies", json=document, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def edit(self, topology: str, base: str, *edits: Json, **headers: str) -> httpx.Response:
        """Send edits that were made on revision ``base``."""
        return await self.http.post(
            f"/topologies/{topology}/edits",
            json={"edits": edits},
            headers={"If-Match": f'"{base}"', **headers},
        )

    async def live(self, name: str = "127.0.0.1", **options: Any) -> ClientConnection:
        """Open the websocket, asking for the server by ``name``; it closes with the test."""
        port = int(self.base.rpartition(":")[2])
        url = f"ws://{name}:{port}/api/v1/live"
        options = {"subprotocols": ["glassmq.v1"], "host": "127.0.0.1", "port": port, **options}
        return await self.stack.enter_async_context(connect(url, **options))


async def close_code(websocket: ClientConnection) -> int | None:
    """The code that the server closed with, once it has."""
    async with asyncio.timeout(5):
        await websocket.wait_closed()
    return websocket.close_code


Serve = Callable[..., Awaitable[Served]]


@pytest_asyncio.fixture(loop_scope="module")
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Start a server of the test's own; keyword arguments are settings."""
    async with serving(tmp_path) as start:
        yield start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A server with the settings as they come, for all tests of a file."""
    async with serving(tmp_path_factory.mktemp("shared")) as start:
        yield await start()


@pytest_asyncio.fixture(loop_scope="module")
async def served(shared: Served) -> AsyncIterator[Served]:
    """The file's server; websockets that a test opened close with it."""
    async with AsyncExitStack() as stack:
        yield replace(shared, stack=stack)


@asynccontextmanager
async def serving(directory: Path) -> AsyncIterator[Serve]:
    """Servers that stop together."""
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> Served:
            given = Settings(**{"data_dir": directory / "data", "port": 0, **settings})
            workspace = Workspace(given)
            app = create_app(given, workspace)
            config = uvicorn.Config(
                app, ws_max_size=given.limits.live_message_octets, ws_ping_interval=None, log_level="warning"
            )
            server = Server(config)
            listener, port = listen(config, given)
            base = f"http://127.0.0.1:{port}"
            serving = asyncio.create_task(server.serve([listener]))

            async def stop() -> None:
                server.should_exit = True
                await serving

            stack.push_async_callback(stop)
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{base}/api/v1"))
            inner = await stack.enter_async_context(AsyncExitStack())
            answer = await http.get("/health")
            assert answer.status_code == 200
            return Served(base, workspace, http, inner)

        yield start
