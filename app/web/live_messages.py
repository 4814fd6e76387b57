"""The text messages of the websocket, both ways: what is checked at the door, and what describes it."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.web.answers import Edit, Finding, Shape

Json = Any

Channel = Annotated[str, Field(max_length=200)]
LinkName = Annotated[str, Field(max_length=64)]


class Subscribe(Shape):
    """Open a channel, or change what is wanted of one that is open."""

    kind: Literal["subscribe"]
    ch: Channel
    from_: Annotated[int | str | None, Field(alias="from")] = None
    """Go on after this: a revision (``r12``) or the sequence number of an event."""
    rate_hz: Annotated[float | None, Field(gt=0, le=1_000)] = None
    """Telemetry: at most this many frames a second."""
    links: Annotated[list[LinkName], Field(max_length=1_000, default_factory=list)]
    """Telemetry: links whose counters come with every frame."""


class Unsubscribe(Shape):
    """Close a channel."""

    kind: Literal["unsubscribe"]
    ch: Channel


class Acknowledge(Shape):
    """A frame has been seen: the next one may come."""

    kind: Literal["ack"]
    ch: Channel
    tick: Annotated[int, Field(ge=0)]


class Pong(Shape):
    """The browser is still there."""

    kind: Literal["pong"]


FromBrowser = Annotated[Subscribe | Unsubscribe | Acknowledge | Pong, Field(discriminator="kind")]

from_browser: TypeAdapter[Subscribe | Unsubscribe | Acknowledge | Pong] = TypeAdapter(FromBrowser)


class Told(BaseModel):
    """A message to the browser; further fields may come with later versions."""

    model_config = ConfigDict(extra="allow")


class Hello(Told):
    """The first message on every socket."""

    kind: Literal["hello"]
    server: str
    version: str
    limits: dict[str, int]


class Ping(Told):
    """To be answered with pong."""

    kind: Literal["ping"]


class Refused(Told):
    """A message was not understood, or a channel cannot be opened."""

    ch: str | None
    kind: Literal["refused"]
    code: str
    detail: str


class Gone(Told):
    """A channel is over: what it was about has ended or was deleted."""

    ch: str
    kind: Literal["gone"]


class TopologyEdited(Told):
    """``topology/{id}``: somebody made the next revision."""

    ch: str
    kind: Literal["edited"]
    revision: str
    label: str
    edits: list[Edit]
    by: str | None


class TopologyFindings(Told):
    """``topology/{id}``: what is to be said about a revision."""

    ch: str
    kind: Literal["findings"]
    revision: str
    findings: list[Finding]


class TopologyPresence(Told):
    """``topology/{id}``: how many watch it."""

    ch: str
    kind: Literal["presence"]
    watchers: int


class TopologyReload(Told):
    """``topology/{id}``: the way from the browser's revision is not known; read the document again."""

    ch: str
    kind: Literal["reload"]


class TopologyDeleted(Told):
    """``topology/{id}``: it was put away."""

    ch: str
    kind: Literal["deleted"]


class RunState(Told):
    """``run/{id}/state``: the run as it is, as GET /runs/{id} gives it."""

    ch: str
    kind: Literal["state"]
    run: dict[str, Json]


class RunNode(Told):
    """``run/{id}/state``: a node's state has changed."""

    ch: str
    kind: Literal["node"]
    id: str
    replica: int
    state: Literal["starting", "running", "stopped", "failed", "waiting"]
    error: str | None


class RunProcess(Told):
    """``run/{id}/state``: a process's state has changed."""

    ch: str
    kind: Literal["process"]
    id: str
    state: str


class RunEndpoints(Told):
    """``run/{id}/state``: where the sockets are really bound."""

    ch: str
    kind: Literal["endpoints"]
    sockets: dict[str, dict[str, str]]


class RunExternal(Told):
    """``run/{id}/state``: a program from outside has come or gone."""

    ch: str
    kind: Literal["external"]
    node: str
    socket: str
    peer: str
    what: str


class RunHandshake(Told):
    """``run/{id}/state``: a link's handshake was refused, and why; no reason: a peer was let in."""

    ch: str
    kind: Literal["handshake"]
    link: str
    reason: str | None


class RunEnded(Told):
    """``run/{id}/state``: the run is over; its books."""

    ch: str
    kind: Literal["ended"]
    books: dict[str, Json]


class RunEvent(Told):
    """``run/{id}/events``: something happened, ``count`` times within a tick."""

    ch: str
    kind: Literal["event"]
    seq: int
    t: float
    what: str
    where: dict[str, str]
    count: int
    detail: str


class RunEventGap(Told):
    """``run/{id}/events``: so many events are not kept any more."""

    ch: str
    kind: Literal["gap"]
    missed: int


class TelemetryLayout(Told):
    """``run/{id}/telemetry``: what the rows and columns of the binary frames of an epoch are."""

    ch: str
    kind: Literal["layout"]
    epoch: int
    pipes: list[dict[str, Json]]
    columns: list[dict[str, str]]


class TelemetryTotals(Told):
    """``run/{id}/telemetry``: the books, and the sockets, nodes and processes, twice a second."""

    ch: str
    kind: Literal["totals"]
    t_s: float
    books: dict[str, Json]
    sockets: list[dict[str, Json]]
    nodes: list[dict[str, Json]]
    processes: list[dict[str, Json]]


class Tokens(Told):
    """``run/{id}/tokens``: sampled messages on their way."""

    ch: str
    kind: Literal["tokens"]
    tokens: list[dict[str, Json]]


class TokensThinned(Told):
    """``run/{id}/tokens``: so many samples were dropped, the oldest first."""

    ch: str
    kind: Literal["thinned"]
    n: int


FROM_BROWSER: tuple[type[BaseModel], ...] = (Subscribe, Unsubscribe, Acknowledge, Pong)
TO_BROWSER: tuple[type[BaseModel], ...] = (
    Hello,
    Ping,
    Refused,
    Gone,
    TopologyEdited,
    TopologyFindings,
    TopologyPresence,
    TopologyReload,
    TopologyDeleted,
    RunState,
    RunNode,
    RunProcess,
    RunEndpoints,
    RunExternal,
    RunHandshake,
    RunEnded,
    RunEvent,
    RunEventGap,
    TelemetryLayout,
    TelemetryTotals,
    Tokens,
    TokensThinned,
)


def schemas() -> dict[str, Json]:
    """JSON Schemas of every message and of what they are made of, by name."""
    found: dict[str, Json] = {}
    for model in (*FROM_BROWSER, *TO_BROWSER):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}", by_alias=True)
        found.update(schema.pop("$defs", {}))
        found[model.__name__] = schema
    return found


def add_to_openapi(app: FastAPI) -> None:
    """Put the websocket's messages beside the schemas of HTTP, so that one generator types both."""

    def described() -> dict[str, Json]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, routes=app.routes)
            components = made.setdefault("components", {}).setdefault("schemas", {})
            for name, schema in schemas().items():
                components.setdefault(name, schema)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]
