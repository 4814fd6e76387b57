"""What libzmq's own tests of RADIO, DISH and DGRAM over udp pin down, asked of our sockets."""

import asyncio

import pytest

from engine import DGRAM, DISH, PUB, PULL, RADIO, SUB, AddressedMessage, Again, Socket, SocketType
from engine.errors import MessageInvalid, NotReachable, TransportIncompatible
from tests.conformance.stage import Stage

HOSTS = pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
LIMIT_S = 10.0


async def heard(dish: Socket) -> tuple[str, bytes]:
    async with asyncio.timeout(LIMIT_S):
        message = await dish.recv_message()
    assert isinstance(message, AddressedMessage)
    return message.group, message.frames[0]


async def frames(socket: Socket) -> list[bytes]:
    async with asyncio.timeout(LIMIT_S):
        return await socket.recv()


def told(socket: Socket) -> str:
    endpoint = socket.get("last_endpoint")
    assert isinstance(endpoint, str)
    return endpoint


@HOSTS
async def test_a_dish_cannot_connect_over_udp(stage: Stage, host: str) -> None:
    with pytest.raises(TransportIncompatible, match="a DISH socket cannot connect over udp"):
        stage.socket(DISH, ipv6=1).connect(f"udp://{host}:5556")


@HOSTS
async def test_a_radio_cannot_bind_over_udp(stage: Stage, host: str) -> None:
    with pytest.raises(TransportIncompatible, match="a RADIO socket cannot bind over udp"):
        stage.socket(RADIO, ipv6=1).bind(f"udp://{host}:5556")


@pytest.mark.parametrize("kind", [PUB, SUB, PULL])
async def test_no_other_type_has_udp(stage: Stage, kind: SocketType) -> None:
    with pytest.raises(TransportIncompatible):
        stage.socket(kind).bind("udp://127.0.0.1:*")
    with pytest.raises(TransportIncompatible):
        stage.socket(kind).connect("udp://127.0.0.1:5556")


@HOSTS
async def test_a_dish_on_any_address_hears_a_radio(stage: Stage, host: str) -> None:
    dish, radio = stage.socket(DISH, ipv6=1), stage.socket(RADIO, ipv6=1)
    port = dish.bind("udp://*:*").rpartition(":")[2]
    radio.connect(f"udp://{host}:{port}")
    dish.join("TV")
    await radio.send(AddressedMessage([b"Friends"], group="TV"))
    assert await heard(dish) == ("TV", b"Friends")


async def test_a_dish_gets_what_it_joined_while_it_has_joined_it(stage: Stage) -> None:
    dish, radio = stage.socket(DISH), stage.socket(RADIO)
    dish.join("Movies")
    radio.connect(dish.bind("udp://127.0.0.1:*"))
    await radio.send(AddressedMessage([b"Friends"], group="TV"))
    await radio.send(AddressedMessage([b"Godfather"], group="Movies"))
    assert await heard(dish) == ("Movies", b"Godfather")
    dish.join("TV")
    await radio.send(AddressedMessage([b"Friends"], group="TV"))
    assert await heard(dish) == ("TV", b"Friends")
    dish.leave("TV")
    await radio.send(AddressedMessage([b"Friends"], group="TV"))
    await radio.send(AddressedMessage([b"Godfather"], group="Movies"))
    assert await heard(dish) == ("Movies", b"Godfather")


async def test_a_group_may_be_longer_than_fourteen_characters(stage: Stage) -> None:
    dish, radio = stage.socket(DISH), stage.socket(RADIO)
    radio.connect(dish.bind("udp://127.0.0.1:*"))
    for group in ("0123456789ABCDEFGH", "g" * 255, ""):
        dish.join(group)
        await radio.send(AddressedMessage([b"HELLO"], group=group))
        assert await heard(dish) == (group, b"HELLO")


@pytest.mark.parametrize("loop", [1, 0])
async def test_multicast_comes_back_to_this_machine_if_it_is_to(stage: Stage, loop: int) -> None:
    dish, radio = stage.socket(DISH), stage.socket(RADIO, multicast_loop=loop)
    witness = stage.socket(RADIO)
    endpoint = dish.bind("udp://226.8.5.5:*")  # by lo all comes back, whatever the option says
    dish.join("TV")
    try:
        radio.connect(endpoint)
    except NotReachable:
        pytest.skip("this machine has no way for multicast but lo")
    witness.connect(endpoint)
    await radio.send(AddressedMessage([b"Friends"], group="TV"))
    await witness.send(AddressedMessage([b"Godfather"], group="TV"))
    if loop:
        assert await heard(dish) == ("TV", b"Friends")
    assert await heard(dish) == ("TV", b"Godfather")
    with pytest.raises(Again):
        dish.recv_nowait()


async def test_every_dish_of_a_multicast_group_hears_it(stage: Stage) -> None:
    dishes = [stage.socket(DISH) for _ in range(3)]
    endpoint = dishes[0].bind("udp://lo;226.8.5.6:*")
    for dish in dishes[1:]:
        assert dish.bind(endpoint) == endpoint
    radio = stage.socket(RADIO)
    radio.connect(endpoint)
    for dish in dishes:
        dish.join("TV")
    await radio.send(AddressedMessage([b"Friends"], group="TV"))
    assert [await heard(dish) for dish in dishes] == [("TV", b"Friends")] * 3


async def test_two_dgrams_ask_and_answer_by_address(stage: Stage) -> None:
    sender, listener = stage.socket(DGRAM), stage.socket(DGRAM)
    listener.bind("udp://127.0.0.1:*")
    sender.bind("udp://127.0.0.1:*")
    await sender.send([told(listener).encode(), b"Is someone there ?"])
    address, question = await frames(listener)
    assert (address, question) == (told(sender).encode() + b"\0", b"Is someone there ?")
    await listener.send([address, b"Yes, there is !"])
    assert await frames(sender) == [told(listener).encode() + b"\0", b"Yes, there is !"]


async def test_a_dgram_sends_two_frames_and_no_others(stage: Stage) -> None:
    dgram = stage.socket(DGRAM)
    dgram.bind("udp://127.0.0.1:*")
    for message in ([b"127.0.0.1:5555"], [b"127.0.0.1:5555", b"a", b"b"]):
        with pytest.raises(MessageInvalid, match="two frames"):
            await dgram.send(message)


async def test_a_dgram_has_no_other_transport(stage: Stage) -> None:
    for endpoint in ("tcp://127.0.0.1:*", "ipc://*", "inproc://dgram"):
        with pytest.raises(TransportIncompatible, match="it can over udp"):
            stage.socket(DGRAM).bind(endpoint)


async def test_the_last_endpoint_over_udp_is_told_without_its_scheme(stage: Stage) -> None:
    dish, radio = stage.socket(DISH), stage.socket(RADIO)
    endpoint = dish.bind("udp://127.0.0.1:*")
    assert told(dish) == endpoint.removeprefix("udp://")
    radio.connect(endpoint)
    assert told(radio) == told(dish)
    radio.connect("udp://lo;226.8.5.5:5555")
    assert told(radio) == "lo;226.8.5.5:5555"


async def test_a_radio_has_peers_over_tcp_and_udp_at_once(stage: Stage) -> None:
    near, far, radio = stage.socket(DISH), stage.socket(DISH), stage.socket(RADIO)
    for dish in (near, far):
        dish.join("TV")
    radio.connect(near.bind("udp://127.0.0.1:*"))
    await stage.join(radio, far, scheme="tcp")
    while True:  # until the far one's JOIN is here
        await radio.send(AddressedMessage([b"Friends"], group="TV"))
        assert await heard(near) == ("TV", b"Friends")
        try:
            async with asyncio.timeout(0.05):
                assert await heard(far) == ("TV", b"Friends")
                break
        except TimeoutError:
            continue


async def test_a_dish_has_peers_over_tcp_and_udp_at_once(stage: Stage) -> None:
    dish, near, far = stage.socket(DISH), stage.socket(RADIO), stage.socket(RADIO)
    dish.join("TV")
    near.connect(dish.bind("udp://127.0.0.1:*"))
    await stage.join(dish, far, scheme="tcp")
    await near.send(AddressedMessage([b"by udp"], group="TV"))
    assert await heard(dish) == ("TV", b"by udp")
    await far.send(AddressedMessage([b"by tcp"], group="TV"))
    assert await heard(dish) == ("TV", b"by tcp")
