"""Rules about messages: frames that a type can send (GM-112), takers that ask for them (GM-201, GM-214)."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End, engine_type
from app.topology.findings import Finding, Fix, listed, place, setting, unsetting
from app.topology.model import Socket
from app.topology.parameters import EVERYBODY
from app.topology.templates import names_in
from engine.compatibility import SINGLE_FRAME

SOURCES: Final = {"generator": "out", "client": "ask"}
"""Behaviours that make messages, and the role in which they leave."""
BESIDE: Final = {"RADIO": "a group and one frame", "DGRAM": "an address and one frame"}
"""What types send that have something beside a single frame."""


def frame_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-112 for each source that makes more frames than its socket's type sends."""
    for end in drawing.sockets():
        frames = end.node.with_.get("frames")
        is_source = SOURCES.get(end.node.behaviour or "") == end.socket_id
        if not is_source or not end.node.enabled or not isinstance(frames, list):
            continue
        most = _most_frames(end)
        if most and len(frames) > most:
            said = BESIDE.get(end.socket.type, "single frames")
            sentence = (
                f"{end.name} is a {end.socket.type}, which sends {said}; its messages have {len(frames)}"
            )
            fix = Fix("Send the payload instead", (unsetting(["nodes", end.node_id, "with", "frames"]),))
            yield Finding("GM-112", place(end.path), sentence, fix)


def subscription_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-201 for each SUB and DISH of ours that would receive nothing."""
    for end in drawing.sockets():
        if not end.node.enabled or end.is_external or _asked_for(end.socket) is not False:
            continue
        peers = [peer.name for peer in drawing.live_peers(end)]
        joined = f" from {', '.join(peers)}" if peers else ""
        if end.socket.type == "SUB":
            sentence = f"{end.name} is a SUB without a subscription: it receives nothing{joined}"
            fix = Fix("Subscribe to everything", (setting([*end.path, "subscriptions"], [""]),))
        else:
            group = next(filter(None, map(_group_of, drawing.live_peers(end))), EVERYBODY)
            sentence = f"{end.name} is a DISH that joins no group: it receives nothing{joined}"
            fix = Fix(f"Join the group {group}", (setting([*end.path, "joins"], [group]),))
        yield Finding("GM-201", place(end.path), sentence, fix)


def group_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-214 for each RADIO all of whose messages go to a group that no DISH at it joins."""
    for end in drawing.sockets():
        peers = drawing.live_peers(end)
        group = _group_of(end)
        if group is None or not end.node.enabled or not peers or any(map(_may_join, peers)):
            continue
        joins = [each for peer in peers for each in peer.socket.joins]
        if not joins or group in joins:  # who joins nothing is told by GM-201
            continue
        sentence = (
            f"{end.name} sends to the group {group!r}, and whoever listens joins "
            f"{listed(dict.fromkeys(map(repr, joins)), 'and')}: every message goes nowhere"
        )
        edits = tuple(setting([*peer.path, "joins"], [*peer.socket.joins, group]) for peer in peers)
        yield Finding("GM-214", place(end.path), sentence, Fix(f"Join {group!r}", edits))


def _most_frames(end: End) -> int:
    """Return how many frames a source's message may have; 0 for any number."""
    if end.socket.type == "RADIO":
        return 2  # the first is the group; whom a DGRAM sends to its links say, not the message
    if end.socket.type == "DGRAM":
        return 1
    own = engine_type(end.socket.type)
    return 1 if own in SINGLE_FRAME else 0


def _asked_for(socket: Socket) -> bool | None:
    """Tell whether a socket that has to ask for messages does; ``None`` when it need not."""
    match socket.type:
        case "SUB":
            return bool(socket.subscriptions)
        case "DISH":
            return bool(socket.joins)
        case _:
            return None


def _group_of(end: End) -> str | None:
    """Return the one group that a generator's RADIO sends to, or ``None`` when that is not known."""
    with_ = end.node.with_
    if end.socket.type != "RADIO" or end.node.behaviour != "generator" or end.is_port or "frames" in with_:
        return None
    group = with_.get("group", EVERYBODY)
    return group if isinstance(group, str) and not names_in(group) else None


def _may_join(end: End) -> bool:
    """Tell whether a DISH may join groups that the drawing does not name."""
    return end.is_external or end.is_port or any(names_in(group) for group in end.socket.joins)
