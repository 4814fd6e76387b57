"""Each behaviour does with real sockets what its card says."""

import asyncio
import time

import pytest

from app.behaviours.clients import Unanswered
from app.behaviours.sources import BATCH
from tests.app.behaviours.stage import staged
from tests.support.eventually import eventually


async def test_a_generator_sends_its_count_in_order_and_ends() -> None:
    async with staged("generator", {"out": ("PUSH", "PULL")}, rate_per_s=None, count=500) as stage:
        got = await stage.got("out", 500)
        assert got == [[b"message %d" % n] for n in range(1, 501)]
        await asyncio.wait_for(stage.task, 5.0)
        assert stage.node.handled == 500


@pytest.mark.parametrize("rate", [200, 2_000])
async def test_a_generator_holds_its_rate_on_average(rate: int) -> None:
    async with staged("generator", {"out": ("PUB", "SUB")}, hwm=0, rate_per_s=rate) as stage:
        await stage.got("out", 1)
        began, before = stage.node.clock.now(), stage.node.handled
        await eventually(lambda: stage.node.clock.now() - began > 0.5)
        took = stage.node.clock.now() - began
        assert stage.node.handled - before == pytest.approx(rate * took, rel=0.05, abs=130)


async def test_a_blocked_generator_waits_says_so_and_does_not_catch_up() -> None:
    async with staged("generator", {"out": ("PUSH", "PULL")}, hwm=5, rate_per_s=500) as stage:
        face = stage.node.sockets["out"]
        await eventually(lambda: face.waiting == "send")
        await eventually(lambda: face.blocked_ms() > 200)
        assert stage.node.handled == 10
        await stage.got("out", 10)
        await eventually(lambda: face.waiting == "send")
        assert stage.node.handled <= 21


async def test_a_rate_changed_while_it_sleeps_counts_at_once() -> None:
    async with staged("generator", {"out": ("PUSH", "PULL")}, rate_per_s=0.001) as stage:
        await stage.got("out", 1)
        stage.node.parameters_changed({**stage.node.parameters, "rate_per_s": 5000})
        got = await stage.got("out", 100)
        assert got[-1] == [b"message 101"]


async def test_bursts_come_together() -> None:
    burst = {"size": 30, "every_ms": 60_000}
    async with staged("generator", {"out": ("PUSH", "PULL")}, burst=burst) as stage:
        await stage.got("out", 30)
        await asyncio.sleep(0)
        assert stage.node.handled == 30


async def test_warming_up_sends_each_topic_once_first() -> None:
    parameters = {
        "frames": ["${topic}", "later"],
        "fields": {"topic": {"integer": [0, 4]}},
        "warm_up": {"each_topic_once": True, "payload": "first"},
        "rate_per_s": 1000,
    }
    async with staged("generator", {"out": ("PUSH", "PULL")}, **parameters) as stage:
        got = await stage.got("out", 6)
        assert got[:5] == [[b"%d" % topic, b"first"] for topic in range(5)]
        assert got[5][1] == b"later"


async def test_a_sink_stops_when_it_has_had_enough() -> None:
    async with staged("sink", {"in": ("PULL", "PUSH")}, count=5, then="stop") as stage:
        for _ in range(8):
            await stage.peers["in"].send(b"x")
        await asyncio.wait_for(stage.task, 5.0)
        assert stage.node.handled == 5
        assert len(stage.node.sockets["in"].socket.pipes) == 1
        assert stage.node.sockets["in"].socket.pipes[0].depth == 3


async def test_a_sinks_service_time_is_right_on_average_also_when_it_is_short() -> None:
    async with staged("sink", {"in": ("PULL", "PUSH")}, service_ms=0.2) as stage:
        for _ in range(1000):
            await stage.peers["in"].send(b"x")
        per_message_ms = []
        for goal in range(100, 1000, 100):
            began, before = time.monotonic(), stage.node.handled
            await eventually(lambda goal=goal: stage.node.handled >= goal)
            took_ms = (time.monotonic() - began) * 1000.0
            per_message_ms.append(took_ms / max(stage.node.handled - before, 1))
        assert 0.05 < min(per_message_ms) < 0.5  # the quietest stretch: the machine may be busy otherwise


async def test_a_slower_sink_made_fast_reacts_in_the_middle_of_a_message() -> None:
    async with staged("sink", {"in": ("PULL", "PUSH")}, service_ms=60_000) as stage:
        await stage.peers["in"].send(b"x")
        await eventually(lambda: stage.node.in_hand == 1)
        stage.node.parameters_changed({**stage.node.parameters, "service_ms": 1})
        await eventually(lambda: stage.node.handled == 1)


async def test_a_worker_passes_on_what_it_does_not_spoil() -> None:
    roles = {"in": ("PULL", "PUSH"), "out": ("PUSH", "PULL")}
    async with staged("worker", roles, fail_share=0.5) as stage:
        for n in range(200):
            await stage.peers["in"].send(b"%d" % n)
        await eventually(lambda: stage.node.handled == 200)
        failed = stage.node.counts["failed"]
        assert 50 < failed < 150
        got = await stage.got("out", 200 - failed)
        numbers = [int(frames[0]) for frames in got]
        assert numbers == sorted(numbers)


async def test_an_echo_changes_the_body_and_keeps_the_envelope() -> None:
    async with staged("echo", {"serve": ("REP", "REQ")}, reply={"change": "upper-case"}) as stage:
        await stage.peers["serve"].send([b"hello", b"you"])
        assert await stage.got("serve", 1) == [[b"HELLO", b"YOU"]]
        assert stage.node.sockets["serve"].word == "must recv"
    async with staged("echo", {"serve": ("ROUTER", "DEALER")}, reply={"change": "reverse"}) as stage:
        await stage.peers["serve"].send([b"", b"abc"])
        assert await stage.got("serve", 1) == [[b"", b"cba"]]


async def test_a_client_asks_one_after_the_other() -> None:
    roles = {"ask": ("REQ", "REP"), "report": ("PUSH", "PULL")}
    async with staged("client", roles, requests=5) as stage:
        for n in range(1, 6):
            assert await stage.got("ask", 1) == [[b"request %d" % n]]
            await stage.peers["ask"].send(b"ok")
        await asyncio.wait_for(stage.task, 5.0)
        assert stage.node.handled == 5
        reports = await stage.got("report", 5)
        assert [frames[:2] for frames in reports] == [[b"node#2", b"%d" % n] for n in range(1, 6)]


async def test_a_client_without_an_answer_asks_again_on_a_new_socket_and_then_fails() -> None:
    roles = {"ask": ("REQ", "REP")}
    async with staged("client", roles, timeout_ms=30, retries=2) as stage:
        with pytest.raises(Unanswered) as caught:
            await asyncio.wait_for(asyncio.shield(stage.task), 5.0)
        assert caught.value.tries == 3
        assert stage.reopened == 2
        assert stage.node.counts["retried"] == 2


async def test_a_client_goes_on_when_a_later_try_is_answered() -> None:
    async with staged("client", {"ask": ("REQ", "REP")}, timeout_ms=200, retries=3, requests=1) as stage:
        await stage.got("ask", 1)
        await eventually(lambda: stage.reopened == 1)
        # The first requester is gone: REP may drop that answer, and serves the second.
        await stage.peers["ask"].send(b"too late")
        assert await stage.got("ask", 1) == [[b"request 1"]]
        await stage.peers["ask"].send(b"in time")
        await asyncio.wait_for(stage.task, 5.0)
        assert stage.node.handled == 1


async def test_a_dealer_as_a_client_makes_the_envelope_itself() -> None:
    async with staged("client", {"ask": ("DEALER", "REP")}, requests=1) as stage:
        assert await stage.got("ask", 1) == [[b"request 1"]]
        await stage.peers["ask"].send(b"ok")
        await asyncio.wait_for(stage.task, 5.0)


async def test_a_proxy_passes_both_ways_and_shows_a_copy() -> None:
    roles = {
        "frontend": ("ROUTER", "REQ"),
        "backend": ("DEALER", "REP"),
        "capture": ("PUSH", "PULL"),
    }
    async with staged("proxy", roles) as stage:
        for n in range(50):
            await stage.peers["frontend"].send(b"ask %d" % n)
            assert await stage.got("backend", 1) == [[b"ask %d" % n]]
            await stage.peers["backend"].send(b"answer %d" % n)
            assert await stage.got("frontend", 1) == [[b"answer %d" % n]]
        captured = await stage.got("capture", 100)
        assert captured[0][-1] == b"ask 0"
        assert captured[1][-1] == b"answer 0"
        assert stage.node.handled == 100


async def test_a_proxy_between_xsub_and_xpub_carries_subscriptions_up() -> None:
    roles = {"frontend": ("XSUB", "PUB"), "backend": ("XPUB", "SUB")}
    async with staged("proxy", roles) as stage:
        await eventually(lambda: stage.node.handled == 1)
        await stage.peers["frontend"].send(b"news")
        assert await stage.got("backend", 1) == [[b"news"]]


async def test_a_proxy_of_push_and_pull_goes_one_way_and_blocks_with_one_message_in_hand() -> None:
    roles = {"frontend": ("PULL", "PUSH"), "backend": ("PUSH", "PULL")}
    async with staged("proxy", roles, hwm=4) as stage:
        for _ in range(14):
            await stage.peers["frontend"].send(b"x")
        await eventually(lambda: stage.node.sockets["backend"].waiting == "send")
        assert stage.node.in_hand == 1
        await stage.got("backend", 14)
        await eventually(lambda: stage.node.in_hand == 0)


async def test_a_manual_node_records_what_came_and_respects_the_lockstep() -> None:
    async with staged("manual", {"serve": ("REP", "REQ"), "in": ("PULL", "PUSH")}) as stage:
        await stage.peers["in"].send(b"news")
        await stage.peers["serve"].send(b"a question")
        await eventually(lambda: len(stage.records) == 2)
        assert ("received", "serve", [b"a question"]) in stage.records
        serve = stage.node.sockets["serve"]
        assert serve.word == "may send"
        serve.send_nowait([b"an answer"])
        stage.node.wake()
        assert await stage.got("serve", 1) == [[b"an answer"]]
        await stage.peers["serve"].send(b"another")
        await eventually(lambda: len(stage.records) == 3)


async def test_one_behaviour_starves_no_other() -> None:
    async with staged("generator", {"out": ("PUB", "SUB")}, hwm=0, rate_per_s=None) as stage:
        await stage.got("out", 1)
        before = stage.node.handled
        most = 0
        for _ in range(50):
            sent = stage.node.handled
            await asyncio.sleep(0)
            most = max(most, stage.node.handled - sent)
        assert stage.node.handled > before
        assert (
            most <= 2 * BATCH
        )  # messages between two turns of the loop, not seconds: those are the machine's
