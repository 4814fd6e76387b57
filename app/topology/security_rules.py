"""Rules about the security of links: ends that agree (GM-108) and let each other in (GM-215, GM-216)."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End, Joint
from app.topology.findings import Finding, Fix, setting
from app.topology.key_shapes import CURVE, PLAIN, CurveKey, PlainKey, Security
from app.topology.securing import Securing, security_of

NULL: Final = "null"

CARRIES_NONE: Final = ("inproc", "udp", "pgm", "epgm")
"""Transports on which libzmq has no handshake, so no mechanism."""


def security_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield what is wrong between the two ends of each live link, the first thing of each."""
    for joint in drawing.live_joints():
        if joint.scheme in CARRIES_NONE:
            yield from _in_the_open(joint)
            continue
        if any(end.is_external and end.socket.security is None for end in (joint.connect, joint.bind)):
            continue  # what a program outside speaks is its own affair until the drawing says so
        for rule in (_mechanisms_differ, _roles_clash, _server_key_differs, _is_turned_away):
            finding = rule(drawing, joint)
            if finding is not None:
                yield finding
                break


def _in_the_open(joint: Joint) -> Iterator[Finding]:
    for end in (joint.connect, joint.bind):
        mechanism = security_of(end).mechanism
        if mechanism != NULL:
            sentence = (
                f"{end.name} asks for {mechanism.upper()}, but the link is over {joint.scheme}, "
                "which has no handshake: whoever reaches it is let in, and nothing is encrypted"
            )
            yield Finding("GM-216", {"link": joint.id}, sentence)
            return


def _mechanisms_differ(drawing: Drawing, joint: Joint) -> Finding | None:
    connect, bind = security_of(joint.connect), security_of(joint.bind)
    if connect.mechanism == bind.mechanism:
        return None
    wanted = CURVE if CURVE in (connect.mechanism, bind.mechanism) else PLAIN
    sentence = (
        f"{joint.connect.name} speaks {connect.mechanism.upper()} and {joint.bind.name} "
        f"{bind.mechanism.upper()}: their handshake fails, no message passes"
    )
    return Finding("GM-108", {"link": joint.id}, sentence, _joined(drawing, joint, wanted))


def _roles_clash(drawing: Drawing, joint: Joint) -> Finding | None:
    connect, bind = security_of(joint.connect), security_of(joint.bind)
    if connect.mechanism == NULL or connect.role is None or connect.role != bind.role:
        return None
    sentence = (
        f"{joint.connect.name} and {joint.bind.name} are both the {connect.role} of "
        f"{connect.mechanism.upper()}: one must be the server, the other its client"
    )
    kind = CURVE if connect.mechanism == CURVE else PLAIN
    return Finding("GM-108", {"link": joint.id}, sentence, _joined(drawing, joint, kind))


def _server_key_differs(drawing: Drawing, joint: Joint) -> Finding | None:
    client, server = _parts(joint)
    if client is None or server is None:
        return None
    wants, has = security_of(client), security_of(server)
    if wants.mechanism != CURVE or wants.server_key is None or has.key is None:
        return None
    if wants.server_key == has.key or _are_one(drawing, wants.server_key, has.key):
        return None
    sentence = (
        f"{client.name} expects a server with the key {wants.server_key}, but {server.name} has "
        f"{has.key}: neither can read the other's handshake"
    )
    edit = setting([*client.path, "security", "server_key"], has.key)
    fix = None if client.is_port else Fix(f"Expect {has.key}", (edit,))
    return Finding("GM-108", {"link": joint.id}, sentence, fix)


def _is_turned_away(drawing: Drawing, joint: Joint) -> Finding | None:
    client, server = _parts(joint)
    if client is None or server is None:
        return None
    shown, allowed = security_of(client).key, security_of(server).allow
    if shown is None or allowed is None:
        return None
    if not allowed and security_of(server).mechanism == PLAIN:
        return None  # it lets nobody in at all, which is told of the socket
    if any(shown == each or _are_one(drawing, shown, each) for each in allowed):
        return None
    sentence = (
        f"{server.name} will turn {client.name} away: its key {shown} is not among those that are let in"
    )
    edit = setting([*server.path, "security", "allow"], [*allowed, shown])
    return Finding("GM-215", {"link": joint.id}, sentence, Fix(f"Let {shown} in", (edit,)))


def _parts(joint: Joint) -> tuple[End | None, End | None]:
    """Return the client and the server of a link."""
    by_role = {security_of(end).role: end for end in (joint.connect, joint.bind)}
    return by_role.get("client"), by_role.get("server")


def _are_one(drawing: Drawing, one: str, other: str) -> bool:
    """Tell whether two names stand for one key, or for nothing that could be compared."""
    keys = [drawing.topology.keys.get(name) for name in (one, other)]
    match keys:
        case [CurveKey() as first, CurveKey() as second]:
            return first.public is not None and first.public == second.public
        case [PlainKey() as first, PlainKey() as second]:
            return (first.username or one) == (second.username or other)
        case _:
            return any(key is None for key in keys)  # the unknown one has a finding of its own


def _joined(drawing: Drawing, joint: Joint, kind: str) -> Fix | None:
    """Make the two ends server and client; the binding one is the server, unless the other is already."""
    if joint.connect.is_port or joint.bind.is_port:
        return None
    server, client = joint.bind, joint.connect
    if _serves(security_of(client), kind) and not _serves(security_of(server), kind):
        server, client = client, server
    securing = Securing(drawing)
    securing.join(server, client, "curve" if kind == CURVE else "plain")
    secured = [end for end in (server, client) if security_of(end).mechanism == kind]
    names = [end.name for end in (client, server) if end not in secured]
    label = f"Make {names[0]} {kind.upper()} too" if len(names) == 1 else f"Make them {kind.upper()}"
    if not names:
        label = f"Make {server.name} the server"
    return securing.fix(label)


def _serves(security: Security, kind: str) -> bool:
    return security.mechanism == kind and security.role == "server"
