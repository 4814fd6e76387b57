"""Rules about names: behaviours, roles, parameters, processes, and what links refer to (GM-111)."""

from collections.abc import Iterable, Iterator
from typing import Final

from app.topology.complaints import complaints, finding_of
from app.topology.declarations import BEHAVIOURS, Behaviour
from app.topology.drawing import MAIN, TYPES, Drawing, End, plain_endpoint
from app.topology.findings import Finding, Fix, listed, nearest, place, setting, unsetting
from app.topology.model import Link, Node

CODE: Final = "GM-111"


def name_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield a finding for each name that stands for nothing."""
    for node_id, node in drawing.topology.nodes.items():
        yield from _node_findings(drawing, node_id, node)
    for end in drawing.sockets():
        yield from _type_findings(drawing, end)
    for link_id, link in drawing.topology.links.items():
        for side, reference in (("connect", link.connect), ("bind", link.bind)):
            yield from _reference_findings(drawing, link_id, side, reference)
        yield from _endpoint_findings(drawing, link_id, link)


def _node_findings(drawing: Drawing, node_id: str, node: Node) -> Iterator[Finding]:
    path = ("nodes", node_id)
    if (node.behaviour is None) == (node.part is None):
        has = "neither behaviour nor part" if node.behaviour is None else "both behaviour and part"
        fix = Fix("Keep the behaviour", (unsetting([*path, "part"]),)) if node.part else None
        yield Finding(CODE, place(path), f"{node_id} has {has}; a node has exactly one of the two", fix)
    if node.part is not None and node.part not in drawing.topology.parts:
        known = drawing.topology.parts
        yield _unknown(path, "part", node.part, f"{node_id} is an instance of part", known)
    if node.behaviour is not None:
        behaviour = drawing.behaviour(node)
        if behaviour is None:
            yield _unknown(path, "behaviour", node.behaviour, f"{node_id} has the behaviour", BEHAVIOURS)
        else:
            yield from _role_findings(drawing, node_id, node, behaviour)
            yield from _parameter_findings(node_id, node, behaviour)
    if node.process is not None and node.process not in _raw_map(drawing, "processes"):
        yield _process_finding(drawing, node_id, node.process)


def _process_finding(drawing: Drawing, node_id: str, process: str) -> Finding:
    path = ("nodes", node_id)
    if process == "main":  # the process that is there without being named
        return Finding(
            CODE, place(path), f"{node_id} is in process main, which is not drawn",
            Fix("Add process main", (setting(["processes", "main"], {}),)),
        )  # fmt: skip
    finding = _unknown(path, "process", process, f"{node_id} is in process", drawing.topology.processes)
    if finding.fix is not None:
        return finding
    fix = Fix(f"Add process {process}", (setting(["processes", process], {}),))
    return Finding(CODE, finding.where, finding.sentence, fix)


def _role_findings(drawing: Drawing, node_id: str, node: Node, behaviour: Behaviour) -> Iterator[Finding]:
    path = ("nodes", node_id)
    known = [role.name for role in behaviour.roles]
    there = _raw_map(drawing, "nodes", node_id, "sockets")
    for role in behaviour.roles:
        if not role.optional and role.name not in there:
            fix = Fix(
                f"Add the socket {role.name}",
                (setting([*path, "sockets", role.name], {"type": role.types[0]}),),
            )
            sentence = f"{node_id} is a {behaviour.name} and has no socket {role.name}"
            yield Finding(CODE, place(path), sentence, fix)
    if behaviour.has_free_roles:
        return
    for socket_id in node.sockets:
        if socket_id not in known:
            has = listed(known, "and")
            sentence = f"{node_id} is a {behaviour.name}, whose sockets are {has}; it has no {socket_id}"
            near = nearest(socket_id, [name for name in known if name not in there])
            fix = Fix(f"Remove {socket_id}", (unsetting([*path, "sockets", socket_id]),))
            if near is not None:
                fix = _moved_socket(drawing, node_id, socket_id, near)
            yield Finding(CODE, place((*path, "sockets", socket_id)), sentence, fix)


def _moved_socket(drawing: Drawing, node_id: str, old: str, new: str) -> Fix:
    """Give the socket its new id, and take its links along before the old one goes."""
    sockets = _raw_map(drawing, "nodes", node_id, "sockets")
    path = ("nodes", node_id, "sockets")
    edits = [{**setting([*path, new], sockets[old]), "at": list(sockets).index(old)}]
    for link_id, link in drawing.topology.links.items():
        for side, reference in (("connect", link.connect), ("bind", link.bind)):
            if reference == f"{node_id}.{old}":
                edits.append(setting(["links", link_id, side], f"{node_id}.{new}"))
    return Fix(f"Rename {old} to {new}", (*edits, unsetting([*path, old])))


def _parameter_findings(node_id: str, node: Node, behaviour: Behaviour) -> Iterator[Finding]:
    if behaviour.parameters is None:
        return
    prefix = ("nodes", node_id, "with")
    for complaint in complaints(behaviour.parameters, node.with_):
        yield finding_of(complaint, behaviour.parameters, node.with_, prefix)


def _type_findings(drawing: Drawing, end: End) -> Iterator[Finding]:
    own = end.socket.type
    if own not in TYPES:
        yield _unknown(end.path, "type", own, f"{end.name} is a socket of type", TYPES)
        return
    allowed = end.types_allowed()
    behaviour = drawing.behaviour(end.node)
    if behaviour is None or behaviour.has_free_roles or own in allowed or not behaviour.role(end.socket_id):
        return
    sentence = (
        f"{end.name} is {own}, but the socket {end.socket_id} of a {behaviour.name} is {listed(allowed)}"
    )
    fix = Fix(f"Make {end.name} {allowed[0]}", (setting([*end.path, "type"], allowed[0]),))
    yield Finding(CODE, place(end.path), sentence, fix)


def _reference_findings(drawing: Drawing, link_id: str, side: str, reference: str) -> Iterator[Finding]:
    node_id, _, socket_id = reference.partition(".")
    nodes = drawing.topology.nodes
    path = ("links", link_id)
    removal = Fix(f"Remove link {link_id}", (unsetting(path),))
    if drawing.end(reference) is not None:
        return
    node = nodes.get(node_id)
    if node is None:
        if node_id in _raw_map(drawing, "nodes"):
            return  # the node itself was told about
        near = nearest(node_id, [name for name in nodes if drawing.end(f"{name}.{socket_id}")])
        fix = _renamed(path, side, f"{near}.{socket_id}") if near else removal
        sentence = f"link {link_id}: its {side} side names node {node_id}, which is not there"
        yield Finding(CODE, place(path), sentence, fix)
        return
    known = list(_raw_map(drawing, "nodes", node_id, "sockets"))
    part = drawing.topology.parts.get(node.part or "")
    if part is not None:
        known = list(part.ports)
    if socket_id in known or (node.part and part is None):
        return
    near = nearest(socket_id, known)
    fix = _renamed(path, side, f"{node_id}.{near}") if near else removal
    has = listed(known, "and") if known else "none"
    sentence = f"link {link_id}: its {side} side names socket {socket_id} of {node_id}, which has {has}"
    yield Finding(CODE, place(path), sentence, fix)


def _endpoint_findings(drawing: Drawing, link_id: str, link: Link) -> Iterator[Finding]:
    bind = drawing.end(link.bind)
    if bind is None or link.endpoint is None:
        return
    known = bind.socket.endpoints or {MAIN: plain_endpoint(bind.socket.type)}
    raw = _raw_map(drawing, "nodes", bind.node_id, "sockets", bind.socket_id, "endpoints")
    if link.endpoint in known or link.endpoint in raw:
        return
    path = ("links", link_id)
    near = nearest(link.endpoint, known) or next(iter(known))
    sentence = (
        f"link {link_id}: {bind.name} has no endpoint {link.endpoint} for {link.connect} to connect to; "
        f"it has {listed(known, 'and')}"
    )
    yield Finding(CODE, place(path), sentence, Fix(f"Use {near}", (setting([*path, "endpoint"], near),)))


def _renamed(path: tuple[str, ...], side: str, reference: str) -> Fix:
    return Fix(f"Use {reference}", (setting([*path, side], reference),))


def _unknown(path: tuple[str, ...], field: str, name: str, said: str, known: Iterable[str]) -> Finding:
    """Tell that ``name`` is none of ``known``, and offer the nearest one."""
    by_lower = {each.lower(): each for each in known}
    near = by_lower.get(nearest(name, by_lower) or "")
    sentence = f"{said} {name}, which is not known"
    if near is None:
        return Finding(CODE, place(path), sentence)
    fix = Fix(f"Use {near}", (setting([*path, field], near),))
    return Finding(CODE, place(path), f"{sentence}; did you mean {near}?", fix)


def _raw_map(drawing: Drawing, *path: str) -> dict[str, object]:
    """Return a map of the document as it was written, fitting or not; empty when it is no map."""
    here: object = drawing.document
    for step in path:
        here = here.get(step) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}
