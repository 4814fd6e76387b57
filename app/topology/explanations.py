"""What each finding means, and what to do about it, in words that stand by themselves."""

from typing import Final, NamedTuple


class Explanation(NamedTuple):
    """A finding's rule, explained."""

    meaning: str
    remedy: str


EXPLANATIONS: Final[dict[str, Explanation]] = {
    "GM-101": Explanation(
        "0MQ lets only certain pairs of socket types talk: a PUSH to a PULL, a PUB to a SUB. Two others "
        "refuse each other in the handshake, and no message ever passes.",
        "Give one of the two a type that suits the other; the type's page lists its peers.",
    ),
    "GM-102": Explanation(
        "A link has an end that connects and one that binds. Here nothing will be bound: the node is off, or "
        "it is a program outside that has no address. The connecting end would try again for ever.",
        "Turn the node on, or give the external node the address where its program listens.",
    ),
    "GM-103": Explanation(
        "Only one socket of a machine can listen on an address. Replicas of a node count: each one binds.",
        "Let the second have another address, or write `tcp` alone and have one allotted; or let the "
        "replicas connect and the other end bind.",
    ),
    "GM-104": Explanation(
        "PAIR and CHANNEL talk to exactly one peer. A second one is connected and ignored.",
        "Remove a link, or use types that take many peers: DEALER for PAIR, for example.",
    ),
    "GM-105": Explanation(
        "inproc hands messages over in memory, so both ends must be in one process.",
        "Put both nodes in the same process box, or use ipc or tcp for the link.",
    ),
    "GM-106": Explanation(
        "Not every type works over every transport: STREAM is tcp alone, udp is for RADIO, DISH and DGRAM, "
        "and there a RADIO connects and a DISH binds.",
        "Use a transport that the type has, or turn the link round.",
    ),
    "GM-107": Explanation(
        "The text of an endpoint cannot be understood, or it or a proxy names a place that may not be used: "
        "as long as the person at the server has not allowed others, a topology stays on this machine. For a "
        "program outside the endpoint tells where it listens, so it is where our sockets connect.",
        "Write it in a form that the transport's page shows, such as `tcp://127.0.0.1:5555`; or start the "
        "server with `--allow-hosts`.",
    ),
    "GM-108": Explanation(
        "The security of one socket, or of the two ends of a link, does not fit together: another mechanism, "
        "two servers, a key that is none or that the other end does not expect, a certificate for "
        "wss that is not there. The handshake would fail.",
        "Make both ends speak the same mechanism, one as its server and the others as its clients, and let "
        "each client expect the key of its server. Over wss, name a key of kind tls where the socket binds "
        "(`tls.key`).",
    ),
    "GM-109": Explanation(
        "libzmq has no option of this name, this socket type does not have it, or not with this value.",
        "Correct the name or the value: the option's page tells its range and its socket types.",
    ),
    "GM-110": Explanation(
        "A part is a topology inside another. Instances of parts are kept in the file and shown, and cannot "
        "run yet.",
        "Draw the part's nodes themselves where they have to run.",
    ),
    "GM-111": Explanation(
        "The document names something that is not there: a behaviour, a socket's role, a process, the end of "
        "a link; or it has a field that this format does not know.",
        "Take the name that the finding proposes, or remove the field.",
    ),
    "GM-112": Explanation(
        "Some types send messages of one frame only, and STREAM and DGRAM exactly two. This source makes "
        "messages with another number of frames.",
        "Make the message of one frame, or use a type that sends several: PUSH for SCATTER, for example.",
    ),
    "GM-113": Explanation(
        "A password or a secret key is written in the document. Documents are saved, sent and shown, so a "
        "secret in one is a secret no more.",
        "Store the secret on this machine and name it in the drawing; the finding's fix does both.",
    ),
    "GM-114": Explanation(
        "The drawing names a secret that this machine does not have: it is a drawing from elsewhere, or the "
        "key was deleted. Of the environment a drawing may read what is meant for it alone.",
        "Make the key here, or import it. Peers that know the old one need the new public half. A variable "
        "has to begin with `GLASSMQ_SECRET_`, or be listed in `GLASSMQ_ALLOW_ENV`, commas between, where "
        "GlassMQ is started.",
    ),
    "GM-201": Explanation(
        "A SUB receives only what it subscribed to and a DISH only the groups it joined; with none it "
        "receives nothing, and nothing says so.",
        "Subscribe, with the empty prefix for everything; or join a group.",
    ),
    "GM-209": Explanation(
        "Each node of a cycle waits, when its queue is full, until the next one reads. Once every queue on "
        "the way is full, all wait for ever.",
        "Break the cycle at one place: with a type that drops, with sndtimeo, or with a source whose rate "
        "keeps the queues from filling.",
    ),
    "GM-214": Explanation(
        "A RADIO's message reaches exactly the DISHes that joined its group, compared whole. Here nobody "
        "joined the group that is sent to.",
        "Let a DISH join that group, or send to one that is joined.",
    ),
    "GM-215": Explanation(
        "The server's list of who may come in does not hold this client, so its handshake will be refused. "
        "Over wss it is the other way round: the client will refuse a server whose certificate it does not "
        "believe.",
        "Add the client's key to the list, if it is meant to come in; or the server's certificate to those "
        "that the client believes (`tls.trust`).",
    ),
    "GM-216": Explanation(
        "A mechanism is set, but the link's transport has no handshake: inproc is memory within one process, "
        "and udp has no connection. Messages pass as if nothing had been set.",
        "Use tcp, ipc or ws where the content has to be protected.",
    ),
    "GM-304": Explanation(
        "The document says something that this version does not act on. It is kept and saved as it is.",
        "Nothing needs to be done; what is drawn runs without it.",
    ),
}
"""By code; every rule has one."""
