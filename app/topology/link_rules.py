"""Rules about one link: types that talk, something that binds, no second peer where one is all, inproc."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End, Joint, peers_of, plain_endpoint, scheme_of
from app.topology.endpoint_rules import free_address
from app.topology.findings import Finding, Fix, listed, place, setting, unsetting
from app.topology.parameters import EVERYBODY
from engine.endpoints import HOSTED

Json = dict[str, object]

EXCLUSIVE: Final = {"PAIR": "DEALER", "CHANNEL": "PEER"}
"""Types that take one peer, and what they become when there shall be more."""


def type_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-101 for each live link whose two types cannot talk."""
    for joint in drawing.live_joints():
        connect, bind = joint.connect, joint.bind
        peers = peers_of(connect.socket.type)
        if not peers or not peers_of(bind.socket.type) or bind.socket.type in peers:
            continue
        sentence = (
            f"{connect.name} is {_a(connect.socket.type)} and {bind.name} is {_a(bind.socket.type)}: "
            f"{_a(connect.socket.type)} talks to {listed(peers)} only"
        )
        yield Finding("GM-101", {"link": joint.id}, sentence, _type_fix(drawing, joint))


def bind_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-102 for each link that would connect to nothing."""
    for joint in drawing.joints:
        if not joint.link.enabled or not joint.connect.node.enabled or joint.connect.node.part:
            continue
        bind = joint.bind
        said = f"{joint.connect.name} connects to {bind.name}, but nothing will bind there"
        if not bind.node.enabled:
            fix = Fix(f"Turn {bind.node_id} on", (unsetting(["nodes", bind.node_id, "enabled"]),))
            yield Finding("GM-102", {"link": joint.id}, f"{said}: {bind.node_id} is off", fix)
        elif bind.is_external and _is_open(joint.address):
            path = (*bind.path, "endpoints", joint.endpoint_id)
            scheme = scheme_of(joint.address)
            usable = scheme if scheme in HOSTED else plain_endpoint(bind.socket.type)
            address = free_address(drawing, usable)
            fix = Fix(f"Give it {address}", (setting(path, address),))
            reason = f"{bind.node_id} is external and has no address ({joint.address})"
            yield Finding("GM-102", {"link": joint.id}, f"{said}: {reason}", fix)


def pair_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-104 for each PAIR or CHANNEL that would get a second peer."""
    peers: dict[str, tuple[End, int, list[str]]] = {}
    for joint in drawing.live_joints():
        for end, peer in joint.ends():
            if end.socket.type in EXCLUSIVE:
                _, count, names = peers.get(end.name, (end, 0, []))
                more = drawing.instances(peer.node, in_one_process=joint.scheme == "inproc")
                peers[end.name] = (end, count + more, [*names, peer.name])
    for end, count, names in peers.values():
        if count > 1:
            kind = end.socket.type
            sentence = (
                f"{end.name} is a {kind} and would have {count} peers "
                f"({listed(dict.fromkeys(names), 'and')}): a {kind} takes one, and refuses the second"
            )
            yield Finding("GM-104", place(end.path), sentence, _sociable_fix(drawing, end))


def process_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-105 for each inproc link whose ends are not in one process."""
    for joint in drawing.live_joints():
        connect, bind = joint.connect, joint.bind
        if joint.scheme != "inproc" or connect.node.part or bind.node.part:
            continue
        here, there = (drawing.topology.process_of(end.node) for end in (connect, bind))
        if here is not None and here == there:
            continue
        places = [
            f"{end.node_id} is in {process}" if process else f"{end.node_id} is a program outside"
            for end, process in ((connect, here), (bind, there))
        ]
        sentence = (
            f"{connect.name} reaches {bind.name} over inproc, but {' and '.join(places)}: "
            "inproc works only inside one process"
        )
        scheme = "ipc" if here and there else "tcp"
        address = free_address(drawing, "tcp") if there is None else scheme
        edit = setting((*bind.path, "endpoints", joint.endpoint_id), address)
        yield Finding("GM-105", {"link": joint.id}, sentence, Fix(f"Use {scheme}", (edit,)))


def _type_fix(drawing: Drawing, joint: Joint) -> Fix | None:
    """Change one end's type to suit all its links and its behaviour; the binding end if it can be."""
    for end, peer in reversed(joint.ends()):
        for candidate in peers_of(peer.socket.type):
            if candidate in end.types_allowed() and not end.is_port and _suits(drawing, end, candidate):
                return Fix(f"Make {end.name} {_a(candidate)}", tuple(_retyped(end, candidate)))
    for candidate in joint.connect.types_allowed():  # one change will not do: change both ends
        matching = [each for each in peers_of(candidate) if each in joint.bind.types_allowed()]
        if matching and _are_alone(drawing, joint):
            edits = (*_retyped(joint.connect, candidate), *_retyped(joint.bind, matching[0]))
            return Fix(f"Make them {candidate} and {matching[0]}", edits)
    return None


def _suits(drawing: Drawing, end: End, candidate: str) -> bool:
    """Tell whether all the end's live links would be legal with this type."""
    return all(candidate in peers_of(peer.socket.type) for peer in drawing.live_peers(end))


def _are_alone(drawing: Drawing, joint: Joint) -> bool:
    is_shared = any(len(drawing.live_peers(end)) > 1 for end, _ in joint.ends())
    return not is_shared and not joint.connect.is_port and not joint.bind.is_port


def _retyped(end: End, new: str) -> Iterator[dict[str, object]]:
    yield setting([*end.path, "type"], new)
    if new == "SUB" and not end.socket.subscriptions:
        yield setting([*end.path, "subscriptions"], [""])
    if new == "DISH" and not end.socket.joins:
        yield setting([*end.path, "joins"], [EVERYBODY])


def _sociable_fix(drawing: Drawing, start: End) -> Fix | None:
    """Give this socket, and every one it is joined to, near and far, a type that takes many peers."""
    kind, sociable = start.socket.type, EXCLUSIVE[start.socket.type]
    found = {start.name: start}
    waiting = [start.name]
    while waiting:
        name = waiting.pop()
        for joint in drawing.joints:
            for end, peer in joint.ends():
                if end.name == name and peer.name not in found:
                    found[peer.name] = peer
                    waiting.append(peer.name)
    alike = [end for end in found.values() if end.socket.type == kind]
    if any(sociable not in end.types_allowed() or end.is_port for end in alike):
        return None
    edits = tuple(setting([*end.path, "type"], sociable) for end in alike)
    return Fix(f"Make them {sociable}s", edits)


def _is_open(address: str) -> bool:
    """Tell whether an address leaves open where exactly it is."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return True
    place = rest.partition("/")[0]
    return place.startswith("*:") or place.endswith(":*") or (scheme == "ipc" and rest == "*")


def _a(socket_type: str) -> str:
    article = "an" if socket_type[0] in "AEIOU" or socket_type in ("XPUB", "XSUB") else "a"
    return f"{article} {socket_type}"
