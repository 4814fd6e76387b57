"""SOCKS5 and source addresses between us and libzmq, through the same proxy."""

import socket

import pytest
import zmq

from engine import PULL, PUSH
from engine.monitor.events import Accepted
from tests.interop.ends import Meeting
from tests.support.socks_server import SocksServer
from tests.support.watcher import Watcher

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("we_bind", [True, False])
async def test_a_proxy_carries_us_to_libzmq_and_libzmq_to_us(meeting: Meeting, we_bind: bool) -> None:
    ours = meeting.ours(PULL if we_bind else PUSH)
    theirs = meeting.theirs(PUSH if we_bind else PULL)
    async with SocksServer(names={"far.example": "127.0.0.1"}) as proxy:
        place = f"127.0.0.1:{proxy.port}"
        if we_bind:
            port = ours.socket.bind("tcp://127.0.0.1:*").rpartition(":")[2]
            theirs.socket.setsockopt(zmq.SOCKS_PROXY, place.encode())
            theirs.socket.connect(f"tcp://far.example:{port}")
            await theirs.send([b"x"])
            assert await ours.recv() == [b"x"]
        else:
            port = str(theirs.socket.bind_to_random_port("tcp://127.0.0.1"))
            ours.socket.set("socks_proxy", place)
            ours.socket.connect(f"tcp://far.example:{port}")
            await ours.send([b"x"])
            assert await theirs.recv() == [b"x"]
        assert proxy.asked == [("far.example", int(port))]


async def test_libzmq_comes_from_the_source_it_names_in_our_way_of_writing(meeting: Meeting) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours, theirs = meeting.ours(PULL), meeting.theirs(PUSH)
    watcher = Watcher(ours.socket)
    address = ours.socket.bind("tcp://127.0.0.1:*").removeprefix("tcp://")
    theirs.socket.connect(f"tcp://127.0.0.1:{port};{address}")
    assert (await watcher.until(Accepted)).peer == f"tcp://127.0.0.1:{port}"
