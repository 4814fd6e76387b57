"""One run process as the server sees it: its state, its last words, and questions that it answers or not."""

import asyncio
import signal
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.fleet.exchange import Exchange
from app.fleet.launcher import Ending, Launched, Launcher
from app.runtime import control

ANSWER_WITHIN_S: Final = 5.0
"""After this a process that does not answer is called stuck."""

HELLO_WITHIN_S: Final = 10.0

Json = dict[str, Any]


class ProcessState(StrEnum):
    """Where an OS process of a run stands."""

    STARTING = "starting"
    RUNNING = "running"
    FROZEN = "frozen"
    STOPPED = "stopped"
    DIED = "died"


class ProcessGone(Exception):
    """The process ended, so it cannot answer."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"process {key} is gone")


class ProcessStuck(Exception):
    """The process lives and does not answer."""

    def __init__(self, key: str, within_s: float) -> None:
        self.key = key
        super().__init__(f"process {key} did not answer within {within_s:g} s")


class OrderRefused(Exception):
    """The process could not do what it was told.

    Attributes:
        code: a short word for why.
    """

    def __init__(self, key: str, code: str, reason: str) -> None:
        self.key = key
        self.code = code
        super().__init__(reason)


@dataclass(slots=True)
class Reply:
    """An answer: facts, and figures behind them."""

    facts: Json
    rows: list["array[float]"] = field(default_factory=list)


class ProcessHandle:
    """Starts, asks and ends one OS process.

    Args:
        key: ``work#2``.
        incarnation: 1, and one more at each restart.
        heard: takes what the process tells unasked.
        ended: told when it has ended without having been told to.

    Attributes:
        slots: the lanes its samples speak of, by number: socket instance, label, whether outbound.
    """

    def __init__(
        self,
        key: str,
        incarnation: int,
        exchange: Exchange,
        *,
        heard: Callable[["ProcessHandle", control.Part], None],
        ended: Callable[["ProcessHandle", Ending], None],
    ) -> None:
        self.key = key
        self.id, _, replica = key.partition("#")
        self.replica = int(replica)
        self.incarnation = incarnation
        self.state = ProcessState.STARTING
        self.last_words = ""
        self.slots: list[tuple[str, str, bool]] = []
        self._name = f"{key}/{incarnation}"
        self._exchange = exchange
        self._heard = heard
        self._ended = ended
        self._launched: Launched | None = None
        self._numbers = 0
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._up = asyncio.Event()
        self._may_leave = False

    @property
    def pid(self) -> int:
        """The OS's number for it; 0 before it was started."""
        return self._launched.pid if self._launched is not None else 0

    @property
    def answers(self) -> bool:
        """Whether it is there to be asked."""
        return self.state is ProcessState.RUNNING

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended, be it frozen."""
        return self.state in (ProcessState.RUNNING, ProcessState.FROZEN)

    async def start(self, launcher: Launcher, directory: Path) -> None:
        """Start it and wait until it says hello.

        Raises:
            LauncherGone, StartFailed: it could not be started.
            ProcessGone: it ended before it could say anything.
            ProcessStuck: it says nothing.
        """
        self._exchange.register(self._name, self._receive)
        argument = {"control": self._exchange.address, "name": self._name, "directory": str(directory)}
        words = directory / f"{self.id}.{self.replica}.{self.incarnation}.words"
        self._launched = await launcher.start(argument, words)
        self._launched.ended.add_done_callback(self._note_end)
        self._launched.ended.add_done_callback(lambda _: self._up.set())
        try:
            await asyncio.wait_for(self._up.wait(), HELLO_WITHIN_S)
        except TimeoutError:
            raise ProcessStuck(self.key, HELLO_WITHIN_S) from None
        if self._launched.ended.done():
            raise ProcessGone(self.key)
        self.state = ProcessState.RUNNING

    async def ask(self, order: control.Order, within_s: float = ANSWER_WITHIN_S) -> Reply:
        """Give an order and wait for its answer.

        Raises:
            ProcessGone, ProcessStuck: none came.
            OrderRefused: it said no.
        """
        number = self.post(order)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            return await asyncio.wait_for(answer, within_s)
        except TimeoutError:
            raise ProcessStuck(self.key, within_s) from None
        finally:
            self._waiting.pop(number, None)

    def post(self, order: control.Order) -> int:
        """Give an order without waiting for its answer; return its number.

        Raises:
            ProcessGone: there is nobody to give it to.
        """
        if self.state in (ProcessState.DIED, ProcessState.STOPPED):
            raise ProcessGone(self.key)
        self._numbers += 1
        self._exchange.send(self._name, control.encode(control.Request(number=self._numbers, order=order)))
        return self._numbers

    def signal(self, number: int) -> None:
        """Send it a signal."""
        if self._launched is not None:
            self._launched.signal(number)

    async def leave(self, within_s: float) -> None:
        """Let it go, and kill it when it does not; returns when it is gone."""
        self._may_leave = True
        launched = self._launched
        if launched is None:
            return
        with suppress(ProcessGone, ProcessStuck, OrderRefused):
            if self.answers:
                await self.ask(control.Exit(), within_s)
        try:
            await asyncio.wait_for(asyncio.shield(launched.ended), within_s)
        except TimeoutError:
            launched.signal(signal.SIGKILL)
            await asyncio.shield(launched.ended)

    async def gone(self) -> None:
        """Return when it has ended."""
        if self._launched is not None:
            await asyncio.shield(self._launched.ended)

    def _receive(self, frames: list[bytes]) -> None:
        notice = control.read_notice(frames[0])
        if isinstance(notice, control.Hello):
            self._up.set()
        elif isinstance(notice, control.Answer):
            # The lanes' numbers count even when nobody waits for this answer any more.
            self.slots.extend((socket, label, out) for socket, label, out in notice.value.get("slots", ()))
            self._settle(notice, frames[1:])
        else:
            self._heard(self, notice)

    def _settle(self, answer: control.Answer, figures: list[bytes]) -> None:
        waiting = self._waiting.get(answer.number)
        if waiting is None or waiting.done():
            return
        if answer.error is not None:
            waiting.set_exception(OrderRefused(self.key, answer.code or "", answer.error))
        else:
            waiting.set_result(Reply(answer.value, [array("d", octets) for octets in figures]))

    def _note_end(self, ended: "asyncio.Future[Ending]") -> None:
        if ended.cancelled() or self._launched is None:
            return
        self._exchange.forget(self._name)
        self.state = ProcessState.STOPPED if self._may_leave else ProcessState.DIED
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ProcessGone(self.key))
        if not self._may_leave:
            words = self._launched.last_words()
            self.last_words = "\n".join(filter(None, [words, ended.result().sentence()]))
            self._ended(self, ended.result())
