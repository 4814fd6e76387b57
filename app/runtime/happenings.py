"""From the engine's socket events to what a run's log says."""

from typing import Final

from app.runtime.control import Happening, read_label
from engine.monitor import events

_NAMES: Final[dict[type[events.SocketEvent], str]] = {
    events.Accepted: "accepted",
    events.AcceptFailed: "accept_failed",
    events.CloseFailed: "close_failed",
    events.HandshakeSucceeded: "connected",
    events.HandshakeFailedNoDetail: "handshake_failed",
    events.HandshakeFailedProtocol: "handshake_failed",
    events.HandshakeFailedAuth: "not_let_in",
    events.Disconnected: "disconnected",
    events.Retried: "retried",
    events.GaveUp: "gave_up",
    events.Refused: "refused",
    events.SubscriptionAdded: "subscribed",
    events.SubscriptionRemoved: "unsubscribed",
    events.GroupJoined: "joined",
    events.GroupLeft: "left",
    events.EventsMissed: "events_missed",
}
"""What is told. Full queues and drops are told from samples, for the sockets' own events would be too
many; a node that cannot bind fails and says so; the steps of a handshake are for whoever debugs one."""

_OURS: Final = ("x-link", "x-connection")
"""Properties by which our own processes know their links; nobody set them."""
_USER: Final = "user-id"

LONGEST_DETAIL: Final = 500
"""Characters: a peer may name topics and properties of any length, and a run keeps 10,000 events."""


def happening(event: events.SocketEvent, name: str, node: str, socket: str) -> Happening | None:
    """Say an event in a log's words, or ``None`` when it is not told.

    Args:
        name: the label of the connection, if it has one.
        node: the instance's key.
        socket: the socket instance's key.
    """
    what = _NAMES.get(type(event))
    if what is None or (isinstance(event, events.Disconnected) and not event.was_ready):
        return None
    label = read_label(name)
    return Happening(
        t_s=event.at_s,
        what=what,
        node=node,
        socket=socket,
        link=label.link if label else "",
        peer=str(getattr(event, "peer", "")),
        detail=_cut(_detail(event)),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else f"{text[:LONGEST_DETAIL]}…"


def _metadata(event: events.HandshakeSucceeded) -> list[str]:
    """What the peer, or an authenticator, said of it: properties of the peer's own and its user's name."""
    told = []
    for name, value in event.metadata.items():
        if name == _USER or (name.startswith("x-") and name not in _OURS):
            told.append(f"{name}={value.decode('utf-8', 'backslashreplace')}")
    return told


def _detail(event: events.SocketEvent) -> str:
    match event:
        case events.HandshakeSucceeded():
            protocol = "ZWS" if event.endpoint.startswith("ws") else "ZMTP"
            wireless = "no wire between" if event.peer_type else "plain tcp"
            spoken = f"{protocol} {event.version}" if event.version else wireless
            if event.mechanism not in ("", "NULL"):
                spoken += f", {event.mechanism}"
            told = [event.peer_type, spoken, *_metadata(event)]
            return ", ".join(filter(None, told))
        case events.Retried():
            return f"{event.reason}; again in {event.delay_ms} ms"
        case events.SubscriptionAdded() | events.SubscriptionRemoved():
            return event.topic.decode("utf-8", "backslashreplace")
        case events.GroupJoined() | events.GroupLeft():
            return event.group.decode("utf-8", "backslashreplace")
        case events.EventsMissed():
            return f"{event.count} events were not kept"
        case _:
            return str(getattr(event, "reason", ""))
