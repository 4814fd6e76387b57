"""Starting run processes: a launcher's protocol, and this machine's, a preloaded fork server."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

LAST_WORDS_OCTETS: Final = 4000
"""How much of what a dead process said last is kept."""

CLOSE_TIMEOUT_S: Final = 3.0


class LauncherGone(Exception):
    """The fork server does not run; no process can be started."""

    def __init__(self) -> None:
        super().__init__("the fork server does not run; see the server's log")


class StartFailed(Exception):
    """The machine refused one more process."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"a run's process could not be started: {reason}")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended."""

    status: int | None
    """Exit status; ``None`` when a signal ended it."""
    signal: int | None
    """Number of the signal that ended it."""

    def sentence(self) -> str:
        """Say it in words."""
        if self.signal is not None:
            return f"ended by {_signal_name(self.signal)}"
        return f"ended with status {self.status}"


class Launched:
    """One process that was started.

    Attributes:
        pid: its number, for people to see; signals go through ``signal``.
        ended: resolves when the process has ended and was reaped.
        words: file that its standard output and error go to.
    """

    def __init__(self, start: int, pid: int, words: Path, send: Callable[[int, int], None]) -> None:
        self.pid = pid
        self.words = words
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._start = start
        self._send = send

    def signal(self, number: int) -> None:
        """Send the process a signal; does nothing when it has ended."""
        if not self.ended.done():
            self._send(self._start, number)

    def last_words(self) -> str:
        """The end of what the process wrote to its standard error, or an empty text."""
        try:
            with self.words.open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(file.tell() - LAST_WORDS_OCTETS, 0))
                return file.read().decode("utf-8", "replace").strip()
        except OSError:
            return ""


class Launcher(Protocol):
    """Whoever can start run processes: this machine now, another later."""

    @property
    def is_ready(self) -> bool:
        """Whether a start would be quick now."""
        ...

    async def open(self) -> None:
        """Get ready to start processes quickly."""
        ...

    async def start(self, argument: dict[str, Any], words: Path) -> Launched:
        """Start a process that runs ``argument``.

        Raises:
            LauncherGone: there is nobody to start it.
            StartFailed: the machine refused.
        """
        ...

    async def close(self) -> None:
        """Kill what still runs and leave."""
        ...


class ForkServerLauncher:
    """Starts run processes from a fork server of its own, which lives as long as this object is open.

    A fork server that dies takes its processes along and is started anew at the next ``start``.

    Args:
        leftovers: a directory that the fork server removes when this program is gone, however it went.
    """

    def __init__(self, leftovers: Path | None = None) -> None:
        self._leftovers = [str(leftovers)] if leftovers is not None else []
        self._server: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._opening = asyncio.Lock()
        self._starting: dict[int, tuple[Path, asyncio.Future[Launched]]] = {}
        self._launched: dict[int, Launched] = {}
        self._next = 1

    @property
    def is_ready(self) -> bool:
        """Whether the fork server answers."""
        return self._ready is not None and self._ready.done() and self._server is not None

    async def open(self) -> None:
        """Start the fork server and wait until it has loaded what runs need; does nothing when it runs.

        Raises:
            LauncherGone: it ended before it was ready.
        """
        async with self._opening:
            if self._server is not None:
                return
            root = str(Path(__file__).parents[2])
            path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
            self._ready = asyncio.get_running_loop().create_future()
            self._server = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app.fleet.fork_server",
                *self._leftovers,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=root,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,  # the terminal's Ctrl C is for the server alone
            )
            self._listener = asyncio.create_task(self._listen(self._server), name="fork server's answers")
        await self._ready

    async def start(self, argument: dict[str, Any], words: Path) -> Launched:
        """Fork a process that runs ``argument``; see ``Launcher.start``."""
        await self.open()
        start, self._next = self._next, self._next + 1
        launched: asyncio.Future[Launched] = asyncio.get_running_loop().create_future()
        self._starting[start] = (words, launched)
        self._ask({"do": "start", "id": start, "argument": argument, "words": str(words)})
        return await launched

    async def close(self) -> None:
        """End the fork server, which kills its processes; safe to call twice."""
        server, listener = self._server, self._listener
        if server is None or listener is None:
            return
        assert server.stdin is not None
        server.stdin.close()
        try:
            await asyncio.wait_for(asyncio.shield(listener), CLOSE_TIMEOUT_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                server.kill()
            await listener

    def _ask(self, request: dict[str, Any]) -> None:
        if self._server is None or self._server.stdin is None:
            raise LauncherGone
        self._server.stdin.write(json.dumps(request).encode() + b"\n")

    def _signal(self, start: int, number: int) -> None:
        with suppress(LauncherGone):
            self._ask({"do": "signal", "id": start, "signal": number})

    async def _listen(self, server: asyncio.subprocess.Process) -> None:
        assert server.stdout is not None
        try:
            while line := await server.stdout.readline():
                self._hear(json.loads(line))
        finally:
            self._server = self._listener = None
            self._fail_all()
        await server.wait()

    def _hear(self, answer: dict[str, Any]) -> None:
        match answer["answer"]:
            case "ready":
                if self._ready is not None and not self._ready.done():
                    self._ready.set_result(None)
            case "started":
                words, future = self._starting.pop(answer["id"])
                launched = Launched(answer["id"], answer["pid"], words, self._signal)
                self._launched[answer["id"]] = launched
                if not future.done():
                    future.set_result(launched)
                else:
                    launched.signal(signal.SIGKILL)  # who asked for it does not wait any more
            case "failed":
                _, future = self._starting.pop(answer["id"])
                if not future.done():
                    future.set_exception(StartFailed(answer["reason"]))
            case "ended":
                launched = self._launched.pop(answer["id"])
                if not launched.ended.done():
                    launched.ended.set_result(Ending(answer["status"], answer["signal"]))
            case _:
                raise AssertionError(answer)

    def _fail_all(self) -> None:
        """The fork server is gone: its processes see it too and leave."""
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(LauncherGone())
        for _, future in self._starting.values():
            if not future.done():
                future.set_exception(LauncherGone())
        for launched in self._launched.values():
            if not launched.ended.done():
                launched.ended.set_result(Ending(None, int(signal.SIGKILL)))
        self._starting.clear()
        self._launched.clear()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
