"""The entries of the socket options, from the engine's table."""

from typing import Final

from app.reference.entry import Entry, Fact, Ref
from app.reference.samples import Document, sample_of, sample_of_option
from app.topology.socket_rules import KEPT_ELSEWHERE
from engine.option_numbers import ABSENT, ALIASES, CONTEXT_ABSENT, NUMBERS, STRICTER
from engine.option_table import ACTIONS, OPTIONS, READ_ONLY, RECEIVERS, SENDERS, WRITE_ONLY, OptionSpec

FAMILIES: Final = {
    "Queues and waiting": ("sndhwm", "rcvhwm", "linger", "sndtimeo", "rcvtimeo", "immediate", "conflate"),
    "Connections": ("reconnect_", "connect_timeout", "handshake_ivl", "heartbeat_", "backlog", "maxmsgsize"),
    "Publish and subscribe": ("xpub_", "xsub_", "only_first", "invert_", "subscribe", "unsub", "topics"),
    "Routing": ("router_", "routing_id", "connect_routing", "probe_", "req_", "stream_"),
    "Messages sent by themselves": ("hello_", "disconnect_", "hiccup_"),
    "Security": ("plain_", "curve_", "zap_", "mechanism", "gssapi_", "wss_"),
    "The network and the kernel": (
        "sndbuf", "rcvbuf", "tcp_", "ipv6", "tos", "priority", "busy_poll", "bindtodevice", "socks_",
        "multicast_", "rate", "recovery_", "ipc_", "use_fd", "affinity",
    ),
}  # fmt: skip
"""Beginnings of names, by what they are about; in the order of the reference."""
OTHERS: Final = "The socket itself"
NOT_HERE: Final = "Not here, and why"

KINDS: Final = {"int": "number", "bool": "switch: 0 or 1", "bytes": "octets", "str": "text"}

SEALED: Final = "websocket-tls"
SECURED: Final = "secured-feed"
"""The example that shows what the options of security do, without a secret in it."""


def option_entries() -> list[Entry]:
    """Return one entry for each option, family by family."""
    entries = [*map(_entry, OPTIONS.values()), *map(_told, READ_ONLY), *map(_done, ACTIONS)]
    entries += [_absent(name, *told, "socket") for name, told in ABSENT.items()]
    entries += [_absent(name, *told, "context") for name, told in CONTEXT_ABSENT.items()]
    order = [*FAMILIES, OTHERS, NOT_HERE]
    return sorted(entries, key=lambda entry: order.index(entry.group))


def family_of(name: str) -> str:
    """Return what an option is about."""
    return next((family for family, starts in FAMILIES.items() if name.startswith(starts)), OTHERS)


def _entry(spec: OptionSpec) -> Entry:
    facts = [
        _number(spec.name),
        Fact("Value", KINDS[spec.kind] + (f", in {spec.unit}" if spec.unit and spec.kind == "int" else "")),
        Fact("Default", "not shown, for it is a secret" if spec.secret else _default(spec)),
        Fact("Range", _range(spec)),
        _types(spec),
        Fact(
            "Takes effect",
            "at once, on connections that stand" if spec.live else "on later binds and connects",
        ),
        Fact("Read and written", "only written" if spec.name in WRITE_ONLY else "read and written"),
    ]
    if spec.name in STRICTER:
        facts.append(Fact("Other than in libzmq", STRICTER[spec.name]))
    if not spec.acted_on:
        facts.append(Fact("In this engine", "kept and told, and not acted on"))
    if spec.secret:
        facts.append(Fact("Secret", "no message, event, log or file of GlassMQ holds it"))
    if spec.name in KEPT_ELSEWHERE:
        facts.append(Fact("In a drawing", f"not an option: it has {KEPT_ELSEWHERE[spec.name]} of its own"))
    return Entry(
        "option",
        spec.name,
        spec.summary,
        facts=tuple(facts),
        see_also=_kin(spec.name),
        group=family_of(spec.name),
        example=_example(spec),
    )


def _example(spec: OptionSpec) -> Document | None:
    if spec.name.startswith("wss_"):
        return sample_of(SEALED)
    return sample_of(SECURED) if family_of(spec.name) == "Security" else sample_of_option(spec)


def _done(name: str) -> Entry:
    facts = (
        _number(name),
        Fact("Value", "octets"),
        Fact("Read and written", f"only written; `Socket.{name}` does the same"),
        Fact("Socket types", "", (Ref("type", "SUB"), Ref("type", "XPUB"))),
        Fact("In a drawing", f"not an option: it has {KEPT_ELSEWHERE[name]} of its own"),
    )
    return Entry(
        "option",
        name,
        ACTIONS[name],
        facts=facts,
        see_also=tuple(Ref("option", each) for each in ACTIONS if each != name),
        group=family_of(name),
        example=sample_of("SUB"),
    )


def _absent(name: str, number: int, reason: str, owner: str) -> Entry:
    facts = (Fact("Number", f"{number} (`ZMQ_{name.upper()}`), of a {owner}"), Fact("Why", reason))
    return Entry("option", name, f"Not here: {reason}.", facts=facts, group=NOT_HERE)


def _number(name: str) -> Fact:
    older = [f"`{old}`" for old, new in ALIASES.items() if new == name]
    also = f"; formerly {', '.join(older)}" if older else ""
    return Fact("Number", f"{NUMBERS[name]} (`ZMQ_{name.upper()}`){also}")


def _told(name: str) -> Entry:
    facts = (_number(name), Fact("Read and written", "only read"))
    return Entry("option", name, READ_ONLY[name], facts=facts, see_also=_kin(name), group=family_of(name))


def _default(spec: OptionSpec) -> str:
    if not isinstance(spec.default, int):
        return f"`{spec.default!r}`" if spec.default else "unset"
    unit = f" {spec.unit}" if spec.unit and spec.default not in (0, -1) else ""
    return f"`{spec.default}`{unit}"


def _range(spec: OptionSpec) -> str:
    if spec.kind == "bool":
        return "0 or 1"
    most = "no limit" if spec.maximum >= 2**31 - 1 else f"{spec.maximum:,}"
    counted = {"int": f" {spec.unit}".rstrip(), "bytes": " octets", "str": " characters"}[spec.kind]
    if most == "no limit":
        return f"{spec.minimum:,} or more" if spec.kind == "int" else "any length"
    return f"{spec.minimum:,} to {most}{counted}"


def _types(spec: OptionSpec) -> Fact:
    if not spec.types:
        return Fact("Socket types", "all")
    if spec.types == SENDERS:
        return Fact("Socket types", "all that send")
    if spec.types == RECEIVERS:
        return Fact("Socket types", "all that receive")
    return Fact("Socket types", "", tuple(Ref("type", each.name) for each in spec.types))


def _kin(name: str) -> tuple[Ref, ...]:
    """Return the options whose names begin alike."""
    stem = name.split("_")[0]
    known = [*OPTIONS, *READ_ONLY]
    return tuple(Ref("option", each) for each in known if each != name and each.split("_")[0] == stem)
