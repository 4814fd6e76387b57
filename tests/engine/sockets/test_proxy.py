"""The proxy: both ways, with pressure, captured, steered."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from engine import (
    DEALER,
    DISH,
    PAIR,
    PUB,
    PULL,
    PUSH,
    RADIO,
    REP,
    REQ,
    ROUTER,
    SUB,
    XPUB,
    XSUB,
    AddressedMessage,
    Context,
    Proxy,
    SocketType,
    proxy,
)
from engine.sockets.socket import Socket
from tests.support.eventually import eventually

Start = Callable[..., Proxy]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    running: list[tuple[Proxy, asyncio.Task[None]]] = []

    def begin(*sockets: Socket | None) -> Proxy:
        made = Proxy(*sockets)  # type: ignore[arg-type]
        running.append((made, asyncio.create_task(made.run())))
        return made

    yield begin
    for made, task in running:
        made.terminate()
        await asyncio.wait_for(task, 5)


def sides(
    context: Context, front: SocketType, back: SocketType, anywhere: str
) -> tuple[Socket, Socket, str, str]:
    one, other = context.socket(front), context.socket(back)
    other_place = f"{anywhere}-back" if anywhere.startswith("inproc") else anywhere
    return one, other, one.bind(anywhere), other.bind(other_place)


async def test_questions_and_answers_find_their_way(context: Context, anywhere: str, start: Start) -> None:
    front, back, to_front, to_back = sides(context, ROUTER, DEALER, anywhere)
    moved = start(front, back)
    req, rep = context.socket(REQ), context.socket(REP)
    req.connect(to_front)
    rep.connect(to_back)
    for n in range(3):
        await req.send(b"question %d" % n)
        assert await rep.recv() == [b"question %d" % n]
        await rep.send(b"answer")
        assert await req.recv() == [b"answer"]
    assert moved.statistics.front_received == moved.statistics.back_sent == 9  # with the envelope
    assert front.books().is_balanced
    assert back.books().is_balanced


async def test_subscriptions_go_up_and_news_come_down(context: Context, anywhere: str, start: Start) -> None:
    front, back, to_front, to_back = sides(context, XSUB, XPUB, anywhere)
    start(front, back)
    pub, sub = context.socket(XPUB), context.socket(SUB, subscribe=b"a")
    pub.connect(to_front)
    sub.connect(to_back)
    assert await pub.recv() == [b"\x01a"]
    for topic in (b"b", b"a"):
        await pub.send([topic, b"news"])
    assert await sub.recv() == [b"a", b"news"]


async def test_work_goes_one_way_and_each_message_is_captured(context: Context, start: Start) -> None:
    front, back, to_front, to_back = sides(context, PULL, PUSH, "inproc://work")
    capture, watcher = context.socket(PUB), context.socket(SUB, subscribe=b"")
    watcher.connect(capture.bind("inproc://capture"))
    moved = start(front, back, capture)
    source, sink = context.socket(PUSH), context.socket(PULL)
    source.connect(to_front)
    sink.connect(to_back)
    sent = [[b"one"], [b"two", b"frames"], [b""]]
    for message in sent:
        await source.send(message)
    assert [await sink.recv() for _ in sent] == sent
    assert [await watcher.recv() for _ in sent] == sent
    counts = moved.statistics
    assert (counts.front_received, counts.front_received_octets) == (4, 12)
    assert (counts.back_sent, counts.back_sent_octets) == (4, 12)
    assert (counts.back_received, counts.front_sent) == (0, 0)


async def test_groups_are_kept(context: Context, start: Start) -> None:
    front, back, to_front, to_back = sides(context, DISH, RADIO, "inproc://radio")
    front.join("g")
    start(front, back)
    radio, dish = context.socket(RADIO), context.socket(DISH)
    radio.connect(to_front)
    dish.join("g")
    dish.connect(to_back)
    await radio.send(AddressedMessage([b"hello"], group="g"))
    heard = await dish.recv_message()
    assert isinstance(heard, AddressedMessage)
    assert (heard.group, heard.frames) == ("g", [b"hello"])


async def test_a_side_that_is_full_leaves_messages_where_they_are(context: Context, start: Start) -> None:
    front, back = context.socket(PULL, rcvhwm=2), context.socket(PUSH, sndhwm=2)
    front.bind("inproc://front")
    back.bind("inproc://back")
    start(front, back)
    source, sink = context.socket(PUSH, sndhwm=2), context.socket(PULL, rcvhwm=2)
    source.connect("inproc://front")
    for n in range(4):
        source.send_nowait(b"%d" % n)
    for _ in range(3):
        await asyncio.sleep(0)
    assert source.ready_for == 0  # nothing was taken: there is nowhere to put it
    sink.connect("inproc://back")
    assert [await sink.recv() for _ in range(4)] == [[b"%d" % n] for n in range(4)]


async def test_a_busy_direction_leaves_the_other_its_turn(context: Context, start: Start) -> None:
    front, back, to_front, to_back = sides(context, PAIR, PAIR, "inproc://pair")
    one, other = context.socket(PAIR, sndhwm=0, rcvhwm=0), context.socket(PAIR, sndhwm=0, rcvhwm=0)
    front.set("rcvhwm", 0)
    one.connect(to_front)
    other.connect(to_back)
    for n in range(2500):
        one.send_nowait(b"%d" % n)
    other.send_nowait(b"back")
    start(front, back)
    assert await one.recv() == [b"back"]
    assert [(await other.recv())[0] for _ in range(2500)] == [b"%d" % n for n in range(2500)]


async def test_a_socket_joined_to_itself_echoes(context: Context, start: Start) -> None:
    echo = context.socket(ROUTER)
    dealer = context.socket(DEALER)
    dealer.connect(echo.bind("inproc://echo"))
    moved = start(echo, echo)
    await dealer.send(b"hello")
    assert await dealer.recv() == [b"hello"]
    assert moved.statistics.front_received == moved.statistics.front_sent == 2


# -- steering --------------------------------------------------------------------------------------


async def test_it_pauses_and_resumes(context: Context, start: Start) -> None:
    front, back, to_front, to_back = sides(context, PULL, PUSH, "inproc://steer")
    moved = start(front, back)
    source, sink = context.socket(PUSH), context.socket(PULL)
    source.connect(to_front)
    sink.connect(to_back)
    await source.send(b"1")
    assert await sink.recv() == [b"1"]
    moved.pause()
    await source.send(b"2")
    for _ in range(3):
        await asyncio.sleep(0)
    assert sink.ready_for == 0
    assert front.ready_for == 1
    moved.resume()
    assert await sink.recv() == [b"2"]


@pytest.mark.parametrize(("controlled", "controlling"), [(REP, REQ), (PAIR, PAIR)])
async def test_a_control_socket_steers_it(
    context: Context, controlled: SocketType, controlling: SocketType
) -> None:
    front, back, to_front, to_back = sides(context, PULL, PUSH, "inproc://steer")
    control, hand = context.socket(controlled), context.socket(controlling)
    hand.connect(control.bind("inproc://control"))
    moved = Proxy(front, back, control=control)
    running = asyncio.create_task(moved.run())
    source, sink = context.socket(PUSH), context.socket(PULL)
    source.connect(to_front)
    sink.connect(to_back)

    async def tell(word: bytes) -> list[bytes]:
        await hand.send(word)
        if controlled is REP or word == b"STATISTICS":
            return await hand.recv()
        return [b""]

    assert await tell(b"PAUSE") == [b""]
    await eventually(lambda: moved.is_paused)
    await source.send(b"12345")
    assert await tell(b"what") == [b""]
    assert await tell(b"STATISTICS") == [bytes(8)] * 8
    assert await tell(b"RESUME") == [b""]
    assert await sink.recv() == [b"12345"]
    counts = [int.from_bytes(count, "little") for count in await tell(b"STATISTICS")]
    assert counts == [1, 5, 0, 0, 0, 0, 1, 5]
    assert await tell(b"TERMINATE") == [b""]
    await asyncio.wait_for(running, 5)
    assert not front.is_closed


async def test_it_ends_when_a_socket_is_closed(context: Context) -> None:
    front, back = context.socket(PULL), context.socket(PUSH)
    running = asyncio.create_task(proxy(front, back))
    await asyncio.sleep(0)
    assert not running.done()
    back.close()
    await asyncio.wait_for(running, 5)
