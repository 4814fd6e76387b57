"""Sockets over udp while the kernel takes nothing: what waits stays in its pipe, in order, and is counted."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from engine import DGRAM, DISH, RADIO, AddressedMessage, Again, Context, Socket
from engine.endpoints import Endpoint
from engine.net.interface import DatagramOwner, DatagramPort
from engine.options import SocketOptions
from engine.sim.network import SimNetwork
from engine.sim.run import run
from engine.sim.world import World
from engine.wire.datagrams import Place


class FullPort:
    """A port whose kernel takes ``room`` datagrams and then none, until it is given more room."""

    def __init__(self, port: DatagramPort) -> None:
        self._port = port
        self._owner: DatagramOwner | None = None
        self._room = 0
        self.local = port.local
        self.peer = port.peer
        self.is_multicast = port.is_multicast
        self.lost = port.lost
        self.close = port.close

    def send(self, data: bytes, place: Place) -> bool:
        if not self._room:
            return False
        self._room -= 1
        return self._port.send(data, place)

    def start(self, owner: DatagramOwner) -> None:
        self._owner = owner
        self._port.start(owner)

    def make_room(self, room: int) -> None:
        self._room = room
        assert self._owner is not None
        self._owner.on_writable()


class FullNetwork(SimNetwork):
    """A host all of whose ports are full."""

    def __init__(self, world: World, host: str) -> None:
        super().__init__(world, host)
        self.port: FullPort | None = None

    def open_port(self, endpoint: Endpoint, options: SocketOptions, *, binding: bool) -> DatagramPort:
        self.port = FullPort(super().open_port(endpoint, options, binding=binding))
        return self.port

    def make_room(self, room: int) -> None:
        """Let the kernel take so many more."""
        assert self.port is not None
        self.port.make_room(room)


Story = Callable[[FullNetwork, Context, Socket], Coroutine[Any, Any, None]]


def with_a_full_kernel(story: Story) -> Callable[[], None]:
    """Run a story with a DISH that hears group g at port 5555, and a context on a host that cannot send."""

    def test() -> None:
        async def main(world: World) -> None:
            network = FullNetwork(world, "a")
            async with Context(SimNetwork(world, "b")) as there, Context(network) as here:
                dish = there.socket(DISH)
                dish.bind("udp://*:5555")
                dish.join("g")
                await story(network, here, dish)

        run(main, seed=1)

    test.__name__ = story.__name__
    return test


def say(radio: Socket, *numbers: int) -> None:
    for n in numbers:
        radio.send_nowait(AddressedMessage([b"%d" % n], group="g"))


async def heard(dish: Socket) -> list[int]:
    await asyncio.sleep(0.1)
    found = []
    while True:
        try:
            found.append(int(dish.recv_nowait()[0]))
        except Again:
            return found


@with_a_full_kernel
async def test_what_the_kernel_refuses_waits_in_its_pipe(
    network: FullNetwork, context: Context, dish: Socket
) -> None:
    radio = context.socket(RADIO, sndhwm=5)
    radio.connect("udp://b:5555")
    say(radio, *range(7))
    (lane,) = [lane for lane in radio.books().lanes if lane.is_outbound]
    assert (lane.accepted, lane.taken, lane.queued, lane.dropped) == (7, 0, 5, {"hwm": 2})
    network.make_room(3)
    assert await heard(dish) == [0, 1, 2]
    (lane,) = [lane for lane in radio.books().lanes if lane.is_outbound]
    assert (lane.taken, lane.handed, lane.queued, lane.is_balanced) == (3, 3, 2, True)
    say(radio, 7)
    network.make_room(100)
    assert await heard(dish) == [3, 4, 7]
    say(radio, 8)
    assert await heard(dish) == [8]


@with_a_full_kernel
async def test_a_dgram_waits_for_room(network: FullNetwork, context: Context, dish: Socket) -> None:
    dgram = context.socket(DGRAM, sndhwm=1)
    dgram.bind("udp://*:5555")
    dgram.send_nowait([b"10.0.0.1:5555", b"\x01g1"])
    with pytest.raises(Again):
        dgram.send_nowait([b"10.0.0.1:5555", b"\x01g2"])
    sending = asyncio.create_task(dgram.send([b"10.0.0.1:5555", b"\x01g2"]))
    await asyncio.sleep(0.1)
    network.make_room(2)
    await sending
    assert await heard(dish) == [1, 2]


@with_a_full_kernel
async def test_a_socket_lingers_for_what_waits(network: FullNetwork, context: Context, dish: Socket) -> None:
    radio = context.socket(RADIO)
    radio.connect("udp://b:5555")
    say(radio, 1, 2)
    radio.close()
    await asyncio.sleep(1)
    assert context.sockets == (radio,)
    network.make_room(2)
    await radio.closed()
    assert await heard(dish) == [1, 2]
    assert radio.books().is_balanced


@pytest.mark.parametrize("linger", [0, 500])
def test_what_lingered_in_vain_is_dropped_and_counted(linger: int) -> None:
    @with_a_full_kernel
    async def story(network: FullNetwork, context: Context, dish: Socket) -> None:
        radio = context.socket(RADIO, linger=linger)
        radio.connect("udp://b:5555")
        say(radio, 1, 2)
        start = network.now()
        radio.disconnect("udp://b:5555")
        await asyncio.sleep(1)
        assert network.now() - start >= linger / 1000
        (lane,) = [lane for lane in radio.books().lanes if lane.is_outbound]
        assert (lane.taken, lane.dropped, lane.is_balanced) == (0, {"linger": 2}, True)
        assert radio.pipes == ()

    story()
