"""The difference of two plans: the smallest change that a run can make, and what it costs."""

from collections.abc import Callable
from typing import Any

import pytest

from app.topology import diff
from app.topology.compile import compile_plan
from app.topology.examples import example

Json = Any


def steps(change: Callable[[Json], Any], name: str = "pipeline") -> list[diff.Step]:
    before, after = example(name), example(name)
    change(after)
    return diff.difference(compile_plan(before), compile_plan(after))


def kinds(found: list[diff.Step]) -> list[str]:
    return [type(step).__name__ for step in found]


def orders(document: Json) -> Json:
    return document["nodes"]["orders"]


def test_equal_plans_need_nothing() -> None:
    assert steps(lambda document: None) == []


def test_what_is_only_drawn_needs_nothing() -> None:
    def change(document: Json) -> None:
        orders(document)["at"] = [1, 2]
        orders(document)["label"] = "Orders!"
        document["name"] = "Another name"
        document["x-note"] = 1

    assert steps(change) == []


def test_a_parameter_is_set_while_it_runs() -> None:
    found = steps(lambda document: orders(document)["with"].update(rate_per_s=300))
    assert kinds(found) == ["SetParameters"]
    step = found[0]
    assert isinstance(step, diff.SetParameters)
    assert (step.process, step.node, step.parameters["rate_per_s"]) == ("ingest", "orders", 300)
    assert step.effect == "applied"


def test_a_live_option_is_set_and_taken_back_to_its_default() -> None:
    def options(document: Json) -> Json:
        return orders(document)["sockets"]["out"]["options"]

    assert steps(lambda document: options(document).update(sndhwm=5)) == [
        diff.SetOption("ingest", "orders", "out", "sndhwm", 5)
    ]
    assert steps(lambda document: options(document).pop("sndhwm")) == [
        diff.SetOption("ingest", "orders", "out", "sndhwm", None)
    ]


def test_an_option_of_new_connections_restarts_the_node() -> None:
    found = steps(lambda document: orders(document)["sockets"]["out"]["options"].update(sndbuf=8192))
    assert kinds(found) == ["RestartNode"]
    assert found[0].effect == "restarts-node"
    assert "sndbuf" in found[0].reason  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: orders(document).update(replicas=2),
        lambda document: document["nodes"]["work-1"].update(behaviour="manual", **{"with": {}}),
    ],
)
def test_what_a_socket_cannot_become_restarts_the_node(change: Callable[[Json], Any]) -> None:
    assert kinds(steps(change)) == ["RestartNode"]


def test_a_link_is_connected_and_disconnected() -> None:
    found = steps(lambda document: document["links"].pop("orders-work-2"))
    assert kinds(found) == ["Disconnect"]
    found = steps(lambda document: document["links"]["orders-work-2"].update(enabled=False))
    assert kinds(found) == ["Disconnect"]


def test_a_node_goes_after_its_links_and_comes_before_them() -> None:
    def without(document: Json) -> None:
        del document["nodes"]["work-2"], document["links"]["orders-work-2"]

    assert kinds(steps(without)) == ["Disconnect", "StopNode"]
    before, after = example("pipeline"), example("pipeline")
    without(before)
    found = diff.difference(compile_plan(before), compile_plan(after))
    assert kinds(found) == ["StartNode", "Connect"]


def test_switching_a_node_off_and_on_is_stopping_and_starting_it() -> None:
    found = steps(lambda document: document["nodes"]["work-2"].update(enabled=False))
    assert kinds(found) == ["Disconnect", "StopNode"]


def test_a_node_that_changes_its_process_stops_in_one_and_starts_in_the_other() -> None:
    found = steps(lambda document: document["nodes"]["work-2"].update(process="ingest"))
    assert kinds(found) == ["Disconnect", "StopNode", "StartNode", "Connect"]
    assert [step.process for step in found[1:3]] == ["workers", "ingest"]  # type: ignore[attr-defined]


def test_a_process_starts_and_stops_with_its_nodes() -> None:
    def moved(document: Json) -> None:
        document["processes"]["new"] = {}
        orders(document)["process"] = "new"

    assert kinds(steps(moved)) == [*["Disconnect"] * 3, "StopProcess", "StartProcess", *["Connect"] * 3]


def test_more_processes_come_with_the_next_run() -> None:
    found = steps(lambda document: document["processes"]["workers"].update(replicas=3))
    assert found == [diff.ChangeReplicas("workers", 3)]
    assert found[0].effect == "next-run"


def test_subscriptions_and_endpoints_are_added_and_taken_away() -> None:
    def resubscribed(document: Json) -> None:
        document["nodes"]["screen"]["sockets"]["in"]["subscriptions"] = ["a", "b"]

    assert steps(resubscribed, "slow-subscriber") == [
        diff.Subscribe("desk", "screen", "in", b"a"),
        diff.Subscribe("desk", "screen", "in", b"b"),
        diff.Unsubscribe("desk", "screen", "in", b""),
    ]

    def rebound(document: Json) -> None:
        orders(document)["sockets"]["out"]["endpoints"] = {"main": "tcp", "second": "ipc"}

    found = steps(rebound)
    assert kinds(found) == ["Bind"]


def test_another_address_of_a_linked_endpoint_moves_the_links_too() -> None:
    def rebound(document: Json) -> None:
        orders(document)["sockets"]["out"]["endpoints"] = {"main": "ipc"}

    assert kinds(steps(rebound)) == [*["Disconnect"] * 3, "Unbind", "Bind", *["Connect"] * 3]
