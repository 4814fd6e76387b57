"""Joins two sockets: what one receives the other sends, both ways; may be steered while it runs."""

import asyncio
import sys
from dataclasses import dataclass, fields
from typing import Final

from engine.compatibility import can_receive, can_send
from engine.constants import SocketType
from engine.errors import Again, Closed
from engine.messages import Message
from engine.sockets.socket import Socket

MOST_A_TURN: Final = 1000
"""Messages of one direction before the other has its turn. Source: libzmq's proxy_burst_size."""

PAUSE: Final = b"PAUSE"
RESUME: Final = b"RESUME"
TERMINATE: Final = b"TERMINATE"
STATISTICS: Final = b"STATISTICS"
"""What a control socket can be told. Source: zmq_proxy_steerable."""

COUNTER_OCTETS: Final = 8


@dataclass(slots=True)
class ProxyStatistics:
    """What a proxy has moved since it was made: frames and their octets, in libzmq's order."""

    front_received: int = 0
    front_received_octets: int = 0
    front_sent: int = 0
    front_sent_octets: int = 0
    back_received: int = 0
    back_received_octets: int = 0
    back_sent: int = 0
    back_sent_octets: int = 0

    def frames(self) -> list[bytes]:
        """Return the counters as a control socket answers them: eight of 64 bits, this machine's order."""
        return [
            int(getattr(self, each.name)).to_bytes(COUNTER_OCTETS, sys.byteorder) for each in fields(self)
        ]


class Proxy:
    """Moves messages between ``front`` and ``back`` until it is terminated or one of them is closed.

    A message is only taken where it can be passed on at once: a side that is full fills the other,
    and its peers feel it. Nothing waits in the proxy.

    Args:
        front, back: two sockets, or twice the same.
        capture: sent a copy of every message, of both directions; while it is full nothing moves.
        control: heard for ``PAUSE``, ``RESUME``, ``TERMINATE`` and ``STATISTICS``. A REP is answered
            each time, to ``STATISTICS`` every type that can send answers; other words change nothing.

    Source: zmq_proxy and zmq_proxy_steerable, as libzmq's master has them (4.3.5 pauses at RESUME).
    """

    def __init__(
        self, front: Socket, back: Socket, capture: Socket | None = None, control: Socket | None = None
    ) -> None:
        self._front = front
        self._back = back
        self._capture = capture
        self._control = control
        self._changed: asyncio.Event = asyncio.Event()
        self._statistics = ProxyStatistics()
        self.is_paused = False
        """Whether messages stay where they are for the moment."""
        self.is_terminated = False
        """Whether it has been told to end."""

    @property
    def statistics(self) -> ProxyStatistics:
        """What was moved so far."""
        return self._statistics

    def pause(self) -> None:
        """Leave messages where they are until ``resume``."""
        self.is_paused = True

    def resume(self) -> None:
        """Move messages again."""
        self.is_paused = False
        self._changed.set()

    def terminate(self) -> None:
        """Have ``run`` come to its end; the sockets stay open, and what they hold stays there."""
        self.is_terminated = True
        self._changed.set()

    async def run(self) -> None:
        """Move messages until ``terminate``, or until a socket is closed.

        Raises:
            HostUnreachable: a ROUTER with ``router_mandatory``, or a SERVER, cannot pass a message on.
            Again: nor can a socket whose ``sndtimeo`` is over, or a SERVER whose peer is full.
        """
        sockets = [
            each for each in (self._front, self._back, self._capture, self._control) if each is not None
        ]
        wake = self._changed.set
        for socket in sockets:
            socket.readiness.watch(wake)
        try:
            while not self.is_terminated and not any(socket.is_closed for socket in sockets):
                self._changed.clear()
                if not await self._turn():
                    await self._changed.wait()
        except Closed:
            return
        finally:
            for socket in sockets:
                socket.readiness.forget(wake)

    async def _turn(self) -> bool:
        """Do what can be done now, and tell whether that was anything."""
        moved = self._listen()
        if self.is_terminated or self.is_paused:
            return moved
        moved |= await self._move(self._front, self._back)
        if self._front is not self._back:
            moved |= await self._move(self._back, self._front)
        return moved

    async def _move(self, source: Socket, sink: Socket) -> bool:
        if not can_receive(source.type) or not can_send(sink.type):
            return False
        count = 0
        while count < MOST_A_TURN and self._may_move(source, sink):
            message = await source.recv_message()
            count += 1
            self._count(message, source)
            if self._capture is not None:
                await _pass_on(self._capture, Message([*message.frames]))
            await _pass_on(sink, message)
        return bool(count)

    def _may_move(self, source: Socket, sink: Socket) -> bool:
        if self.is_paused or self.is_terminated:
            return False
        ready = source.pattern.can_receive_now() and sink.pattern.can_send_now()
        return ready and (self._capture is None or self._capture.pattern.can_send_now())

    def _count(self, message: Message, source: Socket) -> None:
        frames, octets = len(message.frames), sum(map(len, message.frames))
        counts = self._statistics
        if source is self._front:
            counts.front_received += frames
            counts.front_received_octets += octets
        else:
            counts.back_received += frames
            counts.back_received_octets += octets
        if source is self._front and source is not self._back:
            counts.back_sent += frames
            counts.back_sent_octets += octets
        else:
            counts.front_sent += frames
            counts.front_sent_octets += octets

    def _listen(self) -> bool:
        """Obey the control socket's next word, if there is one."""
        control = self._control
        if control is None or not control.pattern.can_receive_now():
            return False
        try:
            word = control.recv_nowait()[0]
        except Again:
            return False
        if word == PAUSE:
            self.pause()
        elif word == RESUME:
            self.resume()
        elif word == TERMINATE:
            self.terminate()
        if word == STATISTICS and can_send(control.type):
            control.send_nowait(self._statistics.frames())
        elif control.type is SocketType.REP:
            control.send_nowait(b"")
        return True


async def proxy(front: Socket, back: Socket, capture: Socket | None = None) -> None:
    """Move messages between two sockets until one of them is closed (zmq_proxy); see ``Proxy``."""
    await Proxy(front, back, capture).run()


async def _pass_on(sink: Socket, message: Message) -> None:
    """Send at once where that is possible: a task cancelled in between would lose the message."""
    try:
        sink.send_nowait(message)
    except Again:
        await sink.send(message)
