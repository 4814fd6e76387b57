"""A context for every test, which closes without waiting for what nobody will take."""

from collections.abc import AsyncIterator

import pytest

from engine import Context


@pytest.fixture
async def context() -> AsyncIterator[Context]:
    async with Context(close_timeout_s=2) as context:
        yield context
        for socket in context.sockets:
            socket.close(linger=0)


@pytest.fixture(
    params=["tcp://127.0.0.1:*", "ipc://*", "inproc://here", "ws://127.0.0.1:*/"],
    ids=["tcp", "ipc", "inproc", "ws"],
)
def anywhere(request: pytest.FixtureRequest) -> str:
    """Where to bind, on each transport."""
    return str(request.param)
