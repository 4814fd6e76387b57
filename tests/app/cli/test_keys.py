"""The keys of this machine at a terminal: made, imported, listed, shown, deleted, and used by a run."""

import io
from pathlib import Path
from typing import Any

import pytest
import zmq

from app.cli.main import main
from app.topology.document import write
from tests.app.topology.secured import curve_feed


@pytest.fixture
def keys(tmp_path: Path, capsys: Any) -> Any:
    """Call ``glassmq keys`` on a machine of its own; gives the exit code and what was said."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["keys", "--data", str(tmp_path / "data"), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_key_is_made_listed_shown_and_deleted(keys: Any) -> None:
    assert keys() == (0, "", "")
    code, public, _ = keys("--make", "feed")
    assert (code, len(public.strip())) == (0, 40)
    _, secret, _ = keys("--show", "feed")
    assert zmq.curve_public(secret.strip().encode()).decode() == public.strip()
    assert keys()[1].split() == ["feed", "curve", public.strip()]
    assert keys("--make", "feed")[0] == 2
    assert keys("--delete", "feed")[0] == 0
    assert keys() == (0, "", "")
    assert keys("--show", "feed")[2] == "glassmq: there is no key named 'feed'\n"


def test_a_secret_is_read_from_standard_input_and_a_wrong_one_not_repeated(
    keys: Any, monkeypatch: Any
) -> None:
    public, secret = zmq.curve_keypair()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{secret.decode()}\n"))
    assert keys("--import", "feed") == (0, f"{public.decode()}\n", "")
    monkeypatch.setattr("sys.stdin", io.StringIO("let me in\n"))
    assert keys("--import", "alice", "--plain") == (0, "alice\n", "")
    monkeypatch.setattr("sys.stdin", io.StringIO("let me in\n"))
    code, _, error = keys("--import", "desk")
    assert code == 2
    assert error.startswith("glassmq: what was given for 'desk' cannot be used: not a key: give 32 octets")
    assert "let me in" not in error
    assert "a-z" in keys("--make", "No name")[2]


def test_a_certificate_is_made_listed_and_imported(keys: Any, monkeypatch: Any) -> None:
    code, public, _ = keys("--make", "web", "--tls")
    assert (code, public.splitlines()[0]) == (0, "-----BEGIN CERTIFICATE-----")
    assert keys()[1].startswith("web                  tls    localhost, 127.0.0.1, ::1, until 20")
    _, secret, _ = keys("--show", "web")
    assert "PRIVATE KEY" in secret
    monkeypatch.setattr("sys.stdin", io.StringIO(secret))
    assert keys("--import", "again", "--tls") == (0, public, "")
    monkeypatch.setattr("sys.stdin", io.StringIO(public))
    assert "it has no private key" in keys("--import", "bad", "--tls")[2]


def test_a_run_reads_the_variables_that_are_meant_for_drawings(
    tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    names = {"feed": "GLASSMQ_SECRET_FEED", "desk": "DESK"}
    for variable in names.values():
        monkeypatch.setenv(variable, zmq.curve_keypair()[1].decode())
    keys = {name: {"kind": "curve", "secret": {"env": variable}} for name, variable in names.items()}
    document = curve_feed(**keys)
    document["nodes"]["feed"]["with"] = {"rate_per_s": 200, "delay_ms": 100}
    file = tmp_path / "feed.yaml"
    file.write_text(write(document, "yaml"))
    run = ["run", str(file), "--for", "1", "--json", "--data", str(tmp_path / "data")]
    assert main(run) == 2
    assert "GM-114 the secret of key desk is not here: a drawing may not read" in capsys.readouterr().err
    monkeypatch.setenv("GLASSMQ_ALLOW_ENV", "DESK")
    assert main(run) == 0
    assert '"balanced": true' in capsys.readouterr().out


def test_a_run_without_its_keys_says_which_and_makes_them_when_asked(tmp_path: Path, capsys: Any) -> None:
    document = curve_feed()
    document["nodes"]["feed"]["with"] = {"rate_per_s": 200, "delay_ms": 100}
    file = tmp_path / "feed.yaml"
    file.write_text(write(document, "yaml"))
    run = ["run", str(file), "--for", "1", "--json", "--data", str(tmp_path / "data")]
    assert main(run) == 2
    assert "GM-114 the secret of key feed is not here: there is no stored key feed" in capsys.readouterr().err
    assert main([*run, "--make-keys"]) == 0
    assert '"balanced": true' in capsys.readouterr().out
