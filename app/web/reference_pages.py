"""The reference as pages that need no JavaScript: contents, one kind, one entry, and what a search found."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.reference.entry import KINDS, Entry
from app.reference.library import LONGEST_SEARCH, EntryNotFound, entries, entry, search
from app.reference.names import pieces
from app.reference.text import grouped
from app.settings import Settings
from app.web.pages import ASK_EACH_TIME, PAGES, find_front_end

MANIFEST: Final = Path(".vite", "manifest.json")
ENTRY: Final = "src/reference/reference.ts"
"""What the front end's build makes the style and the script of these pages from."""

ICON: Final = "src/ui/icon.svg"

PAGES.globals["pieces"] = pieces


def reference_routes(settings: Settings) -> APIRouter:
    """Routes of the pages of the reference, for people; programs ask the API."""
    router = APIRouter(include_in_schema=False)

    @router.get("/reference")
    async def contents(q: str = "") -> HTMLResponse:
        words = q[:LONGEST_SEARCH]
        found = search(words) if words.strip() else None
        return _page(settings, "reference-contents.html", found=found, words=words)

    @router.get("/reference/{kind}")
    async def one_kind(kind: str) -> HTMLResponse:
        known = next((each for each in KINDS if each == kind), None)
        if known is None:
            return _missing(settings, kind, "")
        return _page(settings, "reference-kind.html", kind=known, groups=grouped(known))

    @router.get("/reference/{kind}/{name}")
    async def one_entry(kind: str, name: str) -> HTMLResponse:
        try:
            found = entry(kind, name)
        except EntryNotFound as error:
            return _missing(settings, kind, name, error)
        return _page(
            settings, "reference-entry.html", kind=found.kind, entry=found, groups=grouped(found.kind)
        )

    return router


def _missing(settings: Settings, kind: str, name: str, error: EntryNotFound | None = None) -> HTMLResponse:
    meant: Entry | None = entry(kind, error.meant) if error and error.meant and kind in KINDS else None
    return _page(settings, "reference-missing.html", 404, name=name or kind, meant=meant)


def _page(settings: Settings, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    own = {
        "kinds": KINDS,
        "entries": entries(),
        "kind": None,
        "words": "",
        "assets": _assets(find_front_end(settings)),
        **values,
    }
    text = PAGES.get_template(template).render(own)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": ASK_EACH_TIME})


@cache
def _assets(place: Path | None) -> Mapping[str, list[str]]:
    """Return the addresses of style and script; without a built front end the pages are plain."""
    path = place / MANIFEST if place else None
    if path is None or not path.is_file():
        return {"styles": [], "scripts": [], "icons": []}
    made = json.loads(path.read_text("utf-8"))
    own = made.get(ENTRY, {})
    return {
        "styles": [f"/{name}" for name in own.get("css", [])],
        "scripts": [f"/{own['file']}"] if "file" in own else [],
        "icons": [f"/{made[ICON]['file']}"] if ICON in made else [],
    }
