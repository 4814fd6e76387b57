"""Rules about one socket's options: that they exist, suit its type and have a possible value (GM-109)."""

from collections.abc import Iterator
from typing import Any, Final

from app.topology.drawing import Drawing, End, engine_type
from app.topology.findings import Finding, Fix, place, setting, unsetting
from app.topology.literals import is_secret_option
from engine.errors import OptionInvalid, OptionUnknown
from engine.option_table import OptionSpec
from engine.options import check, specification

Json = Any

KEPT_ELSEWHERE: Final = {
    "subscribe": "subscriptions",
    "unsubscribe": "subscriptions",
    "join": "joins",
    "leave": "joins",
    **dict.fromkeys(
        (
            "plain_server",
            "plain_username",
            "plain_password",
            "curve_server",
            "curve_publickey",
            "curve_secretkey",
            "curve_serverkey",
        ),
        "security",
    ),
    **dict.fromkeys(("wss_key_pem", "wss_cert_pem"), "tls"),
    **dict.fromkeys(("socks_username", "socks_password"), "proxy"),
}
"""Options of libzmq that a document says in its own way, and how it calls that."""


def option_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-109 for each option that libzmq does not have, not for this socket, or not with this value."""
    for end in drawing.sockets():
        for name, value in end.socket.options.items():
            finding = _option_finding(end, name, value)
            if finding is not None:
                yield finding


def known_option(name: str) -> OptionSpec | None:
    """Return what is known of an option, or ``None`` when libzmq has none of this name."""
    try:
        return specification(name)
    except OptionUnknown:
        return None


def _option_finding(end: End, name: str, value: Json) -> Finding | None:
    path = (*end.path, "options")
    removal = Fix(f"Remove {name}", (unsetting([*path, name]),))
    own = engine_type(end.socket.type)
    if is_secret_option(name) and isinstance(value, str):
        return None  # it stands there in the clear, which GM-113 tells
    if name == "socks_username" and "socks_password" in end.socket.options:
        return None  # it belongs to that, and moves with it
    if name in KEPT_ELSEWHERE:
        sentence = f"{end.name}: {name} is no option of a drawing; it has {KEPT_ELSEWHERE[name]} of its own"
        return Finding("GM-109", place(path), sentence, removal)
    try:
        spec = specification(name)
        if own is not None:
            check(spec, own, value)
    except OptionUnknown as error:
        known = end.socket.options
        if error.nearest is None or error.nearest in known or not _takes(end, error.nearest, value):
            sentence = f"{end.name}: there is no socket option {name}"
            return Finding("GM-109", place(path), sentence, removal)
        renamed = {**setting([*path, error.nearest], value), "at": list(known).index(name)}
        sentence = f"{end.name}: there is no socket option {name}; did you mean {error.nearest}?"
        fix = Fix(f"Rename it to {error.nearest}", (renamed, unsetting([*path, name])))
        return Finding("GM-109", place(path), sentence, fix)
    except OptionInvalid as error:
        shown = "" if is_secret_option(name) else f" = {value!r}"
        sentence = f"{end.name} ({end.socket.type}): option {name}{shown} is impossible: {error.why}"
        return Finding("GM-109", place(path), sentence, removal)
    return None


def _takes(end: End, name: str, value: Json) -> bool:
    own = engine_type(end.socket.type)
    try:
        if own is not None:
            check(specification(name), own, value)
    except OptionInvalid:
        return False
    return True
