"""Channels of the websocket: from a name like ``run/{id}/state`` to something that can be listened to."""

from typing import Final

from app.errors import NotFound
from app.store.history import TopologyId
from app.telemetry.fanout import FrameWatch, Watch
from app.web.live_messages import Subscribe
from app.web.preconditions import revision_number
from app.workspace.running import RunId
from app.workspace.workspace import Workspace

FULL_RATE_HZ: Final = 20.0
"""Telemetry frames a second unless fewer are asked for."""


async def listen(hall: Workspace, wish: Subscribe) -> Watch | FrameWatch:
    """Begin to listen to a channel.

    Raises:
        NotFound: there is no such channel, or nothing of that name to hear about.
    """
    match wish.ch.split("/"):
        case ["topology", topology]:
            since = None if wish.from_ is None else revision_number(str(wish.from_))
            return await hall.editing.watch(TopologyId(topology), since)
        case ["run", run, "state"]:
            return hall.running.watch_state(RunId(run))
        case ["run", run, "events"]:
            return hall.running.watch_events(RunId(run), _sequence_number(wish))
        case ["run", run, "tokens"]:
            return hall.running.watch_tokens(RunId(run))
        case ["run", run, "telemetry"]:
            rate_hz = min(wish.rate_hz or FULL_RATE_HZ, FULL_RATE_HZ)
            return hall.running.watch_telemetry(RunId(run), rate_hz, list(wish.links))
        case _:
            raise NotFound("channel", wish.ch)


def is_telemetry(channel: str) -> bool:
    """Whether a channel carries binary frames, which do not name their channel."""
    return channel.startswith("run/") and channel.endswith("/telemetry")


def _sequence_number(wish: Subscribe) -> int | None:
    if wish.from_ is None:
        return None
    try:
        return int(wish.from_)
    except ValueError as error:
        raise NotFound("event", str(wish.from_)) from error
