"""Where sockets come from: a context owns the network, the inproc names, the tasks, and the end."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Final

from engine.constants import SocketType
from engine.errors import Closed, TooManySockets
from engine.net.interface import Network
from engine.net.system import SystemNetwork
from engine.security.keys import KeyPair, generate, key_of, pair_of
from engine.sessions.drains import Drains
from engine.sessions.inproc import InprocBook
from engine.sockets.socket import Socket
from engine.sockets.waiting import Credits
from engine.sockets.zap_door import Judge, ZapDoor

MAX_SOCKETS: Final = 1023
"""Source: ZMQ_MAX_SOCKETS in libzmq's manual."""

CLOSE_TIMEOUT_S: Final = 30.0


class Context:
    """A family of sockets on one event loop that can reach each other by inproc.

    ``async with Context() as context`` closes every socket on leaving, and waits for what they
    have queued: for each socket its ``linger``, in all at most ``close_timeout_s``.

    Args:
        network: the world to live in; the operating system's, on the running loop, when not given.
        close_timeout_s: how long ``close`` may take, seconds.
        max_sockets: how many sockets may be open at once (ZMQ_MAX_SOCKETS).
        ipv6: what the option of that name is at first in each socket (ZMQ_IPV6).
        blocky: whether sockets linger for ever unless told otherwise; else not at all (ZMQ_BLOCKY).
    """

    def __init__(
        self,
        network: Network | None = None,
        *,
        close_timeout_s: float = CLOSE_TIMEOUT_S,
        max_sockets: int = MAX_SOCKETS,
        ipv6: bool = False,
        blocky: bool = True,
    ) -> None:
        self._network = network
        self._close_timeout_s = close_timeout_s
        self._max_sockets = max_sockets
        self._ipv6 = ipv6
        self._blocky = blocky
        self._inproc = InprocBook()
        self._credits: Credits | None = None
        self._sockets: dict[Socket, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._door = ZapDoor(self._inproc, self._spawn, self._dial_handler)
        self.is_closed = False

    @property
    def authenticator(self) -> Judge | None:
        """Who says which peers may come in.

        Without one the question goes to a ZAP handler, if a REP or ROUTER socket of this context is
        bound to ``inproc://zeromq.zap.01``. When there is neither, PLAIN servers let nobody in, CURVE
        servers everybody who knows their key.
        """
        return self._door.authenticator

    @authenticator.setter
    def authenticator(self, judge: Judge | None) -> None:
        self._door.authenticator = judge

    @property
    def sockets(self) -> tuple[Socket, ...]:
        """The sockets that are open or linger, in the order they were made."""
        return tuple(self._sockets)

    def socket(self, socket_type: SocketType, **options: object) -> Socket:
        """Make a socket.

        Args:
            socket_type: one of ``PAIR``, ``PUB``, ``SUB`` …
            options: by libzmq's names in lower case, as ``sndhwm=10``.

        Raises:
            Closed: the context is closed.
            TooManySockets: ``max_sockets`` are open.
            OptionUnknown, OptionInvalid.
        """
        if self.is_closed:
            raise Closed("context")
        if len(self._sockets) >= self._max_sockets:
            raise TooManySockets(self._max_sockets)
        socket = self._make(SocketType(socket_type))
        if self._ipv6:
            socket.set("ipv6", 1)
        if not self._blocky:
            socket.set("linger", 0)
        for name, value in options.items():
            socket.set(name, value)
        self._sockets[socket] = None
        return socket

    def new_keys(self) -> KeyPair:
        """Make a CURVE key pair (zmq_curve_keypair), from the chance of the world this context lives in."""
        return generate(self._door_to_the_world())

    @staticmethod
    def keys_of(secret: str | bytes) -> KeyPair:
        """Return the pair that a secret CURVE key belongs to (zmq_curve_public).

        Args:
            secret: 32 octets, or 40 characters of Z85.

        Raises:
            KeyInvalid: it is neither.
        """
        return pair_of(key_of(secret))

    def _door_to_the_world(self) -> Network:
        if self._network is None:
            self._network = SystemNetwork()
        return self._network

    def _make(self, socket_type: SocketType) -> Socket:
        network = self._door_to_the_world()
        if self._credits is None:
            self._credits = Credits(Drains(network))
        return Socket(
            socket_type,
            network=network,
            inproc=self._inproc,
            credit=self._credits,
            spawn=self._spawn,
            door=self._door,
            on_closed=self._forget,
        )

    def _dial_handler(self) -> Socket:
        """Make a socket that asks one question of a ZAP handler and is nobody's business but the door's."""
        socket = self._make(SocketType.DEALER)
        socket.set("sndhwm", 0)
        return socket

    async def close(self) -> None:
        """Close every socket and wait for what is queued; what is left in the end is dropped and counted."""
        self.is_closed = True
        for socket in self.sockets:
            socket.close()
        waits = [asyncio.ensure_future(socket.closed()) for socket in self.sockets]
        if waits:
            await asyncio.wait(waits, timeout=self._close_timeout_s)
        for socket in self.sockets:
            socket.abort()
        for wait in waits:
            wait.cancel()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def __aenter__(self) -> "Context":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def _spawn(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _forget(self, socket: Socket) -> None:
        self._sockets.pop(socket, None)
