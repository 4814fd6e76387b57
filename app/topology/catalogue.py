"""The catalogue: everything a page needs to know to draw, from the same tables that check the drawing."""

from dataclasses import fields
from functools import cache
from typing import Any, Final

from app.topology.declarations import BEHAVIOURS, Behaviour
from app.topology.document import DEEPEST, FORMAT, LARGEST_JSON, LARGEST_YAML
from app.topology.drawing import has_borders, peers_of
from app.topology.findings import RULES, SEVERITIES
from app.topology.link_rules import EXCLUSIVE
from app.topology.model import MOST_REPLICAS
from app.topology.parameters import LARGEST_MESSAGE
from app.topology.schema import parameters_schema
from app.topology.socket_rules import KEPT_ELSEWHERE
from engine.compatibility import DRAFT, SINGLE_FRAME, can_receive, can_send, transports_of
from engine.constants import SocketType
from engine.option_table import OPTIONS, OptionSpec
from engine.options import SocketOptions, options_for
from engine.type_table import TYPES

Json = Any

ORDER: Final = ("tcp", "ipc", "inproc", "ws", "wss", "udp")
"""Transports as they are offered, the most usual first."""


@cache
def catalogue() -> dict[str, Json]:
    """Return types, options, behaviours, rules, transports and limits as JSON."""
    return {
        "format": FORMAT,
        "types": [_type(each) for each in TYPES],
        "options": [
            _option(spec) for spec in OPTIONS.values() if not spec.secret and spec.name not in KEPT_ELSEWHERE
        ],
        "behaviours": [_behaviour(each) for each in BEHAVIOURS.values()],
        "rules": [
            {"code": code, "severity": SEVERITIES[code[3]], "title": title} for code, title in RULES.items()
        ],
        "transports": sorted(_transports(), key=ORDER.index),
        "limits": {
            "document_octets": LARGEST_JSON,
            "yaml_octets": LARGEST_YAML,
            "depth": DEEPEST,
            "replicas": MOST_REPLICAS,
            "message_octets": LARGEST_MESSAGE,
        },
    }


def _transports() -> set[str]:
    return {scheme for each in TYPES for way in (True, False) for scheme in transports_of(each, binding=way)}


def _type(socket_type: SocketType) -> dict[str, Json]:
    spec = TYPES[socket_type]
    return {
        "name": socket_type.name,
        "peers": list(peers_of(socket_type.name)),
        "sends": can_send(socket_type),
        "receives": can_receive(socket_type),
        "summary": spec.summary,
        "ending": spec.ending,
        "is_draft": socket_type in DRAFT,
        "binds_over": sorted(transports_of(socket_type, binding=True), key=ORDER.index),
        "connects_over": sorted(transports_of(socket_type, binding=False), key=ORDER.index),
        "has_borders": has_borders(socket_type.name),
        "is_exclusive": socket_type.name in EXCLUSIVE,
        "is_single_frame": socket_type in SINGLE_FRAME,
        "own_defaults": _own_defaults(socket_type),
    }


def _own_defaults(socket_type: SocketType) -> dict[str, Json]:
    """The options whose default is not that of the other types."""
    values = {field.name: getattr(options_for(socket_type), field.name) for field in fields(SocketOptions)}
    return {
        name: value
        for name, value in values.items()
        if name in OPTIONS
        and socket_type in (OPTIONS[name].types or TYPES)
        and value != OPTIONS[name].default
    }


def _option(spec: OptionSpec) -> dict[str, Json]:
    default = spec.default.decode("latin-1") if isinstance(spec.default, bytes) else spec.default
    return {
        "name": spec.name,
        "kind": spec.kind,
        "default": default,
        "unit": spec.unit,
        "minimum": spec.minimum,
        "maximum": spec.maximum,
        "types": [each.name for each in spec.types or TYPES],
        "live": spec.live,
        "summary": spec.summary,
        "acted_on": spec.acted_on,
    }


def _behaviour(behaviour: Behaviour) -> dict[str, Json]:
    return {
        "name": behaviour.name,
        "label": behaviour.label,
        "summary": behaviour.summary,
        "icon": behaviour.icon,
        "stage": behaviour.stage,
        "free_roles": behaviour.has_free_roles,
        "roles": [
            {"name": role.name, "types": list(role.types), "optional": role.optional, "summary": role.summary}
            for role in behaviour.roles
        ],
        "parameters": parameters_schema(behaviour.name),
        "sliders": [
            {
                "path": list(slider.path),
                "label": slider.label,
                "minimum": slider.minimum,
                "maximum": slider.maximum,
                "step": slider.step,
                "unit": slider.unit,
                "scale": slider.scale,
            }
            for slider in behaviour.sliders
        ],
    }
