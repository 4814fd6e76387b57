"""The rules: each finds its problem, says it in 0MQ's words, and its fix leaves no finding of that code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.topology.document import read
from app.topology.edits import apply_all
from app.topology.examples import example, examples
from app.topology.findings import Finding
from app.topology.validate import check

Json = Any
Change = Callable[[Json], None]

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))


def changed(change: Change, name: str = "pipeline") -> Json:
    document = example(name)
    change(document)
    return document


def found(document: Json, code: str) -> list[Finding]:
    return [finding for finding in check(document) if finding.code == code]


def fixed(document: Json, code: str) -> Json:
    """Apply the first fix of this code again and again, as a person who clicks would."""
    for _ in range(20):
        fix = next((each.fix for each in found(document, code) if each.fix), None)
        if fix is None:
            return document
        document, _ = apply_all(document, fix.edits)
    raise AssertionError(f"the fixes of {code} never come to an end")


def two_pairs(document: Json) -> None:
    document["nodes"]["runner"]["sockets"]["serve"]["type"] = "PAIR"
    document["nodes"]["second"] = {
        "behaviour": "client",
        "process": "player",
        "at": [134, 300],
        "sockets": {"ask": {"type": "PAIR"}},
    }
    document["links"]["second-runner"] = {"connect": "second.ask", "bind": "runner.serve"}


def two_channels(document: Json) -> None:
    document["nodes"]["runner"]["sockets"]["serve"]["type"] = "CHANNEL"
    document["nodes"]["baton"]["sockets"]["ask"]["type"] = "CHANNEL"
    document["nodes"]["baton"]["replicas"] = 3


def several_frames(kind: str) -> Change:
    def change(document: Json) -> None:
        document["nodes"]["orders"]["with"]["frames"] = ["topic", "body"]
        document["nodes"]["orders"]["sockets"]["out"]["type"] = kind

    return change


def turned_round(document: Json) -> None:
    document["links"]["studio-news"] = {"connect": "news.in", "bind": "studio.out"}
    document["nodes"]["studio"]["sockets"]["out"]["endpoints"] = {"main": "udp"}
    del document["nodes"]["news"]["sockets"]["in"]["endpoints"]


def group(address: str, *nodes: str) -> Change:
    """Let some DISHes, or the kitchen's, bind this address."""

    def change(document: Json) -> None:
        for node in nodes or ("kitchen",):
            document["nodes"][node]["sockets"]["in"]["endpoints"] = {"main": address}

    return change


def mixed_ports(document: Json) -> None:
    for node, address in (("one", "tcp://127.0.0.1:5555"), ("two", "ws://127.0.0.1:5555/")):
        document["nodes"][node]["sockets"]["in"]["endpoints"] = {"main": address}


def outside_hearer(document: Json) -> None:
    document["nodes"]["news"]["behaviour"] = "external"


def silent_studio(document: Json) -> None:
    document["nodes"]["studio"]["with"]["group"] = "nobody"
    document["nodes"]["news"]["sockets"]["in"]["joins"] = ["news"]


def typed(node: str, socket: str, new: str) -> Change:
    def change(document: Json) -> None:
        document["nodes"][node]["sockets"][socket]["type"] = new

    return change


def through_proxy(proxy: str) -> Change:
    return putting("nodes", "orders", "sockets", "out", "options", "socks_proxy", value=proxy)


def putting(*path: str, value: Json) -> Change:
    def change(document: Json) -> None:
        for key in path[:-1]:
            document = document.setdefault(key, {})
        document[path[-1]] = value

    return change


def dropping(*path: str) -> Change:
    def change(document: Json) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return change


def external(address: str | None) -> Change:
    def change(document: Json) -> None:
        document["nodes"]["orders"]["behaviour"] = "external"
        del document["nodes"]["orders"]["with"]
        if address is None:
            del document["nodes"]["orders"]["sockets"]["out"]["endpoints"]
        else:
            document["nodes"]["orders"]["sockets"]["out"]["endpoints"] = {"main": address}

    return change


def bound(address: str, *nodes: str) -> Change:
    """Let some of the sinks of many-to-many bind this address."""

    def change(document: Json) -> None:
        for node in nodes or ("one",):
            document["nodes"][node]["sockets"]["in"]["endpoints"] = {"main": address}

    return change


def with_replicas(address: str, count: int) -> Change:
    def change(document: Json) -> None:
        document["nodes"]["one"]["sockets"]["in"]["endpoints"] = {"main": address}
        document["nodes"]["one"]["replicas"] = count

    return change


def option(name: str, value: Json) -> Change:
    return putting("nodes", "orders", "sockets", "out", "options", name, value=value)


BACK = {"connect": "bench.out", "bind": "bench.in"}


def ring(document: Json) -> None:
    """Two workers that pass everything to each other."""
    for name, to in (("here", "there"), ("there", "here")):
        document["nodes"][name] = {
            "behaviour": "worker",
            "at": [0, 0],
            "sockets": {"in": {"type": "PULL"}, "out": {"type": "PUSH"}},
        }
        document["links"][name] = {"connect": f"{name}.out", "bind": f"{to}.in"}


PIPE, MANY = "pipeline", "many-to-many"


def of_orders(*path: str, value: Json) -> Change:
    return putting("nodes", "orders", *path, value=value)


# code, example, what is done to it, words of the sentences, whether a fix is offered
CASES: list[tuple[str, str, Change, list[str], bool]] = [
    ("GM-101", PIPE, typed("work-1", "in", "SUB"), ["work-1.in", "orders.out", "SUB", "PUB"], True),
    ("GM-101", PIPE, typed("orders", "out", "PUB"), ["work-1.in", "work-2.in", "orders.out"], True),
    ("GM-101", "request-reply", typed("anna", "ask", "DEALER"), [], False),  # DEALER and REP do talk
    ("GM-101", "request-reply", typed("answers", "serve", "PAIR"), ["anna.ask", "answers.serve"], True),
    ("GM-101", "exclusive-pair", typed("baton", "ask", "REQ"), ["baton.ask", "runner.serve"], True),
    ("GM-101", "proxy", typed("exchange", "frontend", "ROUTER"), ["oslo.out", "exchange.frontend"], True),
    ("GM-102", PIPE, of_orders("enabled", value=False), ["work-1.in", "orders.out", "off"], True),
    ("GM-102", PIPE, external(None), ["work-3.in", "orders.out", "external"], True),
    ("GM-102", PIPE, external("tcp"), ["external", "orders"], True),
    ("GM-102", PIPE, external("tcp://127.0.0.1:*"), ["external"], True),
    ("GM-102", PIPE, external("tcp://127.0.0.1:5000"), [], False),
    ("GM-102", PIPE, external("ws://127.0.0.1:*/feed"), ["external"], True),
    ("GM-102", PIPE, external("ws://127.0.0.1:5000/feed"), [], False),
    ("GM-102", "radio-udp", outside_hearer, ["news", "external", "udp"], True),
    ("GM-103", MANY, bound("tcp://127.0.0.1:5555", "one", "two"), ["one.in", "two.in", "5555"], True),
    ("GM-103", MANY, bound("tcp://*:5555", "one", "two", "three"), ["one.in", "three.in"], True),
    ("GM-103", MANY, bound("ipc:///tmp/x", "one", "three"), ["one.in", "three.in"], True),
    ("GM-103", MANY, with_replicas("tcp://127.0.0.1:5555", 3), ["3 replicas", "one.in"], True),
    ("GM-103", MANY, with_replicas("tcp://127.0.0.1:555${replica}", 3), [], False),
    ("GM-103", MANY, bound("tcp", "one", "two"), [], False),
    ("GM-103", MANY, bound("tcp://127.0.0.1:*", "one", "two"), [], False),
    ("GM-104", "exclusive-pair", two_pairs, ["runner.serve", "baton.ask", "second.ask"], True),
    ("GM-104", "exclusive-pair", putting("nodes", "baton", "replicas", value=2), ["2 peers"], True),
    ("GM-104", "exclusive-pair", two_channels, ["CHANNEL", "runner.serve", "3 peers"], True),
    ("GM-105", "exclusive-pair", putting("nodes", "baton", "process", value="main"),
     ["baton.ask", "runner.serve", "player", "main"], True),
    ("GM-105", PIPE, external("inproc://x"), ["work-1.in", "orders.out", "outside"], True),
    ("GM-106", MANY, bound("udp://127.0.0.1:5555"), ["one.in", "PULL", "udp", "tcp"], True),
    ("GM-106", "radio", putting("nodes", "studio", "sockets", "out", "endpoints", "main", value="udp"),
     ["studio.out", "RADIO", "cannot bind", "udp"], True),
    ("GM-106", "radio-udp", turned_round, ["RADIO", "cannot bind"], True),
    ("GM-107", "multicast", group("udp://239.255.71.1:5571"), ["other machines", "239.255.71.1"], True),
    ("GM-107", "multicast", group("udp://192.0.2.9;239.255.71.1:5571"), ["other machines"], True),
    ("GM-111", "radio", putting("nodes", "studio", "with", "group", value="ä" * 200),
     ["400 octets", "255"], False),
    ("GM-111", "radio-udp", putting("nodes", "jazz", "sockets", "in", "joins", value=["ä" * 200]),
     ["400 octets", "255"], False),
    ("GM-107", PIPE, through_proxy("192.0.2.9:1080"), ["orders.out", "192.0.2.9:1080", "not loopback"], True),
    ("GM-107", PIPE, through_proxy("[::1]:1080"), [], False),
    ("GM-107", "multicast", group("udp://*;239.255.71.1:5571"), ["other machines"], True),
    ("GM-107", "multicast", group("udp://0.0.0.0;239.255.71.1:5571"), ["other machines"], True),
    ("GM-107", "multicast", group("udp://127.0.0.1;239.255.71.2:5571"), [], False),
    ("GM-103", "multicast", group("udp://127.0.0.1;239.255.71.1:5571"), [], False),
    ("GM-103", "radio-udp", group("udp://127.0.0.1:5571", "news", "jazz"), ["news.in", "jazz.in"], True),
    ("GM-103", MANY, mixed_ports, ["one.in", "two.in", "5555"], True),
    ("GM-106", "web-page", putting("nodes", "page", "sockets", "http", "endpoints", "main", value="ipc"),
     ["page.http", "STREAM", "ipc", "tcp"], True),
    ("GM-107", MANY, bound("tcp://127.0.0.1"), ["one.in", "port"], True),
    ("GM-107", MANY, bound("tcp://127.0.0.1:70000"), ["70000"], True),
    ("GM-107", MANY, bound("ipc://" + "x" * 108), ["108"], True),
    ("GM-107", MANY, bound("ipc://" + "x" * 107), [], False),
    ("GM-107", MANY, bound("tcp://192.0.2.1:5555"), ["192.0.2.1", "loopback"], True),
    ("GM-107", MANY, bound("tcp://example.org:5555"), ["example.org"], True),
    ("GM-107", MANY, bound("tcp://*:5555"), [], False),
    ("GM-107", MANY, bound("tcp://[::1]:5555"), [], False),
    ("GM-107", MANY, bound("http://127.0.0.1:80"), ["http"], True),
    ("GM-107", MANY, bound("nonsense"), ["nonsense"], True),
    ("GM-107", MANY, bound("tcp://127.0.0.1:${port}"), ["${node}"], True),
    ("GM-107", MANY, bound("tcp://127.0.0.1:1;127.0.0.1:5555"), ["connecting"], True),
    ("GM-107", MANY, bound("pgm://127.0.0.1:1"), ["pgm"], True),
    ("GM-107", MANY, bound("wss"), [], False),
    ("GM-108", MANY, bound("wss"), ["one.in", "certificate", "tls.key"], True),
    ("GM-107", PIPE, external("wss://127.0.0.1:5000/x"), [], False),
    ("GM-107", PIPE, external("tcp://192.0.2.1:5555"), ["orders.out", "no socket of ours"], True),
    ("GM-107", PIPE, external("tcp://127.0.0.1"), ["program outside", "said to listen", "port"], True),
    ("GM-107", MANY, bound("ws://127.0.0.1:5555/path"), [], False),
    ("GM-107", MANY, bound("ws://192.0.2.1:5555/path"), ["192.0.2.1", "loopback"], True),
    ("GM-109", PIPE, option("lingre", 3), ["orders.out", "lingre", "linger"], True),
    ("GM-109", PIPE, option("sndhvm", "many"), ["sndhvm"], True),
    ("GM-109", PIPE, option("zork", 1), ["zork"], True),
    ("GM-109", PIPE, option("sndhwm", -5), ["sndhwm", "-5"], True),
    ("GM-109", PIPE, option("sndhwm", "many"), ["sndhwm", "many"], True),
    ("GM-109", PIPE, option("router_mandatory", 1), ["router_mandatory", "PUSH", "ROUTER"], True),
    ("GM-109", PIPE, option("subscribe", "a"), ["subscribe"], True),
    ("GM-110", PIPE, of_orders(value={"part": "shop"}), ["orders", "shop"], False),
    ("GM-111", PIPE, of_orders("proces", value="ingest"), ["proces"], True),
    ("GM-111", PIPE, of_orders("zork", value=1), ["zork"], True),
    ("GM-111", PIPE, putting("nodez", value={}), ["nodez"], True),
    ("GM-111", PIPE, putting("format", value="glassmq/2"), ["glassmq/2", "glassmq/1"], True),
    ("GM-111", PIPE, dropping("format"), ["format"], True),
    ("GM-111", PIPE, dropping("name"), ["name"], False),
    ("GM-111", PIPE, of_orders("behaviour", value="generater"), ["generater", "generator"], True),
    ("GM-111", PIPE, of_orders("with", "rate_per_sec", value=3), ["rate_per_sec"], True),
    ("GM-111", PIPE, of_orders("with", "rate_per_s", value="fast"), ["fast", "number"], False),
    ("GM-111", PIPE, of_orders("process", value="ingset"), ["ingset", "ingest"], True),
    ("GM-111", PIPE, of_orders("process", value="elsewhere"), ["elsewhere"], True),
    ("GM-111", PIPE, typed("orders", "out", "PUHS"), ["PUHS", "PUSH"], True),
    ("GM-111", PIPE, typed("orders", "out", "REP"), ["orders.out", "REP", "generator"], True),
    ("GM-111", PIPE, dropping("nodes", "orders", "sockets", "out"), ["orders", "generator", "out"], True),
    ("GM-111", PIPE, putting("links", "orders-work-1", "bind", value="order.out"),
     ["order", "orders-work-1"], True),
    ("GM-111", PIPE, putting("links", "orders-work-1", "bind", value="orders.ouch"), ["ouch", "out"], True),
    ("GM-111", PIPE, putting("links", "orders-work-1", "bind", value="zebra.out"), ["zebra"], True),
    ("GM-111", PIPE, putting("links", "orders-work-1", "endpoint", value="mane"),
     ["mane", "main", "orders.out", "work-1.in"], True),
    ("GM-111", PIPE, putting("links", "orders-work-1", "bind", value=7), ["7", "text"], False),
    ("GM-111", PIPE, of_orders("part", value="shop"), ["both", "orders"], True),
    ("GM-111", PIPE, putting("nodes", "on", value={"behaviour": "manual"}), ["on"], False),
    ("GM-111", PIPE, putting("nodes", "A B", value={"behaviour": "manual"}), ["A B"], False),
    ("GM-112", PIPE, several_frames("SCATTER"), ["orders.out", "SCATTER", "single", "2"], True),
    ("GM-112", PIPE, several_frames("PUSH"), [], False),
    ("GM-112", "radio", putting("nodes", "studio", "with", "frames", value=["a", "b"]), [], False),
    ("GM-112", "radio", putting("nodes", "studio", "with", "frames", value=["a", "b", "c"]), ["3"], True),
    ("GM-112", PIPE, several_frames("DGRAM"), ["orders.out", "DGRAM", "an address and one frame", "2"], True),
    ("GM-201", "radio", dropping("nodes", "jazz", "sockets", "in", "joins"), ["jazz.in", "DISH"], True),
    ("GM-214", "radio", silent_studio, ["studio.out", "'nobody'", "'news'"], True),
    ("GM-214", "radio", putting("nodes", "studio", "with", "group", value="news"), [], False),
    ("GM-201", "slow-subscriber", dropping("nodes", "report", "sockets", "in", "subscriptions"),
     ["report.in", "ticker.out", "SUB"], True),
    ("GM-209", "two-processes", putting("links", "back", value=BACK), ["bench"], False),
    ("GM-209", PIPE, ring, ["here", "there", "wait"], False),
    ("GM-304", PIPE, of_orders(value={"behaviour": "script"}), ["orders", "script"], False),
    ("GM-304", PIPE, putting("weather", value={"latency_ms": 1}), ["weather"], False),
    ("GM-304", PIPE, option("rate", 100), ["rate"], False),
    ("GM-304", PIPE, of_orders("sockets", "out", "joins", value=["a"]), ["orders.out", "DISH"], False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "name", "change", "words", "has_fix"),
    CASES,
    ids=[f"{code}-{number}" for number, (code, *_) in enumerate(CASES)],
)
def test_a_rule_finds_its_problem_and_its_fix_ends_it(
    code: str, name: str, change: Change, words: list[str], has_fix: bool
) -> None:
    document = changed(change, name)
    before = json.dumps(document)
    findings = found(document, code)
    said = " ".join(finding.sentence for finding in findings)
    assert bool(findings) == bool(words), said
    assert all(word in said for word in words), said
    assert any(finding.fix for finding in findings) == has_fix
    if has_fix:
        assert found(fixed(document, code), code) == []
    assert json.dumps(document) == before


@pytest.mark.parametrize("code", ["GM-101", "GM-102", "GM-103", "GM-104", "GM-105"])
def test_what_is_switched_off_is_not_complained_about(code: str) -> None:
    for each, name, change, words, _ in CASES:
        if each == code and words:
            document = changed(change, name)
            for node in document["nodes"].values():
                node["enabled"] = False
            assert found(document, code) == []


def test_a_swap_to_pub_and_sub_is_one_fix_that_subscribes() -> None:
    document = changed(typed("work-1", "in", "SUB"))
    document["links"] = {"only": {"connect": "work-1.in", "bind": "orders.out"}}
    del document["nodes"]["work-2"], document["nodes"]["work-3"]
    fix = found(document, "GM-101")[0].fix
    assert fix is not None
    assert fix.label == "Make orders.out a PUB"


def test_hosts_can_be_allowed_by_the_person_at_the_server() -> None:
    document = changed(bound("tcp://192.0.2.1:5555"), "many-to-many")
    assert [finding.code for finding in check(document)] == ["GM-107"]
    assert check(document, allow_hosts=["192.0.2.1"]) == []
    assert check(document, allow_hosts=["*"]) == []


def test_every_problem_is_reported_at_once_errors_first() -> None:
    document = example("pipeline")
    document["nodes"]["orders"]["zork"] = 1
    document["nodes"]["work-1"]["sockets"]["in"]["type"] = "SUB"
    document["nodes"]["work-2"]["sockets"]["in"]["options"]["rcvhwn"] = 1
    document["nodes"]["work-3"]["behaviour"] = "snik"
    document["weather"] = {"loss": 2}
    document["notes"] = {"a": {"at": [0, 0], "text": "t"}}
    codes = [finding.code for finding in check(document)]
    assert codes == ["GM-111", "GM-111", "GM-111", "GM-101", "GM-109", "GM-201", "GM-304", "GM-304"]
    assert check(document) == check(document)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_documents_of_the_format_have_no_errors_but_their_parts(path: Path) -> None:
    findings = check(read(path.read_bytes()))
    assert {finding.code for finding in findings} <= {"GM-110", "GM-304"}


def test_all_that_the_reference_shows_and_nothing_acts_on_is_told_once() -> None:
    document = read((Path(__file__).parent / "documents" / "reference.yaml").read_bytes())
    told = [finding.sentence for finding in found(document, "GM-304")]
    assert len(told) == len(set(told)) == 11
    for word in ("hosts", "parts", "weather", "notes", "views", "scenarios", "expectations", "probes",
                 "context", "script"):  # fmt: skip
        assert any(word in sentence for sentence in told), word


@pytest.mark.parametrize("each", examples(), ids=lambda each: each.name)
def test_the_examples_have_nothing_to_be_told(each: Any) -> None:
    assert check(example(each.name)) == []


def test_fields_that_begin_with_x_are_kept_and_never_read() -> None:
    document = example("pipeline")
    orders = document["nodes"]["orders"]
    link = document["links"]["orders-work-1"]
    for place in (document, orders, orders["with"], orders["sockets"]["out"], link):
        place["x-acme"] = {"anything": [1, None]}
    assert check(document) == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"format": "glassmq/1", "name": "x", "nodes": [], "links": 3, "processes": None},
        {"format": "glassmq/1", "name": "x", "nodes": {"a": None, "b": 1, "c": []}, "links": {"a": None}},
        {"format": "glassmq/1", "name": "x", "nodes": {"a": {"behaviour": "sink", "sockets": {"in": 3}}}},
        {"format": 3, "name": [], "nodes": {"a": {"part": "p", "sockets": {"in": {"type": "SUB"}}}}},
        {"format": "glassmq/1", "name": "x", "nodes": {"a": {"behaviour": "sink", "replicas": 10**9}}},
        {"format": "glassmq/1", "name": "x", "links": {"a": {"connect": "a.b", "bind": "c.d", "via": [[1]]}}},
        {"format": "glassmq/1", "name": "<script>alert(1)</script>", "parts": {"p": {"nodes": {"n": 1}}}},
    ],
)
def test_a_document_that_is_wrong_in_any_way_has_findings_and_never_crashes(document: Json) -> None:
    findings = check(document)
    assert all(finding.as_json()["sentence"] for finding in findings)
    assert [finding.severity for finding in findings] == sorted(
        (finding.severity for finding in findings), key=["error", "warning", "info"].index
    )


def test_brokers_are_no_cycle_of_waiting() -> None:
    for name in ("load-balancing", "proxy", "request-reply", "exclusive-pair"):
        assert found(example(name), "GM-209") == []
