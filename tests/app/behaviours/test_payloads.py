"""Messages are made as their templates say."""

import random

from app.behaviours.payloads import MessageMaker, draw_field, field_values
from app.behaviours.quantities import draw
from app.topology.templates import fill


class World:
    def __init__(self) -> None:
        self.time = 100.0
        self._random = random.Random(3)

    def now(self) -> float:
        return self.time

    def draw(self) -> float:
        return self._random.random()

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)


def maker(**parameters):
    world = World()
    return MessageMaker(parameters, {"node": "orders", "replica": 2, "rate_per_s": 30}, world, world), world


def test_the_sequence_number_is_put_in() -> None:
    made, _ = maker(payload="message ${seq}")
    assert made.make(7) == [b"message 7"]


def test_dollars_percents_and_unknown_names_stay_what_they_are() -> None:
    made, _ = maker(payload="100 % of $$5 ${nobody} ${seq} %b")
    assert made.make(1) == [b"100 % of $5 ${nobody} 1 %b"]


def test_node_replica_and_parameters_are_known() -> None:
    made, _ = maker(payload="${node}#${replica} at ${rate_per_s}")
    assert made.make(1) == [b"orders#2 at 30"]


def test_time_is_the_nodes_own() -> None:
    made, world = maker(payload="${time}")
    world.time += 1.5
    assert made.make(1) == [b"1.500000"]


def test_a_field_has_one_value_in_all_frames_of_a_message() -> None:
    made, _ = maker(
        frames=["${letter}", "again ${letter} ${seq}"], fields={"letter": {"choice": list("ABCD")}}
    )
    seen = set()
    for seq in range(50):
        first, second = made.make(seq)
        assert second == b"again %b %d" % (first, seq)
        seen.add(first)
    assert seen == {b"A", b"B", b"C", b"D"}


def test_integers_have_their_width() -> None:
    assert list(field_values({"integer": [8, 11], "width": 3})) == [b"008", b"009", b"010", b"011"]
    assert len(draw_field({"integer": [0, 9], "width": 4}, World())) == 4


def test_each_topic_comes_once() -> None:
    made, _ = maker(frames=["${topic}", "x"], fields={"topic": {"integer": [0, 3]}})
    assert list(made.topics()) == [b"0", b"1", b"2", b"3"]


def test_a_message_is_filled_up_to_its_size_and_never_cut() -> None:
    made, _ = maker(payload="${seq}", size_octets=8)
    assert made.make(5) == [b"5......."]
    assert made.make(123456789) == [b"123456789"]


def test_random_octets_are_new_each_time() -> None:
    made, _ = maker(payload={"random_octets": 16})
    assert len({made.make(n)[0] for n in range(20)}) == 20
    assert len(made.make(0)[0]) == 16


def test_fill_replaces_what_it_knows() -> None:
    assert fill("client-${replica} $${x} ${y}", {"replica": 3}) == "client-3 ${x} ${y}"


def test_quantities_are_drawn_by_their_kind() -> None:
    world = World()
    assert draw(5, world) == 5.0
    assert [draw({"kind": "list", "values": [1, 2]}, world, turn) for turn in range(3)] == [1.0, 2.0, 1.0]
    many = [draw({"kind": "exponential", "mean": 20}, world) for _ in range(5000)]
    assert 18 < sum(many) / len(many) < 22
    assert all(2 <= draw({"kind": "uniform", "low": 2, "high": 3}, world) <= 3 for _ in range(100))
    bell = [draw({"kind": "normal", "mean": 50, "deviation": 5}, world) for _ in range(3000)]
    assert 49 < sum(bell) / len(bell) < 51
    assert min(draw({"kind": "normal", "mean": 0, "deviation": 5}, world) for _ in range(50)) == 0.0
