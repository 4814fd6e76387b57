"""Drawings in which sockets are secured, and a machine with some keys, for tests of their rules."""

from typing import Any

from app.topology.key_shapes import CurveKey, PlainKey
from app.topology.keys_here import Known, Missing

Json = Any

ORDERS_PUBLIC = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
"""Of the key pair that the RFC and libzmq's manual use as their example."""


class Machine:
    """A machine whose store has these keys: public halves by name, None for a password."""

    def __init__(self, **stored: str | None) -> None:
        self.stored = stored

    def look(self, key: CurveKey | PlainKey) -> Known | Missing:
        name = key.secret.stored if key.secret else None
        if name not in self.stored:
            return Missing(f"there is no stored key {name} on this machine")
        return Known(self.stored[name])

    def is_taken(self, name: str) -> bool:
        return name in self.stored


def feed(server: Json = None, client: Json = None, *, address: str = "tcp", **keys: Json) -> Json:
    """A PUB in one process and a SUB in another, with the security given."""
    out = {"type": "PUB", "endpoints": {"main": address}}
    inbound = {"type": "SUB", "subscriptions": [""]}
    document: Json = {
        "format": "glassmq/1",
        "name": "Feed",
        "processes": {"here": {}, "there": {}},
        "nodes": {
            "feed": {"behaviour": "generator", "process": "here", "sockets": {"out": out}},
            "desk": {"behaviour": "sink", "process": "there", "sockets": {"in": inbound}},
        },
        "links": {"news": {"connect": "desk.in", "bind": "feed.out"}},
    }
    if address == "inproc":
        document["nodes"]["desk"]["process"] = "here"
        del document["processes"]["there"]
    if server is not None:
        out["security"] = server
    if client is not None:
        inbound["security"] = client
    if keys:
        document["keys"] = keys
    return document


def stored(name: str, kind: str = "curve", **more: Json) -> Json:
    return {"kind": kind, "secret": {"stored": name}, **more}


def curve_server(**more: Json) -> Json:
    return {"mechanism": "curve", "role": "server", "key": "feed", **more}


def curve_client(**more: Json) -> Json:
    return {"mechanism": "curve", "role": "client", "key": "desk", "server_key": "feed", **more}


def curve_feed(server: Json = None, client: Json = None, **more: Json) -> Json:
    """The feed by CURVE, with both keys stored."""
    keys = {"feed": stored("feed"), "desk": stored("desk")}
    return feed(server or curve_server(), client or curve_client(), **{**keys, **more})


def plain_feed(**more: Json) -> Json:
    server = {"mechanism": "plain", "role": "server", "allow": ["alice"]}
    client = {"mechanism": "plain", "role": "client", "key": "alice"}
    return feed(server, client, alice=stored("alice", "plain"), **more)


def sealed_feed(server: Json = None, client: Json = None, *, address: str = "wss", **keys: Json) -> Json:
    """The feed over wss, its certificate stored and believed."""
    document = feed(address=address, **{"web": stored("web", "tls"), **keys})
    shown = {"key": "web"} if server is None else server
    believed = {"trust": ["web"]} if client is None else client
    for node, role, tls in (("feed", "out", shown), ("desk", "in", believed)):
        if tls:
            document["nodes"][node]["sockets"][role]["tls"] = tls
    return document
