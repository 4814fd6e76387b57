"""Prefix subscriptions: who wants a message that begins so?"""

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Holder = TypeVar("Holder", bound=Hashable)

SUBSCRIBE: Final = b"\x01"
CANCEL: Final = b"\x00"
"""What a subscription, or its end, begins with where it is written as a message. Source: 23/ZMTP."""


class Topics(Generic[Holder]):
    """Which holders are subscribed to which prefixes, each counted.

    Matching looks each prefix of a topic up in a table, for the lengths that occur: its cost grows
    with the topic's length and not with the number of subscriptions. A trie of one node an octet
    would take as many steps, each an interpreted one.
    """

    def __init__(self) -> None:
        self._holders: dict[bytes, dict[Holder, int]] = {}
        self._lengths: dict[int, int] = {}
        self._sorted: list[int] = []
        self._shortest = 0

    def __len__(self) -> int:
        return len(self._holders)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._holders)

    def add(self, prefix: bytes, holder: Holder) -> bool:
        """Count one more subscription; ``True`` when nobody had this prefix before."""
        holders = self._holders.get(prefix)
        if holders is None:
            self._holders[prefix] = {holder: 1}
            self._count_length(len(prefix), 1)
            return True
        holders[holder] = holders.get(holder, 0) + 1
        return False

    def holds(self, prefix: bytes, holder: Holder) -> bool:
        """Tell whether ``holder`` is subscribed to exactly this prefix."""
        return holder in self._holders.get(prefix, ())

    def remove(self, prefix: bytes, holder: Holder) -> bool:
        """Take one subscription back; ``True`` when nobody has this prefix any more."""
        holders = self._holders.get(prefix)
        if holders is None or holder not in holders:
            return False
        holders[holder] -= 1
        if not holders[holder]:
            del holders[holder]
        if holders:
            return False
        del self._holders[prefix]
        self._count_length(len(prefix), -1)
        return True

    def remove_holder(self, holder: Holder) -> list[bytes]:
        """Take all of a holder's subscriptions back; returns the prefixes that nobody has any more, sorted.

        Source: libzmq 4.3.5, whose XPUB tells of them in this order.
        """
        held = sorted(prefix for prefix, holders in self._holders.items() if holder in holders)
        gone = []
        for prefix in held:
            holders = self._holders[prefix]
            del holders[holder]
            if not holders:
                del self._holders[prefix]
                self._count_length(len(prefix), -1)
                gone.append(prefix)
        return gone

    def matches(self, topic: bytes) -> bool:
        """Tell whether any prefix fits ``topic``."""
        holders = self._holders
        if not holders:
            return False
        if self._shortest == 0:  # somebody wants everything
            return True
        size = len(topic)
        for length in self._sorted:
            if length > size:
                return False
            if topic[:length] in holders:
                return True
        return False

    def matching(self, topic: bytes) -> dict[Holder, int]:
        """Return those who want ``topic``, each once, in a stable order; not to be changed."""
        found: dict[Holder, int] = {}
        size = len(topic)
        for length in self._sorted:
            if length > size:
                break
            holders = self._holders.get(topic[:length])
            if holders:
                found = {**found, **holders} if found else holders
        return found

    def _count_length(self, length: int, change: int) -> None:
        count = self._lengths.get(length, 0) + change
        if count:
            self._lengths[length] = count
        else:
            del self._lengths[length]
        self._sorted = sorted(self._lengths)
        self._shortest = self._sorted[0] if self._sorted else 0


def split_subscriptions(
    frames: list[bytes], *, only_first: bool
) -> tuple[list[tuple[bytes, bool]], list[bytes]]:
    """Return a message's subscriptions, each with whether it is wanted, and its other frames.

    A message that does not begin with a subscription has none (seen so from libzmq 4.3.5).

    Args:
        only_first: whether frames after the first are no subscriptions (``only_first_subscribe``).
    """
    marks = (SUBSCRIBE, CANCEL)
    if frames[0][:1] not in marks:
        return [], frames
    if only_first:
        return [(frames[0][1:], frames[0][:1] == SUBSCRIBE)], frames[1:]
    found = [(frame[1:], frame[:1] == SUBSCRIBE) for frame in frames if frame[:1] in marks]
    return found, [frame for frame in frames if frame[:1] not in marks]
