"""What every test with libzmq needs: a context of each kind, and sides to try."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import zmq

from engine import Context
from tests.interop.ends import Meeting


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.interop)


@pytest.fixture
async def meeting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meeting]:
    directory = tmp_path_factory.mktemp("z")
    libzmq = zmq.Context()
    async with Context(close_timeout_s=2) as context:
        meeting = Meeting(context, libzmq, str(directory))
        nudging = asyncio.create_task(meeting.nudge())
        yield meeting
        nudging.cancel()
        for socket in context.sockets:
            socket.close(linger=0)
        meeting.close()
    libzmq.term()


@pytest.fixture(params=["tcp", "ipc"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[True, False], ids=["we-bind", "they-bind"])
def we_bind(request: pytest.FixtureRequest) -> bool:
    return request.param
