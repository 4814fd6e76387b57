"""Control messages arrive as they were sent."""

import pytest
from pydantic import ValidationError

from app.runtime import control
from app.runtime.states import FIRST_DELAY_S, LONGEST_DELAY_S, Patience

ORDERS = [
    control.Assemble(nodes=[]),
    control.Connect(wires=[control.Wire(socket="a#1.out", address="tcp://127.0.0.1:5", label="l|a#1|b#1")]),
    control.Go(),
    control.StopNode(node="a#1", forget=True),
    control.SetParameters(node="a#1", values={"service_ms": {"kind": "exponential", "mean": 20}}),
    control.SetOption(socket="a#1.out", name="sndhwm", value=10),
    control.Subscribe(socket="a#1.in", add=["00ff"], remove=[]),
    control.Sample(phase="send", thorough=True, links=["l"]),
    control.SendMessage(node="a#1", role="out", frames=["00"]),
    control.Close(within_ms=200),
    control.Exit(),
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.kind)
def test_an_order_comes_back_equal(order) -> None:
    request = control.Request(number=7, order=order)
    assert control.read_request(control.encode(request)) == request


def test_notices_come_back_equal() -> None:
    for notice in (
        control.Hello(),
        control.Answer(number=3, value={"bound": {}}, error="no", code="x"),
        control.NodeChanged(node="a#1", state="failed", error="why"),
        control.Happened(events=[control.Happening(t_s=1.0, what="connected", node="a#1")]),
    ):
        assert control.read_notice(control.encode(notice)) == notice


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(ValidationError):
        control.read_request(b'{"number": 1, "order": {"kind": "dance"}}')


def test_a_failing_node_waits_longer_each_time_and_starts_over_after_a_good_while() -> None:
    patience = Patience()
    delays = [patience.next_s(0.0) for _ in range(8)]
    assert delays[:3] == [FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S]
    assert delays[-1] == LONGEST_DELAY_S
    assert patience.next_s(60.0) == FIRST_DELAY_S
