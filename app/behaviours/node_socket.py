"""A node's socket as its behaviour uses it: the engine's socket, and how long it was waited on."""

from collections.abc import Sequence
from typing import Final

from app.behaviours.addressing import ADDRESSED, REFUSES, inward, outward
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

    What a type has beside a message's frames stands here as the first of them, as a ROUTER has it:
    the number of a SERVER's or PEER's peer, the group of RADIO and DISH.

    Attributes:
        role: the socket's id in the document.
        type: the socket's type.
        waiting: "send" or "receive" while the behaviour waits for it, else ``None``.
        word: "may send" or "must recv" for a type in lockstep, else ``None``.
    """

    def __init__(self, role: str, socket: Socket, clock: Clock) -> None:
        self.role = role
        self.type = socket.type
        self.waiting: str | None = None
        self._clock = clock
        self._blocked_s = 0.0
        self._since = 0.0
        self._is_addressed = socket.type in ADDRESSED
        self.socket = socket
        self.word = LOCKSTEP.get(socket.type)

    def replace(self, socket: Socket) -> None:
        """Go on with another engine socket of the same type, fresh in its lockstep."""
        self.socket = socket
        self.word = LOCKSTEP.get(socket.type)

    def blocked_ms(self) -> float:
        """How long sends have waited so far, in sum and with the present wait, ms."""
        now = self._clock.now() - self._since if self.waiting == "send" else 0.0
        return (self._blocked_s + now) * 1000.0

    async def send(self, frames: Sequence[bytes]) -> bool:
        """Send one message, waiting for room; return whether it had to wait.

        Raises:
            Again: ``sndtimeo`` passed; at once for a type that refuses instead of waiting.
            HostUnreachable: the peer that is named is not there.
        """
        try:
            self.send_nowait(frames)
            return False
        except Again:
            if self.type in REFUSES:
                raise
        self.waiting, self._since = "send", self._clock.now()
        try:
            await self.socket.send(outward(self.type, frames))
        finally:
            self.waiting = None
            self._blocked_s += self._clock.now() - self._since
        self._sent()
        return True

    def send_nowait(self, frames: Sequence[bytes]) -> None:
        """Send one message, or raise ``Again`` when it would have to wait; otherwise as ``send``."""
        self.socket.send_nowait(outward(self.type, frames) if self._is_addressed else frames)
        if self.word is not None:
            self._sent()

    async def recv(self) -> list[bytes]:
        """Receive one message, waiting for it.

        Raises:
            Again: ``rcvtimeo`` passed.
        """
        self.waiting = "receive"
        try:
            message = await self.socket.recv_message()
        finally:
            self.waiting = None
        self._received()
        return inward(message)

    def recv_nowait(self) -> list[bytes]:
        """Receive one message, or raise ``Again`` when there is none."""
        message = self.socket.recv_message_nowait()
        if self.word is not None:
            self._received()
        return inward(message)

    async def recv_many(self, limit: int) -> list[list[bytes]]:
        """Receive at least one message and at most ``limit``, waiting for the first only; not in lockstep.

        Numbers and groups are left out: it is for those who look at no message.
        """
        self.waiting = "receive"
        try:
            return await self.socket.recv_many(limit)
        finally:
            self.waiting = None

    def peers(self) -> list[bytes]:
        """Return those who can be sent to, by the number that the first frame gives."""
        return [view.routing_id for view in self.socket.pipes if view.is_outbound and view.routing_id]

    def want(self, topic: bytes, *, wanted: bool) -> None:
        """Subscribe to a prefix or join a group, or take that back."""
        want(self.socket, topic, wanted=wanted)

    def _sent(self) -> None:
        if self.word is not None:
            self.word = MUST_RECEIVE

    def _received(self) -> None:
        if self.word is not None:
            self.word = MAY_SEND


def want(socket: Socket, topic: bytes, *, wanted: bool) -> None:
    """Let a SUB or XSUB subscribe to a prefix, or a DISH join a group; or take that back.

    A group that two templates come to is joined once.
    """
    if socket.type is SocketType.DISH:
        if wanted != (topic in socket.pattern.topics()):
            (socket.join if wanted else socket.leave)(topic.decode("utf-8", "replace"))
    elif wanted:
        socket.subscribe(topic)
    else:
        socket.unsubscribe(topic)
