"""Byte streams of the simulated network: two kernel buffers and a wire in each direction."""

import errno
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from engine.net.interface import StreamOwner, Timer
from engine.sim.trace import Trace
from engine.sim.weather import Lane

READ_OCTETS: Final = 256 * 1024
"""Most octets given to the owner at once, as the real streams do."""


class Wires:
    """What every stream of a world shares: its clock, its timers and its trace."""

    def __init__(
        self,
        now: Callable[[], float],
        call_at: Callable[[float, Callable[[], None]], Timer],
        call_soon: Callable[[Callable[[], None]], None],
        trace: Trace,
    ) -> None:
        self.now = now
        self.call_at = call_at
        self.call_soon = call_soon
        self.trace = trace


class _Direction:
    """One direction of a connection: the sender's kernel buffer, the wire, the receiver's kernel buffer.

    A segment with no octets is the end of the stream. Octets stay in order whatever the weather
    does: a timer that fires delivers the oldest segment on the way, not the one it was armed for.
    An acknowledgement takes no time.
    """

    def __init__(self, wires: Wires, lane: Lane, send_room: int, receive_room: int) -> None:
        self._wires = wires
        self._lane = lane
        self._send_room = send_room
        self._receive_room = receive_room
        self._queued: deque[bytes] = deque()
        self._flying: deque[bytes] = deque()
        self._held = 0
        self._last_arrival_s = 0.0
        self.unsent = 0
        """Octets handed over that have not reached the peer's kernel."""
        self._in_flight = 0
        self.unread = 0
        """Octets in the receiver's kernel."""
        self.arrived: deque[bytes] = deque()
        self.on_arrival: Callable[[], None] = _nothing

    @property
    def room(self) -> int:
        """Octets that the sender's kernel takes now."""
        return max(self._send_room - self.unsent, 0)

    def accept(self, octets: bytes) -> None:
        """Take octets from the sender; ``b""`` ends the stream."""
        self._queued.append(octets)
        self.unsent += len(octets)
        self.transmit()

    def transmit(self) -> None:
        """Send off what the receiver's window allows."""
        while self._queued and not self._lane.is_cut:
            window = self._receive_room - self.unread - self._in_flight
            head = self._queued[0]
            size = min(len(head), window, self._lane.weather.segment_octets)
            if head and size <= 0:
                return
            self._queued.popleft()
            if size < len(head):
                self._queued.appendleft(head[size:])
            self._flying.append(head[:size])
            self._in_flight += size
            arrives_s = self._lane.arrival_s(self._wires.now(), size)
            self._last_arrival_s = max(arrives_s, self._last_arrival_s)
            self._wires.call_at(self._last_arrival_s, self._arrive)

    def heal(self) -> None:
        """Send again what a partition held up."""
        again, self._held = self._held, 0
        for _ in range(again):
            self._wires.call_at(self._wires.now() + self._lane.weather.latency_s, self._arrive)
        self.transmit()

    def read(self) -> bytes | None:
        """Take what arrived out of the receiver's kernel; ``b""`` at the end, ``None`` for nothing yet."""
        if not self.arrived:
            return None
        parts: list[bytes] = []
        size = 0
        while self.arrived and size < READ_OCTETS and (self.arrived[0] or not parts):
            part = self.arrived.popleft()
            parts.append(part)
            size += len(part)
            if not part:
                break
        self.unread -= size
        self.transmit()
        return b"".join(parts)

    def drop(self) -> None:
        """Forget everything on the way."""
        self._queued.clear()
        self._flying.clear()
        self.arrived.clear()
        self.unsent = self._in_flight = self.unread = self._held = 0

    def _arrive(self) -> None:
        if not self._flying:  # dropped meanwhile
            return
        if self._lane.is_cut:
            self._held += 1
            return
        segment = self._flying.popleft()
        self._in_flight -= len(segment)
        self.unsent -= len(segment)
        self.unread += len(segment)
        self.arrived.append(segment)
        self.on_arrival()


class SimStream:
    """One end of a simulated connection; a ``ByteStream``."""

    def __init__(self, wires: Wires, local: str, peer: str, outward: _Direction, inward: _Direction) -> None:
        self.local = local
        self.peer = peer
        self.other: SimStream = self
        """The peer's end."""
        self.is_over = False
        """Whether it was closed here, broke, or ended."""
        self._why_over: OSError | None = None
        self._wires = wires
        self._outward = outward
        self._inward = inward
        self._owner: StreamOwner | None = None
        self._is_reading = False
        self._wants_room = False
        inward.on_arrival = self._on_arrival

    def start(self, owner: StreamOwner) -> None:
        """Begin to read; ``owner`` is called from now on, beginning with the loop's next round."""
        if self.is_over:  # it broke before anybody listened
            self._wires.call_soon(lambda: owner.on_lost(self._why_over))
            return
        self._owner = owner
        self.resume_reading()

    def write(self, chunks: Sequence[bytes | memoryview]) -> int:
        """Hand octets to the simulated kernel and return how many it took."""
        if self.is_over:
            return 0
        octets = b"".join(chunks)
        taken = min(len(octets), self._outward.room)
        if taken < len(octets):
            self._wants_room = True
        if taken:
            self._outward.accept(octets[:taken])
        return taken

    def pause_reading(self) -> None:
        """Leave what arrives in the simulated kernel."""
        self._is_reading = False

    def resume_reading(self) -> None:
        """Call ``on_data`` again, beginning with the loop's next round."""
        if not self._is_reading:
            self._is_reading = True
            self._wires.call_soon(self._deliver)

    def unsent_octets(self) -> int | None:
        """Octets handed over that have not reached the peer's kernel."""
        return self._outward.unsent

    def unread_octets(self) -> int | None:
        """Octets in our kernel that were not read."""
        return self._inward.unread

    def peer_credentials(self) -> tuple[int, int, int] | None:
        """Nobody vouches for anyone here."""
        return None

    def close(self) -> None:
        """End the stream; what was handed over still arrives, unless the peer had sent what nobody read."""
        if self.is_over:
            return
        self.is_over = True
        self._owner = None
        if self._inward.unread:  # Linux answers unread octets with a reset
            self._wires.call_soon(self.other.reset)
        else:
            self._outward.accept(b"")

    def reset(self, *, tell_peer: bool = False) -> None:
        """Break the connection: nothing on the way arrives, and our owner learns of it."""
        self._inward.drop()
        self._outward.drop()
        self._end(ConnectionResetError(errno.ECONNRESET, "connection reset by peer"))
        if tell_peer:
            self.other.reset()

    def heal(self) -> None:
        """Go on after a partition."""
        self._outward.heal()

    def _on_arrival(self) -> None:
        if self.is_over:  # octets for an end that is closed: its kernel answers with a reset
            if self._inward.unread and not self.other.is_over:
                self.other.reset()
            return
        self._deliver()
        self.other.take_room()

    def take_room(self) -> None:
        """Tell our owner that the kernel takes octets again, when it waits for that."""
        if self._wants_room and self._owner and self._outward.room:
            self._wants_room = False
            self._owner.on_writable()

    def _deliver(self) -> None:
        while self._is_reading and self._owner:
            octets = self._inward.read()
            if octets is None:
                return
            if not octets:
                self._end(None)
                return
            self._wires.trace.note(self._wires.now(), "octets", f"{self.peer} > {self.local}", octets)
            self._owner.on_data(octets)

    def _end(self, error: OSError | None) -> None:
        if self.is_over:
            return
        self.is_over = True
        self._why_over = error
        owner, self._owner = self._owner, None
        self._wires.trace.note(self._wires.now(), "lost" if error else "ended", f"{self.peer} > {self.local}")
        if owner:
            owner.on_lost(error)


def connect(
    wires: Wires, names: tuple[str, str], lanes: tuple[Lane, Lane], rooms: tuple[int, int, int, int]
) -> tuple[SimStream, SimStream]:
    """Make both ends of a connection.

    Args:
        wires: the world's.
        names: addresses of the dialling and of the accepting end.
        lanes: from the dialling to the accepting host, and back.
        rooms: kernel buffers in octets: the dialling end's for sending and receiving, then the
            accepting end's.
    """
    there = _Direction(wires, lanes[0], rooms[0], rooms[3])
    back = _Direction(wires, lanes[1], rooms[2], rooms[1])
    dialling = SimStream(wires, names[0], names[1], there, back)
    accepting = SimStream(wires, names[1], names[0], back, there)
    dialling.other, accepting.other = accepting, dialling
    return dialling, accepting


def _nothing() -> None:
    pass
