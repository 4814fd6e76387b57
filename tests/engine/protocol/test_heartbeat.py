import pytest

from engine.errors import PeerSilent
from engine.protocol.heartbeat import Heartbeat


def test_without_an_interval_there_is_nothing_to_watch() -> None:
    beat = Heartbeat(0, -1, now=5)
    assert beat.next_look(5) is None
    assert not beat.look(100, heard=False)


def test_a_ping_is_due_every_interval_and_not_before() -> None:
    beat = Heartbeat(100, 1000, now=0)
    assert beat.next_look(0) == pytest.approx(0.1)
    assert not beat.look(0.099, heard=False)
    assert beat.look(0.1, heard=False)
    assert beat.next_look(0.1) == pytest.approx(0.2)
    assert beat.look(0.2, heard=True)


def test_a_peer_that_does_not_answer_a_ping_is_given_up_after_the_timeout() -> None:
    beat = Heartbeat(100, -1, now=0)  # the timeout is the interval
    beat.look(0.1, heard=False)
    with pytest.raises(PeerSilent) as silent:
        beat.look(0.2, heard=False)
    assert silent.value.limit_ms == 100


def test_the_timeout_runs_from_the_first_unanswered_ping() -> None:
    beat = Heartbeat(100, 250, now=0)
    beat.look(0.1, heard=False)
    beat.look(0.2, heard=False)
    beat.look(0.31, heard=False)
    assert beat.next_look(0.34) == pytest.approx(0.35)
    with pytest.raises(PeerSilent):
        beat.look(0.36, heard=False)


def test_anything_heard_is_an_answer() -> None:
    beat = Heartbeat(100, 100, now=0)
    for tenth in range(1, 50):
        beat.look(tenth / 10, heard=True)


def test_a_timeout_of_zero_gives_nobody_up() -> None:
    beat = Heartbeat(100, 0, now=0)
    for tenth in range(1, 50):
        beat.look(tenth / 10, heard=False)


def test_the_peers_own_time_to_live_is_kept_without_pings_of_ours() -> None:
    beat = Heartbeat(0, -1, now=0)
    beat.peer_ttl_ms = 500
    assert beat.next_look(0) == pytest.approx(0.5)
    beat.look(0.4, heard=True)
    beat.look(0.8, heard=False)
    with pytest.raises(PeerSilent) as silent:
        beat.look(0.9, heard=False)
    assert silent.value.limit_ms == 500


def test_a_look_that_is_overdue_is_due_now() -> None:
    assert Heartbeat(100, -1, now=0).next_look(7) == 7
