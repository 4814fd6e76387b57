"""The verdict: true when everything is accounted for, false when one count or one message is missing."""

from collections import Counter

import pytest

from app.telemetry.books import Expected, Half, SocketLedger, balance

PAIR = ("link", "to_bind", "a#1", "b#1")


def halves(**changes):
    """A thousand messages: 990 taken, 980 of them arrived, 970 delivered; two died with a connection."""
    send = Half(PAIR, "send", accepted=1000, taken=985, handed=985, queued=10, dropped=Counter(hwm=5))
    receive = Half(PAIR, "receive", arrived=980, delivered=970, queued=10)
    send.dead, receive.dead = {"c1": 100}, {"c1": 98}
    for name, value in changes.items():
        end, _, count = name.partition("_")
        setattr(send if end == "send" else receive, count, value)
    return [send, receive]


def books(found, sockets=(), *, is_half=False, is_drained=False):
    expected = [Expected("link", "to_bind", 10.0, "a program outside" if is_half else "")]
    return balance(expected, found, sockets, is_drained=is_drained)


def lane(found):
    return found.links[0]["directions"]["to_bind"]


def test_a_running_link_balances() -> None:
    found = books(halves())
    assert found.balanced is True
    assert found.seen == "both ends"
    assert lane(found) == {
        "accepted": 1000,
        "taken": 985,
        "delivered": 970,
        "queued": 20,
        "in_flight": 3,
        "dropped": {"hwm": 5, "lost_in_transit": 2},
        "rate_per_s": 97.0,
    }


def test_every_message_is_in_exactly_one_place() -> None:
    entry = lane(books(halves()))
    elsewhere = entry["delivered"] + entry["queued"] + entry["in_flight"] + sum(entry["dropped"].values())
    assert entry["accepted"] == elsewhere


@pytest.mark.parametrize("count", ["send_accepted", "send_taken", "send_queued", "receive_delivered"])
@pytest.mark.parametrize("step", [-1, 1])
def test_one_count_too_few_or_too_many_turns_the_verdict(count: str, step: int) -> None:
    end, _, name = count.partition("_")
    before = getattr(halves()[0 if end == "send" else 1], name)
    assert books(halves(**{count: before + step})).balanced is False


def drained(**changes):
    send = Half(PAIR, "send", accepted=500, taken=500, handed=500)
    receive = Half(PAIR, "receive", arrived=500, delivered=500)
    for name, value in changes.items():
        end, _, count = name.partition("_")
        setattr(send if end == "send" else receive, count, value)
    return [send, receive]


def test_a_drained_run_has_nothing_in_flight() -> None:
    assert books(drained(), is_drained=True).balanced is True


def test_a_message_lost_on_the_way_shows_when_the_run_is_drained() -> None:
    lost = drained(receive_arrived=499, receive_delivered=499)
    assert books(lost, is_drained=True).balanced is False


@pytest.mark.parametrize("count", ["send_taken", "send_handed", "receive_arrived", "receive_delivered"])
def test_a_skipped_count_shows_when_the_run_is_drained(count: str) -> None:
    assert books(drained(**{count: 499}), is_drained=True).balanced is False


def test_more_arrived_than_was_handed_over_cannot_be() -> None:
    assert books(drained(receive_arrived=501, receive_delivered=501)).balanced is False


def test_a_foreign_end_is_half_seen() -> None:
    send, _ = halves()
    found = books([send], is_half=True)
    assert found.balanced is None
    assert found.seen == "half seen"
    assert lane(found)["delivered"] is None
    assert lane(found)["in_flight"] is None
    assert lane(found)["accepted"] == 1000


def test_a_foreign_end_does_not_excuse_our_own_half() -> None:
    send, _ = halves(send_taken=984)
    assert books([send], is_half=True).balanced is False


def test_a_foreign_sender_leaves_accepted_unknown() -> None:
    _, receive = halves()
    entry = lane(books([receive], is_half=True))
    assert entry["accepted"] is None
    assert entry["taken"] is None
    assert entry["delivered"] == 970


def test_joined_sockets_share_one_queue_and_nothing_is_in_flight() -> None:
    joined = Half(PAIR, "joined", accepted=50, delivered=40, queued=9, dropped=Counter(hwm=1))
    found = books([joined])
    assert found.balanced is True
    assert lane(found)["in_flight"] == 0
    joined.delivered = 39
    assert books([joined]).balanced is False


def test_what_a_socket_told_its_own_program_is_accepted_and_in_nobodys_flight() -> None:
    with_notice = halves(receive_made=1, receive_delivered=971)
    entry = lane(books(with_notice))
    assert (entry["accepted"], entry["delivered"], entry["in_flight"]) == (1001, 971, 3)
    assert books(with_notice).balanced is True
    assert books(halves(receive_delivered=971)).balanced is False


def test_what_a_socket_was_offered_went_somewhere() -> None:
    ledger = SocketLedger("a.out", offered=10, routed=7, unrouted=Counter(no_subscriber=3))
    assert books(halves(), [ledger]).balanced is True
    ledger.unrouted = Counter(no_subscriber=2)
    assert books(halves(), [ledger]).balanced is False


def test_a_connection_that_only_one_end_knows_to_be_over_is_still_in_flight() -> None:
    send, receive = halves()
    receive.dead, receive.live = {}, {"c1"}
    assert lane(books([send, receive]))["in_flight"] == 5


def test_a_connection_that_the_other_end_never_got_to_know_is_lost_once_it_has_none_in_its_handshake() -> (
    None
):
    send, receive = halves(send_dead={"c1": 100, "c2": 3})
    assert lane(books([send, receive]))["dropped"]["lost_in_transit"] == 5
    receive.in_handshake = 1
    assert lane(books([send, receive]))["dropped"]["lost_in_transit"] == 2
    receive.in_handshake, receive.live = 0, {"c2"}
    assert lane(books([send, receive]))["dropped"]["lost_in_transit"] == 2


def test_a_connection_is_not_missed_before_the_other_end_was_read_after_its_end() -> None:
    send, receive = halves(send_dead={"c1": 100, "c2": 3})
    expected = [Expected("link", "to_bind", 10.0)]
    young = balance(expected, [send, receive], [], is_drained=False, aged={"c1"})
    assert young.compared == {PAIR: {"c1": 2}}
    old = balance(expected, [send, receive], [], is_drained=False, aged={"c1", "c2"})
    assert old.compared == {PAIR: {"c1": 2, "c2": 3}}


def test_what_settled_connections_lost_stays_lost() -> None:
    send, receive = halves(send_dead={}, receive_dead={})
    found = balance(
        [Expected("link", "to_bind", 10.0)], [send, receive], [], is_drained=False, settled={PAIR: 2}
    )
    assert (found.lost, found.balanced) == ({PAIR: 2}, True)
    assert lane(found)["in_flight"] == 3


def test_of_a_foreign_end_nothing_will_be_known_and_nothing_is_waited_for() -> None:
    send, _ = halves()
    assert books([send], is_half=True).compared == {PAIR: {"c1": 0}}


def test_what_the_receivers_kernel_threw_away_is_no_longer_in_flight() -> None:
    found = lane(books(halves(receive_lost={"c2": 2})))
    assert (found["in_flight"], found["dropped"]["lost_in_transit"]) == (1, 4)


def test_of_what_a_kernel_threw_away_no_more_is_ours_than_did_not_arrive() -> None:
    found = books(halves(receive_lost={"c2": 50}))
    assert (lane(found)["in_flight"], found.lost, found.balanced) == (0, {PAIR: 5}, True)


def test_what_a_kernel_threw_away_is_in_what_the_ends_of_a_connection_differ_by() -> None:
    found = lane(books(halves(receive_lost={"c1": 1})))
    assert (found["in_flight"], found["dropped"]["lost_in_transit"]) == (3, 2)


def test_one_receiver_of_many_tells_what_itself_lost_and_in_flight_is_unknown() -> None:
    _, receive = halves(receive_lost={"c1": 7, "c2": 2})
    found = books([receive], is_half=True)
    assert (found.compared, found.lost) == ({PAIR: {"c1": 7}}, {PAIR: 9})
    assert (lane(found)["in_flight"], lane(found)["dropped"]) == (None, {"lost_in_transit": 9})
