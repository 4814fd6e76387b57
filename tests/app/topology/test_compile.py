"""The plan: what runs, where it binds, and which way messages go."""

from typing import Any

import pytest

from app.errors import TopologyHasErrors
from app.topology.compile import compile_plan, lanes_between
from app.topology.examples import example, examples
from app.topology.plan import BindPlan, LinkPlan, instance_number

Json = Any


def test_the_plan_of_the_first_example() -> None:
    plan = compile_plan(example("pipeline"))
    assert [(process.id, process.replicas) for process in plan.processes] == [("ingest", 1), ("workers", 1)]
    assert [node.id for _, node in plan.nodes()] == ["orders", "work-1", "work-2", "work-3"]
    process, orders = plan.find("orders")
    assert process is not None
    assert process.id == "ingest"
    assert orders.starts
    assert orders.parameters["rate_per_s"] == 30
    assert orders.parameters["pacing"] == "steady"
    out = orders.socket("out")
    assert (out.id, out.type, out.binds) == ("orders.out", "PUSH", (BindPlan("main", "tcp://127.0.0.1:*"),))
    assert out.options == {"sndhwm": 20, "sndbuf": 4096, "rcvbuf": 4096}
    assert plan.links[0] == LinkPlan(
        id="orders-work-1",
        connect=("work-1", "in"),
        bind=("orders", "out"),
        endpoint_id="main",
        address="tcp://127.0.0.1:*",
        external_side=None,
        lanes=("to_connect",),
    )


@pytest.mark.parametrize("each", examples(), ids=lambda each: each.name)
def test_every_example_compiles_to_equal_plans(each: Any) -> None:
    assert compile_plan(example(each.name)) == compile_plan(example(each.name))


def test_a_topology_with_errors_has_no_plan_but_all_its_errors() -> None:
    document = example("pipeline")
    document["nodes"]["work-1"]["sockets"]["in"]["type"] = "SUB"
    document["nodes"]["work-2"]["behaviour"] = "nothing"
    with pytest.raises(TopologyHasErrors) as caught:
        compile_plan(document)
    assert [finding["code"] for finding in caught.value.findings] == ["GM-111", "GM-101"]


def test_what_is_off_is_left_out_and_so_are_its_links() -> None:
    document = example("pipeline")
    document["nodes"]["work-1"]["enabled"] = False
    document["links"]["orders-work-2"]["enabled"] = False
    plan = compile_plan(document)
    assert [node.id for _, node in plan.nodes()] == ["orders", "work-2", "work-3"]
    assert [link.id for link in plan.links] == ["orders-work-3"]


def test_a_node_without_a_process_is_in_main() -> None:
    document = example("pipeline")
    for node in document["nodes"].values():
        del node["process"]
    plan = compile_plan(document)
    assert [(process.id, len(process.nodes)) for process in plan.processes] == [("main", 4)]


def test_an_announced_behaviour_is_in_the_plan_and_does_not_start_nor_do_its_links() -> None:
    document = example("pipeline")
    document["nodes"]["orders"] = {"behaviour": "script", "sockets": {"out": {"type": "PUSH"}}}
    plan = compile_plan(document)
    assert not plan.find("orders")[1].starts
    assert plan.links == ()


def test_an_external_node_belongs_to_no_process() -> None:
    document = example("pipeline")
    document["nodes"]["work-1"] = {"behaviour": "external", "sockets": {"in": {"type": "PULL"}}}
    plan = compile_plan(document)
    assert [node.id for node in plan.externals] == ["work-1"]
    assert not plan.externals[0].starts
    assert plan.find("work-1")[0] is None
    assert plan.links[0].external_side == "connect"
    assert plan.instances("work-1") == 1


def test_groups_are_what_a_dish_asks_for_each_once_as_octets() -> None:
    document = example("radio")
    document["nodes"]["news"]["sockets"]["in"]["joins"] = ["news", "r\u00e9gion ${replica}", "news"]
    plan = compile_plan(document)
    wanted = plan.find("news")[1].socket("in").subscriptions
    assert wanted == (b"news", "r\u00e9gion ${replica}".encode())


def test_links_whose_ends_cannot_be_compared_say_why_and_what_may_be_lost_is_known() -> None:
    (heard, *_), (asked, page) = (compile_plan(example(name)).links for name in ("multicast", "web-page"))
    assert heard.is_shared
    assert heard.half_seen is not None
    assert heard.may_lose
    assert (asked.half_seen, asked.may_lose) == (None, False)
    assert page.peers_are_unnamed
    assert page.is_stream
    assert not any(link.is_shared or link.half_seen for link in compile_plan(example("radio-udp")).links)


@pytest.mark.parametrize(
    ("written", "replicas", "address"),
    [
        ("tcp", 1, "tcp://127.0.0.1:*"),
        ("ipc", 1, "ipc://*"),
        ("inproc", 1, "inproc://work.in.main"),
        ("inproc", 2, "inproc://work.in.main.${replica}"),
        ("ws", 1, "ws://127.0.0.1:*/"),
        ("ws://*:5555/feed", 1, "ws://127.0.0.1:5555/feed"),
        ("tcp://*:5555", 1, "tcp://127.0.0.1:5555"),
        ("tcp://0.0.0.0:5555", 1, "tcp://127.0.0.1:5555"),
        ("tcp://[::]:5555", 1, "tcp://[::1]:5555"),
        ("tcp://[::1]:5555", 1, "tcp://[::1]:5555"),
        ("tcp://localhost:*", 1, "tcp://localhost:*"),
        ("ipc:///tmp/work", 1, "ipc:///tmp/work"),
        ("tcp://127.0.0.1:555${replica}", 3, "tcp://127.0.0.1:555${replica}"),
    ],
)
def test_addresses_are_made_whole_and_kept_on_this_machine(written: str, replicas: int, address: str) -> None:
    plan = compile_plan(one_bind(written, replicas))
    assert plan.find("work")[1].socket("in").binds == (BindPlan("main", address),)
    assert plan.links[0].address == address


def test_all_interfaces_are_bound_when_the_person_at_the_server_allows_it() -> None:
    plan = compile_plan(one_bind("tcp://*:5555", 1), allow_hosts=["*"])
    assert plan.links[0].address == "tcp://*:5555"


def one_bind(address: str, replicas: int) -> Json:
    return {
        "format": "glassmq/1",
        "name": "One bind",
        "nodes": {
            "orders": {"behaviour": "generator", "sockets": {"out": {"type": "PUSH"}}},
            "work": {
                "behaviour": "sink",
                "replicas": replicas,
                "sockets": {"in": {"type": "PULL", "endpoints": {"main": address}}},
            },
        },
        "links": {"a": {"connect": "orders.out", "bind": "work.in"}},
    }


def test_a_link_takes_the_first_endpoint_or_the_one_it_names() -> None:
    document = one_bind("tcp", 1)
    document["nodes"]["work"]["sockets"]["in"]["endpoints"] = {"far": "tcp", "near": "ipc"}
    assert compile_plan(document).links[0].endpoint_id == "far"
    document["links"]["a"]["endpoint"] = "near"
    assert compile_plan(document).links[0].address == "ipc://*"


def test_subscriptions_are_octets_and_only_a_subscriber_has_them() -> None:
    document = example("slow-subscriber")
    socket = document["nodes"]["screen"]["sockets"]["in"]
    socket["subscriptions"] = ["é", {"hex": "00fF"}, ""]
    document["nodes"]["ticker"]["sockets"]["out"]["subscriptions"] = ["x"]
    plan = compile_plan(document)
    assert plan.find("screen")[1].socket("in").subscriptions == ("é".encode(), b"\x00\xff", b"")
    assert plan.find("ticker")[1].socket("out").subscriptions == ()


@pytest.mark.parametrize(
    ("connect", "bind", "lanes"),
    [
        ("PUSH", "PULL", ("to_bind",)),
        ("PULL", "PUSH", ("to_connect",)),
        ("SUB", "XPUB", ("to_connect",)),
        ("XSUB", "PUB", ("to_connect",)),
        ("XSUB", "XPUB", ("to_bind", "to_connect")),
        ("REQ", "ROUTER", ("to_bind", "to_connect")),
        ("PAIR", "PAIR", ("to_bind", "to_connect")),
    ],
)
def test_lanes_follow_from_the_types(connect: str, bind: str, lanes: tuple[str, ...]) -> None:
    assert lanes_between(connect, bind) == lanes


def test_instances_are_numbered_through_all_processes() -> None:
    document = one_bind("tcp", 3)
    document["processes"] = {"main": {"replicas": 2}}
    plan = compile_plan(document)
    work = plan.find("work")[1]
    assert plan.instances("work") == 6
    assert [instance_number(p, k, work) for p in (1, 2) for k in (1, 2, 3)] == [1, 2, 3, 4, 5, 6]


def test_options_that_nothing_acts_on_stay_in_the_document() -> None:
    document = example("pipeline")
    document["nodes"]["orders"]["sockets"]["out"]["options"]["rate"] = 5
    assert "rate" not in compile_plan(document).find("orders")[1].socket("out").options
