"""What a source sends: frames made from templates, fields and sizes, compiled once and then made quickly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from app.behaviours.quantities import draw_integer
from app.topology.templates import PLACE, fill, names_in
from engine.clock import Chance, Clock

PAD: Final = b"."

Maker = Callable[[int, Mapping[str, bytes]], bytes]
"""Makes one frame from the message's sequence number and the fields drawn for it."""

Field = Mapping[str, Any]
"""``{choice: [values]}`` or ``{integer: [low, high], width: digits}``."""


def draw_field(field: Field, chance: Chance) -> bytes:
    """Draw one value of a field."""
    if "choice" in field:
        choices = field["choice"]
        return str(choices[int(chance.draw() * len(choices))]).encode()
    low, high = field["integer"]
    return _digits(draw_integer(int(low), int(high), chance), field)


def field_values(field: Field) -> Iterator[bytes]:
    """Every value that a field can have, in order."""
    if "choice" in field:
        for choice in field["choice"]:
            yield str(choice).encode()
        return
    low, high = field["integer"]
    for number in range(int(low), int(high) + 1):
        yield _digits(number, field)


def _digits(number: int, field: Field) -> bytes:
    return str(number).zfill(int(field.get("width") or 0)).encode()


class MessageMaker:
    """Makes a source's messages.

    Args:
        parameters: ``payload``, ``frames``, ``size_octets`` and ``fields`` of the behaviour.
        constants: names with one value for the node's whole life (``node``, ``replica``, parameters).
    """

    def __init__(
        self, parameters: Mapping[str, Any], constants: Mapping[str, object], clock: Clock, chance: Chance
    ) -> None:
        self._fields: dict[str, Field] = dict(parameters.get("fields") or {})
        self._constants = constants
        self._clock = clock
        self._chance = chance
        self._drawn: list[str] = []
        self._size = int(parameters.get("size_octets") or 0)
        self._parts: Sequence[Any] = parameters.get("frames") or [parameters.get("payload", "")]
        self._makers = [self._compile(part) for part in self._parts]
        self._started = clock.now()

    def make(self, seq: int) -> list[bytes]:
        """Make the message with this number."""
        fields = self._draw() if self._drawn else {}
        frames = [maker(seq, fields) for maker in self._makers]
        if self._size and len(frames[-1]) < self._size:  # filled up, never cut
            frames[-1] = frames[-1].ljust(self._size, PAD)
        return frames

    def topics(self) -> Iterator[bytes]:
        """The first frame with each value of the field ``topic`` in it, or of the first field it has."""
        names = [name for name in names_in(str(self._parts[0])) if name in self._fields]
        fields = self._draw()
        if not names:
            yield self._makers[0](0, fields)
            return
        name = "topic" if "topic" in names else names[0]
        for value in field_values(self._fields[name]):
            yield self._makers[0](0, {**fields, name: value})

    def _draw(self) -> dict[str, bytes]:
        return {name: draw_field(self._fields[name], self._chance) for name in self._drawn}

    def _compile(self, part: Any) -> Maker:
        if isinstance(part, Mapping):
            count, chance = int(part["random_octets"]), self._chance
            return lambda _seq, _fields: chance.octets(count)
        pattern, names = self._split(str(part))
        if not names:
            fixed = pattern % ()
            return lambda _seq, _fields: fixed
        if names == ["seq"]:  # the common form, worth a path of its own: 0.2 µs instead of 1
            return lambda seq, _fields: pattern % (b"%d" % seq)
        makers = [self._maker(name) for name in names]
        return lambda seq, fields: pattern % tuple([maker(seq, fields) for maker in makers])

    def _split(self, text: str) -> tuple[bytes, list[str]]:
        """Turn a template into a pattern with ``%b`` for each name whose value changes, and those names."""
        pattern, names, end = b"", [], 0
        for match in PLACE.finditer(text):
            pattern += _literal(text[end : match.start()])
            end = match.end()
            name = match[2]
            if name in ("seq", "time") or name in self._fields:
                pattern += b"%b"
                names.append(name)
            else:
                pattern += _literal(fill(match[0], self._constants))
        return pattern + _literal(text[end:]), names

    def _maker(self, name: str) -> Maker:
        if name in self._fields:
            if name not in self._drawn:
                self._drawn.append(name)
            return lambda _seq, fields: fields[name]
        if name == "seq":
            return lambda seq, _fields: b"%d" % seq
        return lambda _seq, _fields: b"%.6f" % (self._clock.now() - self._started)


def _literal(text: str) -> bytes:
    return text.encode().replace(b"%", b"%%")
