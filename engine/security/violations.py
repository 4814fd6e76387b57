"""What a peer does wrong in CURVE; not compiled, for a compiled exception loses its class's number."""

from engine.errors import PeerViolation


class BoxUnopened(PeerViolation):
    """A box did not open: another key, another nonce, or changed octets.

    Attributes:
        what: which box.
    """

    code = 0x11000001

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"the box in the peer's {what} does not open: keys that do not match, or a forgery")


class CounterRepeated(PeerViolation):
    """A command's counter is not above the one before: somebody repeats what was said."""

    code = 0x10000002

    def __init__(self, command: str, counter: int, last: int) -> None:
        self.command = command
        self.counter = counter
        self.last = last
        super().__init__(f"peer sent {command} with counter {counter} after {last}: counters only grow")


class KeysDisagree(PeerViolation):
    """Two parts of a handshake name different keys."""

    code = 0x10000003

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"peer sent an INITIATE whose {what}")
