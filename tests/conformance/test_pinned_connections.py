"""What libzmq's tests pin down of connections: monitoring, reconnecting, heartbeats, queues, STREAM."""

import asyncio

import pytest

from engine import DEALER, PAIR, PULL, PUSH, REP, REQ, ROUTER, STREAM, SUB, XPUB
from engine.errors import (
    Again,
    EndpointInvalid,
    EndpointUnknown,
    HostUnreachable,
    OptionInvalid,
    TransportUnknown,
)
from engine.monitor.events import (
    Accepted,
    BindFailed,
    ConnectDelayed,
    Connected,
    ConnectFailed,
    Disconnected,
    EndpointClosed,
    GaveUp,
    HandshakeFailed,
    HandshakeProgress,
    HandshakeSucceeded,
    Listening,
    MonitorStopped,
    Refused,
    Retried,
)
from engine.sockets.socket import Socket
from tests.conformance.pinned import EVERYWHERE, HERE, IN_VIRTUAL_TIME, WIRES, pinned
from tests.conformance.stage import Stage, arrived, fill, linked, receive, receive_all, send
from tests.support.eventually import eventually
from tests.support.watcher import Watcher

STREAMS = ("tcp", "sim")


@pinned("monitor/3", WIRES)
async def test_the_binding_side_tells_of_a_life_in_order(stage: Stage, scheme: str) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH)
    watcher = Watcher(pull)
    endpoint = await stage.join(pull, push, scheme=scheme)
    push.close()
    await watcher.until(Disconnected)
    pull.unbind(endpoint)
    pull.close()
    await watcher.until(MonitorStopped)
    life = [Listening, Accepted, HandshakeSucceeded, Disconnected, EndpointClosed, MonitorStopped]
    assert watcher.kinds() == life


@pinned("monitor/4", WIRES)
async def test_the_connecting_side_tells_of_a_life_in_order(stage: Stage, scheme: str) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH, reconnect_ivl=-1)
    watcher = Watcher(push)
    await stage.join(pull, push, scheme=scheme)
    pull.close()
    await watcher.until(GaveUp)
    assert watcher.kinds() == [ConnectDelayed, Connected, HandshakeSucceeded, Disconnected, GaveUp]


@pinned("monitor/5", WIRES)
async def test_the_steps_of_a_handshake_are_told_on_both_sides(stage: Stage, scheme: str) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH)
    watchers = Watcher(pull), Watcher(push)
    push.connect(pull.bind(stage.address(scheme)))
    for watcher in watchers:
        await watcher.until(HandshakeSucceeded)
        steps = [event.step for event in watcher.seen if isinstance(event, HandshakeProgress)]
        assert steps == ["greeting", "READY"]


@pinned("monitor/6", WIRES)
async def test_an_incompatible_type_is_told_by_name(stage: Stage, scheme: str) -> None:
    pull, wrong = stage.socket(PULL), stage.socket(SUB)
    watcher = Watcher(wrong)
    wrong.connect(pull.bind(stage.address(scheme)))
    failed = await watcher.until(HandshakeFailed)
    await watcher.until(Disconnected)  # libzmq tells no more than this
    assert failed.reason in (
        "a SUB socket cannot talk to the peer's PULL",
        "closed by the peer during the handshake",
    )


@pinned("monitor/7")
async def test_a_bind_that_fails_is_told(stage: Stage, scheme: str) -> None:
    first, second = stage.socket(PULL), stage.socket(PULL)
    endpoint = first.bind(stage.address(scheme))
    watcher = Watcher(second)
    with pytest.raises(Exception, match="in use"):
        second.bind(endpoint)
    assert (await watcher.until(BindFailed)).endpoint == endpoint


@pinned("monitor/8", WIRES)
async def test_a_second_peer_of_a_pair_is_told_of(stage: Stage, scheme: str) -> None:
    pair, first, second = (stage.socket(PAIR) for _ in range(3))
    endpoint = await stage.join(pair, first, scheme=scheme)
    watcher = Watcher(pair)
    second.connect(endpoint)
    await watcher.until(Refused)
    await send(first, b"undisturbed")
    assert await receive(pair) == [b"undisturbed"]


@pinned("monitor/9")
async def test_two_observers_see_the_same_and_one_that_closes_sees_no_more(stage: Stage, scheme: str) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH)
    one, other = pull.events(), pull.events()
    other.close()
    push.connect(pull.bind(stage.address(scheme)))
    await eventually(lambda: linked(pull), "they have met")
    pull.close()
    assert HandshakeSucceeded in [type(event) async for event in one]
    assert [type(event) async for event in other] == [MonitorStopped]


@pinned("reconnect_ivl/2", IN_VIRTUAL_TIME)
async def test_delays_double_up_to_the_most_and_begin_anew_once_connected(stage: Stage, scheme: str) -> None:
    push = stage.socket(PUSH, reconnect_ivl=50, reconnect_ivl_max=400)
    watcher = Watcher(push)
    push.connect("tcp://127.0.0.1:7")
    assert [(await watcher.until(Retried)).delay_ms for _ in range(5)] == [50, 100, 200, 400, 400]
    pull = stage.socket(PULL)
    pull.bind("tcp://127.0.0.1:7")
    await watcher.until(HandshakeSucceeded)
    pull.close()
    assert (await watcher.until(Retried)).delay_ms == 50


@pinned("reconnect_ivl/3", IN_VIRTUAL_TIME)
async def test_without_a_most_a_delay_is_one_to_two_intervals(stage: Stage, scheme: str) -> None:
    push = stage.socket(PUSH)
    watcher = Watcher(push)
    push.connect("tcp://127.0.0.1:7")
    delays = [(await watcher.until(Retried)).delay_ms for _ in range(30)]
    assert all(100 <= delay < 200 for delay in delays)


@pinned("reconnect_options/1", STREAMS)
async def test_a_refusal_may_be_the_last_attempt(stage: Stage, scheme: str) -> None:
    push = stage.socket(PUSH, reconnect_stop=1, reconnect_ivl=1)
    watcher = Watcher(push)
    push.connect("tcp://127.0.0.1:7")
    await watcher.until(GaveUp)
    assert watcher.kinds() == [ConnectDelayed, ConnectFailed, GaveUp]


@pinned("reconnect_options/2", STREAMS)
async def test_a_failed_handshake_may_be_the_last_attempt(stage: Stage, scheme: str) -> None:
    server, push = stage.socket(STREAM), stage.socket(PUSH, reconnect_stop=2, reconnect_ivl=1)
    watcher = Watcher(push)
    push.connect(server.bind("tcp://127.0.0.1:*"))
    name, _ = await receive(server)
    await send(server, [name, b""])
    await watcher.until(GaveUp)
    assert Retried not in watcher.kinds()


@pinned("heartbeats/6", IN_VIRTUAL_TIME)
async def test_an_idle_peer_that_answers_stays(stage: Stage, scheme: str) -> None:
    for kinds in ((PULL, PUSH), (ROUTER, DEALER), (REP, REQ), (XPUB, SUB), (PAIR, PAIR)):
        one, other = await stage.pair(*kinds, scheme, heartbeat_ivl=10_000, heartbeat_timeout=5000)
        watch = one.events()
        await asyncio.sleep(300)
        assert linked(one)
        assert linked(other)
        other.close()
        one.close()
        assert [event.reason async for event in watch if isinstance(event, Disconnected)] == ["closed here"]


@pinned("heartbeats/7", HERE)
async def test_times_of_heartbeats_have_libzmqs_range(stage: Stage, scheme: str) -> None:
    socket = stage.socket(PAIR)
    for value in (0, 10, 6_553_599):
        socket.set("heartbeat_ttl", value)
        assert socket.get("heartbeat_ttl") == value
    with pytest.raises(OptionInvalid):
        socket.set("heartbeat_ttl", 6_553_600)
    assert (socket.get("heartbeat_ivl"), socket.get("heartbeat_timeout")) == (0, -1)


@pinned("immediate/3", STREAMS)
async def test_a_peer_that_is_lost_and_found_makes_an_immediate_sender_wait_and_go_on(
    stage: Stage, scheme: str
) -> None:
    push, pull = stage.socket(PUSH, immediate=1, reconnect_ivl=5), stage.socket(PULL)
    endpoint = await stage.join(pull, push, scheme=scheme)
    await send(push, b"before")
    assert await receive(pull) == [b"before"]
    pull.close()
    await eventually(lambda: not push.pipes, "the pipe is gone")
    with pytest.raises(Again):
        push.send_nowait(b"nobody")
    again = stage.socket(PULL)
    again.bind(endpoint)
    await send(push, b"after")
    assert await receive(again) == [b"after"]


@pinned("pair/1")
async def test_a_pair_carries_frames_both_ways(stage: Stage, scheme: str) -> None:
    one, other = await stage.pair(PAIR, PAIR, scheme)
    await send(one, [b"a", b"b"])
    assert await receive(other) == [b"a", b"b"]
    await send(other, [b"", b""])
    assert await receive(one) == [b"", b""]


@pinned("hwm/6", HERE)
async def test_the_default_marks_hold_two_thousand_over_inproc(stage: Stage, scheme: str) -> None:
    push, pull = await stage.pair(PUSH, PULL, scheme)
    assert fill(push) == 2000
    assert await receive_all(pull, 1) == [[b"x"]]


@pinned("spec_pushpull/4")
async def test_push_deals_in_turn_over_all_its_peers(stage: Stage, scheme: str) -> None:
    push, pulls = stage.socket(PUSH), [stage.socket(PULL) for _ in range(3)]
    await stage.join(push, *pulls, scheme=scheme)
    for n in range(6):
        await send(push, b"%d" % n)
    assert [await receive_all(pull, 2) for pull in pulls] == [
        [[b"%d" % n], [b"%d" % (n + 3)]] for n in range(3)
    ]


@pinned("spec_pushpull/5")
async def test_pull_takes_in_turn_from_all_its_peers(stage: Stage, scheme: str) -> None:
    pull, pushes = stage.socket(PULL), [stage.socket(PUSH) for _ in range(3)]
    await stage.join(pull, *pushes, scheme=scheme)
    for n, push in enumerate(pushes):
        await send(push, b"%d" % n, b"%d" % n)
    await arrived(pull, 6)
    for _ in range(2):
        assert sorted(await receive_all(pull, 3)) == [[b"0"], [b"1"], [b"2"]]


@pinned("conflate/3")
async def test_a_reader_that_conflates_reads_the_newest(stage: Stage, scheme: str) -> None:
    push, pull = stage.socket(PUSH), stage.socket(PULL, conflate=1)
    await stage.join(pull, push, scheme=scheme)
    for n in range(20):
        await send(push, b"%d" % n)
    last = await receive(pull)
    while last != [b"19"]:
        last = await receive(pull)
    assert pull.books().is_balanced or scheme == "inproc"


@pinned("term_endpoint/3")
async def test_an_endpoint_is_unbound_and_disconnected_once(stage: Stage, scheme: str) -> None:
    pull, push = stage.socket(PULL), stage.socket(PUSH)
    endpoint = await stage.join(pull, push, scheme=scheme)
    push.disconnect(endpoint)
    pull.unbind(endpoint)
    for refused in (push.disconnect, pull.unbind):
        with pytest.raises(EndpointUnknown):
            refused(endpoint)
    with pytest.raises(Again):
        push.send_nowait(b"nowhere")


@pinned("unbind_wildcard/2", STREAMS)
async def test_a_wildcard_is_bound_twice_to_two_ports(stage: Stage, scheme: str) -> None:
    pull = stage.socket(PULL)
    first, second = pull.bind("tcp://127.0.0.1:*"), pull.bind("tcp://127.0.0.1:*")
    assert first != second == pull.last_endpoint
    with pytest.raises(EndpointUnknown):
        pull.unbind("tcp://127.0.0.1:*")
    pull.unbind(first)
    pull.unbind(second)


@pinned("errors/3", HERE)
async def test_an_endpoint_that_is_none_says_why(stage: Stage, scheme: str) -> None:
    socket = stage.socket(PULL)
    with pytest.raises(TransportUnknown):
        socket.bind("bogus://x")
    for wrong in ("tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "inproc://", "nothing"):
        with pytest.raises(EndpointInvalid):
            socket.connect(wrong)


@pinned("bind_after_connect_tcp/2", EVERYWHERE)
async def test_what_was_sent_before_the_bind_arrives_after_it(stage: Stage, scheme: str) -> None:
    probe = stage.socket(PULL)
    endpoint = probe.bind(stage.address(scheme))
    probe.close()
    push, pull = stage.socket(PUSH, reconnect_ivl=5), stage.socket(PULL)
    push.connect(endpoint)
    await send(push, *(b"%d" % n for n in range(10)))
    pull.bind(endpoint)
    assert await receive_all(pull, 10) == [[b"%d" % n] for n in range(10)]


@pinned("disconnect_inproc/2")
async def test_disconnecting_drops_what_was_not_sent_unless_it_lingers(stage: Stage, scheme: str) -> None:
    push = stage.socket(PUSH)
    push.connect("tcp://127.0.0.1:7")
    await send(push, b"1", b"2")
    push.disconnect("tcp://127.0.0.1:7")
    [lane] = [lane for lane in push.books().lanes if lane.is_outbound]
    assert (lane.accepted, lane.dropped) == (2, {"linger": 2})


async def streams(stage: Stage) -> tuple[Socket, Socket, bytes]:
    """A STREAM that is bound, a DEALER that speaks ZMTP to it, and its name there."""
    server, dealer = stage.socket(STREAM), stage.socket(DEALER)
    dealer.connect(server.bind("tcp://127.0.0.1:*"))
    name, notice = await receive(server)
    assert (len(name), notice) == (5, b"")
    return server, dealer, name


@pinned("stream/1", STREAMS)
async def test_a_stream_shows_the_greeting_of_a_dealer(stage: Stage, scheme: str) -> None:
    server, _, name = await streams(stage)
    sender, octets = await receive(server)
    assert sender == name
    assert octets[:10] == b"\xff" + bytes(7) + b"\x01\x7f"


@pinned("stream/2", STREAMS)
async def test_a_stream_talks_zmtp_by_hand_to_a_dealer(stage: Stage, scheme: str) -> None:
    server, dealer, name = await streams(stage)
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
    ready = b"\x04\x26\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER\x08Identity\x00\x00\x00\x00"
    ready = b"\x04" + bytes((len(ready) - 2,)) + ready[2:]
    await send(server, [name, greeting + ready])
    await send(dealer, b"hello")
    said = b""
    while not said.endswith(b"\x00\x05hello"):
        said += (await receive(server))[1]
    await send(server, [name, b"\x00\x05world"])
    assert await receive(dealer) == [b"world"]


@pinned("stream_disconnect/1", STREAMS)
async def test_a_stream_that_sends_nothing_hangs_up(stage: Stage, scheme: str) -> None:
    server, dealer, name = await streams(stage)
    watcher = Watcher(dealer)
    await send(server, [name, b""])
    await watcher.until(Disconnected)


@pinned("stream_disconnect/2", STREAMS)
async def test_a_stream_is_told_who_hung_up(stage: Stage, scheme: str) -> None:
    server, dealer, name = await streams(stage)
    dealer.close()
    while (message := await receive(server))[1]:
        pass
    assert message == [name, b""]


@pinned("stream/3", STREAMS)
async def test_a_stream_cannot_reach_a_name_that_is_nobodys(stage: Stage, scheme: str) -> None:
    server, _, _ = await streams(stage)
    with pytest.raises(HostUnreachable):
        server.send_nowait([b"nobody", b"x"])


@pinned("stream_empty/1", STREAMS)
async def test_two_streams_know_each_other_and_carry_octets(stage: Stage, scheme: str) -> None:
    server, client = stage.socket(STREAM), stage.socket(STREAM)
    client.connect(server.bind("tcp://127.0.0.1:*"))
    there, _ = await receive(client)
    back, _ = await receive(server)
    await send(client, [there, b"GET"])
    assert await receive(server) == [back, b"GET"]
    await send(server, [back, b"OK"])
    assert await receive(client) == [there, b"OK"]


@pinned("stream/4", STREAMS)
async def test_a_stream_may_leave_the_notices_out(stage: Stage, scheme: str) -> None:
    server, client = stage.socket(STREAM, stream_notify=0), stage.socket(STREAM, stream_notify=0)
    client.set("connect_routing_id", b"server")
    client.connect(server.bind("tcp://127.0.0.1:*"))
    await send(client, [b"server", b"first"])
    assert (await receive(server))[1] == b"first"
