"""``glassmq serve``, as a process: where it listens, what it refuses, how it stops."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.eventually import eventually
from tests.support.server import ROOT, ServerProcess


def serve_in_vain(*arguments: str) -> str:
    """Start ``serve`` where it must refuse; what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli.main", "serve", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_on_loopback_and_stops_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    with ServerProcess(tmp_path / "data") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/api/v1/health").json()["store"] == "ready"
        code, words = server.stop(number)
    assert (code, words) == (0, "")
    assert (tmp_path / "data" / "glassmq.sqlite3").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_no_process_of_a_run_outlives_the_server(tmp_path: Path, number: signal.Signals) -> None:
    with ServerProcess(tmp_path) as server:
        async with httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=30) as http:
            document = (await http.get("/examples/pipeline")).json()
            made = await http.post("/topologies", json=document, headers={"Idempotency-Key": "one"})
            wish = {"topology": made.json()["id"]}
            run = (await http.post("/runs", json=wish, headers={"Idempotency-Key": "one"})).json()["id"]
            view: dict[str, Any] = {"state": "starting"}
            while view["state"] == "starting":
                view = (await http.get(f"/runs/{run}")).json()
        assert view["state"] == "running"
        pids = [process["pid"] for process in view["processes"]]
        assert all(is_alive(pid) for pid in pids)
        server.stop(number)
        await eventually(lambda: not any(is_alive(pid) for pid in pids), "the processes end")


def is_alive(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_taken_port_means_the_next_free_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with ServerProcess(tmp_path, "--port", str(port)) as server:
            found = int(server.url.rpartition(":")[2])
            assert port < found <= port + 50
            assert httpx.get(f"{server.url}/api/v1/health").status_code == 200


def test_a_wider_address_wants_a_token(tmp_path: Path) -> None:
    words = serve_in_vain("--host", "0.0.0.0", "--data", str(tmp_path))
    assert "--token" in words
    with ServerProcess(tmp_path, "--host", "0.0.0.0", "--token", "t") as server:
        assert httpx.get(f"{server.url}/api/v1/topologies").status_code == 401


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "glassmq.toml").write_text("port = 'many'\n")
    assert "port" in serve_in_vain("--data", str(tmp_path))


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in serve_in_vain("--data", str(tmp_path / "file" / "data"))
