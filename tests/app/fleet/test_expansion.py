"""A plan becomes instances, pieces and connections; addresses are kept for the run."""

from pathlib import Path

from app.fleet.addresses import Addresses
from app.fleet.expansion import connections_of, instances_of, pieces_of, process_keys
from app.runtime.control import BindPiece, Label, read_label
from app.topology.compile import compile_plan

DOCUMENT = {
    "format": "glassmq/1",
    "name": "Replicas",
    "processes": {"ingest": {}, "work": {"replicas": 2}},
    "nodes": {
        "orders": {
            "behaviour": "generator",
            "process": "ingest",
            "sockets": {"out": {"type": "PUSH", "endpoints": {"main": "tcp"}}},
        },
        "worker": {
            "behaviour": "worker",
            "process": "work",
            "replicas": 3,
            "sockets": {"in": {"type": "PULL"}, "out": {"type": "PUSH"}},
        },
        "store": {
            "behaviour": "sink",
            "process": "work",
            "sockets": {"in": {"type": "PULL", "endpoints": {"near": "inproc"}}},
        },
    },
    "links": {
        "orders-worker": {"connect": "worker.in", "bind": "orders.out"},
        "worker-store": {"connect": "worker.out", "bind": "store.in"},
    },
}


def plan():
    return compile_plan(DOCUMENT)


def link(name: str):
    return next(each for each in plan().links if each.id == name)


def test_replicas_of_nodes_multiply_with_those_of_their_process() -> None:
    found = instances_of(plan(), "worker")
    assert [(each.key, each.process) for each in found] == [
        ("worker#1", "work#1"),
        ("worker#2", "work#1"),
        ("worker#3", "work#1"),
        ("worker#4", "work#2"),
        ("worker#5", "work#2"),
        ("worker#6", "work#2"),
    ]
    assert process_keys(plan().processes[1]) == ["work#1", "work#2"]
    assert [piece.key for piece in pieces_of(plan(), "work#2")] == [
        "worker#4",
        "worker#5",
        "worker#6",
        "store#2",
    ]


def test_every_pair_of_instances_has_a_connection() -> None:
    found = connections_of(plan(), link("orders-worker"))
    assert [each.label for each in found] == [f"orders-worker|worker#{n}|orders#1" for n in range(1, 7)]


def test_inproc_joins_only_what_shares_a_process() -> None:
    found = connections_of(plan(), link("worker-store"))
    assert [(each.connects.key, each.binds.key) for each in found] == [
        ("worker#1", "store#1"),
        ("worker#2", "store#1"),
        ("worker#3", "store#1"),
        ("worker#4", "store#2"),
        ("worker#5", "store#2"),
        ("worker#6", "store#2"),
    ]


def test_a_wire_has_a_row_at_each_end_and_inproc_one() -> None:
    wire = list(connections_of(plan(), link("orders-worker"))[4].pipe_keys())
    assert [(key.end, key.side, key.node, key.replica, key.peer_node, key.socket) for key in wire] == [
        ("send", "bind", "orders", 1, "worker", "orders.out"),
        ("receive", "connect", "worker", 5, "orders", "worker.in"),
    ]
    assert wire[0].pair == wire[1].pair
    joined = list(connections_of(plan(), link("worker-store"))[0].pipe_keys())
    assert [(key.end, key.node, key.peer_node) for key in joined] == [("joined", "worker", "store")]


def test_a_label_is_read_as_it_was_written() -> None:
    label = Label("orders-worker", "worker#1", "orders#1")
    assert read_label(str(label)) == label
    assert read_label("tcp://127.0.0.1:5555") is None


def test_an_address_is_kept_once_it_is_known() -> None:
    addresses = Addresses(Path("/run/x"))
    tcp = BindPiece(endpoint="main", address="tcp://127.0.0.1:*")
    assert addresses.allot("a#1.out", tcp).address == "tcp://127.0.0.1:*"
    assert addresses.find("a#1.out", "main") is None
    assert addresses.report({"a#1.out": {"main": "tcp://127.0.0.1:4711"}}) is True
    assert addresses.report({"a#1.out": {"main": "tcp://127.0.0.1:4711"}}) is False
    assert addresses.allot("a#1.out", tcp).address == "tcp://127.0.0.1:4711"
    assert addresses.as_json() == {"a.out#1": {"main": "tcp://127.0.0.1:4711"}}


def test_ipc_paths_are_allotted_in_the_runs_own_directory() -> None:
    addresses = Addresses(Path("/run/x"))
    piece = BindPiece(endpoint="main", address="ipc://*")
    first = addresses.allot("a#1.out", piece).address
    second = addresses.allot("a#2.out", piece).address
    assert first == "ipc:///run/x/1"
    assert second == "ipc:///run/x/2"
    assert addresses.allot("a#1.out", piece).address == first
