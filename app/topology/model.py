"""The document as a typed model: every field of glassmq/1, frozen, unknown fields refused."""

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from app.topology.key_shapes import Key, Security, Tls
from app.topology.shapes import LARGEST_WHOLE, Group, Id, NotNegative, Point, Quantity, Shape, Text

MOST_REPLICAS: Final = 1000
"""Of one node or of one process."""

Name = Annotated[str, Field(min_length=1, max_length=200)]
Replicas = Annotated[int, Field(ge=1, le=MOST_REPLICAS)]
Templated = Annotated[str, Field(pattern=r"\$\{", max_length=200)]
SocketReference = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}\.[a-z][a-z0-9_-]{0,62}$", examples=["worker.in"])
]
"""``node.socket``, or ``instance.port``."""

Options = dict[str, int | float | str | bool]


class Host(Shape):
    """A machine; used by exports only."""

    label: Name | None = None
    address: Annotated[str, Field(min_length=1, max_length=253)]


class Process(Shape):
    """A box: one OS process for each replica."""

    label: Name | None = None
    host: Id | None = None
    replicas: Replicas = 1
    context: Options = Field(default_factory=dict)


class Octets(Shape):
    """Octets in hexadecimal."""

    hex: Annotated[str, Field(pattern="^([0-9A-Fa-f]{2})*$", max_length=2 * 65_536)]


class Socket(Shape):
    """One socket of a node; its id is the role that the behaviour declares."""

    type: str
    options: Options = Field(default_factory=dict)
    endpoints: dict[Id, str] = Field(default_factory=dict)
    security: Security | None = None
    tls: Tls | None = None
    proxy: Id | None = None
    """Who it is to its SOCKS5 proxy: a key of kind plain."""
    subscriptions: list[Text | Octets] = Field(default_factory=list)
    joins: list[Group] = Field(default_factory=list)
    side: Literal["left", "right", "top", "bottom"] | None = None


class _Placed(Shape):
    """What a node has inside a part as outside of one."""

    label: Name | None = None
    behaviour: str | None = None
    part: str | None = None
    process: Id | None = None
    at: Point | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    restart: Literal["on-failure", "never", "always"] = "on-failure"
    enabled: bool = True
    sockets: dict[Id, Socket] = Field(default_factory=dict)


class Node(_Placed):
    """An actor: a behaviour, or an instance of a part; exactly one of the two."""

    replicas: Replicas = 1


class PartNode(_Placed):
    """A node inside a part, where values may be templates of the part's parameters."""

    replicas: Replicas | Templated = 1


class Weather(Shape):
    """What a link does to messages in simulation."""

    latency_ms: Quantity | None = None
    bandwidth_bits_per_s: Annotated[float, Field(gt=0)] | None = None
    loss: Annotated[float, Field(ge=0, le=1)] | None = None


class LinkWeather(Shape):
    """Weather by lane."""

    both: Weather | None = None
    to_bind: Weather | None = None
    to_connect: Weather | None = None


class Link(Shape):
    """One drawn line: a connecting socket and an endpoint of a binding one."""

    connect: SocketReference
    bind: SocketReference
    endpoint: Id | None = None
    enabled: bool = True
    via: list[Point] = Field(default_factory=list)
    weather: LinkWeather | None = None


class Part(Shape):
    """A topology to be placed in others."""

    label: Name | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    ports: dict[Id, SocketReference] = Field(default_factory=dict)
    processes: dict[Id, Process] = Field(default_factory=dict)
    nodes: dict[Id, PartNode] = Field(default_factory=dict)
    links: dict[Id, Link] = Field(default_factory=dict)


class Note(Shape):
    """A note on the canvas."""

    at: Point
    size: Point | None = None
    about: str | None = None
    text: Text


class View(Shape):
    """A step of a story."""

    title: Text | None = None
    text: Text | None = None
    focus: list[str] = Field(default_factory=list)


class Step(Shape):
    """Something that a scenario does at a moment."""

    at_s: NotNegative
    do: Name
    target: str | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")


class Scenario(Shape):
    """A run described beforehand."""

    clock: Literal["real", "virtual"] | None = None
    seed: Annotated[int, Field(ge=0, le=LARGEST_WHOLE)] | None = None
    until_s: NotNegative | None = None
    steps: list[Step] = Field(default_factory=list)


class Expectation(Shape):
    """What a run must show."""

    that: Text
    scenario: Id | None = None


class Probe(Shape):
    """Something watching a pipe."""

    target: str
    kind: Literal["tap", "trace", "breakpoint"]
    when: Text | None = None


class Topology(Shape):
    """The whole document."""

    model_config = ConfigDict(title="A 0MQ topology, format glassmq/1")

    format: Literal["glassmq/1"]
    name: Name
    description: Text = ""
    tags: list[Name] = Field(default_factory=list)
    hosts: dict[Id, Host] = Field(default_factory=dict)
    processes: dict[Id, Process] = Field(default_factory=dict)
    nodes: dict[Id, Node] = Field(default_factory=dict)
    links: dict[Id, Link] = Field(default_factory=dict)
    parts: dict[Id, Part] = Field(default_factory=dict)
    keys: dict[Id, Key] = Field(default_factory=dict)
    weather: Weather | None = None
    notes: dict[Id, Note] = Field(default_factory=dict)
    views: dict[Id, View] = Field(default_factory=dict)
    scenarios: dict[Id, Scenario] = Field(default_factory=dict)
    expectations: dict[Id, Expectation] = Field(default_factory=dict)
    probes: dict[Id, Probe] = Field(default_factory=dict)

    def process_of(self, node: Node) -> str | None:
        """Return the id of the process the node runs in; ``None`` for an external one."""
        return None if node.behaviour == "external" else node.process or "main"
