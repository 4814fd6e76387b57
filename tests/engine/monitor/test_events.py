"""Every event of a socket: that it comes, when, and with what in it."""

from pathlib import Path

import pytest

from engine import DEALER, DISH, PAIR, PUB, PULL, PUSH, RADIO, ROUTER, SUB, AddressedMessage, Again, Context
from engine.errors import AddressInUse
from engine.monitor import events
from engine.monitor.events import (
    EVENTS,
    BindFailed,
    CloseFailed,
    ConnectDelayed,
    ConnectFailed,
    Disconnected,
    Dropped,
    GroupJoined,
    GroupLeft,
    HandshakeFailed,
    HandshakeFailedProtocol,
    HandshakeProgress,
    HandshakeSucceeded,
    HwmLeft,
    HwmReached,
    Listening,
    MonitorStopped,
    Retried,
    SocketEvent,
    SubscriptionAdded,
    SubscriptionRemoved,
    Unrouted,
)
from engine.sockets.socket import Socket
from tests.support.eventually import eventually
from tests.support.watcher import Watcher


@pytest.fixture(params=["tcp://127.0.0.1:*", "ipc://*"], ids=["tcp", "ipc"])
def wire(request: pytest.FixtureRequest) -> str:
    """Where to bind, on each transport that has a handshake."""
    return str(request.param)


LIBZMQ = {
    "CONNECTED": 0x0001,
    "CONNECT_DELAYED": 0x0002,
    "CONNECT_RETRIED": 0x0004,
    "LISTENING": 0x0008,
    "BIND_FAILED": 0x0010,
    "ACCEPTED": 0x0020,
    "ACCEPT_FAILED": 0x0040,
    "CLOSED": 0x0080,
    "CLOSE_FAILED": 0x0100,
    "DISCONNECTED": 0x0200,
    "MONITOR_STOPPED": 0x0400,
    "HANDSHAKE_FAILED_NO_DETAIL": 0x0800,
    "HANDSHAKE_SUCCEEDED": 0x1000,
    "HANDSHAKE_FAILED_PROTOCOL": 0x2000,
    "HANDSHAKE_FAILED_AUTH": 0x4000,
}


def test_every_bit_of_libzmqs_monitor_has_its_event_and_every_event_says_what_it_is() -> None:
    assert {kind.number for kind in EVENTS} - {0} == set(LIBZMQ.values())
    for kind in EVENTS:
        first = (kind.__doc__ or "").partition("\n")[0]
        assert first.endswith("."), kind
        for name, number in LIBZMQ.items():
            if f"libzmq: {name})" in first:
                assert kind.number == number, kind
    defined = {kind for kind in vars(events).values() if isinstance(kind, type)}
    groups = {events.HandshakeFailed, events.QueueEvent, SocketEvent}
    assert {kind for kind in defined if issubclass(kind, SocketEvent)} - groups == set(EVENTS)


async def told(watch: events.SocketEvent | object, socket: Socket) -> list[SocketEvent]:
    """Close a socket and return all that its observer was told."""
    socket.close(linger=0)
    return [event async for event in watch]  # type: ignore[attr-defined]


async def test_an_endpoint_that_is_taken_is_told_of_as_well_as_raised(context: Context, wire: str) -> None:
    first, second = context.socket(PULL), context.socket(PULL)
    watch = second.events()
    taken = first.bind(wire)
    with pytest.raises(AddressInUse):
        second.bind(taken)
    failed, stopped = await told(watch, second)
    assert isinstance(failed, BindFailed)
    assert failed.endpoint == taken
    assert "in use" in failed.reason
    assert isinstance(stopped, MonitorStopped)


async def test_an_ipc_path_that_cannot_be_removed_is_told_of(context: Context, tmp_path: Path) -> None:
    socket = context.socket(PULL)
    watch = socket.events()
    endpoint = socket.bind(f"ipc://{tmp_path}/path")
    (tmp_path / "path").unlink()
    (tmp_path / "path").mkdir()  # even root cannot unlink a directory
    socket.unbind(endpoint)
    seen = await told(watch, socket)
    assert [type(event) for event in seen] == [Listening, CloseFailed, MonitorStopped]
    assert "directory" in seen[1].reason  # type: ignore[attr-defined]


async def test_an_attempt_its_failure_and_the_next_are_told_in_turn(context: Context) -> None:
    nobody = context.socket(PULL)
    place = nobody.bind("tcp://127.0.0.1:*")
    nobody.close()
    socket = context.socket(PUSH, reconnect_ivl=1, reconnect_ivl_max=1, linger=0)
    watcher = Watcher(socket)
    socket.connect(place)
    again = await watcher.until(Retried)
    assert watcher.kinds() == [ConnectDelayed, ConnectFailed, Retried]
    assert again.delay_ms == 1
    assert "refused" in again.reason


async def test_the_steps_of_a_handshake_are_told(context: Context, wire: str) -> None:
    router, dealer = context.socket(ROUTER), context.socket(DEALER, metadata="X-Place:attic")
    watcher = Watcher(router)
    dealer.connect(router.bind(wire))
    done = await watcher.until(HandshakeSucceeded)
    steps = [event for event in watcher.seen if isinstance(event, HandshakeProgress)]
    assert [(step.step, step.detail) for step in steps] == [("greeting", "ZMTP 3.1, NULL"), ("READY", "")]
    assert steps[0].peer == done.peer
    assert (done.metadata["x-place"], done.metadata["socket-type"]) == (b"attic", b"DEALER")


async def test_a_failed_handshake_is_followed_by_its_disconnection(context: Context, wire: str) -> None:
    wrong, pull = context.socket(PUB, linger=0), context.socket(PULL)
    watchers = Watcher(wrong), Watcher(pull)
    wrong.connect(pull.bind(wire))
    endings = [await watcher.until(Disconnected) for watcher in watchers]
    assert not any(ended.was_ready for ended in endings)
    failures = [event for each in watchers for event in each.seen if isinstance(event, HandshakeFailed)]
    assert len(failures) == 2
    judged = [failed for failed in failures if isinstance(failed, HandshakeFailedProtocol)]
    assert judged  # whoever read READY first says why; the other may only see the end
    assert all("cannot talk to the peer's" in failed.reason for failed in judged)
    assert all(failed.code == 0x10000000 for failed in judged)


async def test_an_inproc_peer_of_the_wrong_kind_is_told_of(context: Context) -> None:
    wrong, pull = context.socket(PUB), context.socket(PULL)
    watcher = Watcher(wrong)
    pull.bind("inproc://wrong")
    wrong.connect("inproc://wrong")
    failed = await watcher.until(HandshakeFailedProtocol)
    assert "PULL" in failed.reason


async def test_subscriptions_come_and_go_everywhere(context: Context, anywhere: str) -> None:
    pub, sub = context.socket(PUB), context.socket(SUB)
    watcher = Watcher(pub)
    sub.subscribe(b"early")
    sub.connect(pub.bind(anywhere))
    added = await watcher.until(SubscriptionAdded)
    sub.unsubscribe(b"early")
    removed = await watcher.until(SubscriptionRemoved)
    assert added.topic == removed.topic == b"early"
    assert added.peer == removed.peer != ""


async def test_groups_are_joined_and_left_everywhere(context: Context, anywhere: str) -> None:
    radio, dish = context.socket(RADIO), context.socket(DISH)
    watcher = Watcher(radio)
    dish.connect(radio.bind(anywhere))
    dish.join("news")
    assert (await watcher.until(GroupJoined)).group == b"news"
    dish.leave("news")
    assert (await watcher.until(GroupLeft)).group == b"news"


async def test_a_full_queue_is_told_once_and_once_that_it_has_room(context: Context) -> None:
    push, pull = context.socket(PUSH, sndhwm=2), context.socket(PULL, rcvhwm=2)
    pull.bind("inproc://pressure")
    push.connect("inproc://pressure")
    watch, other = push.events(queues=True), push.events()
    for _ in range(2):
        for _ in range(4):
            push.send_nowait(b"x")
        for _ in range(3):
            with pytest.raises(Again):
                push.send_nowait(b"x")
        for _ in range(4):
            pull.recv_nowait()
    seen = await told(watch, push)
    assert [type(event) for event in seen[:4]] == [HwmReached, HwmLeft, HwmReached, HwmLeft]
    reached, left = seen[0], seen[1]
    assert isinstance(reached, HwmReached)
    assert isinstance(left, HwmLeft)
    assert (reached.is_outbound, reached.depth, reached.hwm) == (True, 4, 4)
    assert left.depth == 2
    assert not [event async for event in other if isinstance(event, events.QueueEvent)]


async def test_a_full_receive_queue_is_told_by_the_receiver(context: Context, wire: str) -> None:
    push, pull = context.socket(PUSH, linger=0), context.socket(PULL, rcvhwm=3)
    watch = pull.events(queues=True)
    push.connect(pull.bind(wire))
    for _ in range(5):
        await push.send(b"x")
    await eventually(lambda: sum(pipe.depth for pipe in pull.pipes) == 3, "it is full")
    assert len([await pull.recv() for _ in range(5)]) == 5
    edges = [event for event in await told(watch, pull) if isinstance(event, HwmReached | HwmLeft)]
    assert [(type(edge), edge.is_outbound) for edge in edges[:2]] == [(HwmReached, False), (HwmLeft, False)]


async def test_drops_are_counted_together_by_pipe_and_reason(context: Context) -> None:
    pub, sub = context.socket(PUB, sndhwm=1), context.socket(SUB, rcvhwm=1, subscribe=b"a")
    pub.bind("inproc://drops")
    sub.connect("inproc://drops")
    watch = pub.events(queues=True)
    for _ in range(12):
        await pub.send(b"a")
    for _ in range(5):
        await pub.send(b"nobody's")
    seen = await told(watch, pub)
    dropped = [event for event in seen if isinstance(event, Dropped)]
    unrouted = [event for event in seen if isinstance(event, Unrouted)]
    assert [(event.reason, event.count) for event in dropped] == [("hwm", 10)]
    assert [(event.reason, event.count) for event in unrouted] == [("no_subscriber", 5)]
    assert pub.books().is_balanced


async def test_drops_are_told_while_the_socket_lives(context: Context) -> None:
    push = context.socket(PUSH, linger=0)
    watcher = Watcher(push, queues=True)
    push.connect("tcp://127.0.0.1:9")
    for _ in range(3):
        await push.send(b"x")
    push.disconnect("tcp://127.0.0.1:9")
    dropped = await watcher.until(Dropped)
    assert (dropped.reason, dropped.count, dropped.is_outbound) == ("linger", 3, True)


async def test_who_stops_watching_queues_leaves_them_unwatched(context: Context) -> None:
    push = context.socket(PUSH, linger=0, sndhwm=1)
    push.connect("inproc://later")
    watch = push.events(queues=True)
    push.send_nowait(b"x")
    watch.close()
    with pytest.raises(Again):
        push.send_nowait(b"x")
    assert all(pair.outbound.watch is None for pair in push._host.pairs)
    assert [type(event) async for event in watch] == [MonitorStopped]


async def test_a_new_peer_of_a_watched_socket_is_watched(context: Context) -> None:
    one, other = context.socket(PAIR, sndhwm=1, linger=0), context.socket(PAIR, rcvhwm=1)
    watcher = Watcher(one, queues=True)
    other.bind("inproc://new")
    one.connect("inproc://new")
    one.send_nowait(b"1")
    one.send_nowait(b"2")
    with pytest.raises(Again):
        one.send_nowait(b"3")
    assert (await watcher.until(HwmReached)).peer == "inproc://new"


async def test_a_radio_nobody_listens_to_is_told_of(context: Context) -> None:
    radio = context.socket(RADIO)
    watcher = Watcher(radio, queues=True)
    radio.bind("inproc://radio")
    await radio.send(AddressedMessage([b"x"], group="g"))
    assert (await watcher.until(Unrouted)).count == 1
