"""The bounded queue between one socket and one peer, in one direction: the unit of observation."""

from typing import Final, cast

from mypy_extensions import mypyc_attr

from engine.constants import DropReason
from engine.messages import Message
from engine.pipes.probe import POP, PUSH, TAKE, Probe

NO_LIMIT: Final = 1 << 62
"""What a high-water mark of 0 stands for."""

GAP: Final = 64
"""Places of messages that were read and are gone, before any are given up."""


@mypyc_attr(allow_interpreted_subclasses=True)
class PipeEnd:
    """Who writes into a pipe, or reads from it; each call is an edge and happens only when asked for."""

    def pipe_readable(self) -> None:
        """A reader that had declared that it waits has something to read."""

    def pipe_writable(self) -> None:
        """A writer that was refused has room again."""


@mypyc_attr(allow_interpreted_subclasses=True)
class PipeWatch:
    """Who is told of a pipe's edges and drops; none of it happens for a message that passes."""

    def pipe_full(self, pipe: "Pipe") -> None:
        """The pipe is at its high-water mark, and its writer waits."""

    def pipe_has_room(self, pipe: "Pipe") -> None:
        """It has room again for the writer that waited."""

    def pipe_dropped(self, pipe: "Pipe", reason: str, count: int) -> None:
        """Messages were dropped."""


class Pipe:
    """Messages from one writer to one reader, at most ``hwm`` of them unacknowledged.

    The reader acknowledges in blocks of ``low_water`` messages, as libzmq does, so that room comes
    back in blocks and the two sides do not go in lock-step. A pipe may therefore refuse while it
    is not full.

    ``pipe_readable`` of the reader is called from inside ``push`` when ``reader_waits`` was set;
    ``pipe_writable`` of the writer from inside ``pop`` or ``take`` after a refusal. Each counter has
    one writing side (``pushed``, ``refused``: the writer; ``popped``, ``acknowledged``, ``peak``:
    the reader), so that the two may live in different threads.

    Always: ``pushed == popped + discarded + len(pipe)``, and ``sum(dropped) == discarded + overflowed``.

    Args:
        hwm: high-water mark, messages; 0 for no limit.
        conflate: keep the newest message only, and never refuse.

    Source: libzmq 4.3.5, the low-water rule of its pipe: half of the high-water mark, rounded up.
    """

    __slots__ = (
        "_head",
        "_limit",
        "_messages",
        "_next_acknowledgement",
        "_probe",
        "_special",
        "acknowledged",
        "conflate",
        "discarded",
        "dropped",
        "hwm",
        "low_water",
        "overflowed",
        "peak",
        "popped",
        "pushed",
        "put_back",
        "reader",
        "reader_waits",
        "refused",
        "watch",
        "writer",
        "writer_waits",
    )

    def __init__(self, hwm: int, *, conflate: bool = False) -> None:
        # Made at the first push: idle peers cost nothing. A list, whose end the writer alone moves and
        # whose head the reader alone: compiled, that is a few ns, where a deque takes 50 each way.
        self._messages: list[Message | None] | None = None
        self._head = 0  # the oldest message's place; what was before it is None
        self._special = True  # whether a push has anything to look at but the mark
        self._probe: Probe | None = None
        self.conflate = conflate
        self.pushed = 0
        self.popped = 0
        self.discarded = 0
        self.overflowed = 0
        self.put_back = 0
        self.acknowledged = 0
        self.refused = 0
        self.peak = 0
        self.dropped: dict[str, int] | None = None
        self.watch: PipeWatch | None = None
        self.reader: PipeEnd = PipeEnd()
        self.writer: PipeEnd = PipeEnd()
        self.reader_waits = False
        self.writer_waits = False
        self.hwm = hwm
        self._limit = hwm or NO_LIMIT
        self.low_water = (hwm + 1) // 2 or 1
        self._next_acknowledgement = self.low_water  # in messages popped

    def __len__(self) -> int:
        return len(self._messages) - self._head if self._messages is not None else 0

    @property
    def is_full(self) -> bool:
        """Whether the next push would be refused."""
        return bool(self.hwm) and not self.conflate and self.pushed - self.acknowledged >= self.hwm

    def room(self, most: int) -> int:
        """Return how many messages a push would take now, at most ``most``."""
        if not self.hwm or self.conflate:
            return most
        return min(most, self.hwm - (self.pushed - self.acknowledged))

    def push(self, message: Message) -> bool:
        """Take ``message``, or return ``False`` and leave it with the caller."""
        if self._special:
            return self._push_special(message)
        pushed = self.pushed
        if pushed - self.acknowledged >= self._limit:
            self.refused += 1
            self.ask_for_room()
            return False
        messages = self._messages
        assert messages is not None  # not special: it was made
        messages.append(message)
        self.pushed = pushed + 1
        if self.reader_waits:
            self.reader_waits = False
            self.reader.pipe_readable()
        return True

    def ask_for_room(self) -> None:
        """Have the writer told when there is room; it was refused, or has seen that it would be."""
        if not self.writer_waits:
            self.writer_waits = True
            if self.watch is not None:
                self.watch.pipe_full(self)

    def push_many(self, batch: list[Message]) -> None:
        """Take all of ``batch``; the caller has asked ``room`` first."""
        if self.conflate or self._probe is not None:
            for message in batch:
                self.push(message)
            return
        if self._messages is None:
            self._messages = []
            self._special = False
        self._messages.extend(batch)
        self.pushed += len(batch)
        if self.reader_waits:
            self.reader_waits = False
            self.reader.pipe_readable()

    def insert(self, message: Message) -> None:
        """Take a message whatever the mark says: one that the engine made, which waits for no room."""
        if self._messages is None:
            self._messages = []
            self._special = self.conflate or self._probe is not None
        elif self.conflate:
            self._conflate(self._messages)
        self._messages.append(message)
        self.pushed += 1
        if self._probe is not None:
            self._show(PUSH, message, self.pushed)
        if self.reader_waits:
            self.reader_waits = False
            self.reader.pipe_readable()

    def pop(self) -> Message | None:
        """Give the oldest message, or ``None`` when the pipe is empty."""
        messages = self._messages
        if messages is None:
            return None
        head = self._head
        depth = len(messages) - head
        if not depth:
            return None
        if depth > self.peak:  # the deepest moment is always just before a pop
            self.peak = depth
        message = messages[head]
        assert message is not None
        messages[head] = None
        self._head = head = head + 1
        if head >= GAP and head >= depth:
            self._close_gap(messages)
        self.popped = popped = self.popped + 1
        if self._probe is not None:
            self._show(POP, message, popped + self.discarded)
        if popped >= self._next_acknowledgement:
            self._acknowledge()
        return message

    def take(self, octets: int) -> list[Message]:
        """Give the oldest messages, until ``octets`` octets of frames are reached or the pipe is empty."""
        messages = self._messages
        if messages is None:
            return []
        head = self._head
        end = len(messages)
        if head == end:
            return []
        if end - head > self.peak:
            self.peak = end - head
        stop = head
        while stop < end and octets > 0:
            message = messages[stop]
            assert message is not None
            octets -= message.octets
            stop += 1
        batch = cast(list[Message], messages[head:stop])
        if stop >= end - stop:
            self._head = stop
            self._close_gap(messages)
        else:
            while self._head < stop:
                messages[self._head] = None
                self._head += 1
        self.popped += len(batch)
        if self._probe is not None:
            first = self.popped + self.discarded - len(batch) + 1
            for n, message in enumerate(batch, first):
                self._show(TAKE, message, n)
        if self.popped >= self._next_acknowledgement:
            self._acknowledge()
        return batch

    def give_back(self, batch: list[Message]) -> None:
        """Put messages that were taken and not sent back at the head, in their order.

        The pipe may be fuller than its high-water mark for a while; nothing is lost. A pipe that
        conflates keeps the newest of all.
        """
        if not batch:
            return
        if self._messages is None:
            self._messages = []
        self._messages[: self._head] = batch
        self._head = 0
        self.popped -= len(batch)
        self.put_back += len(batch)
        if self.conflate:
            newest = self._messages.pop()
            self._conflate(self._messages)
            self._messages.append(newest)
        self.acknowledged = min(self.acknowledged, self.popped + self.discarded)
        self._acknowledge()

    def reject(self, reason: str) -> None:
        """Count the message popped last as dropped: its reader looked at it and did not deliver it."""
        self.popped -= 1
        self.discarded += 1
        self._next_acknowledgement -= 1
        self._count_drop(reason, 1)

    def overflow(self, reason: str) -> None:
        """Count a message that routing chose this pipe for and that did not enter it."""
        self.overflowed += 1
        self._count_drop(reason, 1)

    def discard(self, reason: str) -> int:
        """Throw away what is queued, counted by ``reason``, and return how many messages that were."""
        messages = self._messages
        count = len(self)
        if messages is None or not count:
            return 0
        if count > self.peak:
            self.peak = count
        messages.clear()
        self._head = 0
        self.discarded += count
        self._count_drop(reason, count)
        self._acknowledge()
        return count

    def limit(self, hwm: int) -> None:
        """Change the high-water mark; lowering it never loses a message."""
        self.hwm = hwm
        self._limit = hwm or NO_LIMIT
        self.low_water = (hwm + 1) // 2 or 1
        self._acknowledge()

    @property
    def accepted(self) -> int:
        """Messages that routing chose this pipe for."""
        return self.pushed + self.overflowed

    def peek(self, most: int) -> list[Message]:
        """Return the oldest messages without taking them."""
        head = self._head
        oldest = self._messages[head : head + most] if self._messages is not None else []
        return [message for message in oldest if message is not None]

    @property
    def probe(self) -> Probe | None:
        """Whoever watches this pipe."""
        return self._probe

    @probe.setter
    def probe(self, probe: Probe | None) -> None:
        self._probe = probe
        self._special = self.conflate or probe is not None or self._messages is None

    def set_conflate(self) -> None:
        """Keep the newest message only from now on."""
        self.conflate = True
        self._special = True

    def _push_special(self, message: Message) -> bool:
        if self.is_full:
            self.refused += 1
            self.ask_for_room()
            return False
        self.insert(message)
        return True

    def _acknowledge(self) -> None:
        left = self.popped + self.discarded - self.acknowledged
        rest = left % self.low_water
        self.acknowledged += left - rest
        self._next_acknowledgement = self.popped + self.low_water - rest
        self._let_write()

    def _let_write(self) -> None:
        if self.writer_waits and not self.is_full:
            self.writer_waits = False
            if self.watch is not None:
                self.watch.pipe_has_room(self)
            self.writer.pipe_writable()

    def _conflate(self, messages: list[Message | None]) -> None:
        count = len(messages) - self._head  # more than one when the pipe conflates only of late
        if not count:
            return
        messages.clear()
        self._head = 0
        self.discarded += count
        self._count_drop(DropReason.CONFLATED, count)

    def _close_gap(self, messages: list[Message | None]) -> None:
        """Give up the places of what was read, now that they are half of all."""
        del messages[: self._head]
        self._head = 0

    def _count_drop(self, reason: str, count: int) -> None:
        if self.dropped is None:
            self.dropped = {}
        self.dropped[reason] = self.dropped.get(reason, 0) + count
        if self.watch is not None:
            self.watch.pipe_dropped(self, reason, count)

    def _show(self, place: str, message: Message, n: int) -> None:
        try:
            if self._probe is not None:
                self._probe.saw(place, message, n)
        except Exception:  # noqa: BLE001 - an observer's fault ends the observer, never the queue
            self.probe = None
