"""Topologies over HTTP: keep, read, edit, put away, and look for problems."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.errors import TooLarge
from app.store.history import TopologyId
from app.store.topologies import Entry
from app.topology.document import write
from app.web import answers
from app.web.bodies import JSON_TYPES, YAML_TYPES, read_document
from app.web.dependencies import Configured, Hall
from app.web.preconditions import Base, Client, Key, Limit, etag, revision_number

Json = Any

router = APIRouter(prefix="/topologies", tags=["topologies"])

DOCUMENT_BODY: dict[str, Json] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON_TYPES[0]: {"schema": {"type": "object", "additionalProperties": True}},
            YAML_TYPES[0]: {"schema": {"type": "string"}},
        },
    }
}
DOCUMENT_ANSWER: dict[int | str, dict[str, Json]] = {
    200: {
        "description": "The document",
        "content": {
            JSON_TYPES[0]: {"schema": {"type": "object", "additionalProperties": True}},
            YAML_TYPES[0]: {"schema": {"type": "string"}},
        },
    }
}


@router.get("")
async def list_topologies(hall: Hall, limit: Limit, cursor: str | None = None) -> answers.TopologyPage:
    """Topologies, last changed first."""
    entries, following = await hall.editing.listing(cursor, limit)
    return answers.TopologyPage(items=[entry_of(entry) for entry in entries], next=following)


@router.post("", status_code=201, openapi_extra=DOCUMENT_BODY, response_model_exclude_unset=True)
async def create_topology(request: Request, response: Response, hall: Hall, key: Key) -> answers.Created:
    """Keep a new topology, errors in the drawing included."""
    document = await read_document(request)
    entry, findings, _ = await hall.editing.create(document, key)
    response.headers["Location"] = f"/api/v1/topologies/{entry.id}"
    response.headers["ETag"] = etag(entry.revision)
    return answers.Created(
        id=entry.id, name=entry.name, revision=f"r{entry.revision}", findings=findings_of(findings)
    )


@router.post("/check", openapi_extra=DOCUMENT_BODY, response_model_exclude_unset=True)
async def check_document(request: Request, hall: Hall) -> answers.Findings:
    """Findings of a document; nothing is saved."""
    document = await read_document(request)
    return answers.Findings(findings=findings_of(await hall.editing.findings_of(document)))


@router.get("/{topology}", responses=DOCUMENT_ANSWER, response_class=Response)
async def read_topology(
    request: Request, topology: TopologyId, hall: Hall, revision: str | None = None
) -> Response:
    """The whole document, JSON or YAML by Accept; the latest revision unless another is named."""
    number, document = await hall.editing.document(topology, revision_number(revision) if revision else None)
    headers = {"ETag": etag(number), "Vary": "Accept"}
    if request.headers.get("if-none-match") == etag(number):
        return Response(status_code=304, headers=headers)
    return document_response(request, document, headers)


@router.put("/{topology}", openapi_extra=DOCUMENT_BODY, response_model_exclude_unset=True)
async def replace_topology(
    request: Request, response: Response, topology: TopologyId, hall: Hall, base: Base, client: Client
) -> answers.Edited:
    """Put a whole document in the latest revision's place."""
    document = await read_document(request)
    outcome = await hall.editing.replace(topology, base, document, "Replaced", client)
    response.headers["ETag"] = etag(outcome.revision)
    return edited_of(outcome)


@router.delete("/{topology}", status_code=204)
async def delete_topology(topology: TopologyId, hall: Hall, base: Base) -> None:
    """Put a topology away; restoring one of its revisions brings it back."""
    await hall.editing.delete(topology, base)


@router.post("/{topology}/edits", response_model_exclude_unset=True)
async def apply_edits(
    body: answers.Edits,
    response: Response,
    topology: TopologyId,
    hall: Hall,
    settings: Configured,
    base: Base,
    client: Client,
) -> answers.Edited:
    """Apply edits as one revision: all of them, or none."""
    most = settings.limits.edits_per_request
    if len(body.edits) > most:
        raise TooLarge("request", len(body.edits), most, "edits")
    edits = [edit.model_dump(exclude_unset=True) for edit in body.edits]
    outcome = await hall.editing.apply(topology, base, edits, body.label, client)
    response.headers["ETag"] = etag(outcome.revision)
    return edited_of(outcome)


@router.get("/{topology}/edits", response_model_exclude_unset=True)
async def edits_since(
    topology: TopologyId, hall: Hall, since: Annotated[str, Query(pattern="r[0-9]+")]
) -> answers.EditsSince:
    """The changes that led from a revision to the latest one."""
    current, changes = await hall.editing.edits_since(topology, revision_number(since))
    return answers.EditsSince.model_validate(
        {
            "revision": f"r{current}",
            "changes": [
                {"revision": f"r{change.revision}", "label": change.label, "edits": change.edits}
                for change in changes
            ],
        }
    )


@router.get("/{topology}/findings", response_model_exclude_unset=True)
async def read_findings(topology: TopologyId, hall: Hall, revision: str | None = None) -> answers.Findings:
    """What is to be said about a revision; about the latest one when none is named."""
    wanted = revision_number(revision) if revision else None
    number, findings = await hall.editing.findings(topology, wanted)
    return answers.Findings(revision=f"r{number}", findings=findings_of(findings))


def entry_of(entry: Entry) -> answers.TopologyEntry:
    """A topology's line in a list."""
    return answers.TopologyEntry(
        id=entry.id,
        name=entry.name,
        revision=f"r{entry.revision}",
        created_at=entry.created_at,
        changed_at=entry.changed_at,
    )


def edited_of(outcome: Json) -> answers.Edited:
    """What edits did, as the browser reads it."""
    return answers.Edited.model_validate(
        {
            "revision": f"r{outcome.revision}",
            "inverse": outcome.inverse,
            "findings": outcome.findings,
            "live": outcome.live,
        }
    )


def findings_of(findings: Sequence[Json]) -> list[answers.Finding]:
    """Findings, their shape checked."""
    return [answers.Finding.model_validate(finding) for finding in findings]


def document_response(request: Request, document: Json, headers: dict[str, str]) -> Response:
    """A document in the form that the request asks for: JSON unless it names YAML."""
    accepted = request.headers.get("accept", "")
    if any(spoken in accepted for spoken in YAML_TYPES):
        return Response(write(document, "yaml"), headers=headers, media_type=YAML_TYPES[0])
    return Response(write(document, "json"), headers=headers, media_type=JSON_TYPES[0])
