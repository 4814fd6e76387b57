"""Errors as problem documents (RFC 9457): what happened, where, and the findings behind it."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from app.errors import AppError, Stale

Json = Any

MEDIA_TYPE: Final = "application/problem+json"

LONGEST_LIST_OF_FAULTS: Final = 20


def problem(
    code: str,
    title: str,
    status: int,
    detail: str,
    instance: str,
    findings: Sequence[Json] = (),
    members: Mapping[str, Json] | None = None,
) -> dict[str, Json]:
    """The body of a problem document."""
    return {
        **(members or {}),
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "findings": list(findings),
    }


def problem_of(error: AppError, instance: str) -> dict[str, Json]:
    """The problem document of one of the application's errors."""
    members = dict(error.members())
    if error.where:
        members["where"] = error.where
    return problem(error.code, error.title, error.status, error.detail, instance, error.findings, members)


def answer(body: Mapping[str, Json], headers: Mapping[str, str] | None = None) -> Response:
    """A problem document as a response."""
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=int(body["status"]),
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def install(app: FastAPI) -> None:
    """Have every error of ``app`` answered with a problem document."""
    app.add_exception_handler(AppError, _answer_app_error)
    app.add_exception_handler(RequestValidationError, _answer_bad_request)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_own_fault)


async def _answer_app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    headers = {"ETag": f'"{error.current}"'} if isinstance(error, Stale) else {}
    return answer(problem_of(error, request.url.path), headers)


async def _answer_bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        {"at": ".".join(str(part) for part in fault["loc"]), "fault": fault["msg"]}
        for fault in error.errors()[:LONGEST_LIST_OF_FAULTS]
    ]
    first = f"{faults[0]['at']}: {faults[0]['fault']}" if faults else "the request does not fit"
    body = problem(
        "request-invalid",
        "The request does not fit",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        first,
        request.url.path,
        members={"faults": faults},
    )
    return answer(body)


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-").replace("'", "")
    detail = f"{request.method} {request.url.path}: {phrase.lower()}"
    if error.detail != phrase:
        detail = str(error.detail)
    return answer(problem(code, phrase, error.status_code, detail, request.url.path), error.headers or {})


async def _answer_own_fault(request: Request, _error: Exception) -> Response:
    # The server's log has the traceback; a browser is told no more than that it was not its fault.
    return answer(
        problem(
            "internal-error",
            "This is a fault of GlassMQ",
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "something broke inside; the server's log says what: please report it",
            request.url.path,
        )
    )
