"""RFC 28: REQ, REP, DEALER and ROUTER."""

import asyncio

import pytest

from engine import DEALER, REP, REQ, ROUTER, SocketType
from engine.errors import Again, HostUnreachable, WrongState
from tests.conformance.stage import Stage, arrived, fill, linked, receive, receive_all, send
from tests.support.eventually import eventually
from tests.support.shall import shall


@shall("28/REQ/1", "28/REP/1")
async def test_req_and_rep_keep_their_step(stage: Stage, scheme: str) -> None:
    rep, req = await stage.pair(REP, REQ, scheme)
    with pytest.raises(WrongState):
        await req.recv()
    with pytest.raises(WrongState):
        await rep.send(b"unasked")
    await send(req, b"question")
    with pytest.raises(WrongState):
        await req.send(b"another")
    assert await receive(rep) == [b"question"]
    with pytest.raises(WrongState):
        await rep.recv()
    await send(rep, b"answer")
    assert await receive(req) == [b"answer"]


@shall("28/REQ/out/1")
async def test_req_puts_an_empty_frame_before_its_question(stage: Stage, scheme: str) -> None:
    router, req = await stage.pair(ROUTER, REQ, scheme)
    await send(req, [b"two", b"frames"])
    assert (await receive(router))[1:] == [b"", b"two", b"frames"]


@shall("28/REQ/out/2")
async def test_req_asks_its_peers_in_turn(stage: Stage, scheme: str) -> None:
    req, reps = stage.socket(REQ), [stage.socket(REP) for _ in range(3)]
    await stage.join(req, *reps, scheme=scheme)
    for _ in range(3):
        for place, rep in enumerate(reps):
            await send(req, b"%d" % place)
            assert await receive(rep) == [b"%d" % place]
            await send(rep, b"re %d" % place)
            assert await receive(req) == [b"re %d" % place]


@shall("28/REQ/out/3", "28/REQ/out/4")
async def test_req_without_a_peer_waits_and_its_question_is_not_lost(stage: Stage, scheme: str) -> None:
    req, rep = stage.socket(REQ), stage.socket(REP)
    endpoint = req.bind(stage.address(scheme))
    with pytest.raises(Again):
        req.send_nowait(b"x")
    waiting = asyncio.create_task(req.send(b"patient"))
    await stage.connect(rep, req, endpoint)
    await waiting
    assert await receive(rep) == [b"patient"]


@shall("28/REQ/in/1", "28/REQ/in/2")
async def test_only_the_peer_that_was_asked_may_answer(stage: Stage, scheme: str) -> None:
    req, asked, other = stage.socket(REQ, routing_id=b"req"), stage.socket(ROUTER), stage.socket(ROUTER)
    await stage.join(req, asked, other, scheme=scheme)
    await send(req, b"question")
    assert await receive(asked) == [b"req", b"", b"question"]
    await send(other, [b"req", b"", b"unasked"])
    await eventually(
        lambda: sum(pipe.octets if not pipe.is_joined else pipe.pushed for pipe in req.pipes) > 0
    )
    with pytest.raises(Again):
        req.recv_nowait()
    await send(asked, [b"req", b"", b"asked"])
    assert await receive(req) == [b"asked"]


@shall("28/REP/in/1")
async def test_rep_serves_its_peers_in_turn(stage: Stage, scheme: str) -> None:
    rep, dealers = stage.socket(REP), [stage.socket(DEALER) for _ in range(3)]
    await stage.join(rep, *dealers, scheme=scheme)
    for name, dealer in enumerate(dealers):
        await send(dealer, *([b"", b"%d" % name, b"%d" % n] for n in range(3)))
    await arrived(rep, 9)
    for n in range(3):
        turn = []
        for _ in dealers:
            turn.append(await receive(rep))
            await send(rep, b"ok")
        assert sorted(turn) == [[b"%d" % name, b"%d" % n] for name in range(3)]


@shall("28/REP/in/2", "28/REP/out/1")
@pytest.mark.parametrize("addresses", [[], [b"one"], [b"one", b"two", bytes(255)]])
async def test_rep_keeps_the_envelope_and_puts_it_before_the_answer(
    stage: Stage, scheme: str, addresses: list[bytes]
) -> None:
    rep, dealer = await stage.pair(REP, DEALER, scheme)
    await send(dealer, [*addresses, b"", b"question", b"", b"more"])
    assert await receive(rep) == [b"question", b"", b"more"]
    await send(rep, [b"answer", b""])
    assert await receive(dealer) == [*addresses, b"", b"answer", b""]


@shall("28/REP/out/2")
async def test_rep_answers_the_one_who_asked(stage: Stage, scheme: str) -> None:
    rep, reqs = stage.socket(REP), [stage.socket(REQ) for _ in range(3)]
    await stage.join(rep, *reqs, scheme=scheme)
    for name, req in enumerate(reqs):
        await send(req, b"%d" % name)
    for _ in reqs:
        await send(rep, [b"re", *await receive(rep)])
    for name, req in enumerate(reqs):
        assert await receive(req) == [b"re", b"%d" % name]


@shall("28/REP/out/3", "28/REP/out/4")
async def test_an_answer_to_one_who_left_is_discarded_and_counted(stage: Stage, scheme: str) -> None:
    rep, req = await stage.pair(REP, REQ, scheme)
    await send(req, b"question")
    assert await receive(rep) == [b"question"]
    req.close()
    await eventually(lambda: not linked(rep), "the asker is gone")
    await send(rep, b"to nobody")
    assert rep.books().unrouted == {"requester_gone": 1}


@shall("28/DEALER/out/1", "28/DEALER/out/2")
async def test_dealer_takes_turns_and_waits_when_all_are_full(stage: Stage) -> None:
    dealer, peers = stage.socket(DEALER, sndhwm=2), [stage.socket(DEALER, rcvhwm=1) for _ in range(2)]
    with pytest.raises(Again):
        dealer.send_nowait(b"x")
    await stage.join(dealer, *peers, scheme="inproc")
    for n in range(6):
        dealer.send_nowait(b"%d" % n)
    with pytest.raises(Again):
        dealer.send_nowait(b"7")
    assert [await receive_all(peer, 3) for peer in peers] == [
        [[b"0"], [b"2"], [b"4"]],
        [[b"1"], [b"3"], [b"5"]],
    ]


@shall("28/DEALER/in/1")
async def test_dealer_takes_from_each_in_turn(stage: Stage, scheme: str) -> None:
    dealer, peers = stage.socket(DEALER), [stage.socket(DEALER) for _ in range(3)]
    await stage.join(dealer, *peers, scheme=scheme)
    for name, peer in enumerate(peers):
        await send(peer, *(b"%d" % name for _ in range(3)))
    await arrived(dealer, 9)
    for _ in range(3):
        assert sorted(await receive_all(dealer, 3)) == [[b"0"], [b"1"], [b"2"]]


@shall("28/ROUTER/in/1", "28/ROUTER/id/1")
@pytest.mark.parametrize("kind", [REQ, DEALER, ROUTER])
async def test_router_names_the_sender_by_the_id_it_announced(
    stage: Stage, scheme: str, kind: SocketType
) -> None:
    router, peer = stage.socket(ROUTER, routing_id=b"me"), stage.socket(kind, routing_id=b"peer")
    await stage.join(router, peer, scheme=scheme)
    await send(peer, [b"me", b"hello"] if kind is ROUTER else b"hello")
    envelope = [b"peer", b""] if kind is REQ else [b"peer"]
    assert await receive(router) == [*envelope, b"hello"]


@shall("28/ROUTER/id/2")
async def test_router_makes_up_a_different_id_for_each_nameless_peer(stage: Stage, scheme: str) -> None:
    router, dealers = stage.socket(ROUTER), [stage.socket(DEALER) for _ in range(20)]
    await stage.join(router, *dealers, scheme=scheme)
    for dealer in dealers:
        await send(dealer, b"x")
    names = {frames[0] for frames in await receive_all(router, 20)}
    assert len(names) == 20
    assert all(len(name) == 5 and name[0] == 0 for name in names)


@shall("28/ROUTER/in/2")
async def test_router_takes_from_each_in_turn(stage: Stage, scheme: str) -> None:
    router, dealers = stage.socket(ROUTER), [stage.socket(DEALER, routing_id=b"%d" % n) for n in range(1, 4)]
    await stage.join(router, *dealers, scheme=scheme)
    for dealer in dealers:
        await send(dealer, b"x", b"y", b"z")
    await arrived(router, 9)
    for body in (b"x", b"y", b"z"):
        assert sorted(await receive_all(router, 3)) == [[b"%d" % name, body] for name in range(1, 4)]


@shall("28/ROUTER/out/1")
async def test_router_sends_to_the_peer_named_by_the_first_frame(stage: Stage, scheme: str) -> None:
    router, dealers = stage.socket(ROUTER), [stage.socket(DEALER, routing_id=b"%d" % n) for n in range(1, 4)]
    await stage.join(router, *dealers, scheme=scheme)
    for name in (3, 1, 2, 1):
        await send(router, [b"%d" % name, b"for %d" % name, b""])
        assert await receive(dealers[name - 1]) == [b"for %d" % name, b""]


@shall("28/ROUTER/out/2")
async def test_router_drops_what_is_for_nobody_or_says_so_when_mandatory(stage: Stage, scheme: str) -> None:
    router, _ = await stage.pair(ROUTER, DEALER, scheme)
    await send(router, [b"nobody", b"x"])
    assert router.books().unrouted == {"unknown_routing_id": 1}
    router.set("router_mandatory", 1)
    with pytest.raises(HostUnreachable):
        await router.send([b"nobody", b"x"])


@shall("28/ROUTER/out/3")
async def test_router_never_waits_for_a_full_peer_unless_mandatory(stage: Stage) -> None:
    router = stage.socket(ROUTER, sndhwm=1)
    dealers = [stage.socket(DEALER, routing_id=name, rcvhwm=1) for name in (b"full", b"free")]
    await stage.join(router, *dealers, scheme="inproc")
    await send(router, *([b"full", b"%d" % n] for n in range(5)))
    assert await receive_all(dealers[0], 2) == [[b"0"], [b"1"]]
    with pytest.raises(Again):
        dealers[0].recv_nowait()
    books = router.books()
    lost = books.unrouted.get("peer_full", 0) + sum(lane.dropped.get("hwm", 0) for lane in books.lanes)
    assert lost == 3
    router.set("router_mandatory", 1)
    assert fill(router, [b"full", b"x"]) == 2
    await send(router, [b"free", b"still reached"])
    assert await receive(dealers[1]) == [b"still reached"]


@shall("28/ROUTER/id/3")
async def test_a_namesake_is_ignored_or_takes_over(stage: Stage, scheme: str) -> None:
    for handover in (0, 1):
        router = stage.socket(ROUTER, router_handover=handover)
        first, second = (stage.socket(DEALER, routing_id=b"same") for _ in range(2))
        endpoint = await stage.join(router, first, scheme=scheme)
        await send(first, b"first")
        assert await receive(router) == [b"same", b"first"]
        second.connect(endpoint)
        expected = second if handover else first
        if handover:
            await send(second, b"second")
            assert await receive(router) == [b"same", b"second"]
        await send(router, [b"same", b"answer"])
        assert await receive(expected) == [b"answer"]
        for socket in (router, first, second):
            socket.close()
