"""Any datagrams at sockets that live: each is delivered, or dropped for a reason, and all are counted."""

import asyncio

from hypothesis import given, settings, strategies as st

from engine import DGRAM, DISH, Again
from engine.options import SocketOptions
from engine.sim.context import SimContext
from engine.sim.ports import SimPort
from engine.sim.run import run
from engine.sim.world import World

DATAGRAMS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(st.binary(max_size=40), st.binary(max_size=20).map(lambda body: b"\x01g" + body)),
    ),
    max_size=40,
)


@settings(max_examples=30, deadline=None)
@given(DATAGRAMS, st.integers(1, 5), st.sampled_from([DISH, DGRAM]))
def test_any_datagrams_are_delivered_or_dropped_and_counted(
    datagrams: list[tuple[int, bytes]], rcvhwm: int, kind: int
) -> None:
    async def story(world: World) -> None:
        socket = SimContext(world, "b").socket(kind, rcvhwm=rcvhwm)
        socket.bind("udp://*:5555")
        if kind == DISH:
            socket.join("g")
        ports = [SimPort(world.post, f"host{n}", 7000 + n, SocketOptions()) for n in range(3)]
        for sender, octets in datagrams:
            ports[sender].send(octets, (world.post.address_of("b"), 5555))
        await asyncio.sleep(1)
        got: list[bytes] = []
        while True:
            try:
                got.append(socket.recv_nowait()[-1])
            except Again:
                break
        books = socket.books()
        assert books.is_balanced
        inbound = [lane for lane in books.lanes if not lane.is_outbound]
        assert sum(lane.arrived for lane in inbound) == len(datagrams)
        assert sum(lane.delivered for lane in inbound) == len(got)
        fit = [octets[2:] if kind == DISH else octets for _, octets in datagrams]
        assert not set(got) - set(fit)

    run(story, seed=1)
