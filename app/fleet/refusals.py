"""Links whose handshake was refused, until a peer is let in: nothing passes them, and why."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from app.runtime.control import Happening
from app.topology.plan import LinkPlan, Plan

Json = dict[str, Any]
SocketId = tuple[str, str]
"""Node and role."""

TLS: Final = "TLS: "
"""How a retry tells that what is shown over wss is not believed: nothing else marks it."""

REFUSED: Final = ("not_let_in", "handshake_failed")


class Refusals:
    """Knows which links stand refused.

    A server knows why it refuses; its client is told a number at most. A peer
    that is refused has not told its link, so where a socket has several the
    reason waits until a client says which it was.

    Attributes:
        present: the reason by link.
    """

    def __init__(self) -> None:
        self.present: dict[str, str] = {}
        self._connected: Counter[str] = Counter()
        self._judgements: dict[SocketId, str] = {}

    def take(self, plan: Plan, event: Happening) -> list[Json]:
        """Take an event; return what is to be told of links that stand otherwise now.

        A link that has a peer is not refused: it was a stranger who was turned away.
        """
        link = event.link
        if event.what in ("connected", "disconnected") and link:
            self._connected[link] += 1 if event.what == "connected" else -1
            if event.what == "connected" and self.present.pop(link, None) is not None:
                return [{"link": link, "reason": None}]
        if event.what == "retried" and event.detail.startswith(TLS):
            return self._stand([link], event.detail)
        if event.what not in REFUSED:
            return []
        if _is_server(plan, event):
            self._judgements[_socket_of(event)] = event.detail
            standing = [each.id for each in _bound_at(plan, event) if each.id in self.present]
            return self._stand(standing or [link], event.detail)
        bound_at = next((each.bind for each in plan.links if each.id == link), ("", ""))
        return self._stand([link], self._judgements.get(bound_at, event.detail))

    def forget(self, links: Iterable[str]) -> None:
        """Links whose end is gone, or which are not drawn any more: nobody says when their peers leave."""
        for link in links:
            self.present.pop(link, None)
            del self._connected[link]

    def known(self) -> list[str]:
        """Links that something is known of."""
        return list(dict.fromkeys([*self.present, *self._connected]))

    def _stand(self, links: list[str], reason: str) -> list[Json]:
        news = [
            link for link in links if link and self._connected[link] <= 0 and self.present.get(link) != reason
        ]
        self.present.update(dict.fromkeys(news, reason))
        return [{"link": link, "reason": reason} for link in news]


def link_of(plan: Plan, event: Happening) -> str:
    """Return the link that an event is about: a refused peer has not told, but there may be only one.

    Empty when it cannot be known.
    """
    if event.link or event.what not in REFUSED:
        return event.link
    bound = _bound_at(plan, event)
    return bound[0].id if len(bound) == 1 else ""


def _bound_at(plan: Plan, event: Happening) -> list[LinkPlan]:
    return [link for link in plan.links if link.bind == _socket_of(event)]


def _socket_of(event: Happening) -> SocketId:
    node, _, rest = event.socket.partition("#")
    return node, rest.partition(".")[2]


def _is_server(plan: Plan, event: Happening) -> bool:
    node, role = _socket_of(event)
    securities = [
        socket.security
        for _, each in plan.nodes()
        if each.id == node
        for socket in each.sockets
        if socket.role == role
    ]
    return any(security is not None and security.is_server for security in securities)
