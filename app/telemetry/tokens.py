"""Sampled messages on their way to the canvas: a few of each link, none invented, 200 a second at most."""

from typing import Any, Final

from app.telemetry.fanout import Watch

MOST_PER_S: Final = 200
BATCHES_KEPT: Final = 40
"""Batches kept for a slow watcher, two seconds of them; then the oldest are dropped and their number told."""

Token = dict[str, Any]
"""``{link, lane, connection, seq, octets, waited_ms, head, …}``"""


class TokenStream:
    """Thins the tokens of a run and passes them to whoever watches."""

    def __init__(self) -> None:
        self._watches: list[Watch] = []
        self._allowance = float(MOST_PER_S)
        self._last_s = 0.0
        self._thinned = 0

    @property
    def is_watched(self) -> bool:
        """Whether tokens would reach anyone."""
        return bool(self._watches)

    def watch(self) -> Watch:
        """Return a watch of the tokens from now on."""
        watch = Watch(most=BATCHES_KEPT, missed=_thinned, closed=self._forget)
        self._watches.append(watch)
        return watch

    def give(self, now_s: float, tokens: list[Token]) -> None:
        """Pass tokens on, as many as the second has room for; the oldest of a batch are left out first."""
        self._allowance = min(self._allowance + (now_s - self._last_s) * MOST_PER_S, float(MOST_PER_S))
        self._last_s = now_s
        room = int(self._allowance)
        passed = tokens[-room:] if room > 0 else []
        self._allowance -= len(passed)
        self._thinned += len(tokens) - len(passed)
        if not passed:
            return
        messages: list[dict[str, Any]] = [{"kind": "tokens", "tokens": passed}]
        if self._thinned:
            messages.append(_thinned(self._thinned))
            self._thinned = 0
        for watch in self._watches:
            for message in messages:
                watch.give(message)

    def end(self) -> None:
        """The run is over."""
        for watch in list(self._watches):
            watch.end()

    def _forget(self, watch: Watch) -> None:
        if watch in self._watches:
            self._watches.remove(watch)


def _thinned(count: int) -> dict[str, Any]:
    return {"kind": "thinned", "n": count}
