import pytest

from engine import DEALER, PUB, PULL, PUSH, REQ, ROUTER, SUB, XSUB, SocketType
from engine.errors import OptionInvalid, OptionUnknown
from engine.option_table import OPTIONS
from engine.options import ACTED_ON, SocketOptions, options_for


def test_the_table_and_the_fields_are_the_same_options_with_the_same_defaults() -> None:
    assert {name for name, spec in OPTIONS.items() if spec.acted_on} == set(ACTED_ON)
    defaults = SocketOptions()
    for name, spec in OPTIONS.items():
        assert defaults.get(name) == spec.default, name


def test_every_default_is_a_value_that_may_be_set() -> None:
    for name, spec in OPTIONS.items():
        kind = spec.types[0] if spec.types else DEALER
        if spec.kind != "bytes" or spec.minimum == 0:
            options_for(kind).set(kind, name, spec.default)


def test_subscribers_do_not_linger_unless_told_to() -> None:
    for kind in SocketType:
        assert options_for(kind).linger == (0 if kind in (SUB, XSUB, SocketType.DISH) else -1), kind


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (PUSH, "sndhwm", -1),
        (PUSH, "sndhwm", "10"),
        (PUSH, "sndhwm", 2**31),
        (PUSH, "sndhwm", 1.5),
        (PULL, "sndhwm", 10),
        (PUSH, "rcvhwm", 10),
        (PUSH, "linger", -2),
        (PUSH, "immediate", 2),
        (ROUTER, "conflate", 1),
        (PUB, "req_relaxed", 1),
        (REQ, "routing_id", bytes(256)),
        (REQ, "routing_id", 7),
        (PUSH, "heartbeat_ttl", 6553600),
    ],
)
def test_what_an_option_does_not_take_is_refused(kind: SocketType, name: str, value: object) -> None:
    options = options_for(kind)
    before = options.get(name)
    with pytest.raises(OptionInvalid, match=name):
        options.set(kind, name, value)
    assert options.get(name) == before


def test_an_unknown_option_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(OptionUnknown, match="did you mean 'sndhwm'"):
        options_for(PUSH).set(PUSH, "sndwhm", 1)
    with pytest.raises(OptionUnknown):
        options_for(PUSH).get("kept")


def test_text_is_octets_and_a_truth_is_a_number() -> None:
    options = options_for(REQ)
    options.set(REQ, "routing_id", "me")
    options.set(REQ, "immediate", True)
    assert (options.routing_id, options.immediate) == (b"me", 1)


def test_the_frame_limit_is_maxmsgsize_or_none() -> None:
    options = options_for(PULL)
    assert options.frame_limit == 2**31 - 1
    options.set(PULL, "maxmsgsize", 10)
    assert options.frame_limit == 10
