"""A Mermaid flowchart: process boxes, cards, and arrows in the direction in which messages go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.exporters.exporter import Bundle, Document, Exporter
from app.exporters.render import render
from app.topology.plan import LinkPlan, Plan, SocketPlan

LOCK: Final = "\N{LOCK}"


@dataclass(frozen=True, slots=True)
class _Arrow:
    source: str
    target: str
    shape: str
    label: str


class Mermaid:
    """One flowchart, as GitHub and GitLab draw it."""

    name = "mermaid"
    title = "Mermaid flowchart"
    suffix = ".mmd"

    def export(self, document: Document, plan: Plan) -> Bundle:
        """Draw what would run; what is switched off is not drawn."""
        keys = {node.id: f"n{number}" for number, (_, node) in enumerate(plan.nodes(), start=1)}
        arrows = [_arrow(plan, link, keys) for link in plan.links]
        text = render("mermaid/flowchart.mmd.j2", plan=plan, keys=keys, arrows=arrows, times=_times)
        lost = ("options, parameters, subscriptions and places on the canvas are not in a flowchart",)
        return Bundle((("topology.mmd", text),), lost)


def _arrow(plan: Plan, link: LinkPlan, keys: Mapping[str, str]) -> _Arrow:
    ends = [plan.find(node)[1].socket(role) for node, role in (link.connect, link.bind)]
    connect_type, bind_type = (end.type for end in ends)
    scheme = link.address.partition("://")[0] + _lock(ends, link)
    connect, bind = keys[link.connect[0]], keys[link.bind[0]]
    if link.lanes == ("to_connect",):
        return _Arrow(bind, connect, "-->", f"{bind_type} → {connect_type}, {scheme}")
    shape = "-->" if link.lanes == ("to_bind",) else "<-->"
    return _Arrow(connect, bind, shape, f"{connect_type} → {bind_type}, {scheme}")


def _lock(ends: Sequence[SocketPlan], link: LinkPlan) -> str:
    spoken: str | None = next((end.security.mechanism for end in ends if end.security is not None), None)
    if spoken is None and link.address.startswith("wss://"):
        spoken = "tls"
    return f", {LOCK} {spoken.upper()}" if spoken is not None and not link.is_inproc else ""


def _times(replicas: int) -> str:
    return f" \u00d7{replicas}" if replicas > 1 else ""


MERMAID: Final[Exporter] = Mermaid()
