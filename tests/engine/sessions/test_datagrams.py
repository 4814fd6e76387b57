"""Sockets over udp: what is counted where, how both halves of a link find each other, bad datagrams."""

import socket
import tracemalloc
from collections.abc import Iterator

import pytest

from engine import DGRAM, DISH, PULL, RADIO, AddressedMessage, Again, Context, Socket
from engine.errors import AddressInUse, EndpointInvalid, EndpointUnknown, MessageInvalid, NotReachable
from engine.monitor.events import BindFailed, Dropped, EndpointClosed, HwmReached, Listening
from engine.monitor.snapshot import LaneBooks
from engine.sessions.datagrams import MOST_PLACES
from engine.sessions.ledger import MOST_LANES
from tests.support.eventually import eventually
from tests.support.watcher import Watcher


@pytest.fixture
def plain() -> Iterator[socket.socket]:
    """A udp socket of another program."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(10)
        yield sock


def lanes(socket: Socket, *, outbound: bool) -> dict[str, LaneBooks]:
    """The lanes that counted something."""
    found = {lane.label: lane for lane in socket.books().lanes if lane.is_outbound is outbound}
    return {label: lane for label, lane in found.items() if lane.accepted + lane.arrived + len(lane.lost)}


def port_of(endpoint: str) -> tuple[str, int]:
    host, _, port = endpoint.removeprefix("udp://").rpartition(":")
    return host, int(port)


def a_dish(context: Context, *groups: str, **options: object) -> tuple[Socket, str]:
    dish = context.socket(DISH, **options)
    endpoint = dish.bind("udp://127.0.0.1:*")
    for group in groups:
        dish.join(group)
    return dish, endpoint


def say(radio: Socket, group: str, *bodies: bytes) -> None:
    for body in bodies:
        radio.send_nowait(AddressedMessage([body], group=group))


def arrived(socket: Socket) -> int:
    return sum(lane.arrived for lane in socket.books().lanes)


# -- the bytes, beside a program that knows no 0MQ -------------------------------------------------


async def test_a_radio_sends_what_the_format_says(context: Context, plain: socket.socket) -> None:
    radio = context.socket(RADIO)
    radio.connect(f"udp://127.0.0.1:{plain.getsockname()[1]}")
    say(radio, "TV", b"Friends", b"")
    assert [plain.recv(100), plain.recv(100)] == [b"\x02TVFriends", b"\x02TV"]


async def test_a_dish_receives_bytes_written_by_hand(context: Context, plain: socket.socket) -> None:
    dish, endpoint = a_dish(context, "TV")
    plain.sendto(b"\x02TVFriends", port_of(endpoint))
    message = await dish.recv_message()
    assert isinstance(message, AddressedMessage)
    assert (message.group, message.frames) == ("TV", [b"Friends"])


async def test_a_dgram_talks_with_any_program(context: Context, plain: socket.socket) -> None:
    dgram = context.socket(DGRAM)
    here = dgram.bind("udp://127.0.0.1:*")
    plain.sendto(b"question", port_of(here))
    address, question = await dgram.recv()
    assert (address, question) == (b"127.0.0.1:%d\0" % plain.getsockname()[1], b"question")
    await dgram.send([address, b"answer"])
    assert plain.recvfrom(100) == (b"answer", port_of(here))


async def test_a_dgram_that_connects_speaks_from_one_port(context: Context, plain: socket.socket) -> None:
    dgram = context.socket(DGRAM)
    there = b"127.0.0.1:%d\0" % plain.getsockname()[1]
    dgram.connect("udp://" + there[:-1].decode(), label="link")
    await dgram.send([there, b"question"])
    _, here = plain.recvfrom(100)
    plain.sendto(b"answer", here)
    assert await dgram.recv() == [there, b"answer"]
    books = lanes(dgram, outbound=True), lanes(dgram, outbound=False)
    assert [[*each] for each in books] == [["link"], ["link"]]


# -- the books -------------------------------------------------------------------------------------


async def test_both_ends_of_a_link_name_it_and_count_the_same(context: Context) -> None:
    dish, endpoint = a_dish(context, "a", "b")
    radios = [context.socket(RADIO) for _ in range(2)]
    for n, radio in enumerate(radios):
        radio.connect(endpoint, label=f"link {n}")
        say(radio, "a", b"1", b"2")
        say(radio, "c", b"3")
    say(radios[0], "b", b"4")
    for _ in range(5):
        await dish.recv()
    await eventually(lambda: arrived(dish) == 7)
    with pytest.raises(Again):
        dish.recv_nowait()  # throws away what no group of ours was sent
    received = lanes(dish, outbound=False)
    for n, (radio, count) in enumerate(zip(radios, (4, 3), strict=True)):
        (pipe,) = radio.pipes
        assert pipe.label == f"link {n}"
        there = received[pipe.connection]  # filed under the address that the sender has
        sent = lanes(radio, outbound=True)[pipe.label]
        assert (sent.accepted, sent.taken, sent.handed) == (count, count, count)
        assert (there.arrived, there.delivered, there.dropped) == (count, count - 1, {"filtered": 1})
        assert pipe.connection in [each.connection for each in dish.pipes]
    assert all(each.books().is_balanced for each in (dish, *radios))


async def test_an_end_that_bound_with_a_label_files_all_under_it(context: Context) -> None:
    dish = context.socket(DISH)
    dish.join("g")
    endpoint = dish.bind("udp://127.0.0.1:*", label="link")
    for _ in range(2):
        radio = context.socket(RADIO)
        radio.connect(endpoint)
        say(radio, "g", b"x")
    await dish.recv()
    await dish.recv()
    assert {label: lane.delivered for label, lane in lanes(dish, outbound=False).items()} == {"link": 2}


async def test_connections_that_are_over_are_told_by_both_ends(context: Context) -> None:
    dish, endpoint = a_dish(context, "g")
    radio = context.socket(RADIO)
    radio.connect(endpoint, label="link")
    say(radio, "g", b"1", b"2")
    (pipe,) = radio.pipes
    connection = pipe.connection
    await dish.recv()
    await dish.recv()
    radio.disconnect(endpoint)
    dish.unbind(endpoint)
    say(radio, "g", b"3")
    assert lanes(radio, outbound=True)["link"].dead_connections == {connection: 2}
    assert lanes(dish, outbound=False)[connection].dead_connections == {connection: 2}
    assert radio.books().unrouted == {"no_subscriber": 1}


async def test_a_dgrams_answers_go_into_the_books_of_who_asked(context: Context) -> None:
    server, clients = context.socket(DGRAM), [context.socket(DGRAM) for _ in range(2)]
    endpoint = server.bind("udp://127.0.0.1:*")
    address = endpoint.removeprefix("udp://").encode()
    for n, client in enumerate(clients):
        client.connect(endpoint, label=f"link {n}")
        await client.send([address, b"question"])
        await server.send([(await server.recv())[0], b"answer"])
        assert (await client.recv())[1] == b"answer"
    asked, answered = lanes(server, outbound=False), lanes(server, outbound=True)
    for n, client in enumerate(clients):
        name = next(pipe.connection for pipe in client.pipes if pipe.label)
        assert (asked[name].delivered, answered[name].handed) == (1, 1)
        assert lanes(client, outbound=True)[f"link {n}"].handed == 1
        assert lanes(client, outbound=False)[f"link {n}"].delivered == 1
    assert all(each.books().is_balanced for each in context.sockets)


async def test_a_full_inbound_pipe_loses_and_counts(context: Context, plain: socket.socket) -> None:
    dish, endpoint = a_dish(context, "g", rcvhwm=2)
    for n in range(5):
        plain.sendto(b"\x01g%d" % n, port_of(endpoint))
    await eventually(lambda: arrived(dish) == 5)
    (lane,) = lanes(dish, outbound=False).values()
    assert (lane.queued, lane.dropped, lane.is_balanced) == (2, {"hwm": 3}, True)
    assert [await dish.recv(), await dish.recv()] == [[b"0"], [b"1"]]


def burst(sender: socket.socket, endpoint: str) -> None:
    """A hundred datagrams at once, more than a small buffer holds."""
    for _ in range(100):
        sender.sendto(b"\x01g" + bytes(500), port_of(endpoint))


async def test_what_the_kernel_throws_away_is_lost_to_the_one_who_sends(
    context: Context, plain: socket.socket
) -> None:
    dish, endpoint = a_dish(context, "g", rcvbuf=2048)
    burst(plain, endpoint)
    assert lanes(dish, outbound=False) == {}  # this loop had no time to read one: nobody was heard
    name = f"udp://127.0.0.1:{plain.getsockname()[1]}"
    await eventually(lambda: arrived(dish) + sum_lost(dish) == 100)
    lane = lanes(dish, outbound=False)[name]
    assert (list(lane.lost), lane.arrived > 0, lane.is_balanced) == ([name], True, True)
    dish.unbind(endpoint)
    assert lanes(dish, outbound=False)[name].lost == lane.lost
    dish.settle([name])
    assert lanes(dish, outbound=False)[name].lost == {}


def sum_lost(socket: Socket) -> int:
    return sum(sum(lane.lost.values()) for lane in socket.books().lanes)


async def test_whose_the_kernel_threw_away_is_unknown_when_two_were_heard(
    context: Context, plain: socket.socket
) -> None:
    dish, endpoint = a_dish(context, "g", rcvbuf=2048)
    burst(plain, endpoint)
    await eventually(lambda: arrived(dish) + sum_lost(dish) == 100)
    first = sum_lost(dish)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"\x01g", port_of(endpoint))
        burst(plain, endpoint)
        await eventually(lambda: arrived(dish) + sum_lost(dish) == 201)
        both = sum_lost(dish)
        burst(other, endpoint)
        await eventually(lambda: arrived(dish) + sum_lost(dish) == 301)
        name = f"udp://127.0.0.1:{other.getsockname()[1]}"
    told = {
        where: count for lane in lanes(dish, outbound=False).values() for where, count in lane.lost.items()
    }
    assert told[f"udp://127.0.0.1:{plain.getsockname()[1]}"] == first
    assert told[endpoint] == both - first > 0
    assert told[name] == sum_lost(dish) - both > 0


async def test_what_was_thrown_away_of_a_stranger_nobody_heard_is_the_ports_own(
    context: Context, plain: socket.socket
) -> None:
    dish, endpoint = a_dish(context, "g", rcvbuf=2048)
    burst(plain, endpoint)
    dish.unbind(endpoint)
    assert list(lanes(dish, outbound=False)[endpoint].lost) == [endpoint]


async def test_a_lane_says_that_it_has_many_receivers(context: Context) -> None:
    dish, radio = context.socket(DISH), context.socket(RADIO)
    dish.join("g")
    radio.connect(dish.bind("udp://lo;239.192.5.5:*"))
    say(radio, "g", b"x")
    await dish.recv()
    for lane in (*lanes(radio, outbound=True).values(), *lanes(dish, outbound=False).values()):
        assert lane.is_multicast
        assert lane.is_balanced
    assert all(pipe.is_multicast for pipe in (*radio.pipes, *dish.pipes))


@pytest.fixture
def callers() -> Iterator[list[socket.socket]]:
    """Udp sockets of another program, two more than the places there are."""
    made = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(MOST_PLACES + 2)]
    for caller in made:
        caller.bind(("127.0.0.1", 0))
        caller.settimeout(10)
    yield made
    for caller in made:
        caller.close()


async def test_more_places_than_most_share_the_ports_own_pipe_while_the_others_hold_something(
    context: Context, callers: list[socket.socket]
) -> None:
    dgram = context.socket(DGRAM)
    endpoint = dgram.bind("udp://127.0.0.1:*")
    for n, caller in enumerate(callers):
        caller.sendto(b"question", port_of(endpoint))
        await eventually(lambda n=n: arrived(dgram) == n + 1)
    assert len(dgram.pipes) == 2 * (MOST_PLACES + 1)
    for _ in callers:
        address, _ = await dgram.recv()
        await dgram.send([address, b"answer"])
    assert [caller.recv(100) for caller in callers] == [b"answer"] * len(callers)
    for outbound in (True, False):
        own = lanes(dgram, outbound=outbound)[endpoint]
        assert (own.accepted or own.arrived, own.is_balanced) == (2, True)


async def test_a_newcomer_takes_the_place_that_was_silent_longest(
    context: Context, callers: list[socket.socket]
) -> None:
    dgram = context.socket(DGRAM)
    endpoint = dgram.bind("udp://127.0.0.1:*")
    names = [f"udp://127.0.0.1:{caller.getsockname()[1]}" for caller in callers]
    *most, second, last = callers

    async def ask(caller: socket.socket) -> None:
        caller.sendto(b"question", port_of(endpoint))
        address, _ = await dgram.recv()
        await dgram.send([address, b"answer"])
        assert caller.recv(100) == b"answer"

    for caller in most:
        await ask(caller)
    await ask(most[0])
    for caller in (second, last):
        await ask(caller)
    assert {pipe.connection for pipe in dgram.pipes} == {"", names[0], *names[3:]}
    await ask(most[1])  # it is known again, and goes on where it was
    received = lanes(dgram, outbound=False)
    assert [received[name].arrived for name in names] == [2, 2, *[1] * (MOST_PLACES)]
    assert received[names[1]].dead_connections == {names[1]: 1}
    assert dgram.books().is_balanced


async def test_once_the_books_have_enough_names_nobody_gives_way_to_a_new_one(
    context: Context, callers: list[socket.socket]
) -> None:
    dish, endpoint = a_dish(context, "g")
    for n in range(MOST_LANES):
        dish._host.ledger.refuse(str(n), "", 0)
    for caller in callers:
        caller.sendto(b"\x01gx", port_of(endpoint))
        await dish.recv()
    assert len(lanes(dish, outbound=False)) == MOST_PLACES + 1
    assert lanes(dish, outbound=False)[endpoint].arrived == 2


async def test_a_datagram_that_cannot_leave_is_dropped_and_counted(context: Context) -> None:
    dgram = context.socket(DGRAM)
    endpoint = dgram.bind("udp://127.0.0.1:*")
    await dgram.send([b"192.0.2.200:9", b"no way leads from lo to there"])
    (lane,) = lanes(dgram, outbound=True).values()
    assert (lane.label, lane.accepted, lane.taken, lane.dropped) == (endpoint, 1, 0, {"disconnected": 1})
    assert lane.is_balanced


async def test_who_asks_is_told_of_full_queues_and_of_drops(context: Context, plain: socket.socket) -> None:
    dish = context.socket(DISH, rcvhwm=1)
    told = dish.events(queues=True)
    dish.join("g")
    endpoint = dish.bind("udp://127.0.0.1:*")
    name = f"udp://127.0.0.1:{plain.getsockname()[1]}"
    for _ in range(3):
        plain.sendto(b"\x01gx", port_of(endpoint))
    seen = []
    async for event in told:
        seen.append(event)
        if isinstance(event, Dropped):
            break
    assert [type(event) for event in seen] == [Listening, HwmReached, Dropped]
    dropped = seen[-1]
    assert isinstance(dropped, Dropped)
    assert (dropped.peer, dropped.is_outbound, dropped.reason, dropped.count) == (name, False, "hwm", 2)


# -- bad datagrams ---------------------------------------------------------------------------------


@pytest.mark.parametrize("datagram", [b"", b"\x05TV", b"\xff" * 255, bytes(8193)], ids=len)
async def test_a_bad_datagram_is_counted_and_does_no_harm(
    context: Context, plain: socket.socket, datagram: bytes
) -> None:
    dish, endpoint = a_dish(context, "TV")
    plain.sendto(datagram, port_of(endpoint))
    plain.sendto(b"\x02TVFriends", port_of(endpoint))
    assert await dish.recv() == [b"Friends"]
    books = lanes(dish, outbound=False)
    assert (books[endpoint].arrived, books[endpoint].dropped) == (1, {"malformed_envelope": 1})
    plain.sendto(datagram, port_of(endpoint))  # from a place that is known by now
    name = f"udp://127.0.0.1:{plain.getsockname()[1]}"
    await eventually(lambda: lanes(dish, outbound=False)[name].dropped == {"malformed_envelope": 1})
    assert dish.books().is_balanced


async def test_nobody_is_heard_by_a_radio(context: Context, plain: socket.socket) -> None:
    radio = context.socket(RADIO)
    radio.connect(f"udp://127.0.0.1:{plain.getsockname()[1]}")
    say(radio, "g", b"x")
    _, here = plain.recvfrom(100)
    plain.sendto(b"\x01gback", here)
    await eventually(lambda: arrived(radio) == 1)
    assert [lane.dropped for lane in lanes(radio, outbound=False).values()] == [{"filtered": 1}]


@pytest.mark.slow
async def test_a_thousand_garbage_datagrams_leave_memory_as_it_was(context: Context) -> None:
    dish, endpoint = a_dish(context, "g", rcvhwm=10)

    async def storm() -> int:
        before = arrived(dish)
        for n in range(1000):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
                caller.sendto(bytes([n % 256]) * (n % 250), port_of(endpoint))
            if not n % 50:  # or the kernel has no room for them
                await eventually(lambda n=n: arrived(dish) == before + n + 1)
        await eventually(lambda: arrived(dish) == before + 1000)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = await storm()
        assert await storm() - first < 100_000
    finally:
        tracemalloc.stop()
    assert len(dish.pipes) <= MOST_PLACES + 1
    assert dish.books().is_balanced


# -- coming and going ------------------------------------------------------------------------------


async def test_a_message_too_long_for_a_datagram_is_refused_at_send(context: Context) -> None:
    radio, dgram = context.socket(RADIO), context.socket(DGRAM)
    _, endpoint = a_dish(context)
    radio.connect(endpoint)
    dgram.bind("udp://127.0.0.1:*")
    with pytest.raises(MessageInvalid, match="8193 octets; over udp the longest is 8192"):
        say(radio, "TV", bytes(8190))
    with pytest.raises(MessageInvalid, match="8193 octets; over udp the longest is 8192"):
        await dgram.send([endpoint.removeprefix("udp://").encode(), bytes(8193)])
    assert radio.books().offered == dgram.books().offered == 0


async def test_a_unicast_address_has_one_socket(context: Context) -> None:
    dish, endpoint = a_dish(context)
    other = context.socket(DISH)
    watcher = Watcher(other)
    with pytest.raises(AddressInUse):
        other.bind(endpoint)
    assert (await watcher.until(BindFailed)).endpoint == endpoint
    dish.unbind(endpoint)
    assert other.bind(endpoint) == endpoint
    assert (await watcher.until(Listening)).endpoint == endpoint
    other.unbind(endpoint)
    assert (await watcher.until(EndpointClosed)).endpoint == endpoint
    with pytest.raises(EndpointUnknown):
        other.unbind(endpoint)


async def test_a_dgram_has_one_endpoint_at_a_time(context: Context) -> None:
    dgram = context.socket(DGRAM)
    endpoint = dgram.bind("udp://127.0.0.1:*")
    for again in (dgram.bind, dgram.connect):
        with pytest.raises(EndpointInvalid, match="one endpoint, and has it already"):
            again("udp://127.0.0.1:5555")
    dgram.unbind(endpoint)
    assert dgram.bind(endpoint) == endpoint


async def test_a_dgram_waits_until_it_has_a_port(context: Context, plain: socket.socket) -> None:
    dgram = context.socket(DGRAM, sndtimeo=20)
    message = [b"127.0.0.1:%d" % plain.getsockname()[1], b"x"]
    with pytest.raises(Again):
        await dgram.send(message)
    dgram.bind("udp://127.0.0.1:*")
    await dgram.send(message)
    assert plain.recv(10) == b"x"


async def test_what_arrived_can_be_received_after_the_port_is_closed(context: Context) -> None:
    dish, endpoint = a_dish(context, "g")
    radio = context.socket(RADIO)
    radio.connect(endpoint)
    say(radio, "g", b"1", b"2")
    await eventually(lambda: arrived(dish) == 2)
    dish.unbind(endpoint)
    assert [await dish.recv(), await dish.recv()] == [[b"1"], [b"2"]]
    with pytest.raises(Again):
        dish.recv_nowait()
    assert dish.pipes == ()
    assert dish.books().is_balanced


async def test_a_place_that_cannot_be_reached_is_refused_at_connect(context: Context) -> None:
    radio = context.socket(RADIO)
    with pytest.raises(NotReachable, match="cannot send to udp://nosuch0"):
        radio.connect("udp://nosuch0;239.192.9.1:5555")
    assert radio.pipes == ()


async def test_sockets_come_and_go_and_leave_nothing_behind(context: Context) -> None:
    dish, endpoint = a_dish(context, "g")
    for n in range(20):
        radio = context.socket(RADIO)
        radio.connect(endpoint)
        say(radio, "g", b"%d" % n)
        radio.close()
        await radio.closed()
        assert await dish.recv() == [b"%d" % n]
    pull = context.socket(PULL)
    assert context.sockets == (dish, pull)
    dish.close()
    await dish.closed()
    assert context.sockets == (pull,)
