"""The reference over HTTP: every entry in short, or one of them whole."""

import json
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response

from app.reference.entry import KINDS, Entry
from app.reference.library import entries, entry, search
from app.web.library import ANY_OBJECT, unchanging

Json = Any

router = APIRouter(prefix="/reference", tags=["reference"])


@router.get("", responses=ANY_OBJECT, response_class=Response)
async def read_reference(request: Request, q: str = "") -> Response:
    """Every kind with its entries in short; with `q`, the entries in which all its words occur."""
    return unchanging(request, json.dumps(_found(q)) if q.strip() else _all())


@router.get("/{kind}/{name}", responses=ANY_OBJECT, response_class=Response)
async def read_entry(request: Request, kind: str, name: str) -> Response:
    """One entry, with the topology that shows it where there is one."""
    return unchanging(request, json.dumps(entry(kind, name).as_json(), ensure_ascii=False))


@cache
def _all() -> str:
    kinds = [
        {
            "kind": kind,
            "title": title,
            "summary": sentence,
            "entries": [_short(each) for each in entries()[kind]],
        }
        for kind, (title, sentence) in KINDS.items()
    ]
    return json.dumps({"kinds": kinds}, ensure_ascii=False)


def _found(words: str) -> Json:
    return {"entries": [{"kind": each.kind, **_short(each)} for each in search(words)]}


def _short(each: Entry) -> dict[str, Json]:
    return {
        "name": each.name,
        "title": each.heading,
        "group": each.group,
        "summary": each.summary,
        "has_example": each.example is not None,
    }
