"""Runs of the types beside the classic eleven: groups changed while it runs, browsers, streams of our own."""

from struct import unpack
from typing import Any

import httpx

from app.telemetry.frames import COUNTERS, HEADER
from app.topology.examples import example
from app.workspace.headless_run import run_headless
from tests.support.runs import changed, lane_of, running, state_of, until

Json = dict[str, Any]


async def started(hall, document: Json) -> str:
    run = await hall.start("t1", 1, document)
    await until(lambda: state_of(hall, run) in ("running", "failed"))
    assert hall.view(run)["error"] is None
    return run


async def test_groups_are_joined_and_left_while_it_runs() -> None:
    document = example("radio")
    document["nodes"]["studio"]["with"] |= {"group": "news", "delay_ms": 0}
    async with running() as hall:
        run = await started(hall, document)

        def heard(link: str) -> int:
            return int(lane_of(hall.view(run)["books"], link, "to_connect")["delivered"])

        await until(lambda: heard("studio-news") > 20)
        assert heard("studio-jazz") == 0
        after, edits = changed(document, ["nodes", "jazz", "sockets", "in", "joins"], ["jazz", "news"])
        assert await hall.apply("t1", 2, document, after, edits) == [{"edit": 0, "effect": "applied"}]
        await until(lambda: heard("studio-jazz") > 20)
        last, edits = changed(after, ["nodes", "jazz", "sockets", "in", "joins"], ["jazz"])
        assert await hall.apply("t1", 3, after, last, edits) == [{"edit": 0, "effect": "applied"}]
        was = -1
        while was != (was := heard("studio-jazz")):  # what was on its way has arrived
            heard_elsewhere = heard("studio-news")
            await until(lambda least=heard_elsewhere: heard("studio-news") > least + 20)
        await hall.change_state(run, "ended")
        assert hall.view(run)["books"]["balanced"] is True


async def test_a_browser_sees_what_passes_and_is_seen_coming_and_going() -> None:
    async with running() as hall:
        run = await started(hall, example("web-page"))
        events = hall.watch_events(run, None)
        address = hall.view(run)["endpoints"]["page.http#1"]["main"].replace("tcp:", "http:")
        await until(lambda: lane_of(hall.view(run)["books"], "orders-page", "to_bind")["delivered"] > 10)
        async with httpx.AsyncClient() as browser:
            answer = await browser.get(address)
            assert answer.status_code == 200
            assert "The last orders" in answer.text
            assert "<li" in answer.text
        await until(lambda: lane_of(hall.view(run)["books"], "browser-page", "to_connect")["taken"] == 1)
        await hall.change_state(run, "ended")
        books = hall.view(run)["books"]
        assert (books["balanced"], books["seen"]) == (None, "half seen")
        asked = lane_of(books, "browser-page", "to_bind")
        assert asked["delivered"] in (2, 3)  # come, asked, and gone unless we parted first
        assert asked["half_seen"] == "the other end is a program outside"
        assert "half_seen" not in lane_of(books, "orders-page", "to_bind")
        told = [(event["what"], event["where"].get("link")) async for event in events]
        assert ("connected", "browser-page") in told
        assert ("disconnected", "browser-page") in told


async def test_octets_between_two_streams_of_ours_have_no_borders() -> None:
    document = example("web-page")
    document["nodes"]["browser"] = {
        "behaviour": "manual",
        "process": "web",
        "sockets": {"http": {"type": "STREAM"}},
    }
    async with running() as hall:
        run = await started(hall, document)
        await until(lambda: lane_of(hall.view(run)["books"], "browser-page", "to_bind")["delivered"] == 1)
        (notice,) = await until_messages(hall, run)
        peer = notice["frames"][0]["hex"]
        ask = [{"hex": peer}, {"text": "GET / HTTP/1.1\r\n\r\n"}]
        await hall.send_manual(run, "browser", {"socket": "http", "frames": ask})
        await until(lambda: lane_of(hall.view(run)["books"], "browser-page", "to_connect")["taken"] == 1)
        await hall.change_state(run, "ended")
        books = hall.view(run)["books"]
        assert books["balanced"] is None
        entry = lane_of(books, "browser-page", "to_bind")
        assert "borders" in entry["half_seen"]
        assert entry["in_flight"] is None
        assert entry["accepted"] == 1


async def until_messages(hall, run: str) -> list[Json]:
    """What the manual node received first: the notice that its peer is there."""
    while True:
        found = (await hall.manual_messages(run, "browser"))["messages"]
        if found:
            return list(found)[:1]


async def test_peers_and_channels_of_several_processes_balance() -> None:
    nodes = {
        "asker": {
            "behaviour": "client",
            "process": "left",
            "replicas": 2,
            "with": {"requests": 60},
            "sockets": {"ask": {"type": "PEER"}, "report": {"type": "PUSH"}},
        },
        "helper": {
            "behaviour": "echo",
            "process": "right",
            "sockets": {"serve": {"type": "PEER", "endpoints": {"main": "ipc"}}},
        },
        "reports": {
            "behaviour": "sink",
            "process": "left",
            "sockets": {"in": {"type": "PULL", "endpoints": {"main": "inproc"}}},
        },
        "pair": {
            "behaviour": "client",
            "process": "left",
            "with": {"requests": 60},
            "sockets": {"ask": {"type": "CHANNEL"}},
        },
        "other": {
            "behaviour": "echo",
            "process": "right",
            "sockets": {"serve": {"type": "CHANNEL", "endpoints": {"main": "tcp"}}},
        },
    }
    links = {
        "asks": {"connect": "asker.ask", "bind": "helper.serve"},
        "report": {"connect": "asker.report", "bind": "reports.in"},
        "talk": {"connect": "pair.ask", "bind": "other.serve"},
    }
    document = {
        "format": "glassmq/1",
        "name": "Peers",
        "processes": {"left": {}, "right": {}},
        "nodes": nodes,
        "links": links,
    }
    books = await run_headless(document, None, lambda _: None)
    assert books["balanced"] is True, books
    lanes = {(link["id"], way): lane for link in books["links"] for way, lane in link["directions"].items()}
    assert {key: lane["delivered"] for key, lane in lanes.items() if key[0] != "report"} == {
        ("asks", "to_bind"): 120,
        ("asks", "to_connect"): 120,
        ("talk", "to_bind"): 60,
        ("talk", "to_connect"): 60,
    }


async def test_datagrams_find_their_link_also_after_the_sender_was_started_again() -> None:
    document = example("radio-udp")
    document["nodes"]["studio"]["with"] |= {"group": "news", "rate_per_s": 200}
    async with running() as hall:
        run = await started(hall, document)

        def lane(link: str) -> Json:
            return lane_of(hall.view(run)["books"], link, "to_bind")

        await until(lambda: lane("studio-news")["delivered"] > 20)
        assert lane("studio-jazz")["delivered"] == 0
        await hall.change_node(run, "studio", "stopped")
        await until(lambda: lane("studio-news")["in_flight"] == 0)
        before = lane("studio-news")["delivered"]
        await hall.change_node(run, "studio", "running")
        await until(lambda: lane("studio-news")["delivered"] > before + 20)
        await hall.change_state(run, "ended")
        books = hall.view(run)["books"]
        assert books["balanced"] is True, books
        for link in ("studio-news", "studio-jazz", "studio-everything"):
            entry = lane(link)
            assert entry["in_flight"] == 0
            assert entry["accepted"] == entry["delivered"] + sum(entry["dropped"].values())
        assert lane("studio-jazz")["dropped"]["filtered"] > 20


def lost_of(frame: Json | bytes) -> float:
    """The last column of a frame of counters: what the links lost in transit."""
    if not isinstance(frame, bytes) or not frame.startswith(COUNTERS):
        return 0.0
    rows = HEADER.unpack_from(frame)[3]
    return sum(unpack(f"<{rows}d", frame[-8 * rows :]))


async def test_datagrams_that_the_receiving_kernel_throws_away_show_as_lost_while_it_runs() -> None:
    document = example("radio-udp")
    document["nodes"]["studio"]["with"] = {
        "group": "jazz",
        "count": 5000,
        "rate_per_s": None,
        "size_octets": 600,
    }
    for name in ("news", "everything"):
        del document["nodes"][name], document["links"][f"studio-{name}"]
    document["nodes"]["jazz"]["sockets"]["in"]["options"] = {"rcvbuf": 2048}
    async with running() as hall:
        run = await started(hall, document)
        frames = hall.watch_telemetry(run, 20, ["studio-jazz"])

        def now() -> Json:
            return lane_of(hall.view(run)["books"], "studio-jazz", "to_bind")

        await until(lambda: now()["accepted"] == 5000 and now()["in_flight"] == 0)
        entry = now()
        assert entry["dropped"]["lost_in_transit"] > 0
        assert entry["delivered"] + entry["dropped"]["lost_in_transit"] == 5000
        assert hall.view(run)["books"]["balanced"] is True
        async for frame in frames:
            if lost_of(frame):
                assert lost_of(frame) == entry["dropped"]["lost_in_transit"]
                break
        await hall.change_state(run, "ended")
        assert (now()["dropped"], hall.view(run)["books"]["balanced"]) == (entry["dropped"], True)


async def test_one_send_to_a_group_stands_at_each_of_its_links_and_a_hearer_may_come_later() -> None:
    document = example("multicast")
    late, edits = document, []
    document = {**document, "links": {name: document["links"][name] for name in ("mast-kitchen",)}}
    document["nodes"] = {name: document["nodes"][name] for name in ("mast", "kitchen")}
    async with running() as hall:
        run = await started(hall, document)

        def lane(link: str) -> Json:
            return lane_of(hall.view(run)["books"], link, "to_bind")

        await until(lambda: (lane("mast-kitchen")["delivered"] or 0) > 5)
        after = document
        for path in (["nodes", "garage"], ["links", "mast-garage"]):
            after, (edit,) = changed(after, path, late[path[0]][path[1]])
            edits.append(edit)
        await hall.apply("t1", 2, document, after, edits)
        await until(lambda: (lane("mast-garage")["delivered"] or 0) > 5)
        await hall.change_state(run, "ended")
        books = hall.view(run)["books"]
        assert (books["balanced"], books["seen"]) == (None, "half seen")
        kitchen, garage = lane("mast-kitchen"), lane("mast-garage")
        assert kitchen["taken"] == garage["taken"]
        assert kitchen["delivered"] > garage["delivered"]
        assert "group" in garage["half_seen"]


async def test_clients_ask_over_plain_udp() -> None:
    nodes = {
        "asker": {
            "behaviour": "client",
            "process": "left",
            "with": {"requests": 100, "timeout_ms": 500},
            "sockets": {"ask": {"type": "DGRAM"}},
        },
        "helper": {"behaviour": "echo", "process": "right", "sockets": {"serve": {"type": "DGRAM"}}},
    }
    document = {
        "format": "glassmq/1",
        "name": "Datagrams",
        "processes": {"left": {}, "right": {}},
        "nodes": nodes,
        "links": {"talk": {"connect": "asker.ask", "bind": "helper.serve"}},
    }
    books = await run_headless(document, None, lambda _: None)
    assert books["balanced"] is True, books
    assert lane_of(books, "talk", "to_connect")["delivered"] == 100


async def test_a_generator_sends_datagrams_to_whom_its_links_lead_to_or_who_spoke_to_it() -> None:
    def generator(process: str, **socket: Any) -> Json:
        return {
            "behaviour": "generator",
            "process": process,
            "with": {"rate_per_s": 500, "count": 60, "payload": "n ${seq}"},
            "sockets": {"out": {"type": "DGRAM", **socket}},
        }

    document = {
        "format": "glassmq/1",
        "name": "Datagrams one way",
        "processes": {"left": {}, "right": {}},
        "nodes": {
            "first": generator("left"),
            "second": generator("left", endpoints={"main": "udp"}),
            "third": generator("right"),
            "sink": {
                "behaviour": "sink",
                "process": "right",
                "sockets": {"in": {"type": "DGRAM", "endpoints": {"main": "udp"}}},
            },
        },
        "links": {
            "to-sink": {"connect": "first.out", "bind": "sink.in"},
            "to-second": {"connect": "third.out", "bind": "second.out"},
        },
    }
    books = await run_headless(document, None, lambda _: None)
    assert books["balanced"] is True, books
    assert lane_of(books, "to-sink", "to_bind")["delivered"] == 60
    back = lane_of(books, "to-second", "to_connect")
    assert back["accepted"] == 60  # once the third had spoken to the second
    assert lane_of(books, "to-second", "to_bind")["accepted"] == 60
