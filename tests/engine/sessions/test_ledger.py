"""What a socket remembers of strangers has a bound, and the counts are kept all the same."""

import pytest

from engine import PULL, PUSH, Context
from engine.pipes.pair import PipePair
from engine.pipes.pipe import Pipe
from engine.sessions import ledger, session
from engine.sessions.ledger import Ledger
from tests.support.eventually import eventually


def test_of_ended_connections_the_newest_are_remembered() -> None:
    books, pair = Ledger(), PipePair(Pipe(0), Pipe(0), "tcp://127.0.0.1:1", "")
    for n in range(ledger.MOST_ENDED + 5):
        books.end_connection(pair, f"{n}", taken=0, arrived=1)
    dead = books.lane(pair, is_outbound=False).dead_connections
    assert len(dead) == ledger.MOST_ENDED
    assert next(iter(dead)) == "5"
    books.settle(["7"])
    assert "7" not in dead


def test_names_that_are_known_are_admitted_when_there_is_no_room_for_more() -> None:
    books = Ledger()
    for n in range(ledger.MOST_LANES):
        assert books.admits(f"{n}")
        books.refuse(f"{n}", "", 1)
    assert books.admits("3")
    assert not books.admits("one more")


@pytest.mark.parametrize("label", ["a link", "x" * session.LONGEST_NAME])
async def test_a_peer_names_its_link(context: Context, label: str) -> None:
    assert await _filed_under(context, label) == label


async def test_a_name_that_is_too_long_is_not_kept(context: Context) -> None:
    assert (await _filed_under(context, "x" * (session.LONGEST_NAME + 1))).startswith("tcp://")


async def _filed_under(context: Context, label: str) -> str:
    pull, push = context.socket(PULL), context.socket(PUSH)
    push.connect(pull.bind("tcp://127.0.0.1:*"), label=label)
    await push.send(b"x")
    await pull.recv()
    push.close()
    await eventually(lambda: not pull.pipes)
    [lane] = [lane for lane in pull.books().lanes if not lane.is_outbound]
    assert (lane.arrived, lane.delivered) == (1, 1)
    assert len(lane.dead_connections) == 1
    return lane.label
