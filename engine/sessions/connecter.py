"""The connecting side: dial, hold the pair through every break, dial again with back-off."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final

from engine.clock import MS, Backoff
from engine.constants import DropReason
from engine.endpoints import Endpoint
from engine.errors import InternalError
from engine.messages import Message
from engine.monitor.events import (
    ConnectDelayed,
    Connected,
    ConnectFailed,
    GaveUp,
    Retried,
    failed_handshake,
)
from engine.protocol.web_opening import wants_bare
from engine.security.choose import security_of
from engine.sessions.host import Host
from engine.sessions.session import Session, describe, is_final, numbers_of

NO_RETRY = "reconnect_ivl is -1"
DISCONNECTED_HERE = "reconnect_stop, and it was disconnected here"

AFTER_REFUSAL: Final = 1
AFTER_FAILED_HANDSHAKE: Final = 2
AFTER_DISCONNECT: Final = 4
"""The bits of ``reconnect_stop``. Source: ZMQ_RECONNECT_STOP_* in zmq.h."""


class ConnectingSession(Session):
    """Reaches one endpoint, again and again, and keeps one pair for it all the while.

    With ``immediate`` the pair exists only while the peer is there, and its queue goes with it.

    Args:
        spawn: runs a coroutine as a task that the context owns.

    Raises:
        SecurityIncomplete: the socket's options name a mechanism and leave out what it needs.
    """

    _is_connecting = True

    def __init__(
        self,
        host: Host,
        endpoint: Endpoint,
        label: str,
        on_over: Callable[[Session], None],
        spawn: Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"],
    ) -> None:
        super().__init__(host, str(endpoint), label, on_over, security_of(host.options))
        self._target = endpoint
        self._spawn = spawn
        self._dialling: asyncio.Task[None] | None = None
        self._backoff = Backoff(host.options.reconnect_ivl, host.options.reconnect_ivl_max, host.network)
        self.gave_up = False
        """Whether no more attempts are made."""

    def start(self) -> None:
        """Begin to dial; the pair is made at once unless ``immediate`` is set."""
        if not self._host.options.immediate:
            self._ensure_pair()
        self._dial_soon()

    def close(self, linger_ms: int) -> None:
        """End the session; where no more attempts are made there is nothing to linger for."""
        super().close(0 if self.gave_up else linger_ms)

    def pump_over(self, reason: Exception | None) -> None:
        """The connection broke, or never came to be; try again unless the peer refused."""
        was_handshaken = self._handshaken
        peer = self._pump.stream.peer if self._pump is not None else ""
        final = is_final(reason)
        why = "closed by the peer during the handshake" if reason is None else describe(reason)
        if not was_handshaken:
            self._host.publish(
                failed_handshake, self.endpoint, self.label, peer, why, not final, *numbers_of(reason)
            )
        self._note_end(reason)
        if self.is_over:
            return
        self._is_modest = self._is_modest or wants_bare(reason)
        if was_handshaken:
            self._tell_hiccup()
        elif final or self._stops_after(AFTER_FAILED_HANDSHAKE):
            self._give_up(why)
            return
        if self._host.options.immediate and self.pair is not None:
            pair, self.pair = self.pair, None
            self._host.detach(pair, DropReason.DISCONNECTED)
        if self._closing and not self._has_unsent():
            self._finish(DropReason.LINGER)
            return
        self._retry("connection lost" if reason is None else describe(reason))

    def _dial_soon(self) -> None:
        self._timer = None
        self._dialling = self._spawn(self._dial())

    async def _dial(self) -> None:
        self._host.publish(ConnectDelayed, self.endpoint, self.label)
        try:
            stream = await self._host.network.dial(self._target, self._host.options)
        except (OSError, TimeoutError, UnicodeError) as error:
            self._fail(error)
            return
        except Exception as error:  # noqa: BLE001 - a fault of ours must be told, and end no session silently
            self._fail(InternalError(error))
            return
        if self.is_over:
            stream.close()
            return
        self._backoff.reset()
        self._host.publish(Connected, self.endpoint, self.label, stream.peer)
        self._try_to_begin(stream, self._host.new_connection_id())

    def _fail(self, error: Exception) -> None:
        """An attempt came to nothing: tell so, and make another."""
        if self.is_over:
            return
        self._host.publish(ConnectFailed, self.endpoint, self.label, describe(error))
        if isinstance(error, ConnectionRefusedError) and self._stops_after(AFTER_REFUSAL):
            self._give_up(describe(error))
        else:
            self._retry(describe(error))

    def _tell_hiccup(self) -> None:
        pair, options = self.pair, self._host.options
        if pair is not None and options.hiccup_msg and not self._closing:
            self._host.deliver(pair, Message([options.hiccup_msg]))

    def _stops_after(self, what: int) -> bool:
        return bool(self._host.options.reconnect_stop & what)

    def _retry(self, reason: str) -> None:
        if self._closing and self._stops_after(AFTER_DISCONNECT):
            self._give_up(DISCONNECTED_HERE)
            return
        delay_ms = self._backoff.next_ms()
        if delay_ms is None:
            self._give_up(NO_RETRY)
            return
        self._host.publish(Retried, self.endpoint, self.label, reason, delay_ms)
        self._timer = self._host.network.call_at(self._host.network.now() + delay_ms * MS, self._dial_soon)

    def _give_up(self, reason: str) -> None:
        self.gave_up = True
        self._host.publish(GaveUp, self.endpoint, self.label, reason)
        if self._closing:
            self._finish(DropReason.LINGER)

    def _finish(self, reason: str) -> None:
        if self._dialling is not None and not self._dialling.done():
            self._dialling.cancel()
        self._cancel_timer()
        super()._finish(reason)
