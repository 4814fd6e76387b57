"""What the document keeps and this version does not act on: placed parts (GM-110), all the rest (GM-304)."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End
from app.topology.findings import Finding, listed, place
from app.topology.model import Host
from app.topology.socket_rules import known_option

SECTIONS: Final = {
    "hosts": "hosts are kept for exports; a run stays on this machine",
    "parts": "parts are kept; they are not placed yet",
    "weather": "the weather is kept; it is for simulation",
    "notes": "notes are kept; they are not drawn yet",
    "views": "views are kept; stories are not shown yet",
    "scenarios": "scenarios are kept; they are not played yet",
    "expectations": "expectations are kept; they are not checked yet",
    "probes": "probes are kept; they are not set yet",
}
"""Sections without effect as yet, and what is said of them."""

LOOPBACK_HOSTS: Final = ("127.0.0.1", "::1", "localhost")


def part_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-110 for each instance of a part."""
    for node_id, node in drawing.topology.nodes.items():
        if node.part is not None:
            sentence = f"{node_id} is an instance of the part {node.part}: kept and saved, it cannot run yet"
            yield Finding("GM-110", {"node": node_id}, sentence)


def kept_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-304 for each thing that is kept and not acted on: nothing is silently without effect."""
    for section, sentence in SECTIONS.items():
        if getattr(drawing.topology, section):
            yield Finding("GM-304", {}, sentence)
    yield from _process_findings(drawing)
    yield from _node_findings(drawing)
    for end in drawing.sockets():
        for sentence in _about_socket(end):
            yield Finding("GM-304", place(end.path), sentence)
    yield from _link_findings(drawing)


def _process_findings(drawing: Drawing) -> Iterator[Finding]:
    for process_id, process in drawing.topology.processes.items():
        where = {"process": process_id}
        host = drawing.topology.hosts.get(process.host or "", Host(address="127.0.0.1"))
        if host.address not in LOOPBACK_HOSTS:
            sentence = f"process {process_id} belongs on host {process.host}; a run keeps it on this machine"
            yield Finding("GM-304", where, sentence)
        for option in process.context:
            yield Finding(
                "GM-304", where, f"process {process_id}: context option {option} is kept, not acted on"
            )


def _node_findings(drawing: Drawing) -> Iterator[Finding]:
    for node_id, node in drawing.topology.nodes.items():
        behaviour = drawing.behaviour(node)
        if behaviour is not None and not behaviour.runs:
            sentence = f"{node_id} is a {behaviour.name}, which comes with a later version: it does not start"
            yield Finding("GM-304", {"node": node_id}, sentence)


def _about_socket(end: End) -> Iterator[str]:
    socket = end.socket
    if socket.joins and socket.type != "DISH":
        yield f"{end.name} joins {listed(socket.joins, 'and')}, but only a DISH joins groups"
    for name in socket.options:
        spec = known_option(name)
        if spec is not None and not spec.acted_on:
            yield f"{end.name}: option {name} is kept, the engine does not act on it yet"


def _link_findings(drawing: Drawing) -> Iterator[Finding]:
    for link_id, link in drawing.topology.links.items():
        if link.weather is not None:
            yield Finding(
                "GM-304", {"link": link_id}, f"link {link_id}: its weather is kept; it is for simulation"
            )
    for joint in drawing.live_joints():
        if joint.connect.is_external and joint.bind.is_external:
            sentence = (
                f"{joint.connect.name} and {joint.bind.name} are both outside: "
                "their connection is theirs alone, and a run does not see it"
            )
            yield Finding("GM-304", {"link": joint.id}, sentence)
