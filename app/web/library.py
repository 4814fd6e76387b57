"""What does not change while the server runs: the catalogue, the examples, the schemas; answered by ETag."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from app.topology.catalogue import catalogue
from app.topology.document import write
from app.topology.examples import example, examples
from app.topology.schema import json_schema
from app.web import answers
from app.web.asyncapi import asyncapi
from app.web.bodies import JSON_TYPES, YAML_TYPES

Json = Any

router = APIRouter(tags=["library"])

SCHEMA_TYPE: Final = "application/schema+json"
ANY_OBJECT: dict[int | str, dict[str, Json]] = {
    200: {
        "description": "The thing itself",
        "content": {JSON_TYPES[0]: {"schema": {"type": "object", "additionalProperties": True}}},
    }
}


@router.get("/catalogue", responses=ANY_OBJECT, response_class=Response)
async def read_catalogue(request: Request) -> Response:
    """Socket types, options, behaviours with their parameters, rules and limits."""
    return unchanging(request, _text_of(catalogue))


@router.get("/schema/topology-1.json", responses=ANY_OBJECT, response_class=Response)
async def read_schema(request: Request) -> Response:
    """The JSON Schema of the topology document."""
    return unchanging(request, _text_of(json_schema), SCHEMA_TYPE)


@router.get("/asyncapi.json", responses=ANY_OBJECT, response_class=Response)
async def read_asyncapi(request: Request) -> Response:
    """The websocket, described by AsyncAPI 3."""
    return unchanging(request, _text_of(asyncapi))


@router.get("/examples")
async def list_examples(request: Request) -> list[answers.Example]:
    """The topologies to begin with."""
    return [
        answers.Example(name=each.name, title=each.title, description=each.description, family=each.family)
        for each in examples()
    ]


@router.get("/examples/{name}", responses=ANY_OBJECT, response_class=Response)
async def read_example(request: Request, name: str) -> Response:
    """The document of one example, JSON or YAML by Accept."""
    document = example(name)
    if any(spoken in request.headers.get("accept", "") for spoken in YAML_TYPES):
        return unchanging(request, write(document, "yaml"), YAML_TYPES[0])
    return unchanging(request, write(document, "json"))


@cache
def _text_of(make: Callable[[], Json]) -> str:
    return json.dumps(make(), ensure_ascii=False)


def unchanging(request: Request, text: str, media_type: str = JSON_TYPES[0]) -> Response:
    """Answer with a text that changes only with the program, or 304 to who has it already."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers, media_type=media_type)
