from engine.pipes.pair import PairOwner, PipePair
from engine.pipes.pipe import Pipe
from tests.engine.pipes.ends import a_message


class Owner(PairOwner):
    def __init__(self) -> None:
        self.edges: list[str] = []

    def pair_readable(self, pair: PipePair) -> None:
        self.edges.append("readable")

    def pair_writable(self, pair: PipePair) -> None:
        self.edges.append("writable")


def test_a_pair_writes_outbound_reads_inbound_and_passes_the_edges_to_its_owner() -> None:
    pair = PipePair(Pipe(1), Pipe(1), "tcp://here:1", "a link")
    owner = pair.owner = Owner()
    pair.outbound.push(a_message())
    assert not pair.outbound.push(a_message())
    pair.outbound.pop()
    assert owner.edges == ["writable"]
    pair.inbound.reader_waits = True
    pair.inbound.push(a_message())
    assert owner.edges == ["writable", "readable"]


def test_two_pairs_over_the_same_pipes_are_the_two_sides_of_one_connection() -> None:
    there, back = Pipe(0), Pipe(0)
    one, other = PipePair(there, back, "", ""), PipePair(back, there, "", "")
    one.owner, other.owner = Owner(), Owner()
    there.reader_waits = back.reader_waits = True
    one.outbound.push(a_message(1))
    assert (one.owner.edges, other.owner.edges) == ([], ["readable"])
    other.outbound.push(a_message(2))
    assert one.owner.edges == ["readable"]
    message = one.inbound.pop()
    assert message is not None
    assert message.frames == [b"\x02"]


def test_a_new_pair_belongs_to_nobody_and_its_edges_are_heard_by_nobody() -> None:
    pair = PipePair(Pipe(0), Pipe(0), "", "")
    pair.inbound.reader_waits = True
    pair.inbound.push(a_message())
    pair.far_end.tell_subscription(b"", wanted=True)
    pair.far_end.dismiss()
    assert (pair.is_over, pair.is_done, pair.routing_id, pair.peer) == (False, False, b"", "")


def test_a_message_is_counted_from_the_begin_of_the_connection_it_came_by() -> None:
    pair = PipePair(Pipe(0), Pipe(0), "", "")
    pair.inbound.push(a_message(1))  # our own side's, before any connection
    pair.begin_connection("one")
    pair.inbound.push_many([a_message(2), a_message(3)])
    for name in ("", "silent", "", "two"):
        pair.begin_connection(name)
    pair.inbound.push(a_message(4))
    names = [pair.place_of(n, is_outbound=False) for n in range(1, 5)]
    assert names == [("", 1), ("one", 1), ("one", 2), ("two", 1)]


def test_what_was_put_back_or_thrown_away_has_no_place_in_a_connection() -> None:
    pair = PipePair(Pipe(0), Pipe(0), "", "")
    pair.begin_connection("one")
    for n in range(3):
        pair.outbound.push(a_message(n))
    pair.outbound.give_back(pair.outbound.take(2))
    pair.outbound.discard("linger")
    pair.begin_connection("two")
    pair.outbound.push(a_message(4))
    pair.outbound.take(1)
    assert pair.place_of(4, is_outbound=True) == ("two", 1)


def test_borders_between_connections_are_forgotten_once_all_before_was_read() -> None:
    pair = PipePair(Pipe(0), Pipe(0), "", "")
    for n in range(100):
        pair.begin_connection(str(n))
        pair.inbound.push(a_message(n))
        pair.inbound.pop()
    assert len(pair._arrivals) <= 2
    assert pair.place_of(100, is_outbound=False) == ("99", 1)
