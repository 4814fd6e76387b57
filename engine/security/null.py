"""NULL, the mechanism without security: both peers send READY without waiting."""

from collections.abc import Mapping

from engine.errors import PeerRefused, UnexpectedCommand
from engine.security.mechanism import Outcome, Question, turn_away
from engine.security.zap import AuthenticatorMissing, ZapReply
from engine.wire.commands import Error, Ready, command_body, read_command


class NullMechanism:
    """One connection's NULL handshake.

    Args:
        properties: our metadata, in the order it is to be sent.
        asks: whether an authenticator decides on the peer's address before we say READY.
        insists: whether the peer stays out when there is nobody to ask.

    Source: 37/ZMTP 3.1, "The NULL Security Mechanism"; libzmq sends without waiting, and so do we.
    """

    name = "NULL"
    as_server = False
    protection = None

    def __init__(self, properties: Mapping[str, bytes], *, asks: bool = False, insists: bool = False) -> None:
        self._properties = dict(properties)
        self.asks = asks
        self._insists = insists

    def begin(self) -> Outcome:
        """Say READY, or ask first."""
        if self.asks:
            return Outcome(question=Question())
        return Outcome(reply=command_body(Ready(self._properties)))

    def decide(self, verdict: ZapReply | None) -> Outcome:
        """Say READY once the authenticator has nothing against the peer's address.

        Raises:
            AuthenticatorMissing: there is none, and ``insists``.
        """
        if verdict is None and self._insists:
            raise AuthenticatorMissing(self.name)
        refused = turn_away(verdict) if verdict is not None else None
        return refused or Outcome(reply=command_body(Ready(self._properties)))

    def receive(self, body: bytes) -> Outcome:
        """Take the peer's READY.

        Raises:
            PeerRefused: it sent ERROR instead.
            UnexpectedCommand: it sent anything else.
            MalformedCommand: its READY cannot be read.
        """
        command = read_command(body)
        match command:
            case Ready(properties):
                return Outcome(properties=properties)
            case Error(reason):
                raise PeerRefused(reason)
            case _:
                raise UnexpectedCommand(type(command).__name__.upper(), "READY")
