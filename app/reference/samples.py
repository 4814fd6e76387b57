"""Small topologies that show one type, option, transport or event at work, made to be opened and run."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from app.topology.document import FORMAT
from app.topology.examples import example
from app.topology.socket_rules import KEPT_ELSEWHERE
from engine.compatibility import transports_of
from engine.constants import SocketType
from engine.option_table import OptionSpec

Json = Any
Document = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Actor:
    """One node with one socket."""

    node: str
    behaviour: str
    role: str
    type: str
    parameters: Mapping[str, Json] = field(default_factory=dict)
    asks: Mapping[str, Json] = field(default_factory=dict)
    """What else its socket has: subscriptions, groups."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Two actors; the one on the right binds where ``right_binds``, else the one on the left."""

    left: Actor
    right: Actor
    right_binds: bool = False


def _feed(own: str, peer: str, **asks: Json) -> Scene:
    parameters: dict[str, Json] = {"rate_per_s": 20, "payload": "order ${seq}"}
    if own == "RADIO":
        parameters["group"] = "news"
    return Scene(
        Actor("orders", "generator", "out", own, parameters),
        Actor("desk", "sink", "in", peer, {"service_ms": 5}, asks),
    )


def _dialogue(own: str, peer: str) -> Scene:
    return Scene(
        Actor("ann", "client", "ask", own, {"payload": "ann asks ${seq}", "think_ms": 50}),
        Actor("desk", "echo", "serve", peer, {"reply": {"change": "upper-case"}}),
        right_binds=True,
    )


SCENES: Final[dict[str, Scene]] = {
    "PUSH": _feed("PUSH", "PULL"),
    "PULL": _feed("PUSH", "PULL"),
    "PUB": _feed("PUB", "SUB", subscriptions=[""]),
    "SUB": _feed("PUB", "SUB", subscriptions=[""]),
    "XPUB": _feed("XPUB", "SUB", subscriptions=[""]),
    "PAIR": _feed("PAIR", "PAIR"),
    "REQ": _dialogue("REQ", "REP"),
    "REP": _dialogue("REQ", "REP"),
    "DEALER": _dialogue("DEALER", "ROUTER"),
    "ROUTER": _dialogue("DEALER", "ROUTER"),
    "CLIENT": _dialogue("CLIENT", "SERVER"),
    "SERVER": _dialogue("CLIENT", "SERVER"),
    "PEER": _dialogue("PEER", "PEER"),
    "DGRAM": _dialogue("DGRAM", "DGRAM"),
    "RADIO": _feed("RADIO", "DISH", joins=["news"]),
    "DISH": _feed("RADIO", "DISH", joins=["news"]),
    "SCATTER": _feed("SCATTER", "GATHER"),
    "GATHER": _feed("SCATTER", "GATHER"),
    "CHANNEL": _feed("CHANNEL", "CHANNEL"),
}
"""The types at work, each with its natural peer."""

STORIES: Final = {"XSUB": "proxy", "STREAM": "web-page"}
"""Types that need a story of their own, which is among the examples."""

VALUES: Final[dict[str, Json]] = {
    "sndhwm": 20,
    "rcvhwm": 20,
    "linger": 1000,
    "sndtimeo": 500,
    "rcvtimeo": 500,
    "routing_id": "ann",
    "sndbuf": 4096,
    "rcvbuf": 4096,
    "reconnect_ivl": 500,
    "reconnect_ivl_max": 10_000,
    "connect_timeout": 2000,
    "handshake_ivl": 5000,
    "maxmsgsize": 65_536,
    "backlog": 10,
    "heartbeat_ivl": 1000,
    "heartbeat_timeout": 3000,
    "heartbeat_ttl": 6000,
    "tos": 16,
    "tcp_keepalive": 1,
    "tcp_keepalive_cnt": 5,
    "tcp_keepalive_idle": 60,
    "tcp_keepalive_intvl": 10,
    "router_notify": 3,
    "reconnect_stop": 1,
    "tcp_maxrt": 10_000,
    "priority": 3,
    "xpub_welcome_msg": "welcome",
    "hello_msg": "hello",
    "disconnect_msg": "gone",
    "hiccup_msg": "lost for a moment",
    "metadata": "X-site:lab",
    "tcp_accept_filter": "127.0.0.0/8",
}
"""Values to show an option by; an option that is on or off is turned to what it is not."""

NOT_ALONE: Final = frozenset(("xpub_manual", "xpub_manual_last_value", "stream_notify", "invert_matching"))
"""Options that, set on one socket of a small scene, would only stop it."""

SEALED: Final = "wss"
"""The transport whose binding end shows a certificate."""
CERTIFICATE: Final = "reference"
"""What it is called, in the drawing and on the machine where it is made."""

SHOWN_ON: Final = {"probe_router": "DEALER", "routing_id": "DEALER", "only_first_subscribe": "XPUB"}
"""The socket type that shows an option best, where it is not the first that has it."""


def sample_of_type(name: str) -> Document | None:
    """Return a topology in which a socket of this type works; ``None`` where there is none yet."""
    if name in STORIES:
        return example(STORIES[name])
    if name not in SCENES:
        return None
    scene = SCENES[name]
    peer = scene.right.type if scene.left.type == name else scene.left.type
    scheme = "udp" if name == "DGRAM" else "tcp"
    return _document(
        f"{name} with {peer}", f"What a {name} does, with a {peer} at its other end.", scene, scheme
    )


def sample_of_transport(scheme: str) -> Document | None:
    """Return a topology over this transport; ``None`` for one that no type of the scenes binds."""
    for name in ("PUSH", "DISH"):
        if scheme in transports_of(SocketType[name], binding=True):
            scene = SCENES[name]
            turned = Scene(scene.left, scene.right, right_binds=name == "DISH")
            title = f"{scene.left.type} and {scene.right.type} over {scheme}"
            return _document(title, f"The same sockets as ever, over {scheme}.", turned, scheme)
    return None


def sample_of_option(spec: OptionSpec) -> Document | None:
    """Return a topology in which this option is set; ``None`` for one that cannot be shown by itself."""
    name = spec.name
    value = 1 - int(spec.default) if spec.kind == "bool" else VALUES.get(name)
    if name in KEPT_ELSEWHERE or name in NOT_ALONE or value is None:
        return None
    types = [each.name for each in spec.types if each.name in SCENES]
    if spec.types and not types:
        return None
    own = SHOWN_ON.get(name, types[0] if types else "PUSH")
    if own == "PAIR":  # the first of all senders and all receivers, by number
        own = "PULL" if "PUSH" not in types else "PUSH"
    scene = SCENES[own]
    document = _document(f"{name} on a {own}", spec.summary, scene)
    actor = scene.left if scene.left.type == own else scene.right
    document["nodes"][actor.node]["sockets"][actor.role]["options"] = {name: value}
    return document


def sample_of(type_or_example: str) -> Document:
    """Return the topology of a type's scene, or of an example."""
    found = sample_of_type(type_or_example) if type_or_example in SCENES else example(type_or_example)
    assert found is not None
    return found


def _document(name: str, description: str, scene: Scene, scheme: str = "tcp") -> Document:
    left, right = scene.left, scene.right
    one_process = scheme == "inproc"
    processes = ("both", "both") if one_process else ("left", "right")
    nodes = {
        actor.node: {
            "behaviour": actor.behaviour,
            "process": process,
            "at": [x, 190],
            "with": deepcopy(dict(actor.parameters)),
            "sockets": {actor.role: {"type": actor.type, **deepcopy(dict(actor.asks))}},
        }
        for actor, process, x in zip((left, right), processes, (134, 508), strict=True)
    }
    bind, connect = (right, left) if scene.right_binds else (left, right)
    nodes[bind.node]["sockets"][bind.role]["endpoints"] = {"main": scheme}  # type: ignore[index]
    keys: Document = {}
    if scheme == SEALED:
        nodes[bind.node]["sockets"][bind.role]["tls"] = {"key": CERTIFICATE}  # type: ignore[index]
        nodes[connect.node]["sockets"][connect.role]["tls"] = {"trust": [CERTIFICATE]}  # type: ignore[index]
        keys = {"keys": {CERTIFICATE: {"kind": "tls", "secret": {"stored": CERTIFICATE}}}}
    link = {"connect": f"{connect.node}.{connect.role}", "bind": f"{bind.node}.{bind.role}"}
    return {
        "format": FORMAT,
        "name": name,
        "description": description,
        "tags": ["reference"],
        "processes": {process: {} for process in dict.fromkeys(processes)},
        "nodes": nodes,
        "links": {f"{left.node}-{right.node}": link},
        **keys,
    }
