"""GlassMQ's engine: 0MQ in Python, asyncio-native, wire-compatible, with queues that can be seen."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.constants import (
        CHANNEL,
        CLIENT,
        DEALER,
        DGRAM,
        DISH,
        GATHER,
        PAIR,
        PEER,
        PUB,
        PULL,
        PUSH,
        RADIO,
        REP,
        REQ,
        ROUTER,
        SCATTER,
        SERVER,
        STREAM,
        SUB,
        XPUB,
        XSUB,
        SocketType,
    )
    from engine.errors import Again, Closed, EngineError
    from engine.messages import AddressedMessage
    from engine.security.keys import Certificate, KeyPair
    from engine.sockets.authenticator import Authenticator
    from engine.sockets.context import Context
    from engine.sockets.option_access import READABLE, WRITABLE
    from engine.sockets.poller import Poller
    from engine.sockets.proxy import Proxy, ProxyStatistics, proxy
    from engine.sockets.socket import Socket
    from engine.sockets.timers import Timers

HOMES: Final = {
    "AddressedMessage": "engine.messages",
    "Authenticator": "engine.sockets.authenticator",
    "Certificate": "engine.security.keys",
    "Context": "engine.sockets.context",
    "KeyPair": "engine.security.keys",
    "Socket": "engine.sockets.socket",
    "Poller": "engine.sockets.poller",
    "Proxy": "engine.sockets.proxy",
    "ProxyStatistics": "engine.sockets.proxy",
    "READABLE": "engine.sockets.option_access",
    "Timers": "engine.sockets.timers",
    "WRITABLE": "engine.sockets.option_access",
    "proxy": "engine.sockets.proxy",
    "Again": "engine.errors",
    "Closed": "engine.errors",
    "EngineError": "engine.errors",
}
"""Where public names live that are not constants; they load when first asked for."""

__all__ = [
    "CHANNEL",
    "CLIENT",
    "DEALER",
    "DGRAM",
    "DISH",
    "GATHER",
    "PAIR",
    "PEER",
    "PUB",
    "PULL",
    "PUSH",
    "RADIO",
    "READABLE",
    "REP",
    "REQ",
    "ROUTER",
    "SCATTER",
    "SERVER",
    "STREAM",
    "SUB",
    "WRITABLE",
    "XPUB",
    "XSUB",
    "AddressedMessage",
    "Again",
    "Authenticator",
    "Certificate",
    "Closed",
    "Context",
    "EngineError",
    "KeyPair",
    "Poller",
    "Proxy",
    "ProxyStatistics",
    "Socket",
    "SocketType",
    "Timers",
    "proxy",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use, so that importing a codec does not load asyncio."""
    if name not in __all__:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")  # noqa: TRY003 - Python's own words
    return getattr(import_module(HOMES.get(name, "engine.constants")), name)
