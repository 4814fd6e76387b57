"""The web application: its doors in order, its routes, and what opens and closes with it."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from app.settings import Settings
from app.web import (
    exports,
    keys,
    library,
    live,
    pages,
    problems,
    reference,
    reference_pages,
    revisions,
    runs,
    service,
    topologies,
)
from app.web.answers import Problem
from app.web.bodies import BodyLimit
from app.web.guard import Guard
from app.web.headers import SafeHeaders
from app.web.live_messages import add_to_openapi
from app.web.tokens import BASE, TokenCheck
from app.workspace.version import VERSION
from app.workspace.workspace import Workspace


def create_app(settings: Settings, workspace: Workspace | None = None) -> FastAPI:
    """The application; its workspace opens when it starts and closes when it stops.

    Args:
        settings: of this server.
        workspace: one made elsewhere, for tests.
    """
    hall = workspace or Workspace(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await hall.open()
        try:
            yield
        finally:
            await hall.close()

    app = FastAPI(
        title="GlassMQ",
        version=VERSION,
        lifespan=lifespan,
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.workspace = hall
    app.state.live_connections = set()
    app.state.run_starts = OrderedDict()
    problems.install(app)
    app.include_router(_api(), prefix=BASE, responses={"4XX": {"model": Problem, "description": "Refused"}})
    app.include_router(reference_pages.reference_routes(settings))
    app.include_router(pages.page_routes(settings))
    add_to_openapi(app)
    # The last one added is the outermost: a stranger is turned away before anything else happens.
    app.add_middleware(BodyLimit, limit=settings.limits.body_octets)
    app.add_middleware(TokenCheck, token=settings.token)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(SafeHeaders)
    return app


def _api() -> APIRouter:
    api = APIRouter()
    for room in (topologies, revisions, exports, library, reference, keys, runs, service, live):
        api.include_router(room.router)
    return api
