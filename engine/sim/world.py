"""A simulated world: its hosts, the weather between them, who listens where, and everything that happened."""

import asyncio
import errno
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from engine.endpoints import HOSTED, Endpoint
from engine.errors import AddressInUse
from engine.net.interface import Accepted
from engine.sim.loop import VirtualLoop
from engine.sim.ports import Post
from engine.sim.stream import SimStream, Wires, connect
from engine.sim.trace import Trace
from engine.sim.weather import CALM, Lane, LinkWeather

Rooms = tuple[int, int]
"""One end's kernel buffers in octets, for sending and for receiving."""

FIRST_RETRY_S: Final = 1.0
"""Wait before a lost connection request is sent again; it doubles. Source: Linux's initial timeout."""

DIAL_GIVES_UP_S: Final = 127.0
"""When the kernel gives up on a silent host. Source: Linux, ``tcp_syn_retries`` 6."""

REQUEST_OCTETS: Final = 60
"""Size of a connection request on the wire."""


class World:
    """The part of a simulation that all hosts share.

    Args:
        loop: the virtual loop that everything runs on.
        seed: decides every draw in this world.
        weather: of every direction that is not given its own, the way from a host to itself included.
    """

    def __init__(self, loop: VirtualLoop, seed: int, weather: LinkWeather = CALM) -> None:
        self.trace = Trace()
        self.seed = seed
        self._loop = loop
        self._weather = weather
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._listeners: dict[tuple[str, Endpoint], tuple[Accepted, Rooms]] = {}
        self._streams: list[tuple[str, str, SimStream]] = []
        self._dead: dict[str, bool] = {}
        self._numbers: dict[str, int] = {}
        self._wires = Wires(loop.time, self.call_at, self.call_soon, self.trace)
        self.post = Post(self._wires, self.lane, self._dead)
        """Carries datagrams."""

    def now(self) -> float:
        """Return the virtual time, seconds."""
        return self._loop.time()

    def chance(self, who: str) -> Random:
        """Make the source of chance of one part of the world; the same for the same seed and name."""
        return Random(f"{self.seed}/{who}")  # noqa: S311  repeatable on purpose

    def lane(self, source: str, target: str) -> Lane:
        """Look up one direction between two hosts."""
        lane = self._lanes.get((source, target))
        if lane is None:
            lane = self._lanes[source, target] = Lane(self._weather, self.chance(f"{source}>{target}"))
        return lane

    def set_weather(self, source: str, target: str, weather: LinkWeather) -> None:
        """Give one direction its own weather from now on."""
        self.lane(source, target).weather = weather

    def next_number(self, what: str) -> int:
        """Count up: ports, paths and the like are handed out in order."""
        self._numbers[what] = number = self._numbers.get(what, 0) + 1
        return number

    # -- who listens where -------------------------------------------------------------------------

    def listen(self, host: str, endpoint: Endpoint, on_accepted: Accepted, kernel: Rooms) -> None:
        """Put a listener at an address of a host; ``kernel`` is for the streams accepted there.

        Raises:
            AddressInUse: somebody else listens there.
        """
        if (host, _place(endpoint)) in self._listeners:
            raise AddressInUse(str(endpoint))
        self._listeners[host, _place(endpoint)] = (on_accepted, kernel)

    def is_taken(self, host: str, endpoint: Endpoint) -> bool:
        """Tell whether somebody listens there."""
        return (host, _place(endpoint)) in self._listeners

    def stop_listening(self, host: str, endpoint: Endpoint, on_accepted: Accepted) -> None:
        """Take that listener away; does nothing when it is gone."""
        accepted, _ = self._listeners.get((host, _place(endpoint)), (None, None))
        if accepted is on_accepted:
            del self._listeners[host, _place(endpoint)]

    async def dial(self, route: tuple[str, str], endpoint: Endpoint, local: str, kernel: Rooms) -> SimStream:
        """Travel to a listener and back with a connection.

        Args:
            route: the dialling host and the host dialled.
            endpoint: the address on the latter.
            local: our own address, as the peer will see it.
            kernel: our buffers.

        Raises:
            OSError: nobody listens there, or the host stays silent.
        """
        there, back = self.lane(*route), self.lane(route[1], route[0])
        await self._travel(there, route)
        listener = self._listeners.get((route[1], _place(endpoint)))
        if listener is None:
            await self._travel(back, route)
            raise ConnectionRefusedError(errno.ECONNREFUSED, f"nobody listens on {endpoint}")
        on_accepted, accepting_kernel = listener
        rooms = (*kernel, *accepting_kernel)
        dialling, accepting = connect(self._wires, (local, str(endpoint)), (there, back), rooms)
        self._streams = [entry for entry in self._streams if not entry[2].is_over]
        self._streams.append((route[0], route[1], dialling))
        self._streams.append((route[1], route[0], accepting))
        self.trace.note(self.now(), "connected", f"{local} > {endpoint}")
        on_accepted(accepting)
        try:
            await self._travel(back, route)
        except BaseException:
            dialling.close()
            raise
        return dialling

    async def _travel(self, lane: Lane, route: tuple[str, str]) -> None:
        waited_s, retry_s = 0.0, FIRST_RETRY_S
        while lane.is_cut or self._dead.keys() & {*route}:
            if waited_s >= DIAL_GIVES_UP_S:
                raise TimeoutError(errno.ETIMEDOUT, "the host did not answer")
            await asyncio.sleep(retry_s)  # as a kernel sends its request again
            waited_s += retry_s
            retry_s *= 2
        await asyncio.sleep(lane.arrival_s(self.now(), REQUEST_OCTETS) - self.now())

    # -- what can befall it ------------------------------------------------------------------------

    def cut(self, source: str, target: str, *, is_cut: bool) -> None:
        """Lay a partition across one direction, or take it away and let through what it held."""
        lane = self.lane(source, target)
        if lane.is_cut == is_cut:
            return
        lane.is_cut = is_cut
        if not is_cut:
            for _, _, stream in self._between(source, target):
                stream.heal()

    def break_streams(self, one: str, other: str | None = None) -> None:
        """Reset every connection between two hosts, or all that lead to or from one."""
        for source, target, stream in list(self._streams):
            ends = (source, target)
            if not stream.is_over and one in ends and (other is None or ends in ((one, other), (other, one))):
                stream.reset(tell_peer=True)

    def kill(self, host: str) -> None:
        """Take a host off the network: connections break, its listeners are gone, dialling gets no answer."""
        self._dead[host] = True
        self._listeners = {key: value for key, value in self._listeners.items() if key[0] != host}
        self.break_streams(host)
        self.post.close_host(host)

    def revive(self, host: str) -> None:
        """Let a killed host be reached, and reach out, again."""
        self._dead.pop(host, None)

    def _between(self, source: str, target: str) -> list[tuple[str, str, SimStream]]:
        return [entry for entry in self._streams if entry[:2] == (source, target)]

    def call_at(self, when_s: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call ``callback`` at a virtual time, seconds."""
        return self._loop.call_at(when_s, callback)

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` in the loop's next round."""
        self._loop.call_soon(callback)


def _place(endpoint: Endpoint) -> Endpoint:
    """Return what a listener is found by: all that is spoken over tcp shares its ports."""
    return replace(endpoint, scheme="tcp", path="", source="") if endpoint.scheme in HOSTED else endpoint
