"""The table of options against libzmq's own: all are here or absent for a reason, and ranges agree."""

import pytest
import zmq
from zmq.constants import ContextOption, SocketOption

from engine import DEALER, REQ, ROUTER, STREAM, SUB, XPUB, XSUB, SocketType
from engine.errors import EngineError
from engine.option_numbers import ABSENT, ALIASES, CONTEXT_ABSENT, CONTEXT_NUMBERS, NUMBERS, STRICTER
from engine.option_table import INT_MAX, OPTIONS, READ_ONLY
from tests.interop.ends import Meeting

PYZMQ_ONLY = {"HWM", "BLOCKY"}
"""HWM is 2.x's, which pyzmq splits in two; BLOCKY is the context's."""
DRAFT = frozenset(range(93, 125))

ASKED_OF = (DEALER, ROUTER, REQ, XPUB, XSUB, SUB, STREAM)


def test_every_option_of_libzmq_is_here_or_absent_for_a_reason() -> None:
    theirs = {option.name.lower(): int(option) for option in SocketOption if option.name not in PYZMQ_ONLY}
    absent = {name: number for name, (number, _) in ABSENT.items()}
    assert {**NUMBERS, **absent} == theirs
    assert not NUMBERS.keys() & ABSENT.keys()
    here = OPTIONS.keys() | READ_ONLY.keys() | {"subscribe", "unsubscribe"}
    assert here == NUMBERS.keys()
    for spec in OPTIONS.values():
        assert spec.number == theirs[spec.name]
    for _, why in (*ABSENT.values(), *CONTEXT_ABSENT.values()):
        assert len(why) > 10
    for name in ALIASES:
        assert name not in NUMBERS
        assert ALIASES[name] in NUMBERS


def test_every_option_of_a_context_is_here_or_absent_for_a_reason() -> None:
    theirs = {option.name.lower(): int(option) for option in ContextOption}
    ours = {**CONTEXT_NUMBERS, **{name: number for name, (number, _) in CONTEXT_ABSENT.items()}}
    assert theirs.items() <= ours.items()


def kind_for(name: str) -> SocketType:
    """A socket type that has an option, of those that libzmq has it for too."""
    types = OPTIONS[name].types
    return next(kind for kind in (*ASKED_OF, *types) if not types or kind in types)


def candidates(name: str) -> list[int]:
    """Numbers at, and just over, the edges of a range."""
    spec = OPTIONS[name]
    return sorted(
        {-2, -1, 0, 1, 2, spec.minimum - 1, spec.minimum, spec.maximum, min(spec.maximum + 1, INT_MAX)}
    )


NUMBERED = [
    name
    for name, spec in OPTIONS.items()
    if spec.kind in ("int", "bool") and NUMBERS[name] not in DRAFT and spec.maximum <= INT_MAX
]


@pytest.mark.parametrize("name", NUMBERED)
async def test_the_range_is_libzmqs(meeting: Meeting, name: str) -> None:
    kind = kind_for(name)
    ours, theirs = meeting.ours(kind).socket, meeting.theirs(kind).socket
    differ = []
    for value in candidates(name):
        answers = []
        try:
            theirs.setsockopt(getattr(zmq, name.upper()), value)
            answers.append("taken")
        except zmq.ZMQError:
            answers.append("refused")
        try:
            ours.set(name, value)
            answers.append("taken")
        except EngineError:
            answers.append("refused")
        if answers[0] != answers[1]:
            differ.append((value, answers[0]))
    assert bool(differ) == (name in STRICTER), differ
    if name != "heartbeat_timeout":
        assert all(answer == "taken" for _, answer in differ), "we take what libzmq refuses"
