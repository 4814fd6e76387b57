"""What a peer does wrong in WebSocket; not compiled, for a compiled exception loses its class's number."""

from typing import Final

from engine.errors import PeerViolation

UNSPECIFIED: Final = 0x30000000
"""libzmq's number. Source: ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED in zmq.h."""


class WebSocketBroken(PeerViolation):
    """The peer's frames are none that WebSocket or ZWS allow."""

    code = UNSPECIFIED

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"peer broke the WebSocket protocol: {why}")
