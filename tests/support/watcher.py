"""Follows a socket's events and waits for the one a test needs."""

import asyncio
from typing import TypeVar

from engine.monitor.events import HandshakeProgress, SocketEvent
from engine.sockets.socket import Socket
from tests.support.eventually import LIMIT_S

E = TypeVar("E", bound=SocketEvent)


class Watcher:
    """Sees what happens at a socket from the moment it is made."""

    def __init__(self, socket: Socket, *, queues: bool = False) -> None:
        self._events = socket.events(queues=queues)
        self.seen: list[SocketEvent] = []

    def kinds(self) -> list[type[SocketEvent]]:
        """The kinds of what was seen, the steps of handshakes left out."""
        return [type(event) for event in self.seen if not isinstance(event, HandshakeProgress)]

    async def until(self, kind: type[E], limit_s: float = LIMIT_S) -> E:
        """Wait for the next event of a kind; those before it are kept in ``seen``."""
        async with asyncio.timeout(limit_s):
            async for event in self._events:
                self.seen.append(event)
                if isinstance(event, kind):
                    return event
        raise AssertionError(f"the socket closed without {kind.__name__}: {self.seen}")
