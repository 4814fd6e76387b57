"""Two mechanisms that talk to each other, and a chance that repeats itself."""

from random import Random

from engine.errors import PeerViolation
from engine.security.mechanism import Mechanism, Outcome
from engine.security.zap import ZapReply, accept

CLIENT = {"Socket-Type": b"PUSH", "X-Name": b"client"}
SERVER = {"Socket-Type": b"PULL", "X-Name": b"server"}
OK = accept(b"somebody")


class Drawn:
    """A chance whose octets come from a seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)

    def draw(self) -> float:
        return self._random.random()

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)


def lower(properties: dict[str, bytes]) -> dict[str, bytes]:
    """Return properties as the other side reads them."""
    return {name.lower(): value for name, value in properties.items()}


class Side:
    """One mechanism, and what its handshake came to."""

    def __init__(self, mechanism: Mechanism, verdict: ZapReply | None = None) -> None:
        self.mechanism = mechanism
        self.verdict = verdict
        self.said: list[bytes] = []
        self.credentials: tuple[bytes, ...] | None = None
        self.properties: dict[str, bytes] | None = None
        self.failure: PeerViolation | None = None

    def begin(self) -> list[bytes]:
        return self._note(self.mechanism.begin())

    def hear(self, body: bytes) -> list[bytes]:
        try:
            return self._note(self.mechanism.receive(body))
        except PeerViolation as violation:
            self.failure = violation
            return []

    def _note(self, outcome: Outcome) -> list[bytes]:
        if outcome.question is not None:
            self.credentials = outcome.question.credentials
            try:
                outcome = self.mechanism.decide(self.verdict)
            except PeerViolation as violation:
                self.failure = violation
                return []
        said = [outcome.reply] if outcome.reply else []
        self.said += said
        if outcome.refusal is not None:
            self.failure = outcome.refusal
        if outcome.properties is not None:
            self.properties = outcome.properties
        return said


def converse(client: Mechanism, server: Mechanism, verdict: ZapReply | None = None) -> tuple[Side, Side]:
    """Let two mechanisms talk until both are silent; the server's questions get ``verdict``."""
    one, other = Side(client), Side(server, verdict)
    to_server, to_client = one.begin(), other.begin()
    while to_server or to_client:
        answers = [answer for body in to_server for answer in other.hear(body)]
        to_server = [answer for body in to_client for answer in one.hear(body)]
        to_client = answers
    return one, other
