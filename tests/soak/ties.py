"""One link of the soak: who binds, who connects, by what; and what its books must come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.soak.crew import Hand
from tests.soak.relay import Relay

PAIRS: Final = (
    ("PULL", "PUSH"),
    ("PUSH", "PULL"),
    ("SUB", "PUB"),
    ("PUB", "SUB"),
    ("ROUTER", "DEALER"),
    ("DEALER", "DEALER"),
    ("PAIR", "PAIR"),
    ("REP", "REQ"),
)
"""The type that binds, and the one that connects."""
ANY_PORT: Final = "tcp://127.0.0.1:*"
TRANSPORTS: Final = ("tcp", "relay", "relay", "ws", "ipc", "inproc")


@dataclass
class Tie:
    """A link and its two ends.

    Attributes:
        labels: the names of its connections' links, one for each life of the connecting socket.
        is_whole: whether both processes lived all the while, so that every message must be found.
    """

    name: str
    types: tuple[str, str]
    transport: str
    binder: Hand
    connecter: Hand
    options: tuple[dict[str, Any], dict[str, Any]]
    endpoint: str
    relay: Relay | None
    labels: list[str] = field(default_factory=list)
    is_whole: bool = True

    @classmethod
    def draw(cls, name: str, hands: list[Hand], chance: Random, relay: Relay, room: str) -> "Tie":
        """Draw one by chance; ``relay`` is for one that can be cut, ``room`` a directory for ipc."""
        binder, connecter = chance.choice(hands), chance.choice(hands)
        transports = TRANSPORTS if binder is connecter else TRANSPORTS[:-1]
        transport = chance.choice(transports)
        types = chance.choice(PAIRS)
        options = (_options(types[0], chance), _options(types[1], chance))
        endpoint = {
            "ws": ANY_PORT.replace("tcp", "ws"),
            "ipc": f"ipc://{room}/{name}",
            "inproc": f"inproc://{name}",
        }.get(transport, ANY_PORT)
        cable = relay if transport == "relay" else None
        return cls(name, types, transport, binder, connecter, options, endpoint, cable)

    async def open_binder(self) -> None:
        """Make the binding socket; at the same address as before, where it had one."""
        order = {"id": f"{self.name}-bind", "type": self.types[0], "options": self.options[0]}
        answer = await self.binder.ask(do="open", binds=True, endpoint=self.endpoint, **order)
        self.endpoint = answer["endpoint"]
        if self.relay is not None:
            self.relay.target = int(self.endpoint.rpartition(":")[2])

    async def open_connecter(self) -> None:
        """Make the connecting socket, under a label of its own."""
        label = f"{self.name}.{len(self.labels)}"
        self.labels.append(label)
        endpoint = self.endpoint if self.relay is None else f"tcp://127.0.0.1:{self.relay.port}"
        order = {"id": f"{self.name}-connect", "type": self.types[1], "options": self.options[1]}
        await self.connecter.ask(do="open", binds=False, endpoint=endpoint, label=label, **order)

    async def shut(self, side: str) -> None:
        """Close one end's socket."""
        hand = self.binder if side == "bind" else self.connecter
        await hand.ask(do="shut", id=f"{self.name}-{side}")


def in_flight(tie: Tie, lanes: Iterable[dict[str, Any]]) -> int:
    """Return how many messages of a link were taken, did not arrive and were not lost with a connection.

    Args:
        lanes: of all sockets of both processes.
    """
    taken = arrived = lost = 0
    for label in tie.labels:
        sent: Counter[str] = Counter()
        received: Counter[str] = Counter()
        for lane in lanes:
            if lane["label"] == label and not lane["is_joined"]:
                taken += lane["taken"]
                arrived += lane["arrived"]
                (sent if lane["is_outbound"] else received).update(lane["dead_connections"])
        # Both directions of a connection have one id; what was taken at one end arrives at the other.
        lost += sum(count - received[connection] for connection, count in sent.items())
    return taken - arrived - lost


def _options(kind: str, chance: Random) -> dict[str, Any]:
    options: dict[str, Any] = {"linger": chance.choice([0, 50])}
    if kind not in ("SUB", "PULL"):
        options["sndhwm"] = chance.choice([1, 10, 1000])
    if kind not in ("PUB", "PUSH"):
        options["rcvhwm"] = chance.choice([1, 10, 1000])
    if chance.random() < 0.3:
        options |= {"sndbuf": 4096, "rcvbuf": 4096}
    if chance.random() < 0.2:
        options["immediate"] = 1
    if chance.random() < 0.2:
        options |= {"heartbeat_ivl": 50, "heartbeat_timeout": 500}
    if kind == "REQ":
        options |= {"req_relaxed": 1, "req_correlate": 1, "rcvtimeo": 300, "sndtimeo": 300}
    options["reconnect_ivl"] = 20
    return options
