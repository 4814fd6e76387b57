"""A topology's revisions over HTTP: look back, name the latest, go back to an earlier one."""

from fastapi import APIRouter, Request, Response

from app.store.history import Kept, TopologyId
from app.web import answers
from app.web.dependencies import Hall
from app.web.preconditions import Base, Client, Limit, etag, revision_number
from app.web.topologies import DOCUMENT_ANSWER, document_response, edited_of

router = APIRouter(prefix="/topologies/{topology}/revisions", tags=["revisions"])


@router.get("")
async def list_revisions(
    topology: TopologyId, hall: Hall, limit: Limit, cursor: str | None = None
) -> answers.RevisionPage:
    """The revisions that can be read, newest first."""
    before = revision_number(cursor) if cursor else None
    kept = await hall.editing.revisions(topology, before, limit + 1)
    following = f"r{kept[limit - 1].revision}" if len(kept) > limit else None
    return answers.RevisionPage(items=[revision_of(each) for each in kept[:limit]], next=following)


@router.post("", status_code=201)
async def name_revision(
    body: answers.RevisionName, topology: TopologyId, response: Response, hall: Hall
) -> answers.Revision:
    """Name the latest revision, so that it stays. Naming it again renames it."""
    kept = await hall.editing.name_revision(topology, body.label)
    response.headers["Location"] = f"/api/v1/topologies/{topology}/revisions/r{kept.revision}"
    return revision_of(kept)


@router.get("/{revision}", responses=DOCUMENT_ANSWER, response_class=Response)
async def read_revision(request: Request, topology: TopologyId, revision: str, hall: Hall) -> Response:
    """The document of one revision."""
    number, document = await hall.editing.document(topology, revision_number(revision))
    return document_response(request, document, {"ETag": etag(number), "Vary": "Accept"})


@router.post("/{revision}/restore", response_model_exclude_unset=True)
async def restore_revision(
    topology: TopologyId, revision: str, response: Response, hall: Hall, base: Base, client: Client
) -> answers.Edited:
    """Make an earlier revision the latest one; brings back a deleted topology too."""
    outcome = await hall.editing.restore(topology, base, revision_number(revision), client)
    response.headers["ETag"] = etag(outcome.revision)
    return edited_of(outcome)


def revision_of(kept: Kept) -> answers.Revision:
    """A revision's line in a list."""
    return answers.Revision(revision=f"r{kept.revision}", at=kept.at, label=kept.label, name=kept.name)
