"""Which protocol is spoken on a new connection: by socket type, scheme and options."""

from engine.constants import SocketType
from engine.endpoints import WEB, parse
from engine.protocol.connection import ZmtpConnection
from engine.protocol.conversation import Conversation
from engine.protocol.exchange import LocalIdentity
from engine.protocol.raw import RawConnection
from engine.protocol.web_opening import NONCE_OCTETS, ClientOpening, Opening, ServerOpening
from engine.protocol.websocket import WebConnection
from engine.security.choose import Security
from engine.security.null import NullMechanism
from engine.sessions.host import Host
from engine.wire.zws import BARE, subprotocol_of


def converse(
    host: Host,
    endpoint: str,
    local: LocalIdentity,
    security: Security,
    *,
    is_connecting: bool,
    is_modest: bool,
) -> Conversation:
    """Return what will be spoken on a new connection.

    Args:
        endpoint: ours, as it was bound or connected.
        is_connecting: whether we reached the peer, and not it us.
        is_modest: whether to offer no sub-protocol with a slash where one without will do: the peer
            refused before, as those do who take RFC 6455's word for it that names are tokens.
    """
    if host.socket_type is SocketType.STREAM:
        return RawConnection(notifies=bool(host.options.stream_notify))
    network = host.network
    mechanism = security.mechanism(local.metadata(), network)
    limit = host.options.frame_limit
    scheme = endpoint.partition("://")[0]
    if scheme not in WEB:
        return ZmtpConnection(local, limit, mechanism, host.shared_batch)
    subprotocols: tuple[str, ...] = (subprotocol_of(mechanism.name),)
    if isinstance(mechanism, NullMechanism) and not mechanism.asks:
        # without a mechanism nobody can be asked about the peer
        subprotocols = (BARE,) if is_modest else (*subprotocols, BARE)
    if not is_connecting:
        return WebConnection(local, limit, mechanism, ServerOpening(subprotocols), None)
    opening: Opening = ClientOpening(parse(endpoint), subprotocols, network.octets(NONCE_OCTETS))
    return WebConnection(local, limit, mechanism, opening, network)
