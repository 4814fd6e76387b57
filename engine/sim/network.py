"""The simulated network as one host sees it: another implementation of the engine's door to the world."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from engine.clock import MS
from engine.endpoints import HOSTED, Endpoint
from engine.errors import AddressNotAvailable
from engine.net.interface import Accepted, ByteStream, Timer
from engine.options import SocketOptions
from engine.sim.ports import SimPort, is_group, is_numeric
from engine.sim.world import Rooms, World

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
WILDCARD: Final = ("*", "0.0.0.0", "::")  # noqa: S104  names, nothing is bound
"""Written by ``bind``; here they all mean the host itself, under its own name."""

KERNEL_BUFFER: Final = 128 * 1024
"""Octets of each kernel buffer where ``sndbuf`` and ``rcvbuf`` leave it to the system."""

FIRST_PORT: Final = 49152
LAST_PORT: Final = 65535
"""The free ports. Source: IANA's dynamic range."""


class SimNetwork:
    """One host's ``Network``: its clock is the virtual loop's, its chance comes from the world's seed.

    Addresses are host names: ``tcp://alice:5555`` is port 5555 of the host named alice. The
    loopback names reach the host itself, as do ipc paths.

    Args:
        world: shared with the other hosts.
        host: this host's name.
    """

    def __init__(self, world: World, host: str = "localhost") -> None:
        self.world = world
        self.host = host
        self._chance = world.chance(host)

    def now(self) -> float:
        """Return the virtual time, seconds."""
        return self.world.now()

    def draw(self) -> float:
        """Return the next number in [0, 1)."""
        return self._chance.random()

    def octets(self, count: int) -> bytes:
        """Return ``count`` octets drawn by the seed."""
        return self._chance.randbytes(count)

    def listen(
        self,
        endpoint: Endpoint,
        options: SocketOptions,
        on_accepted: Accepted,
        on_failed: Callable[[OSError], None],
    ) -> "SimListener":
        """Listen at once; accepting never fails here.

        Raises:
            AddressInUse: somebody else listens there.
            AddressNotAvailable: the address is another host's.
        """
        return SimListener(self.world, self.host, self._bound(endpoint), on_accepted, _kernel(options))

    def locate(self, endpoint: Endpoint, options: SocketOptions) -> Endpoint:
        """Tell where ``listen`` would listen.

        Raises:
            AddressNotAvailable: the address is another host's.
        """
        return self._bound(endpoint)

    async def dial(self, endpoint: Endpoint, options: SocketOptions) -> ByteStream:
        """Reach a listener of this or another host; names need no resolving.

        Raises:
            OSError: nobody listens there, or the host stays silent.
            TimeoutError: ``connect_timeout`` passed.
        """
        target = self._host_of(endpoint)
        if endpoint.scheme in HOSTED:
            address = replace(endpoint, host=target)
            local = f"{endpoint.scheme}://{self.host}:{self._next_port()}"
        else:
            address = endpoint
            local = f"{endpoint}#{self.world.next_number('path')}"
        limit_s = options.connect_timeout * MS or None
        async with asyncio.timeout(limit_s):
            return await self.world.dial((self.host, target), address, local, _kernel(options))

    def open_port(self, endpoint: Endpoint, options: SocketOptions, *, binding: bool) -> SimPort:
        """Open a udp port; a host has one numeric address, by which its datagrams are known.

        Raises:
            AddressInUse: another socket has the port.
            AddressNotAvailable: the address is another host's.
        """
        post = self.world.post
        if not binding:
            place = (post.address_of(self._host_of(endpoint)), endpoint.port)
            return SimPort(post, self.host, self._free_port(), options, peer=place)
        group = endpoint.host if is_numeric(endpoint.host) and is_group(endpoint.host) else ""
        if not group and post.address_of(self._host_of(endpoint)) != post.address_of(self.host):
            raise AddressNotAvailable(str(endpoint), f"this host is {self.host}")
        port = endpoint.port or self._free_port()
        return SimPort(post, self.host, port, options, group=group)

    def _next_port(self) -> int:
        """Hand ports out in order, and after the last the first again: a long story dials often."""
        return FIRST_PORT + (self.world.next_number("port") - 1) % (LAST_PORT + 1 - FIRST_PORT)

    def _free_port(self) -> int:
        while True:
            port = self._next_port()
            if not self.world.post.is_taken(self.host, port):
                return port

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` in the loop's next round."""
        self.world.call_soon(callback)

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` when the virtual clock reads ``when`` seconds."""
        return self.world.call_at(when, callback)

    def _host_of(self, endpoint: Endpoint) -> str:
        if endpoint.scheme not in HOSTED or endpoint.host in LOOPBACK or endpoint.host in WILDCARD:
            return self.host
        return endpoint.host

    def _bound(self, endpoint: Endpoint) -> Endpoint:
        host = self._host_of(endpoint)
        if host != self.host:
            raise AddressNotAvailable(str(endpoint), f"this host is {self.host}")
        if endpoint.scheme == "ipc":
            if endpoint.path == "*":
                return Endpoint("ipc", path=f"/simulated/{self.world.next_number('path')}")
            return endpoint
        named = replace(endpoint, host=host)
        while not named.port or (not endpoint.port and self.world.is_taken(host, named)):
            named = replace(named, port=self._next_port())
        return named


class SimListener:
    """Accepts connections at one address of a host, until it is closed."""

    def __init__(
        self, world: World, host: str, endpoint: Endpoint, on_accepted: Accepted, kernel: Rooms
    ) -> None:
        self.endpoint = endpoint
        self._world = world
        self._host = host
        self._on_accepted = on_accepted
        world.listen(host, endpoint, on_accepted, kernel)

    def close(self) -> None:
        """Stop accepting, and give the address back at once."""
        self._world.stop_listening(self._host, self.endpoint, self._on_accepted)


def _kernel(options: SocketOptions) -> Rooms:
    sending = options.sndbuf if options.sndbuf > 0 else KERNEL_BUFFER
    receiving = options.rcvbuf if options.rcvbuf > 0 else KERNEL_BUFFER
    return sending, receiving
