"""The entries of the events, from their classes."""

from dataclasses import fields
from typing import Final

from app.reference.docstrings import fields_of, words_of
from app.reference.entry import Entry, Fact, Ref, Table
from app.reference.samples import sample_of
from engine.monitor.events import EVENTS, QueueEvent, SocketEvent

SHOWN_BY: Final = {
    "Subscription": "SUB",
    "Group": "DISH",
    "Hwm": "back-pressure",
    "Dropped": "slow-subscriber",
    "Unrouted": "slow-subscriber",
}
"""Beginnings of names, and the topology in which such events happen; others happen in any."""

GROUPS: Final = (
    ("Queues", ("Hwm", "Dropped", "Unrouted")),
    ("Subscriptions and groups", ("Subscription", "Group")),
    ("Handshakes", ("Handshake",)),
    ("Endpoints", ("Listening", "Bind", "Endpoint", "Close")),
    ("Observing itself", ("Events", "Monitor")),
)
OTHERS: Final = "Connections"


def event_entries() -> list[Entry]:
    """Return one entry for each event, in the order of the engine's table."""
    return [_entry(each) for each in EVENTS]


def _entry(event: type[SocketEvent]) -> Entry:
    words = words_of(event)
    told = {
        field.name: field for kind in reversed(event.__mro__) if _is_event(kind) for field in fields_of(kind)
    }
    rows = tuple(
        (f"`{name}`", f"`{told[name].type}`", told[name].words)
        for name in (each.name for each in fields(event))
    )
    number = f"`0x{event.number:04X}`" if event.number else "none"
    named = f" ({', '.join(f'`ZMQ_EVENT_{name}`' for name in words.libzmq)})" if words.libzmq else ""
    facts = [
        Fact("Number in libzmq", number + named if event.number else "none: libzmq tells nothing like it")
    ]
    if issubclass(event, QueueEvent):
        facts.append(Fact("Told", "only to observers that ask for what happens in queues"))
    return Entry(
        "event",
        event.__name__,
        words.summary,
        words.body,
        tuple(facts),
        (Table("Fields", ("Name", "Type", "What it tells"), rows),),
        see_also=_kin(event),
        group=_group(event.__name__),
        example=sample_of(_place(event.__name__)),
    )


def _is_event(kind: type) -> bool:
    return issubclass(kind, SocketEvent)


def _group(name: str) -> str:
    return next((group for group, starts in GROUPS if name.startswith(starts)), OTHERS)


def _place(name: str) -> str:
    return next((place for start, place in SHOWN_BY.items() if name.startswith(start)), "PUSH")


def _kin(event: type[SocketEvent]) -> tuple[Ref, ...]:
    group = _group(event.__name__)
    return tuple(
        Ref("event", each.__name__) for each in EVENTS if each is not event and _group(each.__name__) == group
    )
