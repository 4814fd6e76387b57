"""Messages that the engine makes itself: to a peer first of all, or in the name of one that came or left."""

import pytest

from engine import CLIENT, DEALER, PEER, REQ, ROUTER, SERVER, SUB, XPUB, AddressedMessage, Context, SocketType
from engine.errors import OptionInvalid
from engine.sockets.socket import Socket
from tests.support.eventually import eventually

WIRES = pytest.mark.parametrize("wire", ["tcp://127.0.0.1:*", "ipc://*"], ids=["tcp", "ipc"])


def balanced(*sockets: Socket) -> bool:
    return all(socket.books().is_balanced for socket in sockets)


# -- to the peer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [REQ, DEALER, ROUTER])
async def test_a_probe_makes_a_router_know_who_is_there(
    context: Context, anywhere: str, kind: SocketType
) -> None:
    router = context.socket(ROUTER)
    prober = context.socket(kind, probe_router=1, routing_id=b"prober")
    prober.connect(router.bind(anywhere))
    assert await router.recv() == [b"prober", b""]
    books = prober.books()
    assert (books.offered, books.routed, books.made) == (0, 1, {"probe": 1})
    assert balanced(router, prober)


async def test_a_router_that_is_bound_probes_each_that_comes(context: Context, anywhere: str) -> None:
    router = context.socket(ROUTER, probe_router=1)
    dealers = [context.socket(DEALER) for _ in range(2)]
    place = router.bind(anywhere)
    for dealer in dealers:
        dealer.connect(place)
        assert await dealer.recv() == [b""]
    assert router.books().made == {"probe": 2}
    assert balanced(router, *dealers)


async def test_a_hello_comes_before_everything_and_to_everyone(context: Context, anywhere: str) -> None:
    server = context.socket(ROUTER, hello_msg=b"welcome in")
    place = server.bind(anywhere)
    for _ in range(2):
        dealer = context.socket(DEALER, hello_msg=b"here I am", probe_router=1)
        dealer.connect(place)
        await dealer.send(b"first of mine")
        assert await dealer.recv() == [b"welcome in"]
        got = [(await server.recv())[1:] for _ in range(3)]
        assert got == [[b"here I am"], [b""], [b"first of mine"]]
        assert dealer.books().made == {"hello": 1, "probe": 1}
        assert balanced(server, dealer)


async def test_a_hello_goes_past_a_mark_that_has_room_for_one(context: Context, anywhere: str) -> None:
    router = context.socket(ROUTER)
    dealer = context.socket(DEALER, sndhwm=1, hello_msg=b"hello", probe_router=1)
    dealer.connect(router.bind(anywhere))
    assert [(await router.recv())[1:] for _ in range(2)] == [[b"hello"], [b""]]
    await eventually(lambda: balanced(router, dealer))


async def test_a_hello_waits_for_a_name_that_is_not_bound_yet(context: Context) -> None:
    dealer, router = context.socket(DEALER, hello_msg=b"hello"), context.socket(ROUTER)
    dealer.connect("inproc://later")
    router.bind("inproc://later")
    assert (await router.recv())[1:] == [b"hello"]


async def test_a_welcome_reaches_who_is_subscribed_to_it(context: Context, anywhere: str) -> None:
    xpub = context.socket(XPUB, xpub_welcome_msg=b"W: hello")
    place = xpub.bind(anywhere)
    wants, wants_not = context.socket(SUB), context.socket(SUB)
    for sub, topic in ((wants, b"W"), (wants_not, b"x")):
        sub.subscribe(topic)
        sub.connect(place)
    assert await wants.recv() == [b"W: hello"]
    for _ in range(2):
        await xpub.recv()
    await xpub.send(b"x")
    assert await wants_not.recv() == [b"x"]
    assert xpub.books().made == {"welcome": 2}
    assert balanced(xpub, wants, wants_not)


async def test_a_count_left_out_at_the_door_is_seen(context: Context, anywhere: str) -> None:
    router, dealer = context.socket(ROUTER), context.socket(DEALER, hello_msg=b"hello")
    dealer.connect(router.bind(anywhere))
    await router.recv()
    books = dealer.books()
    assert books.is_balanced
    books.made.clear()
    assert not books.is_balanced


# -- in a peer's name ------------------------------------------------------------------------------


async def test_a_router_is_told_who_left_after_all_that_they_sent(context: Context, anywhere: str) -> None:
    router = context.socket(ROUTER, disconnect_msg=b"gone")
    dealer = context.socket(DEALER, routing_id=b"me")
    dealer.connect(router.bind(anywhere))
    for n in range(3):
        await dealer.send(b"%d" % n)
    dealer.close()
    assert [await router.recv() for _ in range(4)] == [
        [b"me", b"0"],
        [b"me", b"1"],
        [b"me", b"2"],
        [b"me", b"gone"],
    ]
    await eventually(lambda: balanced(router, dealer))


@pytest.mark.parametrize(("bound", "connected"), [(SERVER, CLIENT), (PEER, PEER)])
async def test_a_server_is_told_the_number_of_who_left(
    context: Context, anywhere: str, bound: SocketType, connected: SocketType
) -> None:
    server, client = context.socket(bound, disconnect_msg=b"gone"), context.socket(connected)
    client.connect(server.bind(anywhere))
    number = int.from_bytes(client.pipes[0].routing_id, "big")
    await client.send(AddressedMessage([b"hello"], routing_id=number))
    heard = await server.recv_message()
    client.close()
    left = await server.recv_message()
    assert isinstance(heard, AddressedMessage)
    assert isinstance(left, AddressedMessage)
    assert left.frames == [b"gone"]
    assert left.routing_id == heard.routing_id
    assert balanced(server)


async def test_a_router_notifies_of_who_comes_and_who_leaves(context: Context, anywhere: str) -> None:
    router = context.socket(ROUTER, router_notify=3)
    dealer = context.socket(DEALER, routing_id=b"me")
    dealer.connect(router.bind(anywhere))
    assert await router.recv() == [b"me", b""]
    await dealer.send(b"x")
    assert await router.recv() == [b"me", b"x"]
    dealer.close()
    assert await router.recv() == [b"me", b""]
    assert balanced(router)


@pytest.mark.parametrize("which", [1, 2])
async def test_a_router_notifies_of_the_one_it_was_asked_for(
    context: Context, anywhere: str, which: int
) -> None:
    router = context.socket(ROUTER, router_notify=which)
    place = router.bind(anywhere)
    for n in range(2):
        dealer = context.socket(DEALER, routing_id=b"%d" % n)
        dealer.connect(place)
        await dealer.send(b"x")
        got = [await router.recv()]
        if which == 1:
            got.append(await router.recv())
        dealer.close()
        if which == 2:
            got.append(await router.recv())
        assert got == (
            [[b"%d" % n, b""], [b"%d" % n, b"x"]] if which == 1 else [[b"%d" % n, b"x"], [b"%d" % n, b""]]
        )


@WIRES
async def test_who_connects_is_told_when_the_connection_broke(context: Context, wire: str) -> None:
    dealer, router = context.socket(DEALER, hiccup_msg=b"hiccup"), context.socket(ROUTER)
    dealer.connect(router.bind(wire))
    await dealer.send(b"x")
    peer = (await router.recv())[0]
    await router.send([peer, b"before"])
    assert await dealer.recv() == [b"before"]
    router.close(linger=0)
    assert await dealer.recv() == [b"hiccup"]
    [inbound] = [lane for lane in dealer.books().lanes if not lane.is_outbound]
    assert (inbound.arrived, inbound.made, inbound.delivered) == (1, 1, 2)
    assert balanced(dealer)
    inbound.made = 0
    assert not inbound.is_balanced


async def test_nobody_is_told_of_what_the_socket_itself_ended(context: Context, anywhere: str) -> None:
    router = context.socket(ROUTER, disconnect_msg=b"gone", router_notify=2)
    dealer = context.socket(DEALER, hiccup_msg=b"hiccup")
    place = router.bind(anywhere)
    dealer.connect(place)
    await dealer.send(b"x")
    await router.recv()
    router.unbind(place)
    dealer.disconnect(place)
    await eventually(lambda: not router.pipes and not dealer.pipes)
    assert router.ready_for & 1 == 0
    assert balanced(router, dealer)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(DEALER, "disconnect_msg"), (ROUTER, "hiccup_msg"), (SUB, "hello_msg"), (SUB, "probe_router")],
)
async def test_types_that_say_no_such_thing_refuse_the_option(
    context: Context, kind: SocketType, name: str
) -> None:
    with pytest.raises(OptionInvalid, match=name):
        context.socket(kind, **{name: 1 if name == "probe_router" else b"x"})
