"""The shapes of requests and answers, for the checks at the door and for the types of the page."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.topology.key_shapes import Kind

Json = Any

Key = Annotated[str, Field(max_length=200)]


class Shape(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SetEdit(Shape):
    """Sets the value at a path; a new key goes to place ``at`` among its map's keys, by default the last."""

    kind: Literal["set"]
    path: Annotated[list[Key], Field(min_length=1, max_length=32)]
    value: Json
    at: Annotated[int | None, Field(ge=0)] = None


class UnsetEdit(Shape):
    """Removes the key at a path, and with a node or socket its links."""

    kind: Literal["unset"]
    path: Annotated[list[Key], Field(min_length=1, max_length=32)]


Edit = Annotated[SetEdit | UnsetEdit, Field(discriminator="kind")]


class Edits(Shape):
    """Edits that become one revision."""

    edits: list[Edit]
    label: Annotated[str, Field(max_length=200)] = ""


class Where(BaseModel):
    """What a finding is about."""

    process: str | None = None
    node: str | None = None
    socket: str | None = None
    """``node.socket``."""
    link: str | None = None


class KeyWish(BaseModel):
    """A key to be made, or taken from a place of the drawing, before the edits of a fix."""

    name: str
    kind: Kind
    source: list[str] = []


class Fix(BaseModel):
    """Edits that make a finding go away, and the keys that they speak of."""

    label: str
    edits: list[Edit]
    keys: list[KeyWish] = []


class Finding(BaseModel):
    """Something to be said about a drawing."""

    code: str
    severity: Literal["error", "warning", "info"]
    where: Where
    sentence: str
    fix: Fix | None = None


class Findings(Shape):
    """A revision's findings."""

    revision: str | None = None
    findings: list[Finding]


class LiveEffect(BaseModel):
    """What became of one edit in the live run."""

    edit: int
    effect: Literal["applied", "restarts-node", "restarts-run", "next-run"]


class Edited(Shape):
    """What edits did."""

    revision: str
    inverse: list[Edit]
    findings: list[Finding]
    live: list[LiveEffect]


class PastChange(Shape):
    """How a revision came from the one before."""

    revision: str
    label: str
    edits: list[Edit]


class EditsSince(Shape):
    """The latest revision and the changes that led there."""

    revision: str
    changes: list[PastChange]


class TopologyEntry(Shape):
    """A topology in a list."""

    id: str
    name: str
    revision: str
    created_at: float
    changed_at: float


class TopologyPage(Shape):
    """One page of topologies, last changed first."""

    items: list[TopologyEntry]
    next: str | None


class Created(Shape):
    """A topology that is kept now."""

    id: str
    name: str
    revision: str
    findings: list[Finding]


class Revision(Shape):
    """A revision that can be read."""

    revision: str
    at: float
    label: str
    name: str | None


class RevisionPage(Shape):
    """One page of revisions, newest first."""

    items: list[Revision]
    next: str | None


class RevisionName(Shape):
    """What to call the latest revision."""

    label: Annotated[str, Field(min_length=1, max_length=200)]


class ExportFormat(Shape):
    """A format that a topology can be exported to."""

    name: str
    title: str
    suffix: str


class ExportFormats(Shape):
    """The formats there are."""

    items: list[ExportFormat]


class Imported(Shape):
    """What a file was read as; nothing is saved."""

    topology: dict[str, Json]
    understood: list[str]
    not_understood: list[str]
    findings: list[Finding]


class Example(Shape):
    """A topology to begin with."""

    name: str
    title: str
    description: str
    family: str


class Token(Shape):
    """What proves that a browser may come in."""

    token: Annotated[str, Field(max_length=1_000)]


class Session(Shape):
    """Whether this server wants a token, and has been given it."""

    needs_token: bool
    has_token: bool


class Health(Shape):
    """Whether the server can work."""

    version: str
    store: Literal["ready", "failed"]
    fork_server: Literal["ready", "starting"]


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    findings: list[Finding]
