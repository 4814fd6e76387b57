from engine.messages import Message
from engine.pipes.probe import Probe
from tests.engine.pipes.ends import a_message, a_pipe, numbers


class Notebook(Probe):
    def __init__(self, fails_at: int = 0) -> None:
        self.seen: list[tuple[str, int, int]] = []
        self._fails_at = fails_at

    def saw(self, place: str, message: Message, n: int) -> None:
        self.seen.append((place, message.frames[0][0], n))
        if len(self.seen) == self._fails_at:
            raise RuntimeError("the observer is broken")


def test_a_probe_sees_each_message_come_and_go_with_its_place() -> None:
    pipe, _ = a_pipe(10)
    probe = pipe.probe = Notebook()
    pipe.push(a_message(5))
    pipe.push_many([a_message(6), a_message(7)])
    pipe.pop()
    pipe.take(100)
    assert probe.seen == [
        ("push", 5, 1),
        ("push", 6, 2),
        ("push", 7, 3),
        ("pop", 5, 1),
        ("take", 6, 2),
        ("take", 7, 3),
    ]


def test_a_probe_that_comes_late_knows_the_right_places() -> None:
    pipe, _ = a_pipe(10, holding=3)
    pipe.pop()
    probe = pipe.probe = Notebook()
    pipe.push(a_message(3))
    pipe.take(100)
    assert probe.seen == [("push", 3, 4), ("take", 1, 2), ("take", 2, 3), ("take", 3, 4)]


def test_a_discarded_message_keeps_its_place_so_that_later_ones_keep_theirs() -> None:
    pipe, _ = a_pipe(10, holding=2)
    pipe.discard("linger")
    probe = pipe.probe = Notebook()
    pipe.push(a_message(9))
    pipe.pop()
    assert probe.seen == [("push", 9, 3), ("pop", 9, 3)]


def test_a_conflating_pipe_shows_each_push_and_what_was_kept() -> None:
    pipe, _ = a_pipe(conflate=True)
    probe = pipe.probe = Notebook()
    pipe.push(a_message(1))
    pipe.push(a_message(2))
    pipe.pop()
    assert probe.seen == [("push", 1, 1), ("push", 2, 2), ("pop", 2, 2)]


def test_a_probe_that_raises_is_taken_off_and_the_queue_goes_on() -> None:
    for fails_at in (1, 2, 3, 4):
        pipe, _ = a_pipe(10)
        probe = pipe.probe = Notebook(fails_at)
        pipe.push(a_message(0))
        pipe.push(a_message(1))
        taken = numbers(pipe.take(100))
        assert taken == [0, 1]
        assert pipe.probe is None
        assert len(probe.seen) == fails_at
        assert (pipe.pushed, pipe.popped) == (2, 2)


def test_a_pipe_goes_back_to_the_short_way_when_its_probe_leaves() -> None:
    pipe, _ = a_pipe(1)
    pipe.probe = Notebook()
    pipe.push(a_message())
    pipe.probe = None
    assert not pipe.push(a_message())
    pipe.pop()
    assert pipe.push(a_message())


def test_a_probed_pipe_keeps_its_mark() -> None:
    pipe, edges = a_pipe(2)
    pipe.probe = Notebook()
    assert [pipe.push(a_message()) for _ in range(3)] == [True, True, False]
    pipe.pop()
    assert edges.writable == 1
