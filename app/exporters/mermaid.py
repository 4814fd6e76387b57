"""A Mermaid flowchart: process boxes, cards, and arrows in the direction in which messages go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.exporters.exporter import Bundle, Document, Exporter
from app.exporters.render import render
from app.topology.plan import LinkPlan, Plan


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
    connect_type, bind_type = (
        plan.find(node)[1].socket(role).type for node, role in (link.connect, link.bind)
    )
    scheme = link.address.partition("://")[0]
    connect, bind = keys[link.connect[0]], keys[link.bind[0]]
    if link.lanes == ("to_connect",):
        return _Arrow(bind, connect, "-->", f"{bind_type} → {connect_type}, {scheme}")
    shape = "-->" if link.lanes == ("to_bind",) else "<-->"
    return _Arrow(connect, bind, shape, f"{connect_type} → {bind_type}, {scheme}")


def _times(replicas: int) -> str:
    return f" \u00d7{replicas}" if replicas > 1 else ""


MERMAID: Final[Exporter] = Mermaid()
