"""From the engine's socket events to what a run's log says."""

from typing import Final

from app.runtime.control import Happening, read_label
from engine.monitor import events

_NAMES: Final[dict[type[events.SocketEvent], str]] = {
    events.Accepted: "accepted",
    events.AcceptFailed: "accept_failed",
    events.HandshakeSucceeded: "connected",
    events.HandshakeFailed: "handshake_failed",
    events.Disconnected: "disconnected",
    events.Retried: "retried",
    events.GaveUp: "gave_up",
    events.Refused: "refused",
    events.SubscriptionAdded: "subscribed",
    events.SubscriptionRemoved: "unsubscribed",
    events.EventsMissed: "events_missed",
}
"""What is told; the others are of no interest to whoever looks at a canvas."""


def happening(event: events.SocketEvent, name: str, node: str, socket: str) -> Happening | None:
    """Say an event in a log's words, or ``None`` when it is not told.

    Args:
        name: the label of the connection, if it has one.
        node: the instance's key.
        socket: the socket instance's key.
    """
    what = _NAMES.get(type(event))
    if what is None:
        return None
    label = read_label(name)
    return Happening(
        t_s=event.at_s,
        what=what,
        node=node,
        socket=socket,
        link=label.link if label else "",
        peer=str(getattr(event, "peer", "")),
        detail=_detail(event),
    )


def _detail(event: events.SocketEvent) -> str:
    match event:
        case events.HandshakeSucceeded():
            spoken = f"ZMTP {event.version}" if event.version else "no wire between"
            return f"{event.peer_type}, {spoken}" if event.peer_type else spoken
        case events.Retried():
            return f"{event.reason}; again in {event.delay_ms} ms"
        case events.SubscriptionAdded() | events.SubscriptionRemoved():
            return event.topic.decode("utf-8", "backslashreplace")
        case events.EventsMissed():
            return f"{event.count} events were not kept"
        case _:
            return str(getattr(event, "reason", ""))
