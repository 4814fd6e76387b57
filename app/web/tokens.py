"""The token: a wider server than this machine's own asks for it, by cookie or by bearer."""

import hashlib
import hmac
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.guard import refuse_websocket
from app.web.problems import answer, problem

COOKIE: Final = "glassmq_session"
CLOSE_NO_TOKEN: Final = 4401
BASE: Final = "/api/v1"
OPEN_TO_ALL: Final = (f"{BASE}/session", f"{BASE}/health")
"""Paths that anybody who gets as far as here may ask for."""


def session_of(token: str) -> str:
    """What the cookie holds: it proves the token and does not tell it."""
    return hmac.new(token.encode(), b"glassmq session", hashlib.sha256).hexdigest()


def is_token(token: str, offered: str) -> bool:
    """Whether ``offered`` is the token; takes as long to say no as to say yes."""
    return hmac.compare_digest(token.encode(), offered.encode())


class TokenCheck:
    """Lets the API be used only by those who know the token, if there is one.

    Args:
        app: who answers them.
        token: empty for none.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401 (a websocket: close with 4401)."""
        if not self._token or scope["type"] not in ("http", "websocket") or self._may_pass(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse_websocket(scope, receive, send, CLOSE_NO_TOKEN, "this server needs its token")
        else:
            body = problem(
                "token-needed",
                "This server needs its token",
                HTTPStatus.UNAUTHORIZED,
                f"send the token to {BASE}/session, or as Authorization: Bearer",
                scope["path"],
            )
            await answer(body, {"WWW-Authenticate": "Bearer"})(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        path: str = scope["path"]
        if not path.startswith(f"{BASE}/") or path in OPEN_TO_ALL:
            return True
        scheme, _, offered = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return is_token(self._token, offered.strip())
        cookie = HTTPConnection(scope).cookies.get(COOKIE, "")
        return hmac.compare_digest(session_of(self._token), cookie)
