"""Everything that leaves a server, while secured runs come and go, holds none of the secrets it keeps."""

import base64
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import zmq
from websockets.sync.client import ClientConnection, connect

from engine.z85 import decode
from tests.app.topology.secured import curve_feed, curve_server
from tests.support.server import ServerProcess

Json = Any

PASSWORD = "an imported password that nobody must see"
LIMIT_S = 30.0


def drawing() -> Json:
    """A feed by CURVE, with one let in and one turned away, an echo by PLAIN, and a feed over wss."""
    document = curve_feed(curve_server(allow=["desk"]), feed=_stored("made"), desk=_stored("imported"))
    document["nodes"]["stranger"] = {
        "behaviour": "sink",
        "process": "there",
        "sockets": {
            "in": {
                "type": "SUB",
                "subscriptions": [""],
                "security": {"mechanism": "curve", "role": "client", "key": "other", "server_key": "feed"},
            }
        },
    }
    document["links"]["refused"] = {"connect": "stranger.in", "bind": "feed.out"}
    document["keys"]["other"] = _stored("other")
    document["keys"]["alice"] = _stored("alice", "plain")
    document["nodes"]["server"] = {
        "behaviour": "echo",
        "process": "here",
        "sockets": {
            "serve": {
                "type": "REP",
                "endpoints": {"main": "tcp"},
                "security": {"mechanism": "plain", "role": "server", "allow": ["alice"]},
            }
        },
    }
    document["nodes"]["asker"] = {
        "behaviour": "client",
        "process": "there",
        "sockets": {
            "ask": {"type": "REQ", "security": {"mechanism": "plain", "role": "client", "key": "alice"}}
        },
    }
    document["keys"]["web"] = _stored("web", "tls")
    document["keys"]["bob"] = _stored("alice", "plain")
    document["nodes"]["ticker"] = {
        "behaviour": "generator",
        "process": "here",
        "sockets": {"out": {"type": "PUSH", "endpoints": {"main": "wss"}, "tls": {"key": "web"}}},
    }
    document["nodes"]["reader"] = {
        "behaviour": "sink",
        "process": "there",
        "sockets": {"in": {"type": "PULL", "tls": {"trust": ["web"]}, "proxy": "bob"}},
    }
    document["links"]["sealed"] = {"connect": "reader.in", "bind": "ticker.out"}
    document["links"]["ask"] = {"connect": "asker.ask", "bind": "server.serve"}
    return document


def _stored(name: str, kind: str = "curve") -> Json:
    return {"kind": kind, "secret": {"stored": name}}


class Everything:
    """Collects what a server lets out."""

    def __init__(self, url: str) -> None:
        self.seen: list[tuple[str, bytes]] = []
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=LIMIT_S)
        self._port = url.rpartition(":")[2]
        self._keys = 0

    def close(self) -> None:
        self._http.close()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        self._keys += 1
        headers = {"Idempotency-Key": f"key-{self._keys}", "If-Match": "*"}
        answer = self._http.request(method, path, headers=headers, **more)
        self.seen.append((f"{method} {path}", repr(answer.headers).encode() + answer.content))
        return answer

    def live(self) -> ClientConnection:
        url = f"ws://127.0.0.1:{self._port}/api/v1/live"
        return connect(url, subprotocols=["glassmq.v1"], max_queue=None)

    def hear(self, websocket: ClientConnection, *words: str) -> None:
        """Keep every frame until each of these words has come."""
        missing = set(words)
        end = time.monotonic() + LIMIT_S
        while missing:
            assert time.monotonic() < end, missing
            frame = websocket.recv(timeout=LIMIT_S)
            octets = frame.encode() if isinstance(frame, str) else frame
            self.seen.append(("websocket", octets))
            missing = {word for word in missing if word.encode() not in octets}

    def files(self, what: str, paths: Iterator[Path]) -> None:
        for path in paths:
            if path.is_file():
                self.seen.append((f"{what} {path.name}", path.read_bytes()))


def command_lines() -> Iterator[tuple[str, bytes]]:
    """Arguments and environments of every process that may be looked into."""
    for process in Path("/proc").iterdir():
        for file in ("cmdline", "environ"):
            try:
                yield f"{file} of {process.name}", (process / file).read_bytes()
            except OSError:
                continue


def forms(secret: str) -> list[bytes]:
    """A secret as it is, as its octets, in hex, and in base 64."""
    octets = [secret.encode()]
    if len(secret) == 40:
        octets.append(decode(secret))
    if "PRIVATE KEY" in secret:
        lines = secret[: secret.index("-----END")].splitlines()[1:]
        octets = [lines[1].encode(), base64.b64decode("".join(lines))]
    found = [form for each in octets for form in (each, each.hex().encode(), base64.b64encode(each))]
    return [*found, json.dumps(secret)[1:-1].encode()]


@pytest.mark.slow
def test_no_secret_leaves_the_server(tmp_path: Path) -> None:
    imported = zmq.curve_keypair()[1].decode()
    data = tmp_path / "data"
    with ServerProcess(data) as server:
        out = Everything(server.url)
        for body in (
            {"name": "made", "kind": "curve"},
            {"name": "other", "kind": "curve"},
            {"name": "imported", "kind": "curve", "secret": imported},
            {"name": "alice", "kind": "plain", "secret": PASSWORD},
            {"name": "web", "kind": "tls"},
        ):
            assert out.ask("POST", "/keys", json=body).status_code == 201
        with sqlite3.connect(data / "keys.sqlite3") as store:
            secrets = [row[0] for row in store.execute("SELECT secret FROM keys")]
        assert len(secrets) == 5
        assert {imported, PASSWORD} < set(secrets)
        (sealed,) = (secret for secret in secrets if "PRIVATE KEY" in secret)
        broken = [sealed[: sealed.index("-----BEGIN CERT")], sealed.replace("\n", "")]
        tls = {"name": "bad", "kind": "tls"}
        refused = [
            out.ask("POST", "/keys", json={"name": "alice", "kind": "plain", "secret": PASSWORD}),
            out.ask("POST", "/keys", json={"name": "bad", "kind": "curve", "secret": PASSWORD}),
            out.ask("POST", "/keys", json={"name": "bad", "kind": "no", "secret": imported}),
            out.ask("POST", "/keys", content=f'{{"secret": "{imported}"'),
            *(out.ask("POST", "/keys", json={**tls, "secret": each}) for each in broken),
        ]
        assert [answer.status_code for answer in refused] == [409, *[422] * 5]
        _use(out)
        out.close()
        _, words = server.stop()
        out.seen.append(("the server's log", words.encode()))
    out.files("after the end", iter(sorted(data.glob("glassmq.sqlite3*"))))
    assert {what.partition(" ")[0] for what, _ in out.seen} >= {
        "GET",
        "POST",
        "websocket",
        "words",
        "cmdline",
    }
    for secret in secrets:
        for form in forms(secret):
            assert [what for what, octets in out.seen if form in octets] == []


def _use(out: Everything) -> None:
    """Draw, run, look at everything, export, break, and end."""
    topology = out.ask("POST", "/topologies", json=drawing()).json()["id"]
    out.ask("GET", "/keys")
    out.ask("GET", f"/topologies/{topology}")
    out.ask("GET", f"/topologies/{topology}/findings")
    for export in out.ask("GET", "/formats").json()["items"]:
        status = out.ask("GET", f"/topologies/{topology}/exports/{export['name']}").status_code
        assert status == (422 if export["name"] == "pyzmq" else 200)  # pyzmq has no wss
    started = out.ask("POST", "/runs", json={"topology": topology})
    assert started.status_code == 202, started.text
    run = started.json()["id"]
    with out.live() as websocket:
        websocket.send(json.dumps({"kind": "subscribe", "ch": f"run/{run}/events", "from": 0}))
        for channel in ("state", "telemetry", "tokens"):
            websocket.send(json.dumps({"kind": "subscribe", "ch": f"run/{run}/{channel}"}))
        websocket.send(json.dumps({"kind": "subscribe", "ch": f"topology/{topology}"}))
        out.hear(websocket, '"not_let_in"', '"layout"')
        for link in ("news", "ask", "refused", "sealed"):
            out.ask("GET", f"/runs/{run}/links/{link}/messages")
        out.ask("GET", f"/runs/{run}")
        out.seen += command_lines()
        run_directories = Path(tempfile.gettempdir()).glob(f"glassmq-*/{run}/*.words")
        out.files("words", run_directories)
        out.ask("PATCH", f"/runs/{run}/processes/there", json={"state": "killed"})
        edit = {"kind": "set", "path": ["nodes", "feed", "sockets", "out", "security", "allow"], "value": []}
        out.ask("POST", f"/topologies/{topology}/edits", json={"edits": [edit]})
        out.ask("DELETE", f"/runs/{run}")
        out.hear(websocket, '"ended"')
    out.ask("DELETE", "/keys/other")
    out.ask("POST", "/runs", json={"topology": topology})
