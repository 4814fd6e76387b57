"""The formats: nothing is lost in a topology file, a flowchart is one, programs are valid Python."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.errors import CannotExport, NotFound, TopologyHasErrors
from app.exporters.catalogue import EXPORTERS, export_document
from app.exporters.render import TEMPLATES
from app.topology.document import read
from app.topology.examples import example, examples
from tests.app.topology.secured import curve_client, curve_feed, curve_server, feed, plain_feed, stored

Json = Any

NAMES = [each.name for each in examples()]
NO_PROGRAMS = {
    "web-page": (["page"], "no program"),
    "client-server": (["ann", "bob", "cleo", "desk"], "CLIENT and SERVER"),
    "radio": (["studio", "news", "jazz", "everything"], "RADIO and DISH"),
    "radio-udp": (["studio", "news", "jazz", "everything"], "RADIO and DISH"),
    "multicast": (["mast", "kitchen", "garage", "attic"], "RADIO and DISH"),
    "websocket": (["sport", "ticker", "all"], "ws and wss"),
    "websocket-tls": (["sport", "ticker", "all"], "ws and wss"),
    "scatter-gather": (["grain", "mill", "oven"], "SCATTER and GATHER"),
}
"""Examples that pyzmq's wheels cannot run: the nodes in the way, and the reason."""
WRITTEN = [name for name in NAMES if name not in NO_PROGRAMS]
NASTY = 'x"""\n<script>alert(1)</script>\'\\ {{ 7 * 7 }} {% raw %} #] |"`'


def test_the_formats_are_these() -> None:
    assert list(EXPORTERS) == ["json", "yaml", "mermaid", "pyzmq"]
    with pytest.raises(NotFound):
        export_document(example("pipeline"), "visio")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_topology_file_loses_nothing(name: str, form: str) -> None:
    bundle = export_document(example(name), form)
    ((path, text),) = bundle.files
    assert path == f"topology.{form}"
    assert json.dumps(read(text)) == json.dumps(example(name))
    assert bundle.lost == ()


def test_a_drawing_with_errors_is_a_topology_file_and_nothing_else() -> None:
    document = {"format": "glassmq/1", "name": "wrong", "nodes": {"a": {"behaviour": "zork"}}}
    assert read(export_document(document, "json").files[0][1]) == document
    for name in ("mermaid", "pyzmq"):
        with pytest.raises(TopologyHasErrors):
            export_document(document, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_flowchart_has_every_node_and_an_arrow_for_each_link(name: str) -> None:
    document = example(name)
    text = export_document(document, "mermaid").files[0][1]
    assert text.startswith("---\ntitle: ")
    assert len(re.findall(r'^ +n\d+\[+"', text, re.MULTILINE)) == len(document["nodes"])
    assert len(re.findall(r'^  n\d+ <?-->\|"[^"]*"\| n\d+$', text, re.MULTILINE)) == len(document["links"])
    assert text.count("subgraph") == text.count("\n  end\n") == len(document["processes"])


def test_arrows_of_a_flowchart_go_where_messages_go() -> None:
    text = export_document(example("two-processes"), "mermaid").files[0][1]
    keys = dict(re.findall(r'(n\d+)\["(\w+)', text))
    arrows = re.findall(r'(n\d+) (<?-->)\|"([^"]*)"\| (n\d+)', text)
    assert [(keys[a], shape, keys[b]) for a, shape, _, b in arrows] == [
        ("jobs", "-->", "bench"),
        ("bench", "-->", "done"),
    ]
    assert [label for _, _, label, _ in arrows] == ["PUSH → PULL, ipc", "PUSH → PULL, tcp"]
    assert "wss, #128274; TLS" in export_document(example("websocket-tls"), "mermaid").files[0][1]
    both = export_document(example("request-reply"), "mermaid").files[0][1]
    assert both.count("<-->") == 2


def test_nothing_in_a_name_can_break_out_of_a_flowchart() -> None:
    document = example("pipeline")
    document["name"] = NASTY
    document["nodes"]["orders"]["label"] = NASTY
    text = export_document(document, "mermaid").files[0][1]
    line = next(line for line in text.splitlines() if line.startswith("    n1["))
    assert line.count('"') == 2
    assert "<script" not in text
    assert "{{ 7 * 7 }}" in text  # told, not computed


def programs(document: Json) -> dict[str, str]:
    return {path: text for path, text in export_document(document, "pyzmq").files if path.endswith(".py")}


@pytest.mark.parametrize("name", WRITTEN)
def test_there_is_one_program_for_each_process_and_a_launcher(name: str) -> None:
    document = example(name)
    found = programs(document)
    assert list(found) == [*(f"process_{each}.py" for each in document["processes"]), "run_all.py"]
    for path, text in found.items():
        ast.parse(text, path)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_programs_set_their_options_explicitly(name: str) -> None:
    document = example(name)
    text = "".join(programs(document).values())
    for node in document["nodes"].values():
        for socket in node["sockets"].values():
            assert f"zmq.{socket['type']}," in text
            for option, value in socket.get("options", {}).items():
                assert f"(zmq.{option.upper()}, {value})," in text


def test_the_programs_are_clean(tmp_path: Path) -> None:
    for name in WRITTEN:
        (tmp_path / name).mkdir()
        for path, text in programs(example(name)).items():
            (tmp_path / name / path).write_text(text, encoding="utf-8")
    select = ["--select", "E,F,W,B,PLE", "--line-length", "130"]
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", *select, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_in_a_document_becomes_code() -> None:
    document = example("pipeline")
    document["name"] = NASTY
    document["processes"]["ingest"]["label"] = NASTY
    document["nodes"]["orders"]["with"]["payload"] = NASTY
    document["nodes"]["orders"]["label"] = NASTY
    document["nodes"]["orders"]["sockets"]["out"]["options"]["routing_id"] = NASTY[:40]
    for path, text in programs(document).items():
        tree = ast.parse(text, path)
        names = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "alert" not in names


def test_addresses_are_those_of_the_drawing_and_the_others_are_allotted() -> None:
    document = example("many-to-many")
    document["nodes"]["one"]["sockets"]["in"]["endpoints"] = {"main": "tcp://*:5555"}
    document["nodes"]["two"]["sockets"]["in"]["endpoints"] = {"main": "ipc"}
    tree = ast.parse(programs(document)["run_all.py"])
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.isupper()
        and node.targets[0].id in ("ADDRESSES", "ALLOTTED")
    }
    assert values == {
        "ADDRESSES": {
            "one.in/main": ["tcp://*:5555"],
            "two.in/main": ["ipc://two.in.main.1.ipc"],
            "three.in/main": ["tcp://127.0.0.1:5556"],
        },
        "ALLOTTED": ["two.in/main", "three.in/main"],
    }


def test_what_no_program_can_do_is_named() -> None:
    document = example("pipeline")
    document["nodes"]["work-1"]["behaviour"] = "manual"
    document["nodes"]["work-1"].pop("with")
    document["nodes"]["work-2"] = {"behaviour": "script", "sockets": {"in": {"type": "PULL"}}}
    with pytest.raises(CannotExport) as caught:
        export_document(document, "pyzmq")
    assert sorted(caught.value.nodes) == ["work-1", "work-2"]


@pytest.mark.parametrize("name", NO_PROGRAMS)
def test_what_pyzmq_has_not_is_said_with_the_nodes_in_the_way(name: str) -> None:
    nodes, reason = NO_PROGRAMS[name]
    with pytest.raises(CannotExport, match=reason) as caught:
        export_document(example(name), "pyzmq")
    assert caught.value.nodes == nodes


def test_an_external_node_is_left_to_its_owner() -> None:
    document = example("pipeline")
    document["nodes"]["work-1"] = {"behaviour": "external", "sockets": {"in": {"type": "PULL"}}}
    bundle = export_document(document, "pyzmq")
    assert any("work-1" in sentence for sentence in bundle.lost)
    assert all("node_work_1" not in text for _, text in bundle.files)


def test_the_templates_are_where_a_checkout_has_them() -> None:
    assert any((place / "pyzmq" / "process.py.j2").is_file() for place in TEMPLATES)


def test_a_secured_topology_is_exported_without_its_secrets_and_says_where_they_come_from() -> None:
    document = example("secured-feed")
    public = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
    document["keys"]["feed"]["public"] = public
    found = programs(document)
    assert f"(zmq.CURVE_SERVERKEY, {public.encode()!r})," in found["process_bank.py"]
    assert "(zmq.CURVE_SECRETKEY, secret('EXAMPLE_TRADER_SECRET'))," in found["process_bank.py"]
    assert "(zmq.CURVE_SECRETKEY, secret('EXAMPLE_FEED_SECRET'))," in found["process_exchange.py"]
    assert "'EXAMPLE_AUDITOR_SECRET'" in found["run_all.py"]
    (lost,) = [each for each in export_document(document, "pyzmq").lost if "secrets" in each]
    assert lost.startswith("secrets are not in the programs; they read them from EXAMPLE_FEED_SECRET, ")
    assert "tcp, #128274; CURVE" in export_document(document, "mermaid").files[0][1]


def test_a_password_is_read_from_the_environment_at_both_ends() -> None:
    texts = programs(plain_feed())
    assert "(zmq.PLAIN_PASSWORD, secret('ALICE_SECRET'))," in texts["process_there.py"]
    assert "'alice': secret('ALICE_SECRET').decode()," in texts["process_here.py"]


def test_no_two_keys_share_a_variable_and_the_readme_tells_them_apart() -> None:
    document = curve_feed(
        curve_server(key="a-b", allow=["a_b"]),
        curve_client(key="a_b", server_key="a-b"),
        **{"a-b": stored("a-b"), "a_b": stored("a_b"), "third": stored("third")},
    )
    texts = dict(export_document(document, "pyzmq").files)
    assert "(zmq.CURVE_SECRETKEY, secret('A_B_SECRET'))," in texts["process_here.py"]
    assert "(zmq.CURVE_SECRETKEY, secret('A_B_SECRET_2'))," in texts["process_there.py"]
    assert "secret('A_B_PUBLIC')" in texts["process_here.py"]
    rows = [line for line in texts["README.md"].splitlines() if line.startswith("| `A_B")]
    z85 = "key, 40 characters of Z85"
    assert rows == [
        f"| `A_B_SECRET` | a-b | a secret CURVE {z85} | `glassmq keys --show a-b` |",
        f"| `A_B_PUBLIC` | a_b | a public CURVE {z85} | `glassmq keys`, where a_b is |",
        f"| `A_B_SECRET_2` | a_b | a secret CURVE {z85} | `glassmq keys --show a_b` |",
        f"| `A_B_PUBLIC_2` | a-b | a public CURVE {z85} | `glassmq keys`, where a-b is |",
    ]


def test_a_variable_that_the_drawing_names_keeps_its_name() -> None:
    document = curve_feed(desk={"kind": "curve", "secret": {"env": "FEED_SECRET"}})
    texts = programs(document)
    assert "secret('FEED_SECRET')" in texts["process_there.py"]
    assert "secret('FEED_SECRET_2')" in texts["process_here.py"]


def test_a_project_without_secrets_says_nothing_of_them() -> None:
    readme = dict(export_document(example("pipeline"), "pyzmq").files)["README.md"]
    assert "python run_all.py" in readme
    assert "Secrets" not in readme
    assert "| `process_" in readme


def test_the_password_of_a_proxy_comes_from_the_environment() -> None:
    document = feed(ann={"kind": "plain", "secret": {"stored": "ann"}})
    document["nodes"]["desk"]["sockets"]["in"].update(proxy="ann", options={"socks_proxy": "127.0.0.1:1080"})
    text = programs(document)["process_there.py"]
    assert "(zmq.SOCKS_PROXY, '127.0.0.1:1080'" in text
    assert "(zmq.SOCKS_USERNAME, b'ann')," in text
    assert "(zmq.SOCKS_PASSWORD, secret('ANN_SECRET'))," in text


def test_a_certificate_that_no_link_needs_is_nothing_to_a_program() -> None:
    document = feed(web=stored("web", "tls"))
    document["nodes"]["feed"]["sockets"]["out"]["tls"] = {"key": "web"}
    readme = dict(export_document(document, "pyzmq").files)["README.md"]
    assert "Secrets" not in readme
