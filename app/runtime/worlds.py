"""The world a run's process lives in: which network, clock and chance its sockets and behaviours get."""

import asyncio
from dataclasses import dataclass

from engine.net.interface import Network
from engine.net.system import SystemNetwork
from engine.sockets.authenticator import Authenticator
from engine.sockets.context import Context


@dataclass(frozen=True, slots=True)
class World:
    """What nodes need from outside."""

    network: Network
    """Clock and chance too."""
    context: Context
    authenticator: Authenticator
    """The context's: says whom its secured sockets let in."""


def real_world(loop: asyncio.AbstractEventLoop) -> World:
    """Real transports, real chance, and the loop's clock; to be called in that loop."""
    network = SystemNetwork(loop)
    context = Context(network)
    authenticator = Authenticator()
    context.authenticator = authenticator
    return World(network, context, authenticator)
