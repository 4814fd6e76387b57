"""All runs of this server: started within limits, found by id, ended with it."""

import asyncio
import secrets
import tempfile
from pathlib import Path
from shutil import rmtree
from typing import Final

from app.errors import NotFound, QuotaReached
from app.fleet.crew import make_directory
from app.fleet.expansion import process_keys
from app.fleet.keyring import NO_KEYS, Keyring
from app.fleet.launcher import ForkServerLauncher, Launcher
from app.fleet.run import Run
from app.topology.plan import Plan
from engine.sockets.context import Context

REMEMBERED: Final = 50
"""Runs that are over and can still be looked at."""


class Fleet:
    """Starts runs and keeps them.

    Args:
        most_runs: runs at a time.
        most_processes: OS processes of one run.
    """

    def __init__(self, most_runs: int, most_processes: int) -> None:
        self._most_runs = most_runs
        self._most_processes = most_processes
        self._launcher: Launcher | None = None
        self._directory: Path | None = None
        self._context: Context | None = None
        self._runs: dict[str, Run] = {}
        self._warming: asyncio.Task[None] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether a run would start quickly now."""
        return self._launcher is not None and self._launcher.is_ready

    async def open(self) -> None:
        """Get ready; the fork server warms up in the background."""
        self._context = Context(close_timeout_s=1.0)
        self._directory = Path(tempfile.mkdtemp(prefix="glassmq-"))  # short: ipc paths are at most 107 octets
        self._launcher = ForkServerLauncher(self._directory)
        self._warming = asyncio.create_task(self._launcher.open(), name="fork server warms up")

    async def close(self) -> None:
        """Stop all runs and leave nothing behind."""
        if self._warming is not None:
            await asyncio.wait([self._warming])
        await asyncio.gather(*(run.stop() for run in list(self._runs.values()) if not run.state.is_over))
        if self._launcher is not None:
            await self._launcher.close()
        if self._context is not None:
            await self._context.close()
        if self._directory is not None:
            await asyncio.to_thread(rmtree, self._directory, ignore_errors=True)

    def create(self, topology: str, revision: int, plan: Plan, keyring: Keyring = NO_KEYS) -> Run:
        """Make a run; the caller starts it.

        Args:
            keyring: the secrets of the plan's keys.

        Raises:
            QuotaReached: too many runs, or too many processes in this one.
        """
        if sum(not run.state.is_over for run in self._runs.values()) >= self._most_runs:
            raise QuotaReached("runs", self._most_runs)
        if sum(len(process_keys(process)) for process in plan.processes) > self._most_processes:
            raise QuotaReached("processes", self._most_processes)
        assert self._context is not None
        assert self._launcher is not None
        assert self._directory is not None
        run_id = secrets.token_hex(4)
        directory = make_directory(self._directory, run_id)
        run = Run(
            run_id,
            topology,
            revision,
            plan,
            keyring,
            self._launcher,
            self._context,
            directory,
            self._over,
        )
        self._runs[run_id] = run
        return run

    def find(self, run: str) -> Run:
        """Return a run.

        Raises:
            NotFound: there is none of this name, or it was over long ago.
        """
        found = self._runs.get(run)
        if found is None:
            raise NotFound("run", run)
        return found

    def runs(self) -> list[Run]:
        """All runs that are known, oldest first."""
        return list(self._runs.values())

    def active_run_of(self, topology: str) -> Run | None:
        """The run of a topology that is not over, if there is one."""
        active = (run for run in self._runs.values() if run.topology == topology and not run.state.is_over)
        return next(active, None)

    def _over(self, _run: Run) -> None:
        over = [run.id for run in self._runs.values() if run.state.is_over]
        for old in over[:-REMEMBERED]:
            del self._runs[old]
