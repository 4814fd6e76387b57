"""Security inside a run's process: a socket's keys as the engine's options, and who is let in by which."""

from typing import Any

from app.runtime.control import SecurityPiece
from engine.sockets.authenticator import Authenticator


def secure(authenticator: Authenticator, socket: str, piece: SecurityPiece | None) -> dict[str, Any]:
    """Return the options of a socket's security, having told the authenticator whom it lets in.

    Each server is a ZAP domain of its own, so each is judged by its own list;
    what the document says in ``zap_domain`` does not matter to it.

    Args:
        authenticator: the context's.
        socket: key of the socket's instance.
        piece: ``None`` for a socket that speaks NULL.
    """
    if piece is None:
        return {}
    if not piece.is_server:
        if piece.mechanism == "plain":
            return {"plain_username": piece.username, "plain_password": piece.secret}
        return {"curve_serverkey": piece.server_key, "curve_secretkey": piece.secret}
    authenticator.forget(socket)
    if piece.mechanism == "plain":
        authenticator.set_passwords(piece.allow_users, domain=socket)
        return {"plain_server": 1, "zap_domain": socket}
    authenticator.trust(*piece.allow_keys, domain=socket)
    if piece.allow_any:
        authenticator.trust_any_key(domain=socket)
    return {"curve_server": 1, "curve_secretkey": piece.secret, "zap_domain": socket}
