"""Draining a run: its sources end, and what is on its way arrives."""

import asyncio
import time
from typing import Any, Final

from app.fleet.run import Run
from app.runtime import control

LOOK_EVERY_S: Final = 0.06
STILL_LOOKS: Final = 3
"""Looks in a row that must find nothing on its way and nothing moved."""

HANDLED, IN_HAND = 3, 4
"""Places in the list that tells how a node stands."""


async def drain(run: Run, within_s: float) -> bool:
    """Let the run come to rest; return whether it did within the time given.

    Messages on the way to nobody (a source whose peers are gone) never come to rest.
    """
    await run.crew.tell_all(control.FinishSources(), within_s)
    run.clock.stand()  # rates are of the time in which there was traffic to carry
    until = time.monotonic() + within_s
    still, before = 0, None
    while time.monotonic() < until:
        await run.sampling.sample(thorough=True)
        now = _what_moved(run)
        still = still + 1 if _is_empty(run) and now == before else 0
        if still >= STILL_LOOKS:
            return True
        before = now
        await asyncio.sleep(LOOK_EVERY_S)
    return False


def _is_empty(run: Run) -> bool:
    totals = run.accounting.books.totals
    in_hand = sum(stand[IN_HAND] for stand in run.sampling.nodes.values())
    return not totals["queued"] and not _in_flight(run) and not in_hand


def _in_flight(run: Run) -> int:
    """What is on its way and will surely arrive; a datagram may be lost, and no end is told."""
    surely = {link.id for link in run.plan.links if not link.may_lose}
    lanes = [
        lane
        for link in run.accounting.books.links
        if link["id"] in surely
        for lane in link["directions"].values()
    ]
    return sum(lane["in_flight"] or 0 for lane in lanes)


def _what_moved(run: Run) -> tuple[Any, ...]:
    totals = run.accounting.books.totals
    handled = sum(stand[HANDLED] for stand in run.sampling.nodes.values())
    return (totals["accepted"], totals["delivered"], totals["dropped"], handled)
