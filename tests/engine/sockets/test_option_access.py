"""Options at the socket: what only tells, what is never told, and what a peer learns of us."""

import pytest

from engine import (
    CLIENT,
    DEALER,
    PUB,
    PULL,
    PUSH,
    REP,
    REQ,
    ROUTER,
    SUB,
    XPUB,
    XSUB,
    Again,
    Context,
    SocketType,
)
from engine.constants import LONGEST_METADATA
from engine.errors import NotSupported, OptionInvalid, OptionReadOnly, OptionUnknown, OptionWriteOnly
from engine.option_table import OPTIONS, READ_ONLY, WRITE_ONLY
from engine.sockets.socket import Socket
from tests.support.eventually import eventually


def events(socket: Socket) -> int:
    told = socket.get("events")
    assert isinstance(told, int)
    return told


async def test_every_option_of_the_table_is_told_or_is_write_only(context: Context) -> None:
    for name, spec in OPTIONS.items():
        socket = context.socket(spec.types[0] if spec.types else DEALER, linger=0)
        if name in WRITE_ONLY:
            with pytest.raises(OptionWriteOnly, match=f"{name} can only be set"):
                socket.get(name)
        else:
            assert socket.get(name) == socket.options.get(name), name


async def test_what_only_tells_cannot_be_set_and_is_not_in_the_table_of_what_can(context: Context) -> None:
    socket = context.socket(SUB)
    assert not READ_ONLY.keys() & OPTIONS.keys()
    for name in READ_ONLY:
        socket.get(name)
        with pytest.raises(OptionReadOnly, match=f"{name} can only be read"):
            socket.set(name, 1)
    with pytest.raises(OptionUnknown):
        socket.get("nothing")
    for name in ("subscribe", "unsubscribe"):
        with pytest.raises(OptionWriteOnly):
            socket.get(name)


async def test_what_a_socket_is_and_where(context: Context) -> None:
    for kind in SocketType:
        socket = context.socket(kind)
        assert socket.get("type") == kind
        assert socket.get("rcvmore") == 0
        assert socket.get("last_endpoint") == ""
    client, pull = context.socket(CLIENT), context.socket(PULL)
    assert (client.get("thread_safe"), pull.get("thread_safe")) == (1, 0)
    address = pull.bind("tcp://127.0.0.1:*")
    assert pull.get("last_endpoint") == address


async def test_the_mechanism_is_told_by_its_number(context: Context) -> None:
    socket = context.socket(PULL)
    assert socket.get("mechanism") == 0
    socket.set("plain_server", 1)
    assert socket.get("mechanism") == 1
    socket.set("curve_server", 1)
    assert socket.get("mechanism") == 2


async def test_events_tell_what_can_be_done_now(context: Context, anywhere: str) -> None:
    push, pull = context.socket(PUSH, sndhwm=1), context.socket(PULL, rcvhwm=1)
    assert (events(push), events(pull)) == (0, 0)
    push.connect(pull.bind(anywhere))
    assert events(push) == 2
    await push.send(b"x")
    await eventually(lambda: events(pull) == 1)
    await pull.recv()
    assert events(pull) == 0
    push.close()
    assert push.ready_for == 0


async def test_events_of_lock_step_sockets_follow_their_turn(context: Context, anywhere: str) -> None:
    req, rep = context.socket(REQ), context.socket(REP)
    req.connect(rep.bind(anywhere))
    assert (events(req), events(rep)) == (2, 0)
    await req.send(b"question")
    assert events(req) == 0
    await eventually(lambda: events(rep) == 1)
    await rep.recv()
    assert events(rep) == 2
    await rep.send(b"answer")
    await eventually(lambda: events(req) == 1)
    assert await req.recv() == [b"answer"]
    assert (events(req), events(rep)) == (2, 0)


async def test_a_look_at_the_events_does_not_lose_the_edge(context: Context) -> None:
    push, pull = context.socket(PUSH, sndhwm=1), context.socket(PULL, rcvhwm=1)
    pull.bind("inproc://edge")
    push.connect("inproc://edge")
    for _ in range(3):
        while events(push):
            push.send_nowait(b"x")
        with pytest.raises(Again):
            push.send_nowait(b"y")
        while events(pull):
            pull.recv_nowait()
        with pytest.raises(Again):
            pull.recv_nowait()


async def test_a_subscriber_is_not_readable_by_what_it_no_longer_wants(context: Context) -> None:
    pub, sub = context.socket(PUB), context.socket(SUB, subscribe=b"a")
    pub.bind("inproc://news")
    sub.connect("inproc://news")
    for topic in (b"a1", b"a2"):
        await pub.send(topic)
    sub.subscribe(b"b")
    sub.unsubscribe(b"a")
    assert events(sub) == 0
    await pub.send(b"b1")
    assert events(sub) == 1
    assert await sub.recv() == [b"b1"]
    assert sub.books().is_balanced


async def test_topics_are_counted_once_each(context: Context, anywhere: str) -> None:
    xpub, xsub, sub = context.socket(XPUB), context.socket(XSUB), context.socket(SUB)
    place = xpub.bind(anywhere)
    for topic in (b"a", b"a", b"b"):
        sub.subscribe(topic)
        xsub.subscribe(topic)
    assert (sub.get("topics_count"), xsub.get("topics_count")) == (2, 2)
    for socket in (sub, xsub):
        socket.connect(place)
    await eventually(lambda: xpub.get("topics_count") == 2)
    with pytest.raises(OptionInvalid, match="topics_count"):
        context.socket(DEALER).get("topics_count")


async def test_an_xpub_subscribes_by_option_only_when_it_is_manual(context: Context, anywhere: str) -> None:
    xpub, sub = context.socket(XPUB), context.socket(SUB, subscribe=b"a")
    with pytest.raises(NotSupported):
        xpub.set("subscribe", b"x")
    xpub.set("xpub_manual", 1)
    sub.connect(xpub.bind(anywhere))
    assert await xpub.recv() == [b"\x01a"]
    xpub.set("subscribe", b"ab")
    for topic in (b"a", b"abc"):
        await xpub.send(topic)
    assert await sub.recv() == [b"abc"]
    assert xpub.books().is_balanced


async def test_a_peer_learns_the_metadata(context: Context, anywhere: str) -> None:
    router, dealer = context.socket(ROUTER), context.socket(DEALER, metadata="X-Place: the attic")
    dealer.set("metadata", "X-Floor:5")
    dealer.connect(router.bind(anywhere))
    await eventually(lambda: router.pipes and router.pipes[0].is_connected)
    told = router.pipes[0].peer_metadata
    assert (told["x-place"], told["x-floor"]) == (b" the attic", b"5")


@pytest.mark.parametrize("is_curve", [False, True])
async def test_a_peer_takes_as_much_metadata_as_a_socket_may_have(context: Context, is_curve: bool) -> None:
    pair = context.new_keys()
    server = {"curve_server": 1, "curve_secretkey": pair.secret} if is_curve else {}
    own = context.new_keys().secret
    client = {"curve_serverkey": pair.public, "curve_secretkey": own} if is_curve else {}
    router = context.socket(ROUTER, **server)
    dealer = context.socket(DEALER, routing_id=b"d" * 255, **client)
    dealer.set("metadata", f"X-A:{'a' * 40_000}")
    rest = LONGEST_METADATA - 40_008 - 8
    with pytest.raises(OptionInvalid, match=f"{LONGEST_METADATA + 1} octets; peers take"):
        dealer.set("metadata", f"X-B:{'b' * (rest + 1)}")
    dealer.set("metadata", f"X-B:{'b' * rest}")
    dealer.connect(router.bind("tcp://127.0.0.1:*"), label="l" * 1024)
    await eventually(lambda: router.pipes and router.pipes[0].is_connected)
    assert len(router.pipes[0].peer_metadata["x-b"]) == rest


@pytest.mark.parametrize("text", ["X-", "X-:v", "Place:attic", "X-Place", "X-Ü:1", f"X-{'a' * 254}:1"])
async def test_metadata_of_another_form_is_refused(context: Context, text: str) -> None:
    with pytest.raises(OptionInvalid, match="metadata"):
        context.socket(DEALER, metadata=text)
