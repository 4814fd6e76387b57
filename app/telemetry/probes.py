"""What looks at single messages: one slot on a pipe, filled for a few messages and emptied again."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from app.telemetry.message_shapes import head_of
from app.telemetry.ring import Kept, Ring
from engine.clock import Clock
from engine.messages import Message

EVERY: Final = 12
"""Messages a second up to which each of them is shown; a faster pipe shows one a second."""
RING_BURST: Final = 100
"""Messages noted between two ticks; of a fast pipe these are the first after the tick."""
MOST_TRACED: Final = 8
"""Messages whose way into one pipe is remembered until they leave it."""


class Slot(Protocol):
    """The pipe's view, as far as a probe needs it."""

    probe: Any

    @property
    def popped(self) -> int:
        """Messages that have left it."""
        ...

    def place_of(self, n: int) -> tuple[str, int]:
        """Name the n-th message, which leaves it now: its connection, and its place in that."""
        ...


class PipeProbe:
    """Looks at messages of one pipe: shows tokens of some, keeps the last in a ring, then steps aside.

    The slot is empty while nothing is asked for, so that watching costs a fast pipe a
    few messages a second.

    Args:
        slot: the pipe.
        clock: the engine's.
        facts: what its tokens and ring entries say of the pipe: link, lane, instances.
        tell: takes a token; ``None`` when tokens are not wanted.
        ring: keeps messages; ``None`` when they are not wanted.
    """

    def __init__(
        self,
        slot: Slot,
        clock: Clock,
        facts: dict[str, Any],
        *,
        tell: Callable[[dict[str, Any]], None] | None = None,
        ring: Ring | None = None,
    ) -> None:
        self.slot = slot
        self.tell = tell
        self.ring = ring
        self._clock = clock
        self._facts = facts
        self._entered: dict[int, float] = {}
        self._tokens_left = 0
        self._ring_left = 0
        self._window_began = -1.0
        self._popped_then = 0

    def renew(self) -> None:
        """A tick is over: look again, as much as the pipe's rate allows."""
        now = self._clock.now()
        self._ring_left = RING_BURST if self.ring is not None else 0
        if self.tell is not None and now - self._window_began >= 1.0:
            rate = (self.slot.popped - self._popped_then) / (now - self._window_began)
            self._tokens_left = EVERY if self._window_began < 0.0 or rate <= EVERY else 1
            self._window_began, self._popped_then = now, self.slot.popped
        if (self._tokens_left or self._ring_left) and self.slot.probe is not self:
            self._entered.clear()
            self.slot.probe = self

    def move(self, slot: Slot) -> None:
        """Look at this pipe from now on: it may be another's than the last, of a peer that came after."""
        if slot.probe is not self:
            self.remove()
        self.slot = slot

    def remove(self) -> None:
        """Empty the slot."""
        if self.slot.probe is self:
            self.slot.probe = None

    def saw(self, place: str, message: Message, n: int) -> None:
        """Look at one message; see the engine's ``Probe``."""
        if place == "push":
            if self._tokens_left and len(self._entered) < MOST_TRACED:
                self._entered[n] = self._clock.now()
            return
        now = self._clock.now()
        entered = self._entered.pop(n, None)
        connection, seq = self.slot.place_of(n)
        if entered is not None and self.tell is not None and self._tokens_left:
            self._tokens_left -= 1
            self.tell(
                {
                    **self._facts,
                    "connection": connection,
                    "seq": seq,
                    "octets": sum(map(len, message.frames)),
                    "waited_ms": round((now - entered) * 1000.0, 3),
                    "head": head_of(message.frames),
                }
            )
        if self.ring is not None and self._ring_left:
            self._ring_left -= 1
            self.ring.add(Kept(seq, now, message.frames, self._facts, connection))
        if not self._tokens_left and not self._ring_left:
            self.slot.probe = None
