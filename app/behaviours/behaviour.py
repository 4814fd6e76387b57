"""What a behaviour is, and all that is in its reach: sockets by role, live parameters, a clock, chance."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.behaviours.node_socket import NodeSocket
from app.behaviours.quantities import draw
from engine.clock import MS, Chance, Clock

GRAIN_S: Final = 0.0005
"""Waits shorter than this are not made: the loop's timers are no finer than a millisecond."""

LOOK_FOR_PEERS_S: Final = 0.02

SLACK_S: Final = 0.002
"""How far work may run ahead of its schedule to make up for a timer that came late, so that short
service times are right on average."""


class Parameters(Mapping[str, Any]):
    """A node's parameters, changed while it runs.

    Attributes:
        version: grows with each change, so that what was compiled from them knows when to do so again.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)
        self.version = 0

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def change(self, values: Mapping[str, Any]) -> None:
        """Replace them all; whoever sleeps on them is woken by ``Node.parameters_changed``."""
        self._values = dict(values)
        self.version += 1


Record = Callable[[str, str, list[bytes]], None]
"""Notes a message for a person to read: "sent" or "received", the socket's role, the frames."""


class Node:
    """One instance of a node, as its behaviour sees it.

    Args:
        id: the node's id in the document.
        replica: which instance, from 1.
        reopen: closes a socket at once and puts a new one, with the same links, in its place.
        record: see ``Record``; only the manual behaviour uses it.

    Attributes:
        handled: messages dealt with, in the behaviour's own sense.
        counts: further counters by name: failed, retried, unanswered.
        in_hand: messages that it holds, being worked on or waiting to be passed on: they stand in no pipe.
        is_finishing: it should come to an end after what it has in hand.
    """

    def __init__(
        self,
        id: str,  # noqa: A002  the document's word
        replica: int,
        parameters: Parameters,
        sockets: Mapping[str, NodeSocket],
        clock: Clock,
        chance: Chance,
        *,
        reopen: Callable[[str], Awaitable[None]],
        record: Record,
    ) -> None:
        self.id = id
        self.replica = replica
        self.parameters = parameters
        self.sockets = sockets
        self.clock = clock
        self.chance = chance
        self.reopen = reopen
        self.record = record
        self.handled = 0
        self.counts: dict[str, int] = {}
        self.in_hand = 0
        self.is_finishing = False
        self._sleepers: list[asyncio.Future[bool]] = []
        self._free_at = 0.0
        self._turns: dict[str, int] = {}

    @property
    def constants(self) -> dict[str, object]:
        """What templates know besides the message's own names: ``node``, ``replica``, the parameters."""
        plain = {
            name: value for name, value in self.parameters.items() if isinstance(value, str | int | float)
        }
        return {**plain, "node": self.id, "replica": self.replica}

    def count(self, name: str) -> None:
        """Add one to a further counter."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def parameters_changed(self, values: Mapping[str, Any]) -> None:
        """Take new parameters at once, also in the middle of a wait."""
        self.parameters.change(values)
        self.wake()

    def finish(self) -> None:
        """Ask the behaviour to end after what it has in hand."""
        self.is_finishing = True
        self.wake()

    async def sleep(self, seconds: float) -> bool:
        """Wait; return ``True`` when woken early because parameters changed or the node should finish."""
        loop = asyncio.get_running_loop()
        sleeper: asyncio.Future[bool] = loop.create_future()
        alarm = loop.call_later(seconds, _ring, sleeper) if seconds < 1e9 else None
        self._sleepers.append(sleeper)
        try:
            return await sleeper
        finally:
            self._sleepers.remove(sleeper)
            if alarm is not None:
                alarm.cancel()

    async def peers_of(self, role: str) -> list[bytes]:
        """Return whom a PEER's or DGRAM's messages can be for, once there is anybody.

        Nobody is waited for once the node should finish.
        """
        socket = self.sockets[role]
        while not (peers := socket.peers()) and not self.is_finishing:
            await self.sleep(LOOK_FOR_PEERS_S)
        return peers

    async def pause(self, name: str) -> None:
        """Wait as long as the parameter ``name`` says, in ms, now and while the wait lasts."""
        quantity = self.parameters.get(name)
        if not quantity:
            return
        now = self.clock.now()
        began = max(self._free_at, now - SLACK_S)
        turn = self._turns[name] = self._turns.get(name, -1) + 1
        until = began + draw(quantity, self.chance, turn) * MS
        while until - now > GRAIN_S:
            woken = await self.sleep(until - now)
            if woken and self.parameters.get(name) != quantity:
                quantity = self.parameters.get(name)
                until = began + draw(quantity, self.chance, turn) * MS
            now = self.clock.now()
        self._free_at = until

    def wake(self) -> None:
        """End all sleeps early: something changed that they may want to look at."""
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(True)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A behaviour of the catalogue, as the runtime starts it."""

    run: Callable[[Node], Awaitable[None]]
    """Does the node's work; returning ends the node, raising makes it fail, cancelling stops it."""
    is_source: bool = False
    """It puts messages in on its own account: draining a run begins with it."""
    finishes: bool = False
    """``Node.finish`` ends it in good order; otherwise it is ended by cancelling it."""


def _ring(sleeper: "asyncio.Future[bool]") -> None:
    if not sleeper.done():
        sleeper.set_result(False)
