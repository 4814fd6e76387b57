"""The server itself over HTTP: is it well, and may this browser come in."""

from fastapi import APIRouter, Request, Response

from app.errors import AppError
from app.web import answers
from app.web.dependencies import Configured, Hall
from app.web.tokens import BASE, COOKIE, is_token, session_of

router = APIRouter(tags=["server"])


class TokenWrong(AppError):
    """The token offered is not the one this server wants."""

    code = "token-wrong"
    title = "This is not the token"
    status = 401

    def __init__(self) -> None:
        super().__init__("this is not the token that the server was started with")


@router.get("/session")
async def read_session(request: Request, settings: Configured) -> answers.Session:
    """Whether a token is wanted, and whether this browser has given it."""
    has_token = bool(settings.token) and request.cookies.get(COOKIE) == session_of(settings.token)
    return answers.Session(needs_token=bool(settings.token), has_token=has_token)


@router.post("/session")
async def begin_session(body: answers.Token, response: Response, settings: Configured) -> answers.Session:
    """Give the token, get the cookie."""
    if not settings.token:
        return answers.Session(needs_token=False, has_token=False)
    if not is_token(settings.token, body.token):
        raise TokenWrong
    response.set_cookie(
        COOKIE, session_of(settings.token), httponly=True, samesite="strict", path=BASE, max_age=30 * 86_400
    )
    return answers.Session(needs_token=True, has_token=True)


@router.get("/health", responses={503: {"model": answers.Health}})
async def read_health(hall: Hall, response: Response) -> answers.Health:
    """The version, and whether the store and the fork server are ready."""
    health = await hall.health()
    if health.store == "failed":
        response.status_code = 503
    return answers.Health(version=health.version, store=health.store, fork_server=health.fork_server)
