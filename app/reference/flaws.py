"""Small drawings that each have one flaw, made to be opened on the canvas, and what the checks say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.reference.samples import sample_of
from app.topology.findings import RULES, Finding
from app.topology.key_shapes import AnyKey
from app.topology.keys_here import Known, Missing
from app.topology.validate import check

Json = Any
Document = dict[str, Json]

OUT: Final = "nodes orders sockets out"
IN: Final = "nodes desk sockets in"
CURVE_SERVER: Final = {"mechanism": "curve", "role": "server", "key": "feed"}
CURVE_CLIENT: Final = {"mechanism": "curve", "role": "client", "key": "desk", "server_key": "feed"}
KEYS: Final = {name: {"kind": "curve", "secret": {"stored": name}} for name in ("feed", "desk")}


@dataclass(frozen=True, slots=True)
class Flaw:
    """A type's scene, and what is set in it."""

    changes: Mapping[str, Json]
    """Values by their path, its parts apart by spaces."""
    scene: str = "PUSH"
    stored: tuple[str, ...] = ("feed", "desk", "other")
    """The secrets of the machine on which it is looked at."""


def _waiting(to: str) -> Json:
    return {
        "behaviour": "worker",
        "process": "left" if to == "back" else "right",
        "at": [134 if to == "back" else 508, 340],
        "sockets": {"in": {"type": "PULL", "endpoints": {"main": "tcp"}}, "out": {"type": "PUSH"}},
    }


FLAWS: Final[Mapping[str, Flaw]] = {
    "GM-101": Flaw({IN: {"type": "SUB", "subscriptions": [""]}}),
    "GM-102": Flaw({"nodes orders enabled": False}),
    "GM-103": Flaw({f"{OUT} endpoints main": "tcp://127.0.0.1:5555", "nodes orders replicas": 2}),
    "GM-104": Flaw({"nodes desk replicas": 2}, "PAIR"),
    "GM-105": Flaw({f"{OUT} endpoints main": "inproc"}),
    "GM-106": Flaw({f"{OUT} endpoints main": "udp"}),
    "GM-107": Flaw({f"{OUT} endpoints main": "tcp://127.0.0.1:70000"}),
    "GM-108": Flaw({"keys": KEYS, f"{OUT} security": CURVE_SERVER}),
    "GM-109": Flaw({f"{OUT} options": {"sndhwm": -5}}),
    "GM-110": Flaw({"parts": {"shop": {"nodes": {}}}, "nodes branch": {"part": "shop", "at": [321, 340]}}),
    "GM-111": Flaw({"nodes orders behaviour": "generater"}),
    "GM-112": Flaw({"nodes orders with frames": ["head", "body"]}, "SCATTER"),
    "GM-113": Flaw({"keys": {"alice": {"kind": "plain", "password": "in the clear"}}}),
    "GM-114": Flaw(
        {"keys": KEYS, f"{OUT} security": CURVE_SERVER, f"{IN} security": CURVE_CLIENT}, stored=()
    ),
    "GM-201": Flaw({f"{IN} subscriptions": []}, "SUB"),
    "GM-209": Flaw(
        {
            "nodes there": _waiting("back"),
            "nodes back": _waiting("there"),
            "links there-back": {"connect": "there.out", "bind": "back.in"},
            "links back-there": {"connect": "back.out", "bind": "there.in"},
        }
    ),
    "GM-214": Flaw({"nodes orders with group": "weather"}, "RADIO"),
    "GM-215": Flaw(
        {
            "keys": {**KEYS, "other": {"kind": "curve", "secret": {"stored": "other"}}},
            f"{OUT} security": {**CURVE_SERVER, "allow": ["other"]},
            f"{IN} security": CURVE_CLIENT,
        }
    ),
    "GM-216": Flaw(
        {
            "nodes desk process": "left",
            "keys": KEYS,
            f"{OUT} endpoints main": "inproc",
            f"{OUT} security": CURVE_SERVER,
            f"{IN} security": CURVE_CLIENT,
        }
    ),
    "GM-304": Flaw({"weather": {"latency_ms": 20}}),
}
"""By the code of what is found in it; an error is the only one."""


class _Machine:
    """A machine with some secrets, as the checks ask for them; there are none in truth."""

    def __init__(self, stored: tuple[str, ...]) -> None:
        self._stored = stored

    def look(self, key: AnyKey) -> Known | Missing:
        name = key.secret.stored if key.secret else None
        return Known() if name in self._stored else Missing(f"there is no stored key {name} on this machine")

    def is_taken(self, name: str) -> bool:
        return name in self._stored


def drawing_of(code: str) -> Document:
    """Return a drawing in which exactly this is found."""
    flaw = FLAWS[code]
    document = sample_of(flaw.scene)
    document |= {"name": code, "description": f"{RULES[code]}: the checks say so, and how to mend it."}
    for path, value in flaw.changes.items():
        *way, last = path.split()
        place = document
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    return document


def findings_in(code: str) -> list[Finding]:
    """Return what the checks find in this drawing."""
    return check(drawing_of(code), here=_Machine(FLAWS[code].stored))
