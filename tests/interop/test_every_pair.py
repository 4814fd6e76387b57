"""Every pair of types that may talk, on either side, tcp and ipc: all arrives, once, in order, unchanged."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from engine import DEALER, PAIR, PUB, PULL, PUSH, REP, REQ, ROUTER, SUB, XPUB, XSUB, SocketType
from tests.interop.conversations import (
    asked_of_router,
    between_routers,
    both_ways,
    dealt_to_rep,
    dealt_to_router,
    lockstep,
    one_way,
    published,
)
from tests.interop.ends import Meeting

Talk = Callable[[Any, Any], Awaitable[None]]

ACTIVE_FIRST: list[tuple[SocketType, SocketType, Talk]] = [
    (PAIR, PAIR, both_ways),
    (DEALER, DEALER, both_ways),
    (PUSH, PULL, one_way),
    (PUB, SUB, published),
    (PUB, XSUB, published),
    (XPUB, SUB, published),
    (XPUB, XSUB, published),
    (REQ, REP, lockstep),
    (DEALER, REP, dealt_to_rep),
    (REQ, ROUTER, asked_of_router),
    (DEALER, ROUTER, dealt_to_router),
    (ROUTER, ROUTER, between_routers),
]
"""Who begins, who answers, and how they talk."""

PAIRS = [
    pytest.param(first, second, we_begin, talk, id=f"{first.name}-{second.name}-{who}")
    for first, second, talk in ACTIVE_FIRST
    for we_begin, who in ((True, "we-begin"), (False, "they-begin"))
]


def options(kind: SocketType, name: bytes) -> dict[str, Any]:
    """What a socket of this kind needs for the conversation."""
    if kind is SUB:
        return {"subscribe": b""}
    if kind is ROUTER:
        return {"routing_id": name, "router_mandatory": 1}
    return {}


@pytest.mark.parametrize(("first", "second", "we_begin", "talk"), PAIRS)
async def test_all_arrives_once_in_order_unchanged(
    meeting: Meeting,
    scheme: str,
    we_bind: bool,
    first: SocketType,
    second: SocketType,
    we_begin: bool,
    talk: Talk,
) -> None:
    our_kind, their_kind = (first, second) if we_begin else (second, first)
    ours = meeting.ours(our_kind, **options(our_kind, b"ours"))
    theirs = meeting.theirs(their_kind, **options(their_kind, b"theirs"))
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    for end, kind in ((ours, our_kind), (theirs, their_kind)):
        if kind is XSUB:
            await end.send([b"\x01"])
    await talk(*((ours, theirs) if we_begin else (theirs, ours)))
