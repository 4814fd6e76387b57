"""The soak: random topologies over several processes, with peers killed, sockets reopened, links cut.

After each round the books of every socket must balance, every message must be
found where both its ends lived, and nothing may be left: no task, no
connection, no descriptor. At the end the memory is where it was.
"""

import argparse
import asyncio
import tempfile
import time
from random import Random
from typing import Any, Final

from tests.soak.crew import Hand
from tests.soak.relay import Relay
from tests.soak.ties import Tie, in_flight

HANDS: Final = 4
ROUND_S: Final = 5.0
SETTLED_LOOKS: Final = 5
LOOK_EVERY_S: Final = 0.1
LONGEST_SETTLING_S: Final = 20.0
WARM_UP_ROUNDS: Final = 3
MEMORY_SLACK: Final = 8 << 20
"""Octets that a process may hold more than after its first rounds: the allocator's arenas."""


async def main() -> None:
    """Soak, and say what was done; end with an error at the first promise that is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long (600)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of everything drawn by chance")
    given = parser.parse_args()
    chance = Random(given.seed)
    print(f"seed {given.seed}", flush=True)
    hands = [Hand(f"hand-{n}") for n in range(HANDS)]
    await asyncio.gather(*(hand.start() for hand in hands))
    with tempfile.TemporaryDirectory(prefix="soak-") as room:
        soak = Soak(hands, chance, room)
        end = time.monotonic() + given.seconds
        try:
            while time.monotonic() < end:
                await soak.round()
            soak.check_memory()
        finally:
            await asyncio.gather(*(hand.end() for hand in hands))
    print(f"{soak.rounds} rounds, {soak.moved:,} messages delivered, {dict(soak.done)}: all balanced")


class Soak:
    """Round after round."""

    def __init__(self, hands: list[Hand], chance: Random, room: str) -> None:
        self._hands = hands
        self._room = room
        self._chance = chance
        self._ties: list[Tie] = []
        self._remains: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.rounds = 0
        self.moved = 0
        self.done: dict[str, int] = {"killed": 0, "reopened": 0, "cut": 0}

    async def round(self) -> None:
        """Draw a topology, trouble it, let it settle, and check everything."""
        chance = self._chance
        relays = [await Relay.open() for _ in range(12)]
        self._ties = [
            Tie.draw(f"t{self.rounds}-{n}", self._hands, chance, relay, self._room)
            for n, relay in enumerate(relays)
        ]
        for tie in self._ties:
            await tie.open_binder()
            await tie.open_connecter()
        end = time.monotonic() + ROUND_S
        while time.monotonic() < end:
            await asyncio.sleep(chance.random() * 0.5)
            await self._trouble()
        for relay in relays:
            relay.heal()
        for hand in self._hands:
            await hand.ask(do="quiet")
        self._check(await self._settled())
        for hand in self._hands:
            self._keep(hand, await hand.ask(do="clear"))
        for relay in relays:
            await relay.close()
        self.rounds += 1

    async def _trouble(self) -> None:
        chance, tie = self._chance, self._chance.choice(self._ties)
        what = chance.choices(["cut", "reopened", "killed"], [6, 4, 1])[0]
        if what == "cut":
            if tie.relay is None:
                return
            tie.relay.cut()
            await asyncio.sleep(chance.random() * 0.2)
            tie.relay.heal()
        elif what == "reopened":
            side = chance.choice(["bind", "connect"])
            await tie.shut(side)
            await (tie.open_binder() if side == "bind" else tie.open_connecter())
        else:
            await self._kill(chance.choice(self._hands[1:]))  # the first lives to the end
        self.done[what] += 1

    async def _kill(self, hand: Hand) -> None:
        await hand.kill()
        for tie in self._ties:
            if hand is tie.binder or hand is tie.connecter:
                tie.is_whole = False
            if hand is tie.binder:
                await tie.open_binder()
            if hand is tie.connecter:
                await tie.open_connecter()

    async def _settled(self) -> list[dict[str, Any]]:
        """Return every socket's books, once they stand still."""
        end = time.monotonic() + LONGEST_SETTLING_S
        before: list[dict[str, Any]] = []
        still = 0
        while still < SETTLED_LOOKS:
            if time.monotonic() > end:
                raise SystemExit("the books did not come to rest")
            await asyncio.sleep(LOOK_EVERY_S)
            books = [each for hand in self._hands for each in (await hand.ask(do="books"))["sockets"]]
            still = still + 1 if books == before else 0
            before = books
        return before

    def _check(self, books: list[dict[str, Any]]) -> None:
        lanes = [lane for each in books for lane in each["lanes"]]
        for each in books:
            offered = each["offered"] + sum(each["made"].values())
            if offered != each["routed"] + sum(each["unrouted"].values()):
                raise SystemExit(f"a door does not balance: {each}")
        for lane in lanes:
            if not _balances(lane):
                raise SystemExit(f"a lane does not balance: {lane}")
            self.moved += lane["delivered"]
        for tie in self._ties:
            missing = in_flight(tie, lanes) if tie.is_whole else 0
            if missing:
                mine = [lane for lane in lanes if lane["label"] in tie.labels]
                raise SystemExit(f"{missing} messages are nowhere: {tie}, {mine}")

    def _keep(self, hand: Hand, remains: dict[str, Any]) -> None:
        kept = self._remains.setdefault((hand.name, hand.life), [])
        if remains["left"]:
            raise SystemExit(f"{hand.name} still has {remains['left']} sessions or connections")
        if kept and (remains["descriptors"] > kept[0]["descriptors"] or remains["tasks"] > kept[0]["tasks"]):
            raise SystemExit(
                f"{hand.name} leaves more behind than after its first round: {kept[0]}, {remains}"
            )
        kept.append(remains)

    def check_memory(self) -> None:
        """Compare what each long-lived process holds at its end with what it held after its first rounds."""
        for (name, life), kept in self._remains.items():
            if len(kept) > WARM_UP_ROUNDS:
                more = kept[-1]["memory"] - kept[WARM_UP_ROUNDS - 1]["memory"]
                print(f"{name}.{life}: {len(kept)} rounds, {more / 1024:+,.0f} KiB")
                if more > MEMORY_SLACK:
                    raise SystemExit(f"{name} grew by {more} octets")


def _balances(lane: dict[str, Any]) -> bool:
    gone = sum(lane["dropped"].values())
    if lane["is_joined"]:
        return bool(lane["accepted"] == lane["delivered"] + lane["queued"] + gone)
    if lane["is_outbound"]:
        return bool(lane["accepted"] == lane["taken"] + lane["queued"] + gone)
    return bool(lane["arrived"] + lane["made"] == lane["delivered"] + lane["queued"] + gone)


if __name__ == "__main__":
    asyncio.run(main())
