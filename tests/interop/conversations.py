"""What two ends say to each other: every size and shape that must pass unchanged."""

import asyncio
from contextlib import suppress

from tests.interop.ends import End, Frames, OurEnd, TheirEnd
from tests.support.eventually import LIMIT_S

SIZES = (0, 1, 255, 256, 65536, 1 << 20)

SHAPES: list[Frames] = [
    *([bytes([n]) * size] for n, size in enumerate(SIZES, 1)),
    [b"", b""],
    [b"a", b"", b"c"],
    [bytes([n]) * size for n, size in enumerate(SIZES, 1)],
    [b"%d" % n for n in range(300)],
]
"""Single frames of every size, and multiparts of few, many, empty and large frames."""

BURST: list[Frames] = [[b"%06d" % n, b"x" * (n % 300)] for n in range(400)]
"""Numbered messages, fewer than any high-water mark."""

ALL = SHAPES + BURST
FEW = SHAPES + BURST[:20]
"""For ends that take each message by a line of text."""

PROBE = b"probe"
BEGIN = b"begin"


async def pour(sender: End, receiver: End, messages: list[Frames]) -> None:
    """Send all from one end and expect exactly them at the other."""

    async def send() -> None:
        for message in messages:
            await sender.send(message)

    sending = asyncio.create_task(send())
    arrived = [await receiver.recv() for _ in messages]
    await sending
    assert arrived == messages


async def synchronise(publisher: End, subscriber: End, topic: bytes = b"") -> None:
    """Publish until the subscriber hears, then make sure that it has heard all of that.

    A publisher drops what nobody has asked for yet, and nothing tells when a subscription is in.
    """
    heard = asyncio.create_task(subscriber.recv())
    async with asyncio.timeout(LIMIT_S):
        while not heard.done():
            await publisher.send([topic + PROBE])
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(heard), 0.01)
    await publisher.send([topic + BEGIN])
    frames = await heard
    while frames != [topic + BEGIN]:
        assert frames == [topic + PROBE]
        frames = await subscriber.recv()


async def both_ways(one: End, other: End, messages: list[Frames] = ALL) -> None:
    """PAIR and DEALER: each side sends all, at the same time."""
    await asyncio.gather(pour(one, other, messages), pour(other, one, messages[::-1]))


async def one_way(sender: End, receiver: End, messages: list[Frames] = ALL) -> None:
    """PUSH to PULL."""
    await pour(sender, receiver, messages)


async def published(publisher: End, subscriber: End, messages: list[Frames] = ALL) -> None:
    """PUB or XPUB to SUB or XSUB, subscribed to everything."""
    await synchronise(publisher, subscriber)
    await pour(publisher, subscriber, messages)


async def lockstep(asker: End, answerer: End) -> None:
    """REQ with REP."""
    for message in FEW:
        await asker.send(message)
        assert await answerer.recv() == message
        await answerer.send(message[::-1])
        assert await asker.recv() == message[::-1]


async def dealt_to_rep(dealer: End, rep: End) -> None:
    """DEALER with REP: the dealer makes the envelope, here one with two hops in it."""
    for message in SHAPES:
        await dealer.send([b"hop", b"hop2", b"", *message])
        assert await rep.recv() == message
        await rep.send(message[::-1])
        assert await dealer.recv() == [b"hop", b"hop2", b"", *message[::-1]]


async def asked_of_router(req: End, router: End) -> None:
    """REQ with ROUTER: the router sees the id and the empty frame, and must send both back."""
    for message in SHAPES:
        await req.send(message)
        routing_id, *rest = await router.recv()
        assert rest == [b"", *message]
        await router.send([routing_id, b"", *message[::-1]])
        assert await req.recv() == message[::-1]


async def dealt_to_router(dealer: End, router: End) -> None:
    """DEALER with ROUTER: only the id comes and goes."""
    await dealer.send([b"hello"])
    routing_id, hello = await router.recv()
    assert hello == b"hello"
    for message in SHAPES:
        await dealer.send(message)
        assert await router.recv() == [routing_id, *message]
    for message in SHAPES:
        await router.send([routing_id, *message])
        assert await dealer.recv() == message


async def between_routers(one: OurEnd | TheirEnd, other: OurEnd | TheirEnd) -> None:
    """ROUTER with ROUTER, named ``ours`` and ``theirs``: each must know the other's id."""
    names = (b"ours", b"theirs") if isinstance(one, OurEnd) else (b"theirs", b"ours")
    for message in SHAPES:
        await one.send_when_known([names[1], *message])
        assert await other.recv() == [names[0], *message]
        await other.send_when_known([names[0], *message])
        assert await one.recv() == [names[1], *message]
