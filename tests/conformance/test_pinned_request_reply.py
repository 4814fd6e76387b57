"""What libzmq's tests pin down of REQ, REP, DEALER and ROUTER."""

import pytest

from engine import DEALER, REP, REQ, ROUTER
from engine.errors import Again, HostUnreachable, OptionInvalid, RoutingIdTaken, WrongState
from engine.monitor.events import Disconnected
from tests.conformance.pinned import EVERYWHERE, HERE, WIRES, pinned
from tests.conformance.stage import Stage, arrived, fill, linked, receive, receive_all, send
from tests.support.eventually import eventually
from tests.support.watcher import Watcher


@pinned("spec_req/1")
async def test_req_without_a_peer_that_waits_says_again(stage: Stage, scheme: str) -> None:
    req = stage.socket(REQ)
    req.bind(stage.address(scheme))
    with pytest.raises(Again):
        req.send_nowait(b"question")


@pinned("spec_req/2")
async def test_req_reads_no_answer_but_from_whom_it_asked(stage: Stage, scheme: str) -> None:
    req, asked, other = stage.socket(REQ, routing_id=b"R"), stage.socket(ROUTER), stage.socket(ROUTER)
    endpoint = await stage.join(req, asked, scheme=scheme)
    await send(req, b"question")
    name, _, _ = await receive(asked)
    await stage.connect(other, req, endpoint)
    await send(other, [b"R", b"", b"not asked"])
    await send(asked, [name, b"", b"answer"])
    assert await receive(req) == [b"answer"]


@pinned("spec_req/3")
async def test_req_cannot_ask_twice_nor_hear_unasked(stage: Stage, scheme: str) -> None:
    rep, req = await stage.pair(REP, REQ, scheme)
    with pytest.raises(WrongState):
        req.recv_nowait()
    await send(req, b"1")
    with pytest.raises(WrongState):
        req.send_nowait(b"2")
    assert await receive(rep) == [b"1"]


@pinned("spec_req/4")
async def test_an_answer_of_many_frames_arrives_whole(stage: Stage, scheme: str) -> None:
    rep, req = await stage.pair(REP, REQ, scheme)
    await send(req, [b"a", b"", b"b"])
    assert await receive(rep) == [b"a", b"", b"b"]
    await send(rep, [b"", b"c", b""])
    assert await receive(req) == [b"", b"c", b""]


@pinned("req_relaxed/2")
async def test_a_relaxed_req_asks_again_and_hears_the_newest_answer(stage: Stage, scheme: str) -> None:
    router, req = await stage.pair(ROUTER, REQ, scheme)
    req.set("req_relaxed", 1)
    req.set("req_correlate", 1)
    await send(req, b"first")
    first = await receive(router)
    await send(req, b"second")
    second = await receive(router)
    await send(router, [*first[:-1], b"stale"], [*second[:-1], b"fresh"])
    assert await receive(req) == [b"fresh"]
    assert first[1] != second[1]


@pinned("req_relaxed/3")
async def test_a_relaxed_req_goes_on_when_its_peer_is_gone(stage: Stage, scheme: str) -> None:
    req = stage.socket(REQ, req_relaxed=1, req_correlate=1)
    first, second = stage.socket(REP), stage.socket(REP)
    endpoint = await stage.join(req, first, scheme=scheme)
    await send(req, b"to the first")
    assert await receive(first) == [b"to the first"]
    first.close()
    await eventually(lambda: not linked(req), "it is gone")
    await stage.connect(second, req, endpoint)
    await send(req, b"to the second")
    assert await receive(second) == [b"to the second"]
    await send(second, b"answer")
    assert await receive(req) == [b"answer"]


@pinned("req_correlate/2")
async def test_a_correlated_question_bears_four_octets_before_the_delimiter(
    stage: Stage, scheme: str
) -> None:
    router, req = stage.socket(ROUTER), stage.socket(REQ, req_correlate=1)
    await stage.join(router, req, scheme=scheme)
    await send(req, b"question")
    _, number, delimiter, body = await receive(router)
    assert (len(number), delimiter, body) == (4, b"", b"question")


@pinned("req_correlate/3")
async def test_answers_with_a_wrong_number_are_passed_over(stage: Stage, scheme: str) -> None:
    router, req = stage.socket(ROUTER), stage.socket(REQ, req_correlate=1)
    await stage.join(router, req, scheme=scheme)
    await send(req, b"question")
    name, number, _, _ = await receive(router)
    await send(router, [name, b"\xff" * 4 if number != b"\xff" * 4 else bytes(4), b"", b"wrong"])
    await send(router, [name, number, b"", b"right"])
    assert await receive(req) == [b"right"]


@pinned("spec_rep/2")
async def test_rep_keeps_several_addresses_and_gives_them_back(stage: Stage, scheme: str) -> None:
    rep, dealer = await stage.pair(REP, DEALER, scheme)
    await send(dealer, [b"hop 1", b"hop 2", b"", b"question"])
    assert await receive(rep) == [b"question"]
    await send(rep, b"answer")
    assert await receive(dealer) == [b"hop 1", b"hop 2", b"", b"answer"]


@pinned("spec_rep/3")
async def test_a_request_without_a_delimiter_is_not_delivered(stage: Stage, scheme: str) -> None:
    rep, dealer = await stage.pair(REP, DEALER, scheme)
    await send(dealer, [b"no", b"delimiter"], [b"", b"proper"])
    assert await receive(rep) == [b"proper"]
    assert rep.books().lanes[1].dropped == {"malformed_envelope": 1}


@pinned("spec_rep/4")
async def test_rep_cannot_answer_unasked(stage: Stage, scheme: str) -> None:
    rep, _ = await stage.pair(REP, REQ, scheme)
    with pytest.raises(WrongState):
        rep.send_nowait(b"answer")


@pinned("spec_rep/5")
async def test_rep_may_go_on_without_having_answered_one_who_left(stage: Stage, scheme: str) -> None:
    rep, gone, next_one = stage.socket(REP), stage.socket(REQ), stage.socket(REQ)
    endpoint = await stage.join(rep, gone, scheme=scheme)
    await send(gone, b"question")
    assert await receive(rep) == [b"question"]
    gone.close()
    await eventually(lambda: not linked(rep), "it is gone")
    await send(rep, b"to nobody")
    await stage.connect(next_one, rep, endpoint)
    await send(next_one, b"next")
    assert await receive(rep) == [b"next"]
    assert rep.books().unrouted == {"requester_gone": 1}


@pinned("spec_dealer/2")
async def test_a_dealer_waits_for_room_and_not_longer(stage: Stage, scheme: str) -> None:
    dealer = stage.socket(DEALER, sndhwm=5)
    dealer.connect(stage.address("inproc") if scheme == "inproc" else "tcp://127.0.0.1:1")
    assert fill(dealer) == 5


@pinned("spec_router/1")
async def test_a_router_drops_the_queue_of_one_who_left(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER), stage.socket(DEALER, routing_id=b"A")
    await stage.join(router, dealer, scheme=scheme)
    dealer.close()
    await eventually(lambda: not linked(router), "it is gone")
    await send(router, [b"A", b"too late"])
    assert router.books().unrouted == {"unknown_routing_id": 1}


@pinned("router_mandatory/1")
async def test_a_mandatory_router_says_that_it_knows_nobody_of_that_name(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER), stage.socket(DEALER, routing_id=b"X")
    await stage.join(router, dealer, scheme=scheme)
    await send(router, [b"nobody", b"dropped"])
    router.set("router_mandatory", 1)
    with pytest.raises(HostUnreachable):
        router.send_nowait([b"nobody", b"refused"])
    await send(router, [b"X", b"delivered"])
    assert await receive(dealer) == [b"delivered"]


@pinned("router_mandatory_hwm/1")
async def test_one_full_peer_of_a_mandatory_router_leaves_the_others_reachable(
    stage: Stage, scheme: str
) -> None:
    router = stage.socket(ROUTER, router_mandatory=1, sndhwm=1, sndbuf=4096)
    full, free = (stage.socket(DEALER, routing_id=name, rcvhwm=1, rcvbuf=4096) for name in (b"full", b"free"))
    await stage.join(router, full, free, scheme=scheme)
    fill(router, [b"full", bytes(4096)])
    await send(router, [b"free", b"passes"])
    assert await receive(free) == [b"passes"]


@pinned("router_handover/1", WIRES)
async def test_the_newest_of_one_name_gets_the_traffic_with_handover(stage: Stage, scheme: str) -> None:
    router = stage.socket(ROUTER, router_handover=1)
    first, second = (stage.socket(DEALER, routing_id=b"X", reconnect_ivl=-1) for _ in range(2))
    endpoint = await stage.join(router, first, scheme=scheme)
    watcher = Watcher(first)
    second.connect(endpoint)
    await watcher.until(Disconnected)
    await send(router, [b"X", b"for the new"])
    assert await receive(second) == [b"for the new"]


@pinned("router_handover/2", WIRES)
async def test_the_first_of_one_name_keeps_the_traffic_without_handover(stage: Stage, scheme: str) -> None:
    router = stage.socket(ROUTER)
    first, second = (stage.socket(DEALER, routing_id=b"X") for _ in range(2))
    endpoint = await stage.join(router, first, scheme=scheme)
    second.connect(endpoint)
    await send(second, b"ignored")
    await send(first, b"heard")
    assert await receive(router) == [b"X", b"heard"]
    await send(router, [b"X", b"for the first"])
    assert await receive(first) == [b"for the first"]


@pinned("router_notify/1")
async def test_a_router_is_told_who_comes_and_who_leaves(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER, router_notify=3), stage.socket(DEALER, routing_id=b"X")
    await stage.join(router, dealer, scheme=scheme)
    assert await receive(router) == [b"X", b""]
    await send(dealer, b"between")
    assert await receive(router) == [b"X", b"between"]
    dealer.close()
    assert await receive(router) == [b"X", b""]


@pinned("router_notify/2", WIRES)
async def test_a_handshake_that_failed_is_nobody_who_came(stage: Stage, scheme: str) -> None:
    router = stage.socket(ROUTER, router_notify=3)
    wrong, right = stage.socket(REP), stage.socket(DEALER, routing_id=b"X")
    endpoint = router.bind(stage.address(scheme))
    watcher = Watcher(wrong)
    wrong.connect(endpoint)
    await watcher.until(Disconnected)
    right.connect(endpoint)
    assert await receive(router) == [b"X", b""]


@pinned("router_notify/3")
async def test_a_notice_does_not_part_a_message(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER, router_notify=2), stage.socket(DEALER, routing_id=b"X")
    await stage.join(router, dealer, scheme=scheme)
    await send(dealer, [b"1", b"2", b"3"])
    dealer.close(linger=-1)
    assert await receive(router) == [b"X", b"1", b"2", b"3"]
    assert await receive(router) == [b"X", b""]


@pinned("probe_router/1")
async def test_a_prober_is_known_before_it_says_anything(stage: Stage, scheme: str) -> None:
    for kind in (REQ, DEALER, ROUTER):
        router, prober = stage.socket(ROUTER), stage.socket(kind, probe_router=1, routing_id=b"me")
        await stage.join(router, prober, scheme=scheme)
        assert await receive(router) == [b"me", b""]


@pinned("connect_rid/1")
async def test_the_name_given_at_connect_is_used_up_by_one(stage: Stage, scheme: str) -> None:
    first, second, router = stage.socket(DEALER), stage.socket(DEALER), stage.socket(ROUTER)
    places = [socket.bind(stage.address(scheme)) for socket in (first, second)]
    router.set("connect_routing_id", b"first")
    for place in places:
        router.connect(place)
    await send(router, [b"first", b"hello"])
    assert await receive(first) == [b"hello"]
    await eventually(lambda: len(linked(router)) == 2, "both are there")
    await send(second, b"who am I")
    name, _ = await receive(router)
    assert name != b"first"


@pinned("connect_rid/2")
async def test_a_name_that_is_taken_is_refused_and_harms_nobody(stage: Stage, scheme: str) -> None:
    router, first = stage.socket(ROUTER), stage.socket(DEALER, routing_id=b"X")
    await stage.join(router, first, scheme=scheme)
    other = stage.socket(DEALER)
    place = other.bind(stage.address(scheme))
    router.set("connect_routing_id", b"X")
    with pytest.raises(RoutingIdTaken):
        router.connect(place)
    await send(router, [b"X", b"still the first"])
    assert await receive(first) == [b"still the first"]


@pinned("issue_566/2")
async def test_a_named_peer_is_reached_each_of_many_times_it_comes(stage: Stage, scheme: str) -> None:
    router = stage.socket(ROUTER, router_mandatory=1)
    endpoint = router.bind(stage.address(scheme))
    for turn in range(10):
        dealer = stage.socket(DEALER, routing_id=b"same")
        await stage.connect(dealer, router, endpoint)
        await send(router, [b"same", b"%d" % turn])
        assert await receive(dealer) == [b"%d" % turn]
        dealer.close()
        await eventually(lambda: not linked(router), "it is gone")


@pinned("routing_id/1", HERE)
async def test_a_routing_id_has_up_to_255_octets(stage: Stage, scheme: str) -> None:
    dealer = stage.socket(DEALER, routing_id=b"x" * 255)
    assert dealer.get("routing_id") == b"x" * 255
    with pytest.raises(OptionInvalid):
        dealer.set("routing_id", b"x" * 256)


@pinned("spec_router/2", EVERYWHERE)
async def test_a_router_sends_an_empty_message_to_whom_it_names(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER), stage.socket(DEALER, routing_id=b"X")
    await stage.join(router, dealer, scheme=scheme)
    await send(router, [b"X", b""])
    assert await receive(dealer) == [b""]


@pinned("spec_router/3")
async def test_a_router_that_names_nobody_says_nothing(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER), stage.socket(DEALER, routing_id=b"X")
    await stage.join(router, dealer, scheme=scheme)
    await send(router, [b"X"])
    await send(router, [b"X", b"body"])
    assert await receive(dealer) == [b"body"]
    assert router.books().unrouted == {"no_body": 1}


@pinned("router_to_router/1")
async def test_two_routers_talk_by_names_they_announced(stage: Stage, scheme: str) -> None:
    one, other = stage.socket(ROUTER, routing_id=b"one"), stage.socket(ROUTER, routing_id=b"other")
    await stage.join(one, other, scheme=scheme)
    await send(one, [b"other", b"hello"])
    assert await receive(other) == [b"one", b"hello"]
    await send(other, [b"one", b"and you"])
    assert await receive(one) == [b"other", b"and you"]


@pinned("spec_dealer/3")
async def test_a_dealer_hears_all_that_waits_in_turn(stage: Stage, scheme: str) -> None:
    dealer = stage.socket(DEALER)
    others = [stage.socket(DEALER) for _ in range(3)]
    await stage.join(dealer, *others, scheme=scheme)
    for n, other in enumerate(others):
        await send(other, b"%d" % n, b"%d" % n)
    await arrived(dealer, 6)
    for _ in range(2):
        assert sorted(await receive_all(dealer, 3)) == [[b"0"], [b"1"], [b"2"]]


@pinned("req_relaxed/4")
async def test_asking_again_throws_away_what_has_come(stage: Stage, scheme: str) -> None:
    router, req = await stage.pair(ROUTER, REQ, scheme)
    req.set("req_relaxed", 1)
    await send(req, b"first")
    name, _, _ = await receive(router)
    await send(router, [name, b"", b"unread"])
    await arrived(req, 1)
    await send(req, b"second")
    await receive(router)
    await send(router, [name, b"", b"answer"])
    assert await receive(req) == [b"answer"]


@pinned("req_relaxed/5")
async def test_without_numbers_a_late_answer_is_taken_for_the_newest(stage: Stage, scheme: str) -> None:
    """As in libzmq: nothing tells them apart, so req_relaxed wants req_correlate."""
    router, req = await stage.pair(ROUTER, REQ, scheme)
    req.set("req_relaxed", 1)
    await send(req, b"first", b"second")
    for answer in (b"late", b"answer"):
        name, _, _ = await receive(router)
        await send(router, [name, b"", answer])
    assert await receive(req) == [b"late"]


@pinned("spec_dealer/5")
async def test_one_who_left_is_gone_once_its_last_message_was_read(stage: Stage, scheme: str) -> None:
    one, other = await stage.pair(DEALER, DEALER, scheme)
    await send(other, b"last words")
    await arrived(one, 1)
    other.close()
    await eventually(lambda: not linked(one), "it is gone")
    assert one.pipes
    assert await receive(one) == [b"last words"]
    assert one.pipes == ()
    assert one.books().is_balanced
