"""The entries of the socket types, from the engine's tables."""

from typing import Final

from app.reference.entry import Entry, Fact, Ref
from app.reference.samples import sample_of_type
from engine.compatibility import DRAFT, SINGLE_FRAME, peers_of, transports_of
from engine.constants import SocketType
from engine.option_table import OPTIONS, RECEIVERS, SENDERS
from engine.type_table import TYPES

FRAMES: Final = {
    "STREAM": "exactly two: an id, and octets",
    "DGRAM": "exactly two: an address, and a body",
    "RADIO": "one; the group stands beside it",
    "DISH": "one; the group stands beside it",
}


def type_entries() -> list[Entry]:
    """Return one entry for each socket type."""
    return [_entry(each) for each in TYPES]


def _entry(own: SocketType) -> Entry:
    spec = TYPES[own]
    binds, connects = transports_of(own, binding=True), transports_of(own, binding=False)
    peers = peers_of(own)
    frames = "one" if own in SINGLE_FRAME else FRAMES.get(own.name, "one or more (multipart)")
    facts = [
        Fact("Number", f"{own.value} (`ZMQ_{own.name}`)"),
        Fact("Peers", "" if peers else "programs that speak no ZMTP", _types(peers)),
        Fact("Send", spec.sending),
        Fact("When it cannot", spec.stuck),
        Fact("Receive", spec.receiving),
        Fact("Frames of a message", frames),
        Fact("Binds over", "", _transports(binds)),
        Fact("Connects over", "", _transports(connects)),
        Fact("In libzmq", "draft: only in builds with the draft API" if own in DRAFT else "stable"),
        Fact("Specification", spec.specification or "none of 0MQ's own"),
    ]
    own_options = tuple(
        Ref("option", name)
        for name, option in OPTIONS.items()
        if own in option.types and option.types not in (SENDERS, RECEIVERS)
    )
    return Entry(
        "type",
        own.name,
        spec.summary,
        (spec.body,),
        (*facts, Fact("Options of its own", "", own_options)) if own_options else tuple(facts),
        see_also=tuple(ref for ref in _types(peers) if ref.name != own.name),
        group="Of libzmq's drafts" if own in DRAFT else "Stable",
        example=sample_of_type(own.name),
    )


def _types(types: tuple[SocketType, ...]) -> tuple[Ref, ...]:
    return tuple(Ref("type", each.name) for each in types)


def _transports(schemes: tuple[str, ...]) -> tuple[Ref, ...]:
    return tuple(Ref("transport", scheme) for scheme in schemes)
