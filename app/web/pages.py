"""The page and what it loads: the built front end, from the installed package or from the checkout."""

import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from app.settings import Settings
from app.topology.findings import RULES

HERE: Final = Path(__file__).parent
PLACES: Final = (HERE / "dist", HERE.parents[1] / "static" / "dist")
"""Where the front end may be: packed into the package, or built beside it in a checkout."""

TEMPLATES: Final = (HERE / "templates", HERE.parents[1] / "templates" / "page")
PAGES: Final = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""The pages that the server fills in itself."""

HASHED: Final = re.compile(r".*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+")
"""Names that Vite gives: they change with the content, so they can be kept for ever."""

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_EACH_TIME: Final = "no-cache"


def find_front_end(settings: Settings) -> Path | None:
    """The directory of the built front end, or ``None`` when nobody has built it."""
    places = (settings.static_dir,) if settings.static_dir is not None else PLACES
    return next((place for place in places if (place / "index.html").is_file()), None)


def page_routes(settings: Settings) -> APIRouter:
    """Routes of the page: at ``/`` and at each of its own addresses."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @router.get("/t/{topology}")
    async def front_page() -> Response:
        place = find_front_end(settings)
        if place is None:
            return HTMLResponse(PAGES.get_template("not-built.html").render(), status_code=503)
        return FileResponse(place / "index.html", headers={"Cache-Control": ASK_EACH_TIME})

    @router.get("/problems/{code}")
    async def problem_page(code: str) -> Response:
        if code in RULES:
            return RedirectResponse(f"/reference/finding/{code}")
        if not re.fullmatch(r"[a-z][a-z-]{0,60}", code):
            raise HTTPException(404)
        title = code.replace("-", " ")
        return HTMLResponse(PAGES.get_template("problem.html").render(code=code, title=title))

    @router.get("/{path:path}")
    async def file(request: Request, path: str) -> Response:
        place = find_front_end(settings)
        found = None if place is None or path.startswith("api/") else _inside(place, path)
        if found is None:
            raise HTTPException(404)
        keep = FOR_EVER if HASHED.fullmatch(found.name) else ASK_EACH_TIME
        return FileResponse(found, headers={"Cache-Control": keep})

    return router


def _inside(place: Path, path: str) -> Path | None:
    if "\0" in path or any(part.startswith(".") for part in path.split("/")):
        return None
    found = (place / path).resolve()
    return found if found.is_relative_to(place.resolve()) and found.is_file() else None
