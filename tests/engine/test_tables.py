"""The tables of types and transports are whole, and agree with the other tables."""

from engine.compatibility import can_send, transports_of
from engine.constants import SocketType
from engine.endpoints import SCHEMES, parse
from engine.transport_table import TRANSPORTS
from engine.type_table import TYPES


def test_every_type_is_described_and_tells_rightly_whether_it_sends() -> None:
    assert set(TYPES) == set(SocketType)
    for socket_type, spec in TYPES.items():
        assert (spec.ending != "never sends") == can_send(socket_type), spec.name
        assert all((spec.summary, spec.sending, spec.stuck, spec.receiving, spec.body)), spec.name


def test_every_transport_is_described_and_every_form_of_its_address_is_understood() -> None:
    assert set(TRANSPORTS) == set(SCHEMES)
    for spec in TRANSPORTS.values():
        for address, _ in spec.forms:
            assert parse(address).scheme == spec.name


def test_no_type_has_a_transport_that_is_not_described() -> None:
    offered = {
        scheme for each in SocketType for way in (True, False) for scheme in transports_of(each, binding=way)
    }
    assert offered <= set(TRANSPORTS)
