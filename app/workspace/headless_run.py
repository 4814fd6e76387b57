"""A run without a page: play, wait, drain, and give the final books."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from app.errors import AppError
from app.fleet.draining import drain
from app.fleet.fleet import Fleet
from app.fleet.run import Run
from app.fleet.run_state import RunState
from app.runtime.states import NodeState
from app.topology.compile import compile_plan
from app.workspace.locksmith import Locksmith

TELL_EVERY_S: Final = 0.5
DRAIN_WITHIN_S: Final = 30.0
MOST_PROCESSES: Final = 256

Json = dict[str, Any]


class RunFailed(AppError):
    """The run could not be started."""

    code = "run-failed"
    title = "The run could not be started"
    status = 500


async def run_headless(
    document: Json,
    seconds: float | None,
    progress: Callable[[str], None],
    *,
    allow_hosts: Sequence[str] = (),
    locksmith: Locksmith | None = None,
    drain_within_s: float = DRAIN_WITHIN_S,
) -> Json:
    """Run a topology and return its final books.

    Cancelling it ends the waiting: the run is drained and its books are returned all the same.

    Args:
        document: the plain tree.
        seconds: how long to run before draining; ``None`` until every source has ended by itself.
        progress: told a line now and then.
        allow_hosts: hosts besides loopback that the topology may reach or bind.
        locksmith: has the secrets that the topology names.
        drain_within_s: what has not arrived then is dropped, and counted.

    Raises:
        TopologyHasErrors: there is nothing to run, or a secret is not here.
        RunFailed: it could not be started.
    """
    keeper = locksmith or Locksmith()
    plan = compile_plan(document, allow_hosts=allow_hosts, here=await keeper.here())
    keyring = await keeper.unlock(plan)
    fleet = Fleet(1, MOST_PROCESSES)
    await fleet.open()
    try:
        run = fleet.create("headless", 0, plan, keyring)
        await run.start()
        if run.state is RunState.FAILED:
            raise RunFailed(run.error or "")
        await _watch(run, seconds, progress)
        progress("draining")
        is_drained = await drain(run, drain_within_s)
        if not is_drained:
            progress("not everything arrived in time")
        await run.stop(is_drained=is_drained)
        return run.accounting.books.as_json()
    finally:
        await fleet.close()


async def _watch(run: Run, seconds: float | None, progress: Callable[[str], None]) -> None:
    try:
        while not run.state.is_over and (seconds is None or run.clock.t_s < seconds):
            pause_s = TELL_EVERY_S if seconds is None else min(TELL_EVERY_S, seconds - run.clock.t_s)
            await asyncio.sleep(max(pause_s, 0.0))
            await run.sampling.sample(thorough=True)  # nobody else watches: the figures would be a second old
            progress(_line(run))
            if seconds is None and _sources_are_done(run):
                return
    except asyncio.CancelledError:
        progress("stopping")
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()


def _line(run: Run) -> str:
    totals = run.accounting.books.totals
    moved = (
        f"{run.clock.t_s:.1f} s: {totals['accepted']} accepted, {totals['delivered']} delivered, "
        f"{totals['queued']} queued, {totals['dropped']} dropped"
    )
    failed = [key for key, (_, error) in run.nodes.items() if error]
    return f"{moved}; in trouble: {', '.join(failed)}" if failed else moved


def _sources_are_done(run: Run) -> bool:
    """Whether all generators and clients have come to their end."""
    sources = [
        key
        for _, node in run.plan.nodes()
        if node.starts and node.behaviour in ("generator", "client")
        for key in run.nodes
        if key.partition("#")[0] == node.id
    ]
    return bool(sources) and all(run.nodes[key][0] == NodeState.STOPPED for key in sources)
