"""Give one message to many peers, and count it where a full one loses it."""

from collections.abc import Iterable

from engine.constants import DropReason
from engine.messages import Message
from engine.pipes.pair import PipePair


def distribute(message: Message, pairs: Iterable[PipePair]) -> int:
    """Push ``message`` to each of ``pairs`` and return how many they were.

    A full pipe loses the message for its peer alone, and takes none until its reader has
    acknowledged a block: libzmq's rule for PUB.
    """
    count = 0
    for pair in pairs:
        count += 1
        # An inproc peer's recv returns the very list; what it does with it is not the others' affair.
        own = message.copy() if pair.is_joined else message
        if not pair.outbound.push(own):
            pair.outbound.overflow(DropReason.HWM)
    return count


def all_have_room(pairs: Iterable[PipePair]) -> bool:
    """Tell whether every pipe would take a message; those that would not are asked for their edge."""
    ready = True
    for pair in pairs:
        if pair.outbound.is_full:
            pair.outbound.ask_for_room()
            ready = False
    return ready
