"""udp with libzmq: its released builds make RADIO and DGRAM sockets, and leave out only what names groups."""

from pathlib import Path

import pytest
import zmq

from engine import DGRAM, DISH, PUB, RADIO, SocketType
from engine.errors import TransportIncompatible
from tests.interop.ends import Meeting, TheirEnd
from tests.support.eventually import eventually

ANYWHERE = "udp://127.0.0.1:*"


async def bound(meeting: Meeting, theirs: TheirEnd) -> str:
    """Bind a socket of libzmq's to a place that nobody has, and wait until it is there: a thread does it."""
    finder = meeting.context.socket(DISH)
    endpoint = finder.bind(ANYWHERE)
    finder.unbind(endpoint)
    theirs.socket.bind(endpoint)
    here = f"0100007F:{int(endpoint.rpartition(':')[2]):04X} "
    await eventually(lambda: here in Path("/proc/net/udp").read_text(), "libzmq has bound its port")
    return endpoint


async def test_dgrams_of_both_talk_by_address(meeting: Meeting) -> None:
    ours, libs = meeting.ours(DGRAM), meeting.theirs(DGRAM)
    there = await bound(meeting, libs)
    here = ours.socket.bind(ANYWHERE).removeprefix("udp://").encode()
    for size in (0, 1, 255, 256, 8192):
        await ours.send([there.removeprefix("udp://").encode(), bytes(size)])
        assert await libs.recv() == [here + b"\0", bytes(size)]
        await libs.send([here, bytes(size)])
        assert await ours.recv() == [there.removeprefix("udp://").encode() + b"\0", bytes(size)]


async def test_a_dish_hears_a_radio_of_libzmqs(meeting: Meeting) -> None:
    dish, radio = meeting.ours(DISH), meeting.theirs(RADIO)
    dish.socket.join("")  # the one group that a released libzmq can send to
    radio.socket.connect(dish.socket.bind(ANYWHERE))
    for size in (0, 1, 255, 8191):
        await radio.send([bytes(size)])
        assert await dish.recv() == [bytes(size)]


@pytest.mark.parametrize("endpoint", ["udp://127.0.0.1:5555", "udp://lo;239.192.4.4:5555"])
async def test_the_last_endpoint_reads_as_libzmqs(meeting: Meeting, endpoint: str) -> None:
    ours, libs = meeting.ours(RADIO), meeting.theirs(RADIO)
    ours.socket.connect(endpoint)
    libs.socket.connect(endpoint)
    assert libs.socket.getsockopt_string(zmq.LAST_ENDPOINT) == ours.socket.get("last_endpoint")


@pytest.mark.parametrize(("kind", "binds"), [(RADIO, True), (DISH, False), (PUB, True), (PUB, False)])
async def test_what_has_no_udp_is_refused_there_as_here(
    meeting: Meeting, kind: SocketType, binds: bool
) -> None:
    ours, libs = meeting.ours(kind).socket, meeting.theirs(kind).socket
    with pytest.raises(zmq.ZMQError) as refusal:
        (libs.bind if binds else libs.connect)("udp://127.0.0.1:5555")
    assert refusal.value.errno == zmq.ENOCOMPATPROTO
    with pytest.raises(TransportIncompatible):
        (ours.bind if binds else ours.connect)("udp://127.0.0.1:5555")


async def test_a_dgram_that_connects_is_ours_alone(meeting: Meeting) -> None:
    ours, libs = meeting.ours(DGRAM), meeting.theirs(DGRAM)
    with pytest.raises(zmq.ZMQError):
        libs.socket.connect("udp://127.0.0.1:5555")
    there = await bound(meeting, libs)
    ours.socket.connect(there)
    await ours.send([there.removeprefix("udp://").encode(), b"question"])
    await libs.send([(await libs.recv())[0], b"answer"])
    assert (await ours.recv())[1] == b"answer"
