"""What libzmq's tests pin down of the draft types, and of messages that the socket makes itself."""

import pytest

from engine import (
    CHANNEL,
    CLIENT,
    DEALER,
    DISH,
    GATHER,
    PEER,
    PULL,
    RADIO,
    ROUTER,
    SCATTER,
    SERVER,
    AddressedMessage,
    SocketType,
)
from engine.errors import Again, EngineError, GroupInvalid, HostUnreachable, NotSupported, OptionInvalid
from engine.messages import Message
from engine.monitor.events import GroupJoined, GroupLeft
from engine.sockets.socket import Socket
from tests.conformance.pinned import HERE, WIRES, pinned
from tests.conformance.stage import Stage, arrived, fill, linked, receive, receive_all, send, waiting
from tests.support.eventually import eventually
from tests.support.watcher import Watcher

SINGLE = (CLIENT, SERVER, RADIO, SCATTER, PEER, CHANNEL)


async def addressed(socket: Socket) -> AddressedMessage:
    message = await socket.recv_message()
    assert isinstance(message, AddressedMessage)
    return message


def to(peer: int, body: bytes) -> AddressedMessage:
    return AddressedMessage([body], routing_id=peer)


def shout(group: str, body: bytes) -> AddressedMessage:
    return AddressedMessage([body], group=group)


async def hear(stage: Stage, scheme: str, *groups: str) -> tuple[Socket, Socket]:
    """A RADIO and a DISH that has joined these groups, and the RADIO knows it."""
    radio, dish = stage.socket(RADIO), stage.socket(DISH)
    watcher = Watcher(radio)
    await stage.join(radio, dish, scheme=scheme)
    for group in groups:
        dish.join(group)
        await watcher.until(GroupJoined)
    return radio, dish


@pinned("client_server/1")
async def test_a_server_knows_who_asked_by_a_number(stage: Stage, scheme: str) -> None:
    server, client = await stage.pair(SERVER, CLIENT, scheme)
    await send(client, b"question")
    question = await addressed(server)
    assert question.routing_id
    await send(server, to(question.routing_id, b"answer"))
    assert await receive(client) == [b"answer"]


@pinned("client_server/2")
async def test_two_clients_have_two_numbers(stage: Stage, scheme: str) -> None:
    server, one, other = stage.socket(SERVER), stage.socket(CLIENT), stage.socket(CLIENT)
    await stage.join(server, one, other, scheme=scheme)
    await send(one, b"one")
    await send(other, b"other")
    asked = {question.frames[0]: question.routing_id for question in [await addressed(server) for _ in "12"]}
    assert asked[b"one"] != asked[b"other"]
    await send(server, to(asked[b"other"], b"for the other"), to(asked[b"one"], b"for the one"))
    assert (await receive(one), await receive(other)) == ([b"for the one"], [b"for the other"])


@pinned("client_server/3")
async def test_a_server_cannot_reach_a_number_that_is_nobodys(stage: Stage, scheme: str) -> None:
    server, client = await stage.pair(SERVER, CLIENT, scheme)
    await send(client, b"x")
    number = (await addressed(server)).routing_id
    with pytest.raises(HostUnreachable):
        server.send_nowait(to(number + 1, b"x"))
    client.close()
    await eventually(lambda: not linked(server), "it is gone")
    with pytest.raises(HostUnreachable):
        server.send_nowait(to(number, b"x"))


@pinned("client_server/4")
async def test_a_client_waits_for_a_server(stage: Stage, scheme: str) -> None:
    client = stage.socket(CLIENT)
    client.bind(stage.address(scheme))
    with pytest.raises(Again):
        client.send_nowait(b"x")


@pinned("thread_safe/1", HERE)
async def test_single_frame_types_take_no_parts(stage: Stage, scheme: str) -> None:
    for kind in SINGLE:
        with pytest.raises(EngineError, match="frame"):
            stage.socket(kind).send_nowait([b"a", b"b"])


@pinned("thread_safe/2", HERE)
async def test_types_that_threads_may_share_say_so(stage: Stage, scheme: str) -> None:
    said = {kind: stage.socket(kind).get("thread_safe") for kind in SocketType}
    assert {kind for kind, answer in said.items() if answer} == {*SINGLE, DISH, GATHER}


@pinned("scatter_gather/1")
async def test_scatter_deals_in_turn(stage: Stage, scheme: str) -> None:
    scatter, gathers = stage.socket(SCATTER), [stage.socket(GATHER) for _ in range(3)]
    await stage.join(scatter, *gathers, scheme=scheme)
    for n in range(6):
        await send(scatter, b"%d" % n)
    for n, gather in enumerate(gathers):
        assert await receive_all(gather, 2) == [[b"%d" % n], [b"%d" % (n + 3)]]


@pinned("scatter_gather/2")
async def test_gather_takes_in_turn(stage: Stage, scheme: str) -> None:
    gather, scatters = stage.socket(GATHER), [stage.socket(SCATTER) for _ in range(2)]
    await stage.join(gather, *scatters, scheme=scheme)
    for scatter in scatters:
        await send(scatter, b"a", b"b")
    await arrived(gather, 4)
    assert await receive_all(gather, 4) == [[b"a"], [b"a"], [b"b"], [b"b"]]


@pinned("scatter_gather/3", HERE)
async def test_scatter_does_not_receive_and_gather_does_not_send(stage: Stage, scheme: str) -> None:
    with pytest.raises(NotSupported):
        stage.socket(SCATTER).recv_nowait()
    with pytest.raises(NotSupported):
        stage.socket(GATHER).send_nowait(b"x")


@pinned("scatter_gather/4")
async def test_scatter_waits_without_a_peer(stage: Stage, scheme: str) -> None:
    scatter = stage.socket(SCATTER)
    scatter.bind(stage.address(scheme))
    with pytest.raises(Again):
        scatter.send_nowait(b"x")


@pinned("peer/1")
async def test_peers_ask_and_answer_by_number(stage: Stage, scheme: str) -> None:
    one, other = await stage.pair(PEER, PEER, scheme)
    [view] = [pipe for pipe in other.pipes if pipe.is_outbound]
    number = int.from_bytes(view.routing_id, "big")
    await send(other, to(number, b"hello"))
    heard = await addressed(one)
    assert heard.frames == [b"hello"]
    await send(one, to(heard.routing_id, b"and you"))
    assert (await addressed(other)).frames == [b"and you"]


@pinned("peer/2")
async def test_a_peer_cannot_reach_a_number_that_is_nobodys(stage: Stage, scheme: str) -> None:
    one, _ = await stage.pair(PEER, PEER, scheme)
    with pytest.raises(HostUnreachable):
        one.send_nowait(to(7, b"x"))


@pinned("peer/3")
async def test_who_connects_to_a_peer_knows_its_number_at_once(stage: Stage, scheme: str) -> None:
    one, other = stage.socket(PEER), stage.socket(PEER)
    first, second = (other.connect_peer(one.bind(stage.address(scheme))) for _ in range(2))
    assert first != second
    await send(other, to(first, b"hello"))
    heard = await addressed(one)
    await send(one, to(heard.routing_id, b"and you"))
    answer = await addressed(other)
    assert (answer.routing_id, answer.frames) == (first, [b"and you"])


@pinned("peer/4")
async def test_only_a_peer_connects_so_and_not_when_its_pipe_comes_late(stage: Stage, scheme: str) -> None:
    endpoint = stage.socket(PEER).bind(stage.address(scheme))
    for socket in (stage.socket(PEER, immediate=1), stage.socket(CLIENT)):
        with pytest.raises(NotSupported):
            socket.connect_peer(endpoint)


@pinned("channel/1")
async def test_a_channel_carries_both_ways(stage: Stage, scheme: str) -> None:
    one, other = await stage.pair(CHANNEL, CHANNEL, scheme)
    await send(one, b"there")
    assert await receive(other) == [b"there"]
    await send(other, b"back")
    assert await receive(one) == [b"back"]


@pinned("channel/2", WIRES)
async def test_a_second_peer_of_a_channel_is_ignored(stage: Stage, scheme: str) -> None:
    one, first, second = stage.socket(CHANNEL), stage.socket(CHANNEL), stage.socket(CHANNEL)
    endpoint = await stage.join(one, first, scheme=scheme)
    second.connect(endpoint)
    await send(second, b"unheard")
    await send(first, b"heard")
    assert await receive(one) == [b"heard"]
    assert waiting(one) == 0


@pinned("radio_dish/1")
async def test_a_dish_hears_its_groups_by_exact_name(stage: Stage, scheme: str) -> None:
    radio, dish = await hear(stage, scheme, "news")
    await send(radio, shout("new", b"shorter"), shout("newsroom", b"longer"), shout("news", b"mine"))
    heard = await addressed(dish)
    assert (heard.frames, heard.group) == ([b"mine"], "news")


@pinned("radio_dish/2")
async def test_a_dish_hears_several_groups_and_each_message_names_its(stage: Stage, scheme: str) -> None:
    radio, dish = await hear(stage, scheme, "a", "b")
    await send(radio, shout("a", b"1"), shout("b", b"2"), shout("c", b"3"), shout("a", b"4"))
    heard = [await addressed(dish) for _ in range(3)]
    assert [(each.group, each.frames[0]) for each in heard] == [("a", b"1"), ("b", b"2"), ("a", b"4")]


@pinned("radio_dish/3")
async def test_a_group_that_was_left_is_heard_no_more(stage: Stage, scheme: str) -> None:
    radio, dish = await hear(stage, scheme, "a", "b")
    watcher = Watcher(radio)
    dish.leave("a")
    assert (await watcher.until(GroupLeft)).group == b"a"
    await send(radio, shout("a", b"unheard"), shout("b", b"heard"))
    assert (await addressed(dish)).frames == [b"heard"]


@pinned("radio_dish/4", HERE)
async def test_joining_twice_and_leaving_what_was_not_joined_are_refused(stage: Stage, scheme: str) -> None:
    dish = stage.socket(DISH)
    dish.join("a")
    with pytest.raises(GroupInvalid):
        dish.join("a")
    with pytest.raises(GroupInvalid):
        dish.leave("b")
    with pytest.raises(GroupInvalid):
        dish.join("x" * 256)


@pinned("radio_dish/5")
async def test_groups_joined_before_connecting_are_told(stage: Stage, scheme: str) -> None:
    radio, dish = stage.socket(RADIO), stage.socket(DISH)
    dish.join("x" * 255)
    watcher = Watcher(radio)
    await stage.join(radio, dish, scheme=scheme)
    await watcher.until(GroupJoined)
    await send(radio, shout("x" * 255, b"heard"))
    assert (await addressed(dish)).frames == [b"heard"]


@pinned("radio_dish/6")
async def test_a_radio_nobody_hears_drops(stage: Stage, scheme: str) -> None:
    radio, _ = await hear(stage, scheme)
    await send(radio, shout("a", b"unheard"))
    assert radio.books().unrouted == {"no_subscriber": 1}


@pinned("radio_dish/7")
async def test_a_full_dish_loses_and_the_other_does_not(stage: Stage, scheme: str) -> None:
    radio, dish = stage.socket(RADIO, sndhwm=1), stage.socket(DISH, rcvhwm=1)
    dish.join("g")
    radio.bind("inproc://full")
    dish.connect("inproc://full")
    for _ in range(5):
        await send(radio, shout("g", b"x"))
    assert radio.books().lanes[0].dropped == {"hwm": 3}


@pinned("radio_dish/8", HERE)
async def test_a_radio_does_not_receive_and_a_dish_does_not_send(stage: Stage, scheme: str) -> None:
    with pytest.raises(NotSupported):
        stage.socket(RADIO).recv_nowait()
    with pytest.raises(NotSupported):
        stage.socket(DISH).send_nowait(Message([b"x"]))
    with pytest.raises(NotSupported):
        stage.socket(PULL).join("g")


@pinned("hello_msg/1")
async def test_a_hello_is_the_first_message_each_peer_gets(stage: Stage, scheme: str) -> None:
    router = stage.socket(ROUTER, hello_msg=b"HELLO")
    dealers = [stage.socket(DEALER, routing_id=b"%d" % n) for n in range(2)]
    await stage.join(router, *dealers, scheme=scheme)
    for n, dealer in enumerate(dealers):
        await send(router, [b"%d" % n, b"then"])
        assert await receive_all(dealer, 2) == [[b"HELLO"], [b"then"]]


@pinned("hello_msg/2")
async def test_a_hello_of_the_connecting_side_comes_first_too(stage: Stage, scheme: str) -> None:
    server, client = stage.socket(SERVER), stage.socket(CLIENT, hello_msg=b"HELLO")
    await stage.join(server, client, scheme=scheme)
    await send(client, b"then")
    assert [(await addressed(server)).frames for _ in range(2)] == [[b"HELLO"], [b"then"]]


@pinned("disconnect_msg/1")
async def test_the_program_is_told_who_left(stage: Stage, scheme: str) -> None:
    server, client = stage.socket(SERVER, disconnect_msg=b"BYE"), stage.socket(CLIENT)
    await stage.join(server, client, scheme=scheme)
    await send(client, b"hello")
    number = (await addressed(server)).routing_id
    client.close(linger=-1)
    left = await addressed(server)
    assert (left.frames, left.routing_id) == ([b"BYE"], number)


@pinned("disconnect_msg/2")
async def test_a_router_is_told_by_name_who_left(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER, disconnect_msg=b"BYE"), stage.socket(DEALER, routing_id=b"X")
    await stage.join(router, dealer, scheme=scheme)
    dealer.close()
    assert await receive(router) == [b"X", b"BYE"]


@pinned("hiccup_msg/1", WIRES)
async def test_who_connects_is_told_of_a_break(stage: Stage, scheme: str) -> None:
    router, dealer = stage.socket(ROUTER), stage.socket(DEALER, hiccup_msg=b"HICCUP", reconnect_ivl=5)
    await stage.join(router, dealer, scheme=scheme)
    router.close()
    assert await receive(dealer) == [b"HICCUP"]


@pinned("hiccup_msg/2", HERE)
async def test_types_that_make_no_such_message_refuse_the_option(stage: Stage, scheme: str) -> None:
    for name, value in (("hello_msg", b"x"), ("disconnect_msg", b"x"), ("hiccup_msg", b"x")):
        with pytest.raises(OptionInvalid, match="only"):
            stage.socket(PULL).set(name, value)


@pinned("client_server/5")
async def test_a_full_client_of_a_server_says_again(stage: Stage, scheme: str) -> None:
    server, client = stage.socket(SERVER, sndhwm=2), stage.socket(CLIENT, rcvhwm=2)
    server.bind("inproc://server")
    client.connect("inproc://server")
    await send(client, b"x")
    number = (await addressed(server)).routing_id
    assert fill(server, to(number, b"y")) == 4  # type: ignore[arg-type]
