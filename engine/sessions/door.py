"""Who is asked whether a peer may come in, as the sessions of a socket see it."""

from collections.abc import Callable

from mypy_extensions import mypyc_attr

from engine.errors import PeerViolation
from engine.net.interface import ByteStream
from engine.security.zap import ZapReply, ZapRequest

Verdict = ZapReply | PeerViolation | None
"""What an authenticator said, what was wrong with that, or ``None`` when there is nobody to ask."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Door:
    """A way to the authenticator; this one leads to nobody, a context has a better one."""

    def ask(self, request: ZapRequest, answer: Callable[[Verdict], None]) -> Callable[[], None]:
        """Have ``answer`` called with the verdict, at once or later, and once.

        Returns:
            what takes the question back: ``answer`` is then not called any more.
        """
        answer(None)
        return _forget


def zap_address(stream: ByteStream) -> str:
    """Return a peer's address as ZAP has it: numeric and without a port; for ipc its process.

    Source: 27/ZAP; the form for ipc is libzmq's.
    """
    credentials = stream.peer_credentials()
    if credentials is not None:
        return "localhost:" + ":".join(map(str, credentials))
    scheme, _, address = stream.peer.partition("://")
    return "localhost" if scheme == "ipc" else address.rpartition(":")[0].strip("[]")


def _forget() -> None:
    """There is nothing to take back."""
