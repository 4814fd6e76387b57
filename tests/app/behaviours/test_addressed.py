"""Behaviours with types that name a peer or a group beside the frames, or send single frames."""

import asyncio

import pytest

from app.behaviours.addressing import envelope_size, inward, onward, outward
from engine.constants import SocketType
from engine.errors import MessageInvalid
from engine.messages import AddressedMessage, Message
from tests.app.behaviours.stage import staged
from tests.support.eventually import eventually

BODY = [b"body"]


def test_envelopes_are_as_long_as_the_type_has_it() -> None:
    assert envelope_size(SocketType.ROUTER, [b"id", b"", b"body"]) == 2
    assert envelope_size(SocketType.ROUTER, [b"id", b"body"]) == 1
    assert envelope_size(SocketType.ROUTER, [b"id", b""]) == 1
    assert envelope_size(SocketType.DEALER, [b"", b"body"]) == 1
    assert envelope_size(SocketType.REP, [b"", b"body"]) == 0
    assert envelope_size(SocketType.SERVER, [b"1234", b"body"]) == 1
    assert envelope_size(SocketType.CHANNEL, BODY) == 0


def test_numbers_and_groups_go_out_as_they_came_in() -> None:
    served = inward(AddressedMessage(BODY, routing_id=7))
    assert served == [b"\0\0\0\7", b"body"]
    answer = outward(SocketType.SERVER, served)
    assert isinstance(answer, AddressedMessage)
    assert (answer.frames, answer.routing_id) == (BODY, 7)
    heard = inward(AddressedMessage(BODY, group="news"))
    assert heard == [b"news", b"body"]
    told = outward(SocketType.RADIO, heard)
    assert isinstance(told, AddressedMessage)
    assert (told.frames, told.group) == (BODY, "news")
    assert inward(Message(BODY)) is not None
    assert outward(SocketType.PUSH, BODY) is BODY


def test_a_radio_without_a_group_speaks_to_all_and_a_server_without_a_number_to_nobody() -> None:
    told = outward(SocketType.RADIO, BODY)
    assert isinstance(told, AddressedMessage)
    assert (told.frames, told.group) == (BODY, "all")
    for frames in (BODY, [b"12345", b"body"]):
        with pytest.raises(MessageInvalid, match="peer's number"):
            outward(SocketType.PEER, frames)


def test_who_sends_single_frames_gets_the_body_of_a_group() -> None:
    assert onward(SocketType.DISH, SocketType.SCATTER, [b"news", b"body"]) == BODY
    assert onward(SocketType.DISH, SocketType.PUSH, [b"news", b"body"]) == [b"news", b"body"]
    assert onward(SocketType.PULL, SocketType.SCATTER, BODY) == BODY


@pytest.mark.parametrize(
    ("own", "far"), [("SCATTER", "GATHER"), ("CHANNEL", "CHANNEL"), ("CLIENT", "SERVER"), ("RADIO", "DISH")]
)
async def test_a_generator_sends_by_every_type(own: str, far: str) -> None:
    async with staged("generator", {"out": (own, far)}, rate_per_s=None, count=50, delay_ms=20) as stage:
        assert await stage.got("out", 50) == [[b"message %d" % n] for n in range(1, 51)]


async def test_a_generator_gives_each_message_its_group() -> None:
    parameters = {
        "group": "${where}",
        "fields": {"where": {"choice": ["all"]}},
        "rate_per_s": 500,
        "delay_ms": 20,
    }
    async with staged("generator", {"out": ("RADIO", "DISH")}, **parameters) as stage:
        async with asyncio.timeout(5.0):
            message = await stage.peers["out"].recv_message()
        assert isinstance(message, AddressedMessage)
        assert (message.group, message.frames) == ("all", [b"message 1"])


async def test_the_frames_of_a_radio_may_begin_with_the_group() -> None:
    parameters = {"frames": ["all", "hello"], "count": 1, "delay_ms": 20}
    async with staged("generator", {"out": ("RADIO", "DISH")}, **parameters) as stage:
        assert await stage.got("out", 1) == [[b"hello"]]


async def test_an_echo_answers_each_client_by_its_number() -> None:
    async with staged("echo", {"serve": ("SERVER", "CLIENT")}, reply={"change": "upper-case"}) as stage:
        await stage.peers["serve"].send(b"hello")
        assert await stage.got("serve", 1) == [[b"HELLO"]]


async def test_an_answer_to_a_client_that_left_or_does_not_read_is_counted_as_unsent() -> None:
    async with staged("echo", {"serve": ("SERVER", "CLIENT")}, hwm=1) as stage:
        for _ in range(8):
            await stage.peers["serve"].send(b"x")
        await eventually(lambda: stage.node.handled == 8)
        assert stage.node.counts["unsent"] > 0
    async with staged("echo", {"serve": ("SERVER", "CLIENT")}, service_ms=50) as stage:
        await stage.peers["serve"].send(b"x")
        await eventually(lambda: stage.node.in_hand == 1)
        stage.peers["serve"].close(0)
        await eventually(lambda: stage.node.handled == 1)
        assert stage.node.counts == {"unsent": 1}


@pytest.mark.parametrize("kind", ["CLIENT", "CHANNEL", "PEER"])
async def test_a_client_asks_by_every_type(kind: str) -> None:
    far = "SERVER" if kind == "CLIENT" else kind
    async with staged("client", {"ask": (kind, far)}, requests=3) as stage:
        for n in range(1, 4):
            async with asyncio.timeout(5.0):
                request = await stage.peers["ask"].recv_message()
            assert request.frames == [b"request %d" % n]
            await stage.peers["ask"].send(request)
        await asyncio.wait_for(stage.task, 5.0)
        assert stage.node.handled == 3


async def test_a_proxy_forwards_groups_and_a_worker_sends_the_body_on() -> None:
    async with staged("proxy", {"frontend": ("DISH", "RADIO"), "backend": ("RADIO", "DISH")}) as stage:
        await stage.peers["frontend"].send(AddressedMessage([b"hello"], group="all"))
        assert await stage.got("backend", 1) == [[b"hello"]]
    async with staged("worker", {"in": ("DISH", "RADIO"), "out": ("SCATTER", "GATHER")}) as stage:
        await stage.peers["in"].send(AddressedMessage([b"hello"], group="all"))
        assert await stage.got("out", 1) == [[b"hello"]]


async def test_a_person_reads_the_group_and_the_number_as_the_first_frame() -> None:
    async with staged("manual", {"ears": ("DISH", "RADIO"), "desk": ("SERVER", "CLIENT")}) as stage:
        await stage.peers["ears"].send(AddressedMessage([b"hello"], group="all"))
        await stage.peers["desk"].send(b"help")
        await eventually(lambda: len(stage.records) == 2)
        told = {role: frames for _, role, frames in stage.records}
        assert told["ears"] == [b"all", b"hello"]
        number, body = told["desk"]
        assert body == b"help"
        stage.node.sockets["desk"].send_nowait([number, b"coming"])
        assert await stage.got("desk", 1) == [[b"coming"]]
