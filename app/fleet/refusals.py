"""Links whose handshake was refused, until a peer is let in: nothing passes them, and why."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from app.runtime.control import Happening
from app.topology.plan import Plan

Json = dict[str, Any]

REFUSED: Final = ("turned_away", "handshake_failed")


class Refusals:
    """Knows which links stand refused.

    Attributes:
        present: the reason by link.
    """

    def __init__(self) -> None:
        self.present: dict[str, str] = {}
        self._connected: Counter[str] = Counter()

    def take(self, plan: Plan, event: Happening) -> Json | None:
        """Take an event; return what is to be told when it changed how a link stands.

        A link that has a peer is not refused: it was a stranger who was turned away.
        """
        link = event.link
        if not link:
            return None
        if event.what in ("connected", "disconnected"):
            self._connected[link] += 1 if event.what == "connected" else -1
            if event.what == "connected" and self.present.pop(link, None) is not None:
                return {"link": link, "reason": None}
        elif event.what in REFUSED and self._connected[link] <= 0 and self._is_news(plan, event):
            self.present[link] = event.detail
            return {"link": link, "reason": event.detail}
        return None

    def forget(self, links: Iterable[str]) -> None:
        """Links whose end is gone, or which are not drawn any more: nobody says when their peers leave."""
        for link in links:
            self.present.pop(link, None)
            del self._connected[link]

    def known(self) -> list[str]:
        """Links that something is known of."""
        return list(dict.fromkeys([*self.present, *self._connected]))

    def _is_news(self, plan: Plan, event: Happening) -> bool:
        """The server knows why it refuses; its client is told a number at most."""
        known = self.present.get(event.link)
        return known is None or (known != event.detail and _is_servers(plan, event))


def link_of(plan: Plan, event: Happening) -> str:
    """Return the link that an event is about: a refused peer has not told, but there may be only one.

    Empty when it cannot be known.
    """
    if event.link or event.what not in REFUSED:
        return event.link
    node, _, rest = event.socket.partition("#")
    role = rest.partition(".")[2]
    bound = [link.id for link in plan.links if link.bind == (node, role)]
    return bound[0] if len(bound) == 1 else ""


def _is_servers(plan: Plan, event: Happening) -> bool:
    node, _, rest = event.socket.partition("#")
    role = rest.partition(".")[2]
    sockets = [
        socket
        for _, each in plan.nodes()
        if each.id == node
        for socket in each.sockets
        if socket.role == role
    ]
    return any(socket.security is not None and socket.security.is_server for socket in sockets)
