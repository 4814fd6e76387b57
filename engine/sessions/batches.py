"""What has left of a batch, and what of it is not for this socket."""

from collections.abc import Callable

from engine.constants import DropReason
from engine.messages import Message
from engine.pipes.pipe import Pipe

Octets = bytes | memoryview
"""Octets to send; a view where a large frame has left in part, so that the rest is not copied."""


def without(chunks: list[Octets], sent: int) -> list[Octets]:
    """Return what is left of ``chunks`` after their first ``sent`` octets."""
    for n, chunk in enumerate(chunks):
        if sent < len(chunk):
            return [memoryview(chunk)[sent:], *chunks[n + 1 :]] if sent else chunks[n:]
        sent -= len(chunk)
    return []


def drop_multiparts(messages: list[Message], inbound: Pipe) -> list[Message]:
    """Return the messages of one frame; the others are counted as dropped (41/CLISRV and its kin)."""
    kept = [message for message in messages if len(message.frames) == 1]
    for _ in range(len(messages) - len(kept)):
        inbound.overflow(DropReason.MALFORMED_ENVELOPE)
    return kept


def count_handed(batch: list[Message], octets: int, octets_of: Callable[[Message], int]) -> int:
    """Return how many messages of ``batch`` lie wholly within its first ``octets`` octets."""
    for n, message in enumerate(batch):
        octets -= octets_of(message)
        if octets < 0:
            return n
    return len(batch)
