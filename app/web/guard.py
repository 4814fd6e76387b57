"""Who may ask: the Host and Origin of every request are looked at before anything else is."""

import ipaddress
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import LOOPBACK_NAMES, Settings
from app.web.problems import answer, problem

CLOSE_FOREIGN: Final = 4403
"""Close code for a websocket asked for from a foreign page, or under a foreign name."""

SUBPROTOCOL: Final = "glassmq.v1"


class Guard:
    """Turns away requests that a page from elsewhere, or a name pointed here by somebody else, has sent.

    A browser lets any page send requests to 127.0.0.1, and any name's owner
    point that name there: Origin gives away the first, Host the second. A
    request without an Origin comes from no page.

    Args:
        app: who answers the others.
        settings: the names this server goes by.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = frozenset([*LOOPBACK_NAMES, *settings.open_hosts, settings.host.lower()])
        self._takes_addresses = not settings.is_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 (a websocket: close with 4403)."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        fault = self._fault(Headers(scope=scope))
        if fault is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse_websocket(scope, receive, send, CLOSE_FOREIGN, fault)
        else:
            body = problem(
                "foreign-request",
                "This request comes from elsewhere",
                HTTPStatus.FORBIDDEN,
                fault,
                scope["path"],
            )
            await answer(body)(scope, receive, send)

    def _fault(self, headers: Headers) -> str | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(_host_name(hosts[0])):
            return f"the Host {', '.join(hosts) or '(none)'} is no name of this server"
        for origin in headers.getlist("origin"):
            if not _is_same_place(origin, hosts[0]):
                return f"the Origin {origin} is not this server's page at {hosts[0]}"
        return None

    def _is_ours(self, name: str | None) -> bool:
        if name is None:
            return False
        if name in self._names:
            return True
        # Nobody can point an address elsewhere: only names can be turned against their owner.
        return self._takes_addresses and _is_address(name)


async def refuse_websocket(scope: Scope, receive: Receive, send: Send, code: int, reason: str) -> None:
    """Close a websocket with a code that its page can read, which takes accepting it first."""
    await receive()
    spoken: Iterable[str] = scope.get("subprotocols") or ()
    await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if SUBPROTOCOL in spoken else None})
    await send({"type": "websocket.close", "code": code, "reason": reason[:100]})


def _host_name(host: str) -> str | None:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower() or None
    except ValueError:
        return None


def _is_same_place(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
