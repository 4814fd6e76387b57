"""The way from a connection's handshake to the context's authenticator, or to a ZAP handler on inproc."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from inspect import isawaitable
from typing import Final, Protocol

from engine.constants import SocketType
from engine.errors import PeerViolation, told
from engine.security.zap import ENDPOINT, FAILED, ZapReply, ZapRequest, read_reply, write_request
from engine.sessions.door import Door, Verdict
from engine.sessions.inproc import InprocBook
from engine.sockets.socket import Socket

HANDLERS: Final = (SocketType.REP, SocketType.ROUTER)
"""Types that a ZAP handler can have. Source: 27/ZAP."""

REQUEST_ID: Final = b"1"
"""Each question has a socket of its own, so every request can be the first (libzmq does so too)."""


class Judge(Protocol):
    """Says who may come in; ``Authenticator`` is one."""

    def judge(self, request: ZapRequest) -> ZapReply | Awaitable[ZapReply]:
        """Return the verdict on a peer, or what brings it in time; to raise is to turn the peer away."""
        ...


class ZapDoor(Door):
    """Asks the authenticator that is set, else whoever is bound to ZAP's inproc endpoint, else nobody.

    Args:
        inproc: the context's inproc names.
        spawn: runs a coroutine as a task that the context owns.
        dial: makes a DEALER that stands in no list.
    """

    def __init__(
        self,
        inproc: InprocBook,
        spawn: Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"],
        dial: Callable[[], Socket],
    ) -> None:
        self._inproc = inproc
        self._spawn = spawn
        self._dial = dial
        self.authenticator: Judge | None = None

    def ask(self, request: ZapRequest, answer: Callable[[Verdict], None]) -> Callable[[], None]:
        """Ask in a task of its own; see ``Door``."""

        async def inquire() -> None:
            answer(await self._find_out(request))

        task = self._spawn(inquire())

        def take_back() -> None:
            task.cancel()

        return take_back

    async def _find_out(self, request: ZapRequest) -> Verdict:
        if self.authenticator is not None:
            return await _judge(self.authenticator, request)
        if self._inproc.type_at(ENDPOINT) in HANDLERS:
            return await self._ask_handler(request)
        return None

    async def _ask_handler(self, request: ZapRequest) -> Verdict:
        socket = self._dial()
        try:
            socket.connect(ENDPOINT)
            await socket.send(write_request(request, REQUEST_ID))
            return read_reply(await socket.recv(), REQUEST_ID)
        except PeerViolation as violation:
            return violation
        finally:
            socket.close(linger=0)


async def _judge(judge: Judge, request: ZapRequest) -> ZapReply:
    """Return a judge's verdict; one that fails turns the peer away.

    How it failed is told here, by the event of the failed handshake; the peer gets the status alone.
    """
    try:
        given = judge.judge(request)
        verdict: object = await given if isawaitable(given) else given
    except Exception as error:  # noqa: BLE001 - someone else's code, and the peer must not come in by its fault
        return ZapReply(FAILED, told(f"the authenticator failed: {type(error).__name__}: {error}"))
    if isinstance(verdict, ZapReply):
        return verdict
    # None, as of a judge that forgot to return, would stand for "nobody to ask", and let the peer in
    return ZapReply(FAILED, f"the authenticator gave {type(verdict).__name__} instead of a ZapReply")
