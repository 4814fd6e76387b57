"""Three hosts, each sending to all, while connections break and partitions come and go: the books balance.

Order is promised for each connection, not across them: the last messages of a broken one and the
first of its successor are taken in turn, as libzmq does.
"""

import asyncio
from collections.abc import Iterator

import pytest

from engine import PULL, PUSH
from engine.monitor.snapshot import LaneBooks
from engine.sim.context import SimContext
from engine.sim.faults import Faults
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from engine.sim.world import World
from engine.sockets.socket import Socket

HOSTS = ("a", "b", "c")
EACH = 1500
"""Messages that each host sends."""
TROUBLE_S = 25
ALL_IS_QUIET_S = 200


class Trade:
    """Every host pushes to every host, itself included; each link is labelled ``source>target``."""

    def __init__(self, world: World) -> None:
        self.contexts = {host: SimContext(world, host) for host in HOSTS}
        self.sinks = {host: self.contexts[host].socket(PULL, rcvhwm=4) for host in HOSTS}
        self.sources = {host: self.contexts[host].socket(PUSH, sndhwm=6, reconnect_ivl=20) for host in HOSTS}
        self.heard: dict[str, list[tuple[str, int]]] = {host: [] for host in HOSTS}
        for sink in self.sinks.values():
            sink.bind("tcp://*:1")
        for host, source in self.sources.items():
            for target in HOSTS:
                source.connect(f"tcp://{target}:1", label=f"{host}>{target}")

    async def go_on(self) -> None:
        """Send and receive until all is quiet."""
        works = [self._receive(host) for host in HOSTS] + [self._send(host) for host in HOSTS]
        tasks = [asyncio.create_task(work) for work in works]
        await asyncio.sleep(ALL_IS_QUIET_S)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    async def close(self) -> None:
        for context in self.contexts.values():
            await context.close()

    def links(self) -> Iterator[tuple[LaneBooks, LaneBooks]]:
        """Both halves of each link."""
        sent = {lane.label: lane for lane in lanes(self.sources, is_outbound=True)}
        got = {lane.label: lane for lane in lanes(self.sinks, is_outbound=False)}
        assert sent.keys() == got.keys()
        for label, lane in sent.items():
            yield lane, got[label]

    async def _send(self, host: str) -> None:
        for n in range(EACH):
            await self.sources[host].send([host.encode(), b"%d" % n])
            await asyncio.sleep(0.01)

    async def _receive(self, host: str) -> None:
        async for source, number in self.sinks[host]:
            self.heard[host].append((source.decode(), int(number)))
            await asyncio.sleep(0.002)


def lanes(sockets: dict[str, Socket], *, is_outbound: bool) -> list[LaneBooks]:
    return [
        lane
        for socket in sockets.values()
        for lane in socket.books().lanes
        if lane.is_outbound is is_outbound
    ]


def trouble(world: World) -> None:
    """Break and mend at random until it is time to be quiet."""
    faults, chance = Faults(world), world.chance("trouble")
    for moment in range(1, 2 * TROUBLE_S):
        one, other = chance.sample(HOSTS, 2)
        damage = chance.choice([faults.sever, faults.partition, faults.heal])
        damage(one, other, at_s=moment * 0.5)
    for one, other in (("a", "b"), ("b", "c"), ("a", "c")):
        faults.heal(one, other, at_s=TROUBLE_S)


@pytest.mark.parametrize("seed", range(4))
def test_accepted_is_delivered_or_queued_or_dropped_or_lost_in_transit(seed: int) -> None:
    async def main(world: World) -> Trade:
        trouble(world)
        trade = Trade(world)
        await trade.go_on()
        losses = 0
        for sent, got in trade.links():
            assert sent.is_balanced
            assert got.is_balanced
            over = sent.dead_connections
            lost = sum(over.values()) - sum(got.dead_connections.get(name, 0) for name in over)
            assert sent.accepted == got.delivered + sent.queued + got.queued + lost, sent.label
            assert (sent.queued, got.queued, sent.dropped, got.dropped) == (0, 0, {}, {})
            losses += lost
        assert losses > 0
        await trade.close()
        return trade

    trade = run(main, seed, LinkWeather(latency_s=0.01)).result
    assert sum(sent.accepted for sent, _ in trade.links()) == EACH * len(HOSTS)
    for heard in trade.heard.values():
        assert len(heard) == len(set(heard)), "repeated"
