"""NULL, the mechanism without security: both peers send READY without waiting."""

from collections.abc import Mapping

from engine.errors import PeerRefused, UnexpectedCommand
from engine.security.mechanism import Outcome
from engine.wire.commands import Command, Error, Ready, write_command


class NullMechanism:
    """One connection's NULL handshake.

    Args:
        properties: our metadata, in the order it is to be sent.

    Source: 37/ZMTP 3.1, "The NULL Security Mechanism"; libzmq sends without waiting, and so do we.
    """

    name = "NULL"
    as_server = False

    def __init__(self, properties: Mapping[str, bytes]) -> None:
        self._properties = dict(properties)

    def begin(self) -> bytes:
        """Return our READY."""
        return write_command(Ready(self._properties))

    def receive(self, command: Command) -> Outcome:
        """Take the peer's READY.

        Raises:
            PeerRefused: it sent ERROR instead.
            UnexpectedCommand: it sent anything else.
        """
        match command:
            case Ready(properties):
                return Outcome(properties=properties)
            case Error(reason):
                raise PeerRefused(reason)
            case _:
                raise UnexpectedCommand(type(command).__name__.upper(), "READY")
