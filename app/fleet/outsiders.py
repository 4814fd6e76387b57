"""The programs outside that take part in a run, as their connections come and go."""

from typing import Any

from app.runtime.control import Happening
from app.topology.plan import Plan

Json = dict[str, Any]


class Outsiders:
    """Knows which program outside is connected where.

    Attributes:
        present: those that are connected, newest last: ``{node, socket, peer, what}``.
    """

    def __init__(self) -> None:
        self.present: list[Json] = []

    def take(self, plan: Plan, event: Happening) -> Json | None:
        """Take an event; return what is to be told when it was about a program outside."""
        if event.what not in ("connected", "disconnected"):
            return None
        link = next((each for each in plan.links if each.id == event.link), None)
        if link is None or link.external_side is None:
            return None
        node, socket = link.connect if link.external_side == "connect" else link.bind
        told = {"node": node, "socket": f"{node}.{socket}", "peer": event.peer, "what": event.what}
        self.present = [
            known for known in self.present if (known["node"], known["peer"]) != (node, event.peer)
        ]
        if event.what == "connected":
            self.present.append(told)
        return told
