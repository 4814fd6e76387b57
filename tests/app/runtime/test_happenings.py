"""What a run's log is told of a socket's events, in words."""

import re
from pathlib import Path

import pytest

from app.runtime import happenings
from app.runtime.happenings import happening
from engine.monitor import events

WORDS = Path(__file__).parents[3] / "static/src/model/eventWords.ts"
AT = (1.5, "tcp://127.0.0.1:5555", "")
PEER = "tcp://127.0.0.1:40000"


def told(event: events.SocketEvent) -> tuple[str, str] | None:
    """The kind and the detail of what the log is told, or nothing."""
    found = happening(event, "", "node#1", "node#1.out")
    return None if found is None else (found.what, found.detail)


@pytest.mark.parametrize(
    ("event", "what", "detail"),
    [
        (events.HandshakeSucceeded(*AT, PEER, "PULL", "3.1", "NULL"), "connected", "PULL, ZMTP 3.1"),
        (events.HandshakeSucceeded(*AT, "inproc", "PULL", "", ""), "connected", "PULL, no wire between"),
        (
            events.HandshakeSucceeded(
                *AT,
                PEER,
                "SUB",
                "3.0",
                "CURVE",
                {"user-id": b"anna", "x-place": b"attic", "x-link": b"l", "socket-type": b"SUB"},
            ),
            "connected",
            "SUB, ZMTP 3.0, CURVE, user-id=anna, x-place=attic",
        ),
        (events.failed_handshake(*AT, PEER, "why", False), "handshake_failed", "why"),
        (events.failed_handshake(*AT, PEER, "why", False, 0x10000001), "handshake_failed", "why"),
        (events.failed_handshake(*AT, PEER, "why", False, 0, 400), "not_let_in", "why"),
        (events.Disconnected(*AT, PEER, "closed by the peer"), "disconnected", "closed by the peer"),
        (events.Retried(*AT, "connection refused", 150), "retried", "connection refused; again in 150 ms"),
        (events.GaveUp(*AT, "reconnect_ivl is -1"), "gave_up", "reconnect_ivl is -1"),
        (events.CloseFailed(*AT, "is a directory"), "close_failed", "is a directory"),
        (events.SubscriptionAdded(*AT, b"topic", PEER), "subscribed", "topic"),
        (events.GroupJoined(*AT, b"news", PEER), "joined", "news"),
        (events.GroupLeft(*AT, b"\xff", PEER), "left", "\\xff"),
        (events.EventsMissed(*AT, 7), "events_missed", "7 events were not kept"),
    ],
)
def test_an_event_is_told_in_a_logs_words(event: events.SocketEvent, what: str, detail: str) -> None:
    assert told(event) == (what, detail)


def test_a_peers_own_words_are_cut() -> None:
    for event in (
        events.SubscriptionAdded(*AT, b"t" * 100_000, PEER),
        events.HandshakeSucceeded(*AT, PEER, "SUB", "3.0", "NULL", {"x-place": b"a" * 100_000}),
    ):
        found = told(event)
        assert found is not None
        assert len(found[1]) == happenings.LONGEST_DETAIL + 1


def test_what_is_told_otherwise_is_not_told_twice() -> None:
    for event in (
        events.Disconnected(*AT, PEER, "refused", was_ready=False),
        events.HwmReached(*AT, PEER, True, 10, 10),
        events.Dropped(*AT, PEER, True, "hwm", 3),
        events.HandshakeProgress(*AT, PEER, "greeting", "ZMTP 3.1, NULL"),
        events.MonitorStopped(*AT),
    ):
        assert told(event) is None


def test_the_page_has_a_sentence_for_everything_that_is_told() -> None:
    sentences = set(re.findall(r"^  (\w+): \(", WORDS.read_text(), re.MULTILINE))
    assert set(happenings._NAMES.values()) <= sentences
