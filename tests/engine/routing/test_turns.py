"""A pair in a round knows its place, so that it leaves without being looked for."""

from hypothesis import given, strategies as st

from engine.pipes.pair import NOWHERE, PipePair
from engine.pipes.pipe import Pipe
from engine.routing.fair_queue import FairQueue
from engine.routing.load_balance import LoadBalance
from tests.engine.pipes.ends import a_message

OPERATIONS = st.lists(
    st.tuples(st.sampled_from(("come", "go", "use", "fill")), st.integers(0, 5)), max_size=40
)


def pairs(count: int) -> list[PipePair]:
    return [PipePair(Pipe(2), Pipe(2), "tcp://127.0.0.1:1", "") for _ in range(count)]


@given(OPERATIONS)
def test_each_pair_in_the_round_stands_where_it_says(operations: list[tuple[str, int]]) -> None:
    queue, balance, peers = FairQueue(lambda pair: None), LoadBalance(), pairs(6)
    here: set[int] = set()
    for what, n in operations:
        pair = peers[n]
        if what == "come" and n not in here:
            here.add(n)
            queue.attach(pair)
            balance.activate(pair)
        elif what == "go" and n in here:
            here.discard(n)
            pair.inbound.discard("disconnected")
            queue.detach(pair)
            balance.detach(pair)
        elif what == "use":
            queue.pop()
            balance.push(a_message())
        elif what == "fill" and n in here and pair.inbound.push(a_message()) and pair.read_turn == NOWHERE:
            queue.activate(pair)
        assert [pair.read_turn for pair in queue._active] == list(range(len(queue._active)))
        assert [pair.write_turn for pair in balance._active] == list(range(len(balance._active)))
        assert all(peers[n].read_turn == peers[n].write_turn == NOWHERE for n in range(6) if n not in here)
