"""The behaviours as a drawing knows them: their roles, what socket types these take, parameters and sliders.

What a behaviour does with its sockets is elsewhere; a drawing is checked, and
the palette filled, from these values alone.
"""

from dataclasses import dataclass
from typing import Final, Literal

from app.topology.parameters import (
    ClientParameters,
    EchoParameters,
    GeneratorParameters,
    NoParameters,
    Parameters,
    SinkParameters,
    WebPageParameters,
    WorkerParameters,
)

SENDERS: Final = ("PUSH", "PUB", "XPUB", "DEALER", "PAIR", "RADIO", "SCATTER", "CLIENT", "CHANNEL")
REPORTERS: Final = SENDERS[:5]
"""Those of them that take messages of several frames as they are."""
TAKERS: Final = ("PULL", "SUB", "DEALER", "PAIR", "DISH", "GATHER", "CHANNEL")
RECEIVERS: Final = (
    "PULL",
    "SUB",
    "DEALER",
    "PAIR",
    "ROUTER",
    "STREAM",
    "DISH",
    "GATHER",
    "SERVER",
    "CHANNEL",
    "DGRAM",
)
ASKERS: Final = ("REQ", "DEALER", "PAIR", "CLIENT", "PEER", "CHANNEL", "DGRAM")
SERVERS: Final = ("REP", "ROUTER", "DEALER", "PAIR", "SERVER", "PEER", "CHANNEL", "DGRAM")
ASKED: Final = (
    "ROUTER", "XSUB", "PULL", "SUB", "DEALER", "XPUB", "PUB", "PUSH", "PAIR", "REP", "REQ",
    "DISH", "GATHER", "RADIO", "SCATTER", "CHANNEL",
)  # fmt: skip
SERVED: Final = (
    "DEALER", "XPUB", "PUSH", "PUB", "ROUTER", "XSUB", "SUB", "PULL", "PAIR", "REQ", "REP",
    "RADIO", "SCATTER", "DISH", "GATHER", "CHANNEL",
)  # fmt: skip
"""The two sides of a proxy; the types at one place in both belong together. SERVER, PEER and CLIENT are
not among them: their messages have no envelope in which an answer could find its way back."""


@dataclass(frozen=True, slots=True)
class Role:
    """One socket that a behaviour owns, under the id it has in the document."""

    name: str
    types: tuple[str, ...]
    """Socket types it may have; the first is what a new node gets."""
    summary: str
    optional: bool = False
    flows_to: tuple[str, ...] = ()
    """Roles whose send, when it has to wait, keeps the behaviour from receiving here."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A parameter worth having at hand while it runs."""

    path: tuple[str, ...]
    """Keys below the node's ``with``."""
    label: str
    minimum: float
    maximum: float
    step: float
    unit: str
    scale: Literal["linear", "log"] = "linear"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a node of this behaviour looks like in a document."""

    name: str
    label: str
    summary: str
    icon: str
    """A name of the icon set the front end uses."""
    roles: tuple[Role, ...] = ()
    parameters: type[Parameters] | None = NoParameters
    """``None`` when they are kept unread, because the behaviour is announced for later."""
    sliders: tuple[Slider, ...] = ()
    has_free_roles: bool = False
    """Whether a person may add sockets of any type under any id."""
    stage: int = 1
    """1: it runs; a higher one: announced, a node of it is kept and does not start."""

    @property
    def runs(self) -> bool:
        """Whether a node of it starts in a run."""
        return self.stage == 1

    def role(self, name: str) -> Role | None:
        """Return the role of this name, or ``None``."""
        return next((role for role in self.roles if role.name == name), None)


def _time_slider(label: str) -> Slider:
    return Slider(("service_ms",), label, 0, 1000, 5, "ms")


_RUNNING: Final = (
    Behaviour(
        "generator",
        "Generator",
        "Sends messages at a rate, in bursts or as fast as it goes.",
        "activity",
        (Role("out", (*SENDERS, "DGRAM"), "Where the messages leave."),),
        GeneratorParameters,
        (
            Slider(("rate_per_s",), "rate", 1, 100_000, 1, "/s", "log"),
            Slider(("size_octets",), "size", 1, 65_536, 1, "octets", "log"),
        ),
    ),
    Behaviour(
        "sink",
        "Sink",
        "Receives messages, taking its time for each.",
        "download",
        (Role("in", RECEIVERS, "Where the messages arrive."),),
        SinkParameters,
        (_time_slider("time per message"),),
    ),
    Behaviour(
        "worker",
        "Worker",
        "Receives a message, works on it, passes it on.",
        "cog",
        (
            Role("in", TAKERS, "Where work arrives.", flows_to=("out",)),
            Role("out", SENDERS, "Where finished work leaves.", optional=True),
        ),
        WorkerParameters,
        (_time_slider("time per message"), Slider(("fail_share",), "failures", 0, 1, 0.01, "")),
    ),
    Behaviour(
        "client",
        "Client",
        "Asks and waits for the answer; asks again when none comes in time.",
        "arrow-left-right",
        (
            Role("ask", ASKERS, "Where requests leave and replies arrive.", flows_to=("report",)),
            Role("report", REPORTERS, "Where a line about each reply leaves.", optional=True),
        ),
        ClientParameters,
        (
            Slider(("think_ms",), "think time", 0, 1000, 5, "ms"),
            Slider(("timeout_ms",), "timeout", 50, 10_000, 50, "ms", "log"),
        ),
    ),
    Behaviour(
        "echo",
        "Echo server",
        "Answers every request with the request, as it is or changed.",
        "rotate-cw",
        (Role("serve", SERVERS, "Where requests arrive and replies leave.", flows_to=("serve",)),),
        EchoParameters,
        (_time_slider("time per request"),),
    ),
    Behaviour(
        "proxy",
        "Proxy",
        "Passes messages between two sockets, both ways, and shows them to a third.",
        "waypoints",
        (
            Role("frontend", ASKED, "The side of those who come.", flows_to=("backend", "capture")),
            Role("backend", SERVED, "The side of those who serve.", flows_to=("frontend", "capture")),
            Role(
                "capture",
                ("PUB", "PUSH", "PAIR", "DEALER", "XPUB"),
                "Gets a copy of all that passes.",
                optional=True,
            ),
        ),
    ),
    Behaviour(
        "http-page",
        "Web page",
        "Answers browsers over a STREAM socket; shows them the last messages.",
        "globe",
        (
            Role("http", ("STREAM",), "Where browsers ask: open its address as http://…"),
            Role("in", TAKERS, "Where the messages that it shows arrive.", optional=True),
        ),
        WebPageParameters,
    ),
    Behaviour(
        "manual",
        "Manual",
        "You type the messages and read what arrives.",
        "pencil",
        has_free_roles=True,
    ),
    Behaviour(
        "external",
        "External",
        "A program outside GlassMQ takes this place.",
        "plug",
        has_free_roles=True,
    ),
)


def _announced(name: str, label: str, summary: str, icon: str, stage: int) -> Behaviour:
    return Behaviour(name, label, summary, icon, parameters=None, has_free_roles=True, stage=stage)


_ANNOUNCED: Final = (
    _announced("script", "Script", "Does what a short program says.", "scroll-text", 3),
    _announced("broker", "Broker", "Hands requests to workers that are ready.", "network", 2),
    _announced(
        "lru-broker", "Load balancer", "Hands each request to the worker ready longest.", "network", 2
    ),
    _announced("lru-worker", "Ready worker", "Says READY, then serves.", "cog", 2),
    _announced("majordomo-broker", "Majordomo broker", "Finds workers by service name.", "network", 2),
    _announced("majordomo-worker", "Majordomo worker", "Serves under a service name.", "cog", 2),
    _announced("majordomo-client", "Majordomo client", "Asks for a service by name.", "arrow-left-right", 2),
    _announced(
        "clone-server", "Clone server", "Keeps a shared map and publishes its changes.", "database", 2
    ),
    _announced("clone-client", "Clone client", "Holds a copy of a shared map.", "copy", 2),
    _announced(
        "last-value-cache", "Last value cache", "Gives a newcomer each topic's last value.", "archive", 2
    ),
)

BEHAVIOURS: Final[dict[str, Behaviour]] = {each.name: each for each in (*_RUNNING, *_ANNOUNCED)}
"""Every behaviour a document may name, in the palette's order."""


def declared(name: str) -> Behaviour | None:
    """Return the behaviour of this name, or ``None``."""
    return BEHAVIOURS.get(name)
