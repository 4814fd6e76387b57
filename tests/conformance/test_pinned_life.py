"""What libzmq's own tests pin down of endpoints, timeouts, events, lockstep and addresses."""

import asyncio

import pytest

from engine import DEALER, PAIR, PUB, PULL, PUSH, REP, REQ, ROUTER, SUB, XPUB, XSUB, Context
from engine.errors import (
    AddressInUse,
    Again,
    Closed,
    EndpointInvalid,
    EndpointUnknown,
    HostUnreachable,
    OptionInvalid,
)
from engine.monitor.events import (
    Accepted,
    ConnectDelayed,
    Connected,
    Disconnected,
    EndpointClosed,
    HandshakeProgress,
    HandshakeSucceeded,
    Listening,
    MonitorStopped,
    SocketEvent,
)
from engine.sockets.socket import Socket
from tests.conformance.stage import Stage, linked, receive, receive_all, send
from tests.support.eventually import eventually
from tests.support.shall import shall


@shall("libzmq/inproc_connect/1")
async def test_many_may_connect_before_the_bind(stage: Stage, scheme: str) -> None:
    pull = stage.socket(PULL)
    endpoint = pull.bind(stage.address(scheme))
    pull.unbind(endpoint)
    pushes = [stage.socket(PUSH, reconnect_ivl=5) for _ in range(10)]
    for name, push in enumerate(pushes):
        push.connect(endpoint)
        await send(push, b"%d" % name)
    pull.bind(endpoint)
    assert sorted(await receive_all(pull, 10)) == [[b"%d" % name] for name in range(10)]


@shall("libzmq/inproc_connect/2")
async def test_an_inproc_name_is_free_again_when_unbound_or_closed(stage: Stage) -> None:
    for leave in (lambda socket: socket.unbind("inproc://name"), lambda socket: socket.close()):
        first, second = stage.socket(PULL), stage.socket(PULL)
        first.bind("inproc://name")
        with pytest.raises(AddressInUse):
            second.bind("inproc://name")
        leave(first)
        second.bind("inproc://name")
        second.close()


@shall("libzmq/inproc_connect/3")
async def test_a_pending_connect_does_not_hold_up_the_end() -> None:
    async with asyncio.timeout(5), Context() as context:
        for kind in (PUSH, REQ, SUB, PAIR, DEALER):
            context.socket(kind).connect("inproc://never bound")


@shall("libzmq/inproc_connect/4")
async def test_a_publisher_drops_before_the_bind_and_ids_are_exchanged(stage: Stage) -> None:
    pub, sub = stage.socket(PUB), stage.socket(SUB, subscribe=b"")
    pub.connect("inproc://news")
    await send(pub, b"unheard")
    sub.bind("inproc://news")
    await send(pub, b"heard")
    assert await receive(sub) == [b"heard"]
    dealer, router = stage.socket(DEALER, routing_id=b"early"), stage.socket(ROUTER)
    dealer.connect("inproc://router")
    router.bind("inproc://router")
    await send(router, [b"early", b"known"])
    assert await receive(dealer) == [b"known"]


@shall("libzmq/disconnect_inproc/1")
async def test_disconnect_stops_delivery_and_connecting_again_resumes_it(stage: Stage, scheme: str) -> None:
    xpub, sub = stage.socket(XPUB), stage.socket(SUB)
    sub.subscribe(b"")
    endpoint = await stage.join(xpub, sub, scheme=scheme)
    for turn in (b"one", b"two"):
        assert await receive(xpub) == [b"\x01"]
        await send(xpub, turn)
        assert await receive(sub) == [turn]
        sub.disconnect(endpoint)
        assert await receive(xpub) == [b"\x00"]
        await send(xpub, b"unheard")
        sub.connect(endpoint)


@shall("libzmq/term_endpoint/1")
async def test_unbind_ends_the_connections_accepted_there(stage: Stage, scheme: str) -> None:
    push, pull = stage.socket(PUSH), stage.socket(PULL)
    endpoint = await stage.join(push, pull, scheme=scheme)
    await send(push, b"before")
    assert await receive(pull) == [b"before"]
    push.unbind(endpoint)
    await eventually(lambda: not push.pipes, "the peer is gone")
    with pytest.raises(Again):
        push.send_nowait(b"after")


@shall("libzmq/term_endpoint/2")
async def test_disconnect_ends_the_connection_made(stage: Stage, scheme: str) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH)
    endpoint = await stage.join(pull, push, scheme=scheme)
    push.disconnect(endpoint)
    with pytest.raises(Again):
        push.send_nowait(b"after")
    with pytest.raises(EndpointUnknown):
        push.disconnect(endpoint)


@shall("libzmq/unbind_wildcard/1")
@pytest.mark.parametrize("wildcard", ["tcp://127.0.0.1:*", "tcp://*:*", "tcp://[::1]:*", "ipc://*"])
async def test_a_wildcard_is_unbound_by_what_it_became(stage: Stage, wildcard: str) -> None:
    pull = stage.socket(PULL, ipv6=1)
    endpoint = pull.bind(wildcard)
    assert "*" not in endpoint.rpartition(":")[2]
    assert pull.last_endpoint == endpoint
    with pytest.raises(EndpointUnknown):
        pull.unbind(wildcard)
    pull.unbind(endpoint)


@shall("libzmq/errors/1")
@pytest.mark.parametrize(
    "endpoint",
    ["", "tcp", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:65536", "tcp://:5555",
     "tcp://127.0.0.1:x", "ftp://127.0.0.1:1", "ipc://", "inproc://", "tcp://a b:1", "ipc:///" + "x" * 108],
)  # fmt: skip
async def test_an_endpoint_that_does_not_parse_says_why(stage: Stage, endpoint: str) -> None:
    pull = stage.socket(PULL)
    for method in (pull.bind, pull.connect):
        with pytest.raises(EndpointInvalid, match=r".{20}"):
            method(endpoint)


@shall("libzmq/errors/2")
async def test_a_port_that_is_taken_says_so(stage: Stage) -> None:
    first, second = stage.socket(PULL), stage.socket(PULL)
    endpoint = first.bind("tcp://127.0.0.1:*")
    with pytest.raises(AddressInUse, match=endpoint.rpartition(":")[2]):
        second.bind(endpoint)


@shall("libzmq/many_endpoints/1")
async def test_a_socket_binds_and_connects_to_several_endpoints(stage: Stage) -> None:
    hub = stage.socket(PULL)
    endpoints = [hub.bind(stage.address(scheme)) for scheme in ("tcp", "tcp", "ipc", "inproc")]
    far = stage.socket(PUSH)
    hub.connect(far.bind("tcp://127.0.0.1:*"))
    pushes = [stage.socket(PUSH) for _ in endpoints]
    for push, endpoint in zip(pushes, endpoints, strict=True):
        push.connect(endpoint)
    for name, push in enumerate((*pushes, far)):
        await send(push, b"%d" % name)
    assert sorted(await receive_all(hub, 5)) == [[b"%d" % name] for name in range(5)]


@shall("libzmq/monitor/1")
async def test_events_come_in_order_on_both_sides(stage: Stage) -> None:
    for scheme in ("tcp", "ipc"):
        pull, push = stage.socket(PULL), stage.socket(PUSH)
        ours, theirs = pull.events(), push.events()
        endpoint = pull.bind(stage.address(scheme))
        push.connect(endpoint)
        await eventually(lambda pull=pull, push=push: linked(pull) and linked(push), "they have met")
        push.disconnect(endpoint)
        await eventually(lambda pull=pull: not pull.pipes, "they have parted")
        pull.close()
        push.close()
        bound = [type(event) async for event in ours if not isinstance(event, HandshakeProgress)]
        connected = [type(event) async for event in theirs if not isinstance(event, HandshakeProgress)]
        met = [Accepted, HandshakeSucceeded, Disconnected]
        assert bound == [Listening, *met, EndpointClosed, MonitorStopped]
        assert connected[:3] == [ConnectDelayed, Connected, HandshakeSucceeded]
        assert EndpointClosed in connected


@shall("libzmq/monitor/2")
async def test_an_observer_that_is_slow_is_told_how_much_it_missed(stage: Stage) -> None:
    sub, pub = stage.socket(SUB), stage.socket(PUB)
    endpoint = pub.bind("tcp://127.0.0.1:*")
    events = pub.events()
    sub.connect(endpoint)
    for n in range(3000):
        sub.subscribe(b"%d" % n)
    sub.subscribe(b"last")
    await eventually(lambda: linked(pub), "they have met")
    await asyncio.sleep(0.2)
    seen: list[SocketEvent] = [await anext(events) for _ in range(500)]
    assert any(type(event).__name__ == "EventsMissed" for event in seen)


@shall("libzmq/timeo/1")
async def test_timeouts_are_kept(stage: Stage) -> None:
    pull, push = stage.socket(PULL, rcvtimeo=50), stage.socket(PUSH, sndtimeo=50)
    loop = asyncio.get_running_loop()
    for call in (pull.recv, lambda: push.send(b"x")):
        start = loop.time()
        with pytest.raises(Again):
            await call()
        assert 0.045 < loop.time() - start < 5
    for socket, name in ((pull, "rcvtimeo"), (push, "sndtimeo")):
        socket.set(name, 0)
    with pytest.raises(Again):
        await pull.recv()
    with pytest.raises(Again):
        await push.send(b"x")


@shall("libzmq/close/1")
async def test_a_closed_socket_says_so_to_all_who_wait(stage: Stage) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH)
    waiting = [asyncio.create_task(call) for call in (pull.recv(), pull.recv(), push.send(b"x"))]
    await asyncio.sleep(0)
    pull.close()
    push.close()
    for task in waiting:
        with pytest.raises(Closed):
            await task
    for call in (pull.recv, lambda: push.send(b"x")):
        with pytest.raises(Closed):
            await call()
    assert [frames async for frames in pull] == []


@shall("libzmq/issue_566/1")
async def test_a_router_reaches_a_named_dealer_as_soon_as_it_is_there(stage: Stage) -> None:
    router = stage.socket(ROUTER, router_mandatory=1)
    endpoint = router.bind("tcp://127.0.0.1:*")
    for turn in range(50):
        name = b"dealer %d" % turn
        dealer = stage.socket(DEALER, routing_id=name)
        dealer.connect(endpoint)
        async with asyncio.timeout(10):
            while True:
                try:
                    await router.send([name, b"hello"])
                except HostUnreachable:
                    await asyncio.sleep(0.001)
                    continue
                break
        assert await receive(dealer) == [b"hello"]
        dealer.close()


@shall("libzmq/req_relaxed/1", "libzmq/req_correlate/1")
async def test_stale_and_foreign_answers_are_thrown_away_and_counted(stage: Stage, scheme: str) -> None:
    router, req = stage.socket(ROUTER), stage.socket(REQ, req_relaxed=1, req_correlate=1)
    await stage.join(router, req, scheme=scheme)
    await send(req, b"first")
    name, stale, *rest = await receive(router)
    assert (len(stale), rest) == (4, [b"", b"first"])
    await send(req, b"second")
    _, fresh, *rest = await receive(router)
    assert (len(fresh), rest) == (4, [b"", b"second"])
    assert stale != fresh
    await send(
        router, [name, stale, b"", b"too late"], [name, b"none", b"", b"foreign"], [name, fresh, b"", b"yes"]
    )
    assert await receive(req) == [b"yes"]
    dropped: dict[str, int] = {}
    for lane in req.books().lanes:
        for reason, count in lane.dropped.items():
            dropped[reason] = dropped.get(reason, 0) + count
    assert dropped.get("stale_reply", 0) == 2


@shall("libzmq/sub_forward/1")
async def test_a_device_passes_topics_up_and_messages_down_the_empty_ones_too(
    stage: Stage, scheme: str
) -> None:
    xpub, xsub, pub, sub = (stage.socket(kind) for kind in (XPUB, XSUB, XPUB, SUB))
    pub.connect(xsub.bind(stage.address(scheme)))
    sub.connect(xpub.bind(stage.address(scheme)))

    async def forward(source: Socket, target: Socket) -> None:
        async for frames in source:
            await target.send(frames)

    tasks = [asyncio.create_task(forward(*way)) for way in ((xpub, xsub), (xsub, xpub))]
    for topic in (b"", b"a"):
        sub.subscribe(topic)
        assert await receive(pub) == [b"\x01" + topic]
        for message in ([topic], [topic + b"b", b""], [topic, b"x" * 1000]):
            await send(pub, message)
            assert await receive(sub) == message
        sub.unsubscribe(topic)
        assert await receive(pub) == [b"\x00" + topic]
    for task in tasks:
        task.cancel()


@shall("libzmq/heartbeats/range")
async def test_a_time_to_live_beyond_the_wire_is_refused(stage: Stage) -> None:
    socket = stage.socket(DEALER, heartbeat_ttl=6553599)
    with pytest.raises(OptionInvalid):
        socket.set("heartbeat_ttl", 6553600)


@shall("libzmq/spec_rep/1")
async def test_incompatible_types_do_not_meet_over_inproc_either(stage: Stage, scheme: str) -> None:
    rep, push = stage.socket(REP), stage.socket(PUSH)
    push.connect(rep.bind(stage.address(scheme)))
    push.set("sndtimeo", 0)
    await asyncio.sleep(0.05)
    assert not linked(rep)
    with pytest.raises(Again):
        rep.recv_nowait()
