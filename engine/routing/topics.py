"""Prefix subscriptions: who wants a message that begins so?"""

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

from engine.routing.prefix_tree import PrefixTree

Holder = TypeVar("Holder", bound=Hashable)

SUBSCRIBE: Final = b"\x01"
CANCEL: Final = b"\x00"
"""What a subscription, or its end, begins with where it is written as a message. Source: 23/ZMTP."""


class Topics(Generic[Holder]):
    """Which holders are subscribed to which prefixes, each counted.

    A table knows them by the prefix, a tree by what begins with it.
    """

    def __init__(self) -> None:
        self._holders: dict[bytes, dict[Holder, int]] = {}
        self._tree: PrefixTree[dict[Holder, int]] = PrefixTree()

    def __len__(self) -> int:
        return len(self._holders)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._holders)

    def add(self, prefix: bytes, holder: Holder) -> bool:
        """Count one more subscription; ``True`` when nobody had this prefix before."""
        holders = self._holders.get(prefix)
        if holders is None:
            holders = self._holders[prefix] = {holder: 1}
            self._tree.add(prefix, holders)
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
        self._tree.remove(prefix)
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
                self._tree.remove(prefix)
                gone.append(prefix)
        return gone

    def matches(self, topic: bytes) -> bool:
        """Tell whether any prefix fits ``topic``."""
        return self._tree.fits(topic)

    def matching(self, topic: bytes) -> dict[Holder, int]:
        """Return those who want ``topic``, each once, in a stable order; not to be changed."""
        found: dict[Holder, int] = {}
        for holders in self._tree.fitting(topic):
            found = {**found, **holders} if found else holders
        return found


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
