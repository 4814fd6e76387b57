"""When to send a PING, and when a silent peer is given up: arithmetic on the time that is passed in."""

from engine.clock import MS
from engine.errors import PeerSilent


class Heartbeat:
    """One connection's heartbeat.

    A PING leaves every ``interval_ms``; when nothing at all has come for ``timeout_ms`` after one,
    the peer is given up. Apart from that the peer may have asked to be given up itself after
    ``peer_ttl_ms`` of silence.

    Args:
        interval_ms: ``heartbeat_ivl``; 0 for no PING.
        timeout_ms: ``heartbeat_timeout``; below 0 for the interval.
        now: seconds.

    Source: 37/ZMTP 3.1, "Connection Heartbeating"; libzmq 4.3.5.
    """

    def __init__(self, interval_ms: int, timeout_ms: int, now: float) -> None:
        self._interval_ms = interval_ms
        self._timeout_ms = timeout_ms if timeout_ms >= 0 else interval_ms
        self._next_ping = now + interval_ms * MS
        self._unanswered_since: float | None = None
        self._quiet_since = now
        self.peer_ttl_ms = 0

    def next_look(self, now: float) -> float | None:
        """Return when ``look`` wants to be called, or ``None`` when there is nothing to watch."""
        times = []
        if self._interval_ms:
            times.append(self._next_ping)
        if self._unanswered_since is not None and self._timeout_ms:
            times.append(self._unanswered_since + self._timeout_ms * MS)
        if self.peer_ttl_ms:
            times.append(self._quiet_since + self.peer_ttl_ms * MS)
        return max(min(times), now) if times else None

    def look(self, now: float, *, heard: bool) -> bool:
        """Say whether a PING is due.

        Args:
            now: seconds.
            heard: whether anything arrived since the last look.

        Raises:
            PeerSilent: the peer is to be given up.
        """
        if heard:
            self._unanswered_since = None
            self._quiet_since = now
        asked = self._unanswered_since
        if asked is not None and self._timeout_ms and now >= asked + self._timeout_ms * MS:
            raise PeerSilent(self._timeout_ms)
        if self.peer_ttl_ms and now >= self._quiet_since + self.peer_ttl_ms * MS:
            raise PeerSilent(self.peer_ttl_ms)
        if not self._interval_ms or now < self._next_ping:
            return False
        self._next_ping = now + self._interval_ms * MS
        if self._unanswered_since is None:
            self._unanswered_since = now
        return True
