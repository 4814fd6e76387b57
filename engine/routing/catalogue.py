"""From a socket type to its pattern."""

from typing import Final

from engine.clock import Chance
from engine.constants import SocketType
from engine.options import SocketOptions
from engine.routing.datagram import Datagram
from engine.routing.dealer import Dealer
from engine.routing.exclusive_pair import ExclusivePair
from engine.routing.fair_receiver import FairReceiver
from engine.routing.pattern import Pattern
from engine.routing.pipeline import Push
from engine.routing.publish import ExtendedPublish, Publish
from engine.routing.radio_dish import Dish, Radio
from engine.routing.reply import Reply
from engine.routing.request import Request
from engine.routing.router import Router
from engine.routing.server import Server
from engine.routing.stream import Stream
from engine.routing.subscribe import ExtendedSubscribe, Subscribe

PATTERNS: Final[dict[SocketType, type[Pattern]]] = {
    SocketType.PAIR: ExclusivePair,
    SocketType.PUB: Publish,
    SocketType.SUB: Subscribe,
    SocketType.REQ: Request,
    SocketType.REP: Reply,
    SocketType.DEALER: Dealer,
    SocketType.ROUTER: Router,
    SocketType.PULL: FairReceiver,
    SocketType.PUSH: Push,
    SocketType.XPUB: ExtendedPublish,
    SocketType.XSUB: ExtendedSubscribe,
    SocketType.STREAM: Stream,
    SocketType.SERVER: Server,
    SocketType.CLIENT: Dealer,
    SocketType.RADIO: Radio,
    SocketType.DISH: Dish,
    SocketType.GATHER: FairReceiver,
    SocketType.SCATTER: Push,
    SocketType.DGRAM: Datagram,
    SocketType.PEER: Server,
    SocketType.CHANNEL: ExclusivePair,
}


def pattern_for(socket_type: SocketType, options: SocketOptions, chance: Chance) -> Pattern:
    """Make the pattern of one socket.

    CLIENT, SCATTER, GATHER and CHANNEL route as DEALER, PUSH, PULL and PAIR; that their messages
    have one frame is looked after at the door and at the pump.
    """
    return PATTERNS[socket_type](socket_type, options, chance)
