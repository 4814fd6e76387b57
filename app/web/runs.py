"""Runs over HTTP: start, look, pause, stop, one node or process too; messages by hand and messages kept."""

import hashlib
from collections import OrderedDict
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.errors import AppError
from app.store.history import TopologyId
from app.store.topologies import KeyReused
from app.web.answers import Shape
from app.web.bodies import read_object
from app.web.dependencies import Hall
from app.web.preconditions import Key, revision_number
from app.workspace.running import RunId

Json = Any

router = APIRouter(prefix="/runs", tags=["runs"])

REMEMBERED_STARTS: Final = 1_000


class StageNotReached(AppError):
    """The request asks for something that a later version will do."""

    code = "not-yet"
    title = "This version cannot do that yet"
    status = 422

    def __init__(self, field: str, value: Json) -> None:
        self.field = field
        self.value = value
        super().__init__(f"{field} {value!r} is for a later version")


class RunWish(Shape):
    """What to run, and how."""

    topology: Annotated[str, Field(max_length=100)]
    revision: str | None = None
    clock: Literal["real", "virtual"] = "real"
    seed: int | None = None
    scenario: str | None = None
    until_s: float | None = None
    record: bool = False


class RunStateWish(Shape):
    """What a run should be."""

    state: Literal["running", "paused", "ended"] | None = None
    speed: float | None = None


class NodeStateWish(Shape):
    """What a node or a process should be."""

    state: Literal["running", "stopped", "frozen", "killed"]


class Run(BaseModel, extra="allow"):
    """A run as it is."""

    id: str
    topology: str
    revision: str
    state: Literal["starting", "running", "paused", "stopping", "ended", "failed"]
    error: str | None = None
    clock: str = "real"
    t_s: float = 0.0
    books: dict[str, Json] | None = None
    processes: list[dict[str, Json]] = []
    nodes: list[dict[str, Json]] = []
    endpoints: dict[str, dict[str, str]] = {}


class RunList(Shape):
    """The runs there are."""

    items: list[Run]
    next: str | None = None


@router.get("")
async def list_runs(hall: Hall) -> RunList:
    """Every run that is kept, ended ones included."""
    return RunList(items=[Run.model_validate(view) for view in hall.running.views()])


@router.post("", status_code=202)
async def start_run(wish: RunWish, request: Request, response: Response, hall: Hall, key: Key) -> Run:
    """Start a run of a topology's revision, of the latest one when none is named."""
    _refuse_what_comes_later(wish)
    starts: OrderedDict[str, tuple[str, RunId]] = request.app.state.run_starts
    digest = hashlib.sha256(wish.model_dump_json().encode()).hexdigest()
    known = starts.get(key)
    if known is not None and known[0] != digest:
        raise KeyReused(key)
    run = known[1] if known is not None else await _start(wish, hall)
    starts[key] = (digest, run)
    if len(starts) > REMEMBERED_STARTS:
        starts.popitem(last=False)
    response.headers["Location"] = f"/api/v1/runs/{run}"
    return Run.model_validate(hall.running.view(run))


async def _start(wish: RunWish, hall: Hall) -> RunId:
    topology = TopologyId(wish.topology)
    wanted = revision_number(wish.revision) if wish.revision else None
    revision, document = await hall.editing.document(topology, wanted)
    return await hall.running.start(topology, revision, document)


def _refuse_what_comes_later(wish: RunWish) -> None:
    if wish.clock == "virtual":
        raise StageNotReached("clock", wish.clock)
    if wish.record:
        raise StageNotReached("record", wish.record)
    if wish.scenario is not None:
        raise StageNotReached("scenario", wish.scenario)


@router.get("/{run}")
async def read_run(run: RunId, hall: Hall) -> Run:
    """A run as it is: state, books, processes, nodes, endpoints."""
    return Run.model_validate(hall.running.view(run))


@router.patch("/{run}")
async def change_run(run: RunId, wish: RunStateWish, hall: Hall) -> Run:
    """Pause, resume or end a run."""
    if wish.speed is not None:
        raise StageNotReached("speed", wish.speed)
    if wish.state is not None:
        await hall.running.change_state(run, wish.state)
    return Run.model_validate(hall.running.view(run))


@router.delete("/{run}", status_code=202)
async def end_run(run: RunId, hall: Hall) -> Run:
    """End a run; its books stay to be read."""
    await hall.running.change_state(run, "ended")
    return Run.model_validate(hall.running.view(run))


@router.patch("/{run}/nodes/{node}")
async def change_node(run: RunId, node: str, wish: NodeStateWish, hall: Hall) -> Run:
    """Start or stop one node."""
    await hall.running.change_node(run, node, wish.state)
    return Run.model_validate(hall.running.view(run))


@router.patch("/{run}/processes/{process}")
async def change_process(run: RunId, process: str, wish: NodeStateWish, hall: Hall) -> Run:
    """Start, stop, freeze or kill one process."""
    await hall.running.change_process(run, process, wish.state)
    return Run.model_validate(hall.running.view(run))


@router.post("/{run}/nodes/{node}/messages")
async def send_message(run: RunId, node: str, request: Request, hall: Hall) -> dict[str, Json]:
    """Send a message through a manual node."""
    answer: dict[str, Json] = await hall.running.send_manual(run, node, await read_object(request))
    return answer


@router.get("/{run}/nodes/{node}/messages")
async def read_messages(run: RunId, node: str, hall: Hall) -> dict[str, Json]:
    """What a manual node has sent and received."""
    answer: dict[str, Json] = await hall.running.manual_messages(run, node)
    return answer


@router.get("/{run}/links/{link}/messages")
async def read_link_messages(
    run: RunId, link: str, hall: Hall, last: Annotated[int, Query(ge=1, le=1_000)] = 50
) -> dict[str, Json]:
    """The last messages seen on a link, long frames cut."""
    answer: dict[str, Json] = await hall.running.link_messages(run, link, last)
    return answer


@router.get("/{run}/links/{link}/messages/{seq}")
async def read_link_message(
    run: RunId, link: str, seq: int, hall: Hall, lane: str | None = None, connection: str | None = None
) -> dict[str, Json]:
    """One message seen on a link, whole; the newest of this number, unless lane and connection are given."""
    answer: dict[str, Json] = await hall.running.link_message(run, link, seq, lane, connection)
    return answer
