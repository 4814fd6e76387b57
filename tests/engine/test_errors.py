"""What errors repeat of a stranger's own words is short, and does nothing to a terminal."""

import pytest

from engine.errors import LONGEST_TOLD, IncompatiblePeer, MechanismMismatch, PeerRefused, PeerViolation, told
from engine.protocol.web_opening import NoSubprotocol, NotWebSocket, WebSocketRefused

WORDS = "\x1b[2J" + "x" * 100_000


@pytest.mark.parametrize(
    "violation",
    [
        IncompatiblePeer("PULL", WORDS),
        MechanismMismatch("NULL", WORDS),
        PeerRefused(WORDS),
        NotWebSocket(WORDS),
        NoSubprotocol((WORDS, WORDS), ("ZWS2.0",)),
        WebSocketRefused(404, WORDS, may_be_strict=False),
    ],
    ids=lambda violation: type(violation).__name__,
)
def test_a_stranger_does_not_fill_the_log_or_steer_the_terminal(violation: PeerViolation) -> None:
    assert str(violation).isprintable()
    assert len(str(violation)) < LONGEST_TOLD + 100


def test_short_words_are_told_as_they_are() -> None:
    assert told("PUSH") == "PUSH"
    assert told("größer") == "größer"
    assert told("a\nb\0") == "a\ufffdb\ufffd"
    assert told("y" * LONGEST_TOLD) == "y" * LONGEST_TOLD
    assert told("y" * (LONGEST_TOLD + 1)) == "y" * LONGEST_TOLD + "…"
