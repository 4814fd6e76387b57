"""How long octets travel between simulated hosts: latency, jitter, bandwidth, loss, for each direction."""

from dataclasses import dataclass
from random import Random
from typing import Final

RETRANSMISSION_S: Final = 0.2
"""What one lost segment costs a stream. Source: Linux's shortest retransmission timeout."""

MOST_LOSSES: Final = 8
"""Losses in a row that one segment can suffer; more would be a partition."""


@dataclass(frozen=True, slots=True)
class LinkWeather:
    """What one direction between two hosts is like."""

    latency_s: float = 0.0
    """Time on the way, seconds."""
    jitter_s: float = 0.0
    """At most this much more, drawn for each segment, seconds; only datagrams are overtaken."""
    octets_per_s: float = 0.0
    """Bandwidth, shared by all streams of the direction; 0 for no limit."""
    loss: float = 0.0
    """Share of segments lost on the way; a stream repairs each at the cost of time, a datagram is gone."""
    segment_octets: int = 65536
    """Where the sender's kernel cuts the stream; a small number shows a decoder every split."""


CALM: Final = LinkWeather()
"""Everything arrives at once."""


class Lane:
    """One direction between two hosts, with what is on the way deciding when the next can leave."""

    def __init__(self, weather: LinkWeather, chance: Random) -> None:
        self.weather = weather
        self.is_cut = False
        """Whether a partition lies across it now."""
        self._chance = chance
        self._free_at_s = 0.0

    def arrival_s(self, now_s: float, octets: int) -> float:
        """Send a stream's ``octets`` off and return when they arrive, virtual seconds."""
        arrives_s = self._travel_s(now_s, octets)
        return arrives_s + self._repair_s() if self.weather.loss else arrives_s

    def datagram_arrival_s(self, now_s: float, octets: int) -> float | None:
        """Send a datagram off and return when it arrives; ``None`` when it never does."""
        arrives_s = self._travel_s(now_s, octets)
        if self.is_cut or (self.weather.loss and self._chance.random() < self.weather.loss):
            return None
        return arrives_s

    def _travel_s(self, now_s: float, octets: int) -> float:
        weather = self.weather
        leaves_s = max(now_s, self._free_at_s)
        if weather.octets_per_s:
            leaves_s += octets / weather.octets_per_s
            self._free_at_s = leaves_s
        arrives_s = leaves_s + weather.latency_s
        if weather.jitter_s:
            arrives_s += self._chance.random() * weather.jitter_s
        return arrives_s

    def _repair_s(self) -> float:
        spent_s = 0.0
        for losses in range(MOST_LOSSES):
            if self._chance.random() >= self.weather.loss:
                break
            spent_s += RETRANSMISSION_S * 2**losses
        return spent_s
