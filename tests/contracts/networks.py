"""Runs one story on every Network there is: the system's and the simulated one."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.endpoints import Endpoint, parse
from engine.net.interface import ByteStream, Network, StreamListener
from engine.net.system import SystemNetwork
from engine.options import SocketOptions
from engine.sim.network import SimNetwork
from engine.sim.run import run
from engine.sim.weather import LinkWeather
from tests.support.papers import papers
from tests.support.recorder import Recorder

PAPERS = papers()

ROUGH = LinkWeather(latency_s=0.01, jitter_s=0.02, octets_per_s=10e6, loss=0.02, segment_octets=1460)


@dataclass
class Place:
    """A network, and what a story needs to meet somebody on it."""

    network: Network
    scheme: str
    directory: str
    options: SocketOptions = field(default_factory=lambda: SocketOptions(**PAPERS.server, **PAPERS.client))
    accepted: asyncio.Queue[ByteStream] = field(default_factory=asyncio.Queue)

    def anywhere(self) -> Endpoint:
        """Return an address to listen on."""
        if self.scheme != "ipc":
            return parse(f"{self.scheme}://127.0.0.1:*")
        return parse(f"ipc://{self.directory}/place")

    def listen(self, endpoint: Endpoint | None = None) -> StreamListener:
        """Listen; accepted streams go to ``accepted``."""
        return self.network.listen(
            endpoint or self.anywhere(), self.options, self.accepted.put_nowait, _never_fails
        )

    async def pair(self) -> tuple[ByteStream, Recorder, ByteStream, Recorder]:
        """Connect two streams and start both: the dialling one with its recorder, then the accepted one."""
        listener = self.listen()
        dialled = await self.network.dial(listener.endpoint, self.options)
        async with asyncio.timeout(10):
            accepted = await self.accepted.get()
        listener.close()
        one, other = Recorder(), Recorder()
        dialled.start(one)
        accepted.start(other)
        return dialled, one, accepted, other


Story = Callable[[Place], Coroutine[Any, Any, None]]


def on_every_network(story: Story, *, schemes: Sequence[str] = ("tcp", "ipc", "wss")) -> Callable[..., None]:
    """Make a story a test of the system's network, the calm and the rough simulated one, tcp, ipc and wss."""

    @pytest.mark.parametrize("scheme", schemes)
    @pytest.mark.parametrize("kind", ["system", "calm", "rough"])
    def test(kind: str, scheme: str) -> None:
        with tempfile.TemporaryDirectory() as directory:
            if kind == "system":

                async def real() -> None:
                    await story(Place(SystemNetwork(asyncio.get_running_loop()), scheme, directory))

                asyncio.run(real())
                return
            weather = ROUGH if kind == "rough" else LinkWeather()
            run(lambda world: story(Place(SimNetwork(world), scheme, directory)), seed=1, weather=weather)

    test.__name__ = story.__name__
    test.__doc__ = story.__doc__
    return test


def _never_fails(error: OSError) -> None:
    raise AssertionError(error)
