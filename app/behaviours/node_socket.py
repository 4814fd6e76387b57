"""A node's socket as its behaviour uses it: the engine's socket, and how long it was waited on."""

from collections.abc import Sequence
from typing import Final

from engine.clock import Clock
from engine.constants import SocketType
from engine.errors import Again
from engine.sockets.socket import Socket

MAY_SEND: Final = "may send"
MUST_RECEIVE: Final = "must recv"

LOCKSTEP: Final = {SocketType.REQ: MAY_SEND, SocketType.REP: MUST_RECEIVE}
"""The types whose sends and receives alternate, and what each begins with."""


class NodeSocket:
    """One socket in one role.

    Attributes:
        role: the socket's id in the document.
        waiting: "send" or "receive" while the behaviour waits for it, else ``None``.
        word: "may send" or "must recv" for a type in lockstep, else ``None``.
    """

    def __init__(self, role: str, socket: Socket, clock: Clock) -> None:
        self.role = role
        self.waiting: str | None = None
        self._clock = clock
        self._blocked_s = 0.0
        self._since = 0.0
        self.socket = socket
        self.word = LOCKSTEP.get(socket.type)

    @property
    def type(self) -> SocketType:
        """The socket's type."""
        return self.socket.type

    def replace(self, socket: Socket) -> None:
        """Go on with another engine socket, fresh in its lockstep."""
        self.socket = socket
        self.word = LOCKSTEP.get(socket.type)

    def blocked_ms(self) -> float:
        """How long sends have waited so far, in sum and with the present wait, ms."""
        now = self._clock.now() - self._since if self.waiting == "send" else 0.0
        return (self._blocked_s + now) * 1000.0

    async def send(self, frames: Sequence[bytes]) -> bool:
        """Send one message, waiting for room; return whether it had to wait.

        Raises:
            Again: ``sndtimeo`` passed.
        """
        try:
            self.send_nowait(frames)
            return False
        except Again:
            pass
        self.waiting, self._since = "send", self._clock.now()
        try:
            await self.socket.send(frames)
        finally:
            self.waiting = None
            self._blocked_s += self._clock.now() - self._since
        self._sent()
        return True

    def send_nowait(self, frames: Sequence[bytes]) -> None:
        """Send one message, or raise ``Again`` when it would have to wait."""
        self.socket.send_nowait(frames)
        if self.word is not None:
            self._sent()

    async def recv(self) -> list[bytes]:
        """Receive one message, waiting for it.

        Raises:
            Again: ``rcvtimeo`` passed.
        """
        self.waiting = "receive"
        try:
            frames = await self.socket.recv()
        finally:
            self.waiting = None
        self._received()
        return frames

    def recv_nowait(self) -> list[bytes]:
        """Receive one message, or raise ``Again`` when there is none."""
        frames = self.socket.recv_nowait()
        if self.word is not None:
            self._received()
        return frames

    async def recv_many(self, limit: int) -> list[list[bytes]]:
        """Receive at least one message and at most ``limit``, waiting for the first only; not in lockstep."""
        self.waiting = "receive"
        try:
            return await self.socket.recv_many(limit)
        finally:
            self.waiting = None

    def _sent(self) -> None:
        if self.word is not None:
            self.word = MUST_RECEIVE

    def _received(self) -> None:
        if self.word is not None:
            self.word = MAY_SEND
