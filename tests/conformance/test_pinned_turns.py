"""Whose turn libzmq says it is, where several peers could be dealt to, read from, or told of."""

import pytest

from engine import DEALER, PULL, PUSH, SUB, XPUB
from engine.errors import Again
from engine.sockets.socket import Socket
from tests.conformance.pinned import pinned
from tests.conformance.stage import Stage, arrived, linked, receive_all, send
from tests.support.eventually import eventually


async def heard(pulls: list[Socket], count: int) -> list[list[bytes]]:
    """What each got, of so many in all."""
    await eventually(
        lambda: sum(pipe.depth for pull in pulls for pipe in pull.pipes if not pipe.is_outbound) == count,
        f"{count} messages have come",
    )
    return [read_all(pull) for pull in pulls]


def read_all(pull: Socket) -> list[bytes]:
    read = []
    try:
        while True:
            read.append(b"|".join(pull.recv_nowait()))
    except Again:
        return read


async def say(pull: Socket, *words: tuple[Socket, bytes]) -> None:
    """Each says something, and it has come before the next speaks."""
    for count, (push, word) in enumerate(words, 1):
        await send(push, word)
        await arrived(pull, count)


@pinned("lb/1")
async def test_who_joins_late_is_dealt_to_when_the_others_have_had_their_turns(
    stage: Stage, scheme: str
) -> None:
    dealer, first, late = (stage.socket(DEALER) for _ in range(3))
    endpoint = await stage.join(dealer, first, scheme=scheme)
    await send(dealer, b"1")
    await stage.connect(late, dealer, endpoint)
    await send(dealer, b"2", b"3", b"4")
    assert await heard([first, late], 4) == [[b"1", b"2", b"4"], [b"3"]]


@pinned("lb/2")
async def test_the_turn_of_one_who_leaves_goes_to_who_joined_last(stage: Stage, scheme: str) -> None:
    push, *pulls = stage.socket(PUSH), *(stage.socket(PULL) for _ in range(4))
    await stage.join(push, *pulls, scheme=scheme)
    await send(push, b"1")
    pulls.pop(1).close()
    await eventually(lambda: len(linked(push)) == 3, "one has left")
    await send(push, b"2", b"3", b"4", b"5")
    assert await heard(pulls, 5) == [[b"1", b"4"], [b"3"], [b"2", b"5"]]


@pinned("fq/1")
async def test_who_joined_first_is_read_first_though_others_spoke_before(stage: Stage, scheme: str) -> None:
    pull, one, two, three = stage.socket(PULL), *(stage.socket(PUSH) for _ in range(3))
    await stage.join(pull, one, two, three, scheme=scheme)
    await say(pull, (three, b"3a"), (two, b"2a"), (one, b"1a"), (one, b"1b"), (two, b"2b"))
    assert read_all(pull) == [b"1a", b"2a", b"3a", b"1b", b"2b"]


@pinned("fq/2")
async def test_who_had_nothing_is_read_in_the_order_they_speak(stage: Stage, scheme: str) -> None:
    pull, one, two, three = stage.socket(PULL), *(stage.socket(PUSH) for _ in range(3))
    await stage.join(pull, one, two, three, scheme=scheme)
    with pytest.raises(Again):
        pull.recv_nowait()
    await say(pull, (three, b"3a"), (two, b"2a"), (one, b"1a"), (three, b"3b"))
    assert read_all(pull) == [b"3a", b"2a", b"1a", b"3b"]


@pinned("fq/3")
async def test_the_turn_of_one_read_empty_goes_to_who_spoke_last(stage: Stage, scheme: str) -> None:
    pull, one, two, three = stage.socket(PULL), *(stage.socket(PUSH) for _ in range(3))
    await stage.join(pull, one, two, three, scheme=scheme)
    await say(pull, (one, b"1a"), (two, b"2a"), (three, b"3a"), (two, b"2b"), (three, b"3b"))
    assert read_all(pull) == [b"1a", b"2a", b"3a", b"3b", b"2b"]


@pinned("sub/3")
async def test_many_topics_are_told_in_the_order_of_their_octets(stage: Stage, scheme: str) -> None:
    xpub, sub = stage.socket(XPUB), stage.socket(SUB)
    topics = [b"b", b"a", b"\xff", b"", b"ba", b"aa"]
    for topic in topics:
        sub.subscribe(topic)
    await stage.join(xpub, sub, scheme=scheme)
    assert await receive_all(xpub, 6) == [[b"\x01" + topic] for topic in sorted(topics)]
    sub.close()
    assert await receive_all(xpub, 6) == [[b"\x00" + topic] for topic in sorted(topics)]
