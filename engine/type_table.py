"""The table of socket types: what each is for, what a send does when it cannot, and what a receive gives."""

from dataclasses import dataclass
from typing import Final, Literal

from engine.constants import SocketType

Ending = Literal["waits", "refuses", "drops", "never sends"]
"""What a send does with a message that no pipe can take."""

EXCLUSIVE: Final = "31/EXPAIR"
PUBLISHING: Final = "29/PUBSUB"
ASKING: Final = "28/REQREP"
PIPELINE: Final = "30/PIPELINE"
CLIENT_SERVER: Final = "41/CLISRV"
GROUPS: Final = "48/RADIO-DISH"
SCATTERING: Final = "49/SCATTER-GATHER"
PEERS: Final = "51/P2P"
CHANNELS: Final = "52/CHANNEL"


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """What is known of one socket type beside its number, its peers and its transports."""

    name: str
    ending: Ending
    summary: str
    """One sentence."""
    sending: str
    """Where a message goes."""
    stuck: str
    """What a send does when nobody can take the message."""
    receiving: str
    """Which message comes next."""
    body: str
    """One paragraph: for whom it is, and what surprises people."""
    specification: str = ""
    """The RFC of 0MQ that describes it; empty when none does."""


_NEVER: Final = "It has no send: asking for one raises NotSupported."
_DEAF: Final = "It has no receive: asking for one raises NotSupported."
_WAITING: Final = (
    "With no peer, or with every peer's pipe at its high-water mark, a send waits; "
    "with sndtimeo it raises Again when the time is up. An endpoint that was connected has a pipe, and takes "
    "messages, before anybody answers there, unless immediate is set."
)
_FAIRLY: Final = "One message of each peer that has some, in turn, so that a busy peer starves nobody."

_SPECS: Final = (
    TypeSpec(
        "PUSH",
        "waits",
        "Deals each message to one of its PULL peers, in turn.",
        "To one peer, round robin among those whose pipe has room.",
        _WAITING,
        _DEAF,
        "The dealing end of a pipeline. Every message goes to exactly one PULL, and a peer that is full is "
        "passed over, so the fast ones get more. The turn counts messages and not work: a message given to "
        "a slow worker waits in that worker's queues although another is idle. A low sndhwm and rcvhwm, "
        "with small kernel buffers, keep little waiting there.",
        PIPELINE,
    ),
    TypeSpec(
        "PULL",
        "never sends",
        "Takes messages from its PUSH peers, fairly.",
        _NEVER,
        "It never sends.",
        _FAIRLY,
        "The collecting end of a pipeline. Messages of one PUSH keep their order; between several there is "
        "none. When its queues are full it stops reading, the kernels fill, and at last the PUSH waits: "
        "that is back-pressure, and nothing is lost by it.",
        PIPELINE,
    ),
    TypeSpec(
        "PUB",
        "drops",
        "Sends each message to every subscriber that asked for it.",
        "A copy to every peer with a subscription that the first frame begins with.",
        "It never waits. For a peer whose pipe is at its high-water mark the message is dropped, for that "
        "peer alone, and so is what follows until its queue has drained to the low-water mark. With "
        "xpub_nodrop the send waits instead.",
        _DEAF,
        "One to many, and nobody holds up the others. Matching is done here, before the wire, so what "
        "nobody wants costs no traffic. Somebody who subscribes late has missed what went before: a "
        "subscription has to travel to the publisher first, and until then nothing comes.",
        PUBLISHING,
    ),
    TypeSpec(
        "SUB",
        "never sends",
        "Receives what begins with one of its subscriptions.",
        "It has no send; subscribe and unsubscribe are told to every peer.",
        "It never sends messages; subscriptions do not count against any limit.",
        "Fairly among its publishers; what no subscription matches is filtered here once more.",
        "A subscription is a prefix of a message's first frame, octet by octet; the empty one is everything. "
        "A new SUB has none and receives nothing. Subscribing twice to the same prefix needs two "
        "cancellations. A SUB that reads too slowly loses messages at the publisher and is not told.",
        PUBLISHING,
    ),
    TypeSpec(
        "XPUB",
        "drops",
        "A PUB that can also read the subscriptions that come up.",
        "As PUB: a copy to every peer whose subscription the first frame begins with.",
        "As PUB it drops for the peer that is full; with xpub_nodrop it waits.",
        "Subscriptions as messages: octet 1 and the topic for a new one, octet 0 and the topic for the last "
        "cancellation. Messages that an XSUB sends up come through as well.",
        "The publishing end for those who want to know who listens: proxies, which pass subscriptions on, "
        "and caches, which greet a newcomer with the last value. xpub_verbose and xpub_verboser show "
        "duplicates too, xpub_manual leaves it to the program which subscriptions hold.",
        PUBLISHING,
    ),
    TypeSpec(
        "XSUB",
        "drops",
        "A SUB whose subscriptions are sent as messages.",
        "A message of octet 1 and a topic subscribes, of octet 0 and a topic cancels; every other one goes "
        "up to all peers.",
        "It never waits; what goes up to a peer that is full is dropped.",
        "Fairly among its publishers, and unfiltered: what the publishers send is what it gives.",
        "The subscribing end of a proxy: subscriptions read from an XPUB can be sent to an XSUB as they are. "
        "It does not filter what arrives, as SUB does, for whoever stands behind it will.",
        PUBLISHING,
    ),
    TypeSpec(
        "REQ",
        "waits",
        "Asks, then must receive the answer before it asks again.",
        "Round robin among its peers, with an empty frame before the message.",
        f"{_WAITING} Out of turn it raises WrongState.",
        "Only the answer of the peer that was asked; anything else is thrown away.",
        "The simplest way to ask. Strictly in turns: send, receive, send. If the answer never comes the "
        "socket is stuck, and so is its program: set rcvtimeo, and req_relaxed with req_correlate to be able "
        "to ask again. Who wants several questions under way at once takes a DEALER.",
        ASKING,
    ),
    TypeSpec(
        "REP",
        "drops",
        "Receives a request, then must answer it.",
        "To the peer whose request was received last, with the envelope it came in.",
        "An answer to somebody who has left, or whose pipe is full, is dropped in silence. Out of turn it "
        "raises WrongState.",
        "Requests of its peers, fairly; the frames up to the first empty one are kept as the envelope.",
        "The answering twin of REQ, strictly in turns: receive, send, receive. It serves one request at a "
        "time; a server that works on many at once is a ROUTER.",
        ASKING,
    ),
    TypeSpec(
        "DEALER",
        "waits",
        "Deals messages to its peers in turn and takes theirs fairly.",
        "Round robin among its peers; nothing is added to the message.",
        _WAITING,
        _FAIRLY,
        "A REQ without its lock-step: any number of messages may be under way both ways. To talk to a REP it "
        "puts an empty frame before the message itself, as REQ would have done. With a ROUTER it makes the "
        "asynchronous client and server that most brokers are built of.",
        ASKING,
    ),
    TypeSpec(
        "ROUTER",
        "drops",
        "Knows its peers by routing id, and sends to the one that is named.",
        "The first frame names the peer by its routing id and is taken off; the rest goes there.",
        "A message for an id that nobody has, or for a peer that is full, is dropped in silence. With "
        "router_mandatory an unknown id raises HostUnreachable, and a full peer makes the send wait.",
        "Fairly; the sender's routing id is put before each message as its first frame.",
        "The switchboard. A peer's id is the one it announced with routing_id, or five octets that are made "
        "up here and that begin with 0. Two peers with the same id: the second is turned away, unless "
        "router_handover lets it take over. A REQ's message arrives as id, empty frame, body.",
        ASKING,
    ),
    TypeSpec(
        "PAIR",
        "waits",
        "Talks to exactly one peer, both ways.",
        "To the one peer.",
        _WAITING,
        "In the order in which the peer sent it.",
        "Two ends that belong together, such as two threads over inproc. A second peer is not served: its "
        "connection stands idle until the first has gone. Nothing is routed and nothing is filtered.",
        EXCLUSIVE,
    ),
    TypeSpec(
        "STREAM",
        "waits",
        "Talks plain tcp with programs that know no 0MQ, such as browsers.",
        "The first frame names the connection, the second goes out as it is; an empty one closes it.",
        "An id that no connection has raises HostUnreachable; a connection that is full makes the send wait.",
        "The connection's id and what has arrived, however the network cut it; an empty second frame tells "
        "that a connection has come, and later that it has gone (stream_notify).",
        "No ZMTP is spoken: there is no greeting, no framing and no subscription, only octets both ways. So "
        "one message of 0MQ is not one message of the other program, which has to find the ends.",
    ),
    TypeSpec(
        "CLIENT",
        "waits",
        "Asks SERVERs in turn, as often as it likes; answers come when they come.",
        "Round robin among its SERVERs.",
        _WAITING,
        _FAIRLY,
        "The younger DEALER: single frames, no envelope, and in libzmq a socket that many threads may use. "
        "It may send many requests before the first answer; to know which answer belongs to which, number "
        "them.",
        CLIENT_SERVER,
    ),
    TypeSpec(
        "SERVER",
        "refuses",
        "Knows each CLIENT by a number, and answers the one that is named.",
        "To the CLIENT whose number the message carries as its routing_id, 32 bits and never 0.",
        "It never waits: a number that nobody has raises HostUnreachable, a full CLIENT raises Again.",
        "Fairly; the message's routing_id says which CLIENT sent it.",
        "The younger ROUTER: the peer is named by a number beside the message and not by a frame in it. A "
        "CLIENT that connects anew gets a new number. Nothing can be sent to one that has not written yet, "
        "for its number is not known.",
        CLIENT_SERVER,
    ),
    TypeSpec(
        "RADIO",
        "drops",
        "Sends each message to a group, to every DISH that joined it.",
        "A copy to every DISH that joined exactly the message's group.",
        "It never waits; for a DISH that is full the message is dropped.",
        _DEAF,
        "Publishing by name instead of prefix: the group stands beside the message, has at most 255 octets, "
        "and matches whole or not at all. Over udp no DISH tells what it joined: every datagram goes out, "
        "and each DISH picks its groups.",
        GROUPS,
    ),
    TypeSpec(
        "DISH",
        "never sends",
        "Receives what is sent to the groups it joined.",
        "It has no send; join and leave are told to every peer.",
        "It never sends.",
        "Fairly among its RADIOs; what is for another group is left out. The message tells its group.",
        "A new DISH has joined nothing and receives nothing. Joining a group twice, or leaving one that was "
        "not joined, raises GroupInvalid.",
        GROUPS,
    ),
    TypeSpec(
        "SCATTER",
        "waits",
        "Deals single frames to its GATHER peers, in turn; a PUSH without multipart.",
        "To one peer, round robin among those whose pipe has room.",
        _WAITING,
        _DEAF,
        "PUSH for single frames, and in libzmq for many threads. Peers that are full are passed over.",
        SCATTERING,
    ),
    TypeSpec(
        "GATHER",
        "never sends",
        "Takes single frames from its SCATTER peers, fairly.",
        _NEVER,
        "It never sends.",
        _FAIRLY,
        "PULL for single frames. A multipart message can reach it only from a program that breaks the rules; "
        "it is dropped whole.",
        SCATTERING,
    ),
    TypeSpec(
        "PEER",
        "refuses",
        "Knows each of its PEERs by a number; anyone may begin.",
        "To the PEER whose number the message carries as its routing_id.",
        "It never waits: a number that nobody has raises HostUnreachable, a PEER that is full raises Again.",
        "Fairly; the message's routing_id says which PEER sent it.",
        "SERVER and CLIENT in one: every end can be asked and every end can ask, which suits networks "
        "without a centre. Its numbers are each socket's own, as a SERVER's are.",
        PEERS,
    ),
    TypeSpec(
        "CHANNEL",
        "waits",
        "Talks to exactly one peer in single frames, both ways.",
        "To the one peer.",
        _WAITING,
        "In the order in which the peer sent it.",
        "PAIR for single frames, and in libzmq for many threads: two ends that belong together.",
        CHANNELS,
    ),
    TypeSpec(
        "DGRAM",
        "waits",
        "Sends and receives plain udp datagrams, each under an address.",
        "The first frame is a numeric address, ip:port; the second is sent as one datagram.",
        "Before it has a port, and while the queue to the address is at its high-water mark, a send waits. "
        "What the network loses afterwards nobody tells.",
        "The sender's address, closed by a NUL as libzmq's is, then the content; senders take turns.",
        "Plain udp for programs that know no 0MQ. A message has exactly two frames. No peer is known, there "
        "is no greeting and no connection, and a datagram can be lost, doubled or overtaken.",
    ),
)

TYPES: Final[dict[SocketType, TypeSpec]] = {SocketType[spec.name]: spec for spec in _SPECS}
"""All socket types, in the order in which they are offered."""
