"""Request bodies: counted while they come in, read as the document or the JSON that they say they are."""

import json
from contextlib import suppress
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DocumentUnreadable, NotAcceptable, TooLarge
from app.topology.document import read
from app.web.problems import answer, problem_of

Json = Any

JSON_TYPES: Final = ("application/json", "application/vnd.glassmq+json")
YAML_TYPES: Final = ("application/yaml", "application/x-yaml", "text/yaml")

MOST_DISCARDED: Final = 64 * 1024 * 1024
"""How much of a body that is too large is thrown away, octets, so that its sender gets to read the answer."""


class _Overrun(Exception):
    """The body has passed the limit."""


class BodyLimit:
    """Answers 413 when a body passes the limit, having kept no more of it than that.

    Args:
        app: who answers the others.
        limit: octets.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > self._limit:
            await self._refuse(scope, receive, send, int(announced))
            return
        await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0
        is_over = has_answered = False

        async def counted() -> Message:
            nonlocal seen, is_over
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                is_over = True
                raise _Overrun
            return message

        async def guarded(message: Message) -> None:
            nonlocal has_answered
            if is_over and not has_answered:
                return  # whatever the app makes of the interruption, the answer is 413
            has_answered = True
            await send(message)

        with suppress(_Overrun):
            await self._app(scope, counted, guarded)
        if is_over and not has_answered:
            await self._refuse(scope, receive, send, seen)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        left = MOST_DISCARDED
        more = size <= MOST_DISCARDED
        while more and left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            more = bool(message.get("more_body", False))
        body = problem_of(TooLarge("the request's body", size, self._limit), scope["path"])
        await answer(body, {"Connection": "close"})(scope, receive, send)


def media_type(request: Request) -> str:
    """The Content-Type without its parameters, in lower case; JSON when there is none."""
    return request.headers.get("content-type", JSON_TYPES[0]).partition(";")[0].strip().lower()


async def read_document(request: Request) -> dict[str, Json]:
    """The topology document in the body, JSON or YAML by its Content-Type.

    Raises:
        NotAcceptable: the Content-Type is another one.
        DocumentUnreadable, TooLarge: it is no document.
    """
    spoken = media_type(request)
    if spoken in JSON_TYPES:
        return read(await request.body(), "json")
    if spoken in YAML_TYPES:
        return read(await request.body(), "yaml")
    raise NotAcceptable(spoken, [JSON_TYPES[0], YAML_TYPES[0]])


async def read_object(request: Request) -> dict[str, Json]:
    """The JSON object in the body; an empty body is an empty object.

    Raises:
        NotAcceptable: the Content-Type is not JSON's.
        DocumentUnreadable: it is no JSON object.
    """
    spoken = media_type(request)
    if spoken not in JSON_TYPES:
        raise NotAcceptable(spoken, [JSON_TYPES[0]])
    text = await request.body()
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentUnreadable(None, f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise DocumentUnreadable(None, "the body is not a JSON object")
    return value
