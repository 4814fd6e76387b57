"""The command line: check, examples, schema, export and run, as a person or a script uses them."""

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.cli.main import main
from app.topology.document import read, write
from app.topology.examples import example, examples

Json = Any


@pytest.fixture
def put(tmp_path: Path) -> Any:
    """Write a document, or any text, and return the file's name."""

    def write_file(content: Json, name: str = "topology.json") -> str:
        text = content if isinstance(content, str) else write(content, "yaml" if "yaml" in name else "json")
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write_file


def broken() -> Json:
    document = example("pipeline")
    document["nodes"]["work-1"]["sockets"]["in"]["type"] = "SUB"
    document["notes"] = {"why": {"at": [0, 0], "text": "<b>"}}
    return document


@pytest.mark.parametrize("name", ["topology.json", "topology.yaml"])
def test_check_finds_nothing_wrong_with_an_example(put: Any, capsys: Any, name: str) -> None:
    assert main(["check", put(example("pipeline"), name)]) == 0
    assert capsys.readouterr().out == "no problems found\n"


def test_check_says_everything_and_exits_with_1_on_errors(put: Any, capsys: Any) -> None:
    assert main(["check", put(broken())]) == 1
    said = capsys.readouterr().out
    assert "error   GM-101 orders-work-1: work-1.in is a SUB" in said
    assert "fix: " in said
    assert said.splitlines()[-1] == "1 error, 1 warning, 1 info"


def test_check_exits_with_0_on_warnings(put: Any) -> None:
    document = example("slow-subscriber")
    document["nodes"]["screen"]["sockets"]["in"]["subscriptions"] = []
    assert main(["check", put(document)]) == 0


def test_check_gives_json(put: Any, capsys: Any) -> None:
    assert main(["check", put(broken()), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["errors"], told["warnings"], told["infos"]) == (1, 1, 1)
    assert [each["code"] for each in told["findings"]] == ["GM-101", "GM-201", "GM-304"]
    assert told["findings"][0]["where"] == {"link": "orders-work-1"}
    assert told["findings"][0]["fix"]["edits"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [1]\nb: *a", "anchors"),
        ("[" * 100_000, "deeper"),
        ('{"a": 1', "line 1"),
        ("", "a topology is a map"),
        ("format: glassmq/9\nname: x", ""),
    ],
)
def test_check_refuses_what_is_no_document_and_does_not_crash(
    put: Any, capsys: Any, text: str, said: str
) -> None:
    assert main(["check", put(text, "bad.yaml")]) == 1
    assert said in capsys.readouterr().err


def test_check_refuses_50_megabytes_at_once(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    began = time.monotonic()
    assert main(["check", str(path)]) == 1
    assert time.monotonic() - began < 10  # reading it would take a minute
    assert "50000000 octets" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(capsys: Any) -> None:
    for command in (["check", "nowhere.json"], ["export", "nowhere.json", "--to", "json"]):
        assert main(command) == 2
        assert "nowhere.json: No such file" in capsys.readouterr().err


def test_standard_input_is_a_file_too(monkeypatch: Any, capsys: Any) -> None:
    octets = write(example("proxy"), "yaml").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
    assert main(["export", "-", "--to", "json"]) == 0
    assert read(capsys.readouterr().out) == example("proxy")


def test_examples_are_listed_one_a_line_name_first(capsys: Any) -> None:
    assert main(["examples"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [each.name for each in examples()]
    assert lines[0] == "pipeline         Pipeline with a slow worker"


def test_an_example_is_printed_as_json(capsys: Any) -> None:
    assert main(["examples", "pipeline"]) == 0
    assert json.loads(capsys.readouterr().out) == example("pipeline")
    assert main(["examples", "nothing"]) == 2
    assert "no example named 'nothing'" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: Any) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.validate(example("pipeline"), schema, jsonschema.Draft202012Validator)


def test_formats_are_listed_name_first(capsys: Any) -> None:
    assert main(["export", "--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["json", "yaml", "mermaid", "pyzmq"]


def test_export_writes_a_file_or_several(put: Any, tmp_path: Path, capsys: Any) -> None:
    name = put(example("pipeline"))
    out = tmp_path / "picture.mmd"
    assert main(["export", name, "--to", "mermaid", "-o", str(out)]) == 0
    assert "flowchart LR" in out.read_text(encoding="utf-8")
    assert "not in this format" in capsys.readouterr().err
    assert main(["export", name, "--to", "pyzmq", "-o", str(tmp_path / "programs")]) == 0
    assert sorted(path.name for path in (tmp_path / "programs").iterdir()) == [
        "README.md",
        "process_ingest.py",
        "process_workers.py",
        "requirements.txt",
        "run_all.py",
    ]


def test_export_says_what_is_missing(put: Any, capsys: Any) -> None:
    name = put(example("pipeline"))
    assert main(["export", name, "--to", "pyzmq"]) == 2
    assert "-o DIRECTORY" in capsys.readouterr().err
    assert main(["export", name]) == 2
    assert main(["export", put(broken()), "--to", "pyzmq", "-o", "x"]) == 2
    assert "GM-101" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["export", name, "--to", "visio"])
    assert caught.value.code == 2


@pytest.mark.parametrize("arguments", [[], ["fly"], ["check"], ["run"], ["run", "x", "--for", "0"]])
def test_what_is_no_command_is_told(arguments: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: glassmq" in capsys.readouterr().err


def test_help_names_every_command(capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in ("serve", "check", "run", "export", "schema", "examples"))


def glassmq(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)


@pytest.mark.slow
def test_run_ends_with_the_books_as_the_last_line(put: Any) -> None:
    done = glassmq("run", put(example("two-processes")), "--for", "1.5")
    assert done.returncode == 0, done.stderr
    *lines, last = done.stdout.splitlines()
    books = json.loads(last)
    assert books["balanced"] is True
    assert books["seen"] == "both ends"
    assert [link["id"] for link in books["links"]] == ["jobs-bench", "bench-done"]
    lane = books["links"][0]["directions"]["to_connect"]
    assert set(lane) == {"accepted", "taken", "delivered", "queued", "in_flight", "dropped", "rate_per_s"}
    assert lane["accepted"] == lane["delivered"] >= 100
    assert lane["queued"] == lane["in_flight"] == 0
    assert {"id", "offered", "routed", "unrouted"} == set(books["sockets"][0])
    assert len(lines) == 2
    assert " accepted = " in lines[0]
    assert done.stderr.strip()


@pytest.mark.slow
def test_run_with_json_prints_the_books_only(put: Any) -> None:
    done = glassmq("run", put(example("exclusive-pair")), "--for", "1", "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["balanced"] is True


def test_run_of_a_drawing_with_errors_says_them(put: Any) -> None:
    done = glassmq("run", put(broken()), "--for", "1")
    assert done.returncode == 2
    assert "GM-101" in done.stderr
    assert done.stdout == ""
