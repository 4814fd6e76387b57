"""The control messages between the server and a run's process, typed; the engine's own sockets carry them.

An instance of a node has a key, ``worker#4``; an instance of its socket is
``worker#4.in``. A connection's label is ``link|connecting key|binding key``: the
engine tells it to the peer, so that both ends file their pipes under it.
"""

from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Json = Any


class Label(NamedTuple):
    """Which link a connection belongs to, and which two instances it joins."""

    link: str
    connects: str
    binds: str

    def __str__(self) -> str:
        return "|".join(self)


@lru_cache(maxsize=65536)
def read_label(text: str) -> Label | None:
    """Read a label, or return ``None`` for one that is not ours."""
    parts = text.split("|")
    return Label(*parts) if len(parts) == 3 else None


class Part(BaseModel):
    """A value that travels."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class BindPiece(Part):
    """Where one instance of a socket binds."""

    endpoint: str
    address: str
    """As planned, or as it was bound before."""
    label: str = ""
    """For peers that do not tell their link: the link of the program outside, if one is drawn."""


class SecurityPiece(Part):
    """What a socket shows and whom it lets in; its secrets travel by this channel only."""

    mechanism: Literal["curve", "plain"]
    is_server: bool
    server_key: str = ""
    username: str = ""
    secret: str = Field("", repr=False)
    """A secret key in Z85, or a password."""
    allow_any: bool = False
    allow_keys: list[str] = []
    """Public keys in Z85 that are let in."""
    allow_users: dict[str, str] = Field({}, repr=False)
    """Passwords by user name."""


class SocketPiece(Part):
    """One instance of a socket."""

    role: str
    type: str
    options: dict[str, Json] = {}
    subscriptions: list[str] = []
    """Prefixes, or a DISH's groups, as hex; they may hold templates of fields that the instance draws."""
    binds: list[BindPiece] = []
    security: SecurityPiece | None = None
    sealed: dict[str, str] = Field({}, repr=False)
    """Options of wss and of the proxy that are secrets or belong to one; only this channel has them."""


class NodePiece(Part):
    """One instance of a node."""

    key: str
    id: str
    replica: int
    behaviour: str
    parameters: dict[str, Json]
    restart: Literal["on-failure", "never", "always"]
    sockets: list[SocketPiece]


class Wire(Part):
    """One connection to make."""

    socket: str
    """The connecting instance, ``worker#4.in``."""
    address: str
    label: str


# ── the server asks ──────────────────────────────────────────────────────────────────────────


class Assemble(Part):
    """Make nodes and bind their sockets; nothing runs yet. Answers ``{bound: …}``."""

    kind: Literal["assemble"] = "assemble"
    nodes: list[NodePiece]


class Connect(Part):
    """Make connections whose addresses are known now."""

    kind: Literal["connect"] = "connect"
    wires: list[Wire]


class Disconnect(Part):
    """End connections."""

    kind: Literal["disconnect"] = "disconnect"
    wires: list[Wire]


class Go(Part):
    """Start the behaviours of all nodes that were made and not started."""

    kind: Literal["go"] = "go"


class StopNode(Part):
    """Stop an instance and close its sockets; ``forget`` when it was taken out of the drawing."""

    kind: Literal["stop-node"] = "stop-node"
    node: str
    forget: bool = False


class StartNode(Part):
    """Start a stopped instance again. Answers ``{bound: …}``."""

    kind: Literal["start-node"] = "start-node"
    node: str


class SetParameters(Part):
    """Give an instance new parameters."""

    kind: Literal["set-parameters"] = "set-parameters"
    node: str
    values: dict[str, Json]


class SetOption(Part):
    """Set a live option of a socket instance."""

    kind: Literal["set-option"] = "set-option"
    socket: str
    name: str
    value: Json


class Subscribe(Part):
    """Change what a SUB instance asks for, or the groups of a DISH instance; as hex."""

    kind: Literal["subscribe"] = "subscribe"
    socket: str
    add: list[str]
    remove: list[str]


class Bind(Part):
    """Bind one more endpoint. Answers ``{bound: …}``."""

    kind: Literal["bind"] = "bind"
    socket: str
    piece: BindPiece


class Unbind(Part):
    """Give an endpoint up."""

    kind: Literal["unbind"] = "unbind"
    socket: str
    endpoint: str


class NameLink(Part):
    """From now on peers of this endpoint that do not tell their link belong to this one."""

    kind: Literal["name-link"] = "name-link"
    socket: str
    endpoint: str
    label: str


class NamePeer(Part):
    """What a socket instance hears from this address belongs to a connection; nothing else tells it."""

    kind: Literal["name-peer"] = "name-peer"
    socket: str
    peer: str
    label: str


class FinishSources(Part):
    """Let nodes that put messages in come to an end; their sockets stay open."""

    kind: Literal["finish-sources"] = "finish-sources"


class Hold(Part):
    """Stop the world at a message."""

    kind: Literal["hold"] = "hold"


class Release(Part):
    """Let it go on."""

    kind: Literal["release"] = "release"


class Sample(Part):
    """Tell the figures of one phase's pipes, as octets; receivers are asked before senders."""

    kind: Literal["sample"] = "sample"
    phase: Literal["receive", "send"]
    thorough: bool
    """All figures and ledgers, not just the gauges."""
    links: list[str] = []
    """Links whose pipes are told thoroughly at every tick."""
    tokens: bool = False
    """Whether single messages are wanted as tokens."""
    settled: list[str] = []
    """Ended connections whose two halves were compared: they need not be told any more."""


class ReadLink(Part):
    """Tell the last messages of a link that were received here; from then on they are kept."""

    kind: Literal["read-link"] = "read-link"
    link: str
    last: int
    seq: int | None = None
    """One message, with all its octets: its place in its connection."""
    lane: str | None = None
    connection: str | None = None
    """Which of the connections that have such a message; the newest message of all when not given."""


class SendMessage(Part):
    """Send a person's message on a manual node's socket."""

    kind: Literal["send-message"] = "send-message"
    node: str
    role: str
    frames: list[str]
    """As hex."""


class ReadNode(Part):
    """Tell what a manual node sent and received."""

    kind: Literal["read-node"] = "read-node"
    node: str


class Close(Part):
    """Stop all nodes, close all sockets within the time given, tell the final books."""

    kind: Literal["close"] = "close"
    within_ms: int


class Exit(Part):
    """Leave."""

    kind: Literal["exit"] = "exit"


Order = Annotated[
    Assemble
    | Connect
    | Disconnect
    | Go
    | StopNode
    | StartNode
    | SetParameters
    | SetOption
    | Subscribe
    | Bind
    | Unbind
    | NameLink
    | NamePeer
    | FinishSources
    | Hold
    | Release
    | Sample
    | ReadLink
    | SendMessage
    | ReadNode
    | Close
    | Exit,
    Field(discriminator="kind"),
]


class Request(Part):
    """An order with a number, which its answer bears too."""

    number: int
    order: Order


# ── the process tells ────────────────────────────────────────────────────────────────────────


class Hello(Part):
    """The process is up and listens."""

    kind: Literal["hello"] = "hello"


class Answer(Part):
    """An order was done, or why not; figures follow in a second frame."""

    kind: Literal["answer"] = "answer"
    number: int
    value: dict[str, Json] = {}
    error: str | None = None
    code: str | None = None
    """A short word for errors that the server tells apart: "would-block", "not-there", …"""


class NodeChanged(Part):
    """An instance changed its state."""

    kind: Literal["node-changed"] = "node-changed"
    node: str
    state: str
    error: str | None = None


class Rebound(Part):
    """An instance runs, and is bound here; also where from it speaks, by label, where no peer is told."""

    kind: Literal["rebound"] = "rebound"
    bound: dict[str, dict[str, str]]
    sources: dict[str, str] = {}


class Happening(Part):
    """One event of a socket or node."""

    t_s: float
    what: str
    node: str
    link: str = ""
    peer: str = ""
    socket: str = ""
    detail: str = ""


class Happened(Part):
    """Events since the last time."""

    kind: Literal["happened"] = "happened"
    events: list[Happening]


Notice = Annotated[
    Hello | Answer | NodeChanged | Rebound | Happened,
    Field(discriminator="kind"),
]

_NOTICE: TypeAdapter[Hello | Answer | NodeChanged | Rebound | Happened] = TypeAdapter(Notice)


def encode(message: Part) -> bytes:
    """Write a message as one frame."""
    return message.model_dump_json(exclude_defaults=False).encode()


def read_request(frame: bytes) -> Request:
    """Read what the server asks."""
    return Request.model_validate_json(frame)


def read_notice(frame: bytes) -> Hello | Answer | NodeChanged | Rebound | Happened:
    """Read what a process tells."""
    return _NOTICE.validate_json(frame)
