"""XPUB with xpub_manual: the program decides who is subscribed to what."""

import pytest

from engine import XPUB, XSUB
from engine.errors import NotSupported
from engine.messages import Message
from tests.engine.routing.peers import Room

MANUAL = pytest.mark.parametrize("option", ["xpub_manual", "xpub_manual_last_value"])


@MANUAL
def test_what_a_peer_asks_for_is_only_shown(option: str) -> None:
    room = Room(XPUB, **{option: 1})
    peer = room.peer().wants(room.pattern, b"a")
    assert room.receive() == [b"\x01a"]
    assert room.send(b"a1")
    assert peer.got() == []


def test_the_program_subscribes_the_peer_it_heard_last() -> None:
    room = Room(XPUB, xpub_manual=1)
    one, two = room.peers(2)
    for peer, topic in ((one, b"a"), (two, b"b")):
        peer.wants(room.pattern, topic)
    assert room.receive() == [b"\x01a"]
    room.pattern.subscribe(b"X", wanted=True)
    assert room.receive() == [b"\x01b"]
    room.pattern.subscribe(b"Y", wanted=True)
    for topic in (b"a", b"b", b"X", b"Y"):
        room.send(topic)
    assert (one.got(), two.got()) == ([[b"X"]], [[b"Y"]])
    assert room.pattern.topics_count() == 2


def test_a_cancellation_is_answered_by_taking_back_what_was_given() -> None:
    room = Room(XPUB, xpub_manual=1)
    peer = room.peer().wants(room.pattern, b"a")
    room.receive()
    room.pattern.subscribe(b"X", wanted=True)
    peer.wants_no_more(room.pattern, b"a")
    room.send(b"X1")
    assert room.receive() == [b"\x00a"]
    room.pattern.subscribe(b"X", wanted=False)
    room.send(b"X2")
    assert peer.got() == [[b"X1"]]


def test_duplicates_are_shown_each_time() -> None:
    room = Room(XPUB, xpub_manual=1)
    room.peer().wants(room.pattern, b"a", b"a")
    assert room.receive_all() == [[b"\x01a"]] * 2


def test_what_a_lost_peer_had_asked_for_is_taken_back_and_nobody_is_subscribed_for_it() -> None:
    room = Room(XPUB, xpub_manual=1)
    one = room.peer().wants(room.pattern, b"a")
    other = room.peer()
    room.receive()
    room.pattern.subscribe(b"X", wanted=True)
    room.loses(one)
    room.pattern.subscribe(b"late", wanted=True)  # it was heard last, and is gone
    assert room.receive_all() == [[b"\x00a"]]
    room.pattern.subscribe(b"later", wanted=True)
    for topic in (b"X", b"late", b"later"):
        room.send(topic)
    assert other.got() == []
    assert room.pattern.topics_count() == 0


def test_a_notice_of_a_peer_that_left_before_it_was_read_subscribes_nobody() -> None:
    room = Room(XPUB, xpub_manual=1)
    peer = room.peer().wants(room.pattern, b"a")
    room.loses(peer)
    assert room.receive() == [b"\x01a"]
    room.pattern.subscribe(b"X", wanted=True)
    assert room.pattern.topics_count() == 0


def test_the_last_value_goes_to_the_newcomer_alone_and_the_next_to_all() -> None:
    room = Room(XPUB, xpub_manual_last_value=1)
    old, new = room.peers(2)
    for peer in (old, new):
        peer.wants(room.pattern, b"a")
        room.receive()
        room.pattern.subscribe(b"a", wanted=True)
    room.send(b"a: cached")
    room.send(b"a: fresh")
    assert old.got() == [[b"a: fresh"]]
    assert new.got() == [[b"a: cached"], [b"a: fresh"]]


def test_a_last_value_that_the_newcomer_does_not_want_reaches_nobody() -> None:
    room = Room(XPUB, xpub_manual_last_value=1)
    peer = room.peer().wants(room.pattern, b"a")
    room.receive()
    room.pattern.subscribe(b"a", wanted=True)
    room.send(b"b")
    assert peer.got() == []
    assert room.pattern.unrouted == {"no_subscriber": 1}


def test_without_the_option_an_xpub_does_not_subscribe() -> None:
    room = Room(XPUB)
    with pytest.raises(NotSupported, match="xpub_manual"):
        room.pattern.subscribe(b"a", wanted=True)


# -- what counts as a subscription ----------------------------------------------------------------


def test_a_message_that_begins_with_a_subscription_may_hold_more() -> None:
    room = Room(XPUB)
    peer = room.peer()
    peer.says([b"\x01a", b"\x01b", b"word"], [b"\x00a", b"\x01c"], [b"word", b"\x01d"])
    assert sorted(room.receive_all()) == [
        [b"\x00a"],
        [b"\x01a"],
        [b"\x01b"],
        [b"\x01c"],
        [b"word"],
        [b"word", b"\x01d"],
    ]
    room.send(b"b")
    assert peer.got() == [[b"b"]]


def test_with_only_first_subscribe_the_later_frames_are_a_message() -> None:
    room = Room(XPUB, only_first_subscribe=1)
    room.peer().says([b"\x01a", b"\x01b"])
    assert sorted(room.receive_all()) == [[b"\x01a"], [b"\x01b"]]
    assert room.pattern.topics_count() == 1


@pytest.mark.parametrize("only_first", [0, 1])
def test_an_xsub_sends_up_what_is_no_subscription(only_first: int) -> None:
    room = Room(XSUB, only_first_subscribe=only_first)
    peer = room.peer()
    assert room.pattern.try_send(Message([b"\x01a", b"\x01b", b"word"]))
    assert [topic for topic, _ in peer.far.told] == ([b"a"] if only_first else [b"a", b"b"])
    assert peer.got() == [[b"\x01b", b"word"] if only_first else [b"word"]]


@pytest.mark.parametrize("verbose", [0, 1])
def test_an_xsub_tells_of_each_cancellation_when_it_is_verbose(verbose: int) -> None:
    room = Room(XSUB, xsub_verbose_unsubscribe=verbose)
    peer = room.peer()
    for octet in b"\x01\x01\x00\x00\x00":
        room.send(bytes((octet,)) + b"a")
    cancelled = [wanted for _, wanted in peer.far.told].count(False)
    assert cancelled == (3 if verbose else 1)
