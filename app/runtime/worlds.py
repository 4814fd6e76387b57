"""The world a run's process lives in: which network, clock and chance its sockets and behaviours get."""

import asyncio
from dataclasses import dataclass

from engine.net.interface import Network
from engine.net.system import SystemNetwork
from engine.sockets.context import Context


@dataclass(frozen=True, slots=True)
class World:
    """What nodes need from outside."""

    network: Network
    """Clock and chance too."""
    context: Context


def real_world(loop: asyncio.AbstractEventLoop) -> World:
    """Real transports, real chance, and the loop's clock; to be called in that loop."""
    network = SystemNetwork(loop)
    return World(network, Context(network))
