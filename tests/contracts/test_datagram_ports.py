"""What the engine relies on in the datagram ports of any Network, checked on every one there is."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from engine.endpoints import Endpoint, parse
from engine.errors import AddressInUse, AddressNotAvailable, NotReachable
from engine.wire.datagrams import LONGEST_DATAGRAM
from tests.contracts.networks import Place, on_every_network
from tests.support.letterbox import Letterbox


def everywhere(story: Callable[[Place], Coroutine[Any, Any, None]]) -> Callable[..., None]:
    return on_every_network(story, schemes=("udp",))


def bound(place: Place, endpoint: Endpoint | None = None) -> Letterbox:
    return Letterbox(place.network.open_port(endpoint or place.anywhere(), place.options, binding=True))


def reaching(place: Place, target: Endpoint) -> Letterbox:
    return Letterbox(place.network.open_port(target, place.options, binding=False))


@everywhere
async def test_a_bound_port_tells_where_it_really_is(place: Place) -> None:
    box = bound(place)
    assert not box.port.local.is_wildcard
    assert parse(str(box.port.local)) == box.port.local
    assert box.port.peer is None
    assert not box.port.is_multicast
    box.port.close()


@everywhere
async def test_an_address_has_one_socket_and_is_given_back_at_once(place: Place) -> None:
    first = bound(place)
    with pytest.raises(AddressInUse):
        bound(place, first.port.local)
    first.port.close()
    first.port.close()
    second = bound(place, first.port.local)
    assert second.port.local == first.port.local
    second.port.close()


@everywhere
async def test_a_foreign_address_cannot_be_bound(place: Place) -> None:
    with pytest.raises(AddressNotAvailable):
        bound(place, parse("udp://203.0.113.1:5555"))


@everywhere
async def test_a_connecting_port_knows_where_it_leads_and_how_it_is_seen_there(place: Place) -> None:
    box = bound(place)
    caller = reaching(place, box.port.local)
    assert caller.port.peer == box.place
    seen = await box.sent(b"hello", caller)
    assert seen == caller.place
    assert await caller.sent(b"welcome", box, seen) == box.place
    for each in (box, caller):
        each.port.close()


@everywhere
async def test_datagrams_arrive_whole_whatever_they_hold(place: Place) -> None:
    box = bound(place)
    caller = reaching(place, box.port.local)
    for octets in (b"\0", b"\xff" * 300, bytes(LONGEST_DATAGRAM)):
        await box.sent(octets, caller)
    assert {len(data) for data, _ in box.got} == {1, 300, LONGEST_DATAGRAM}
    for each in (box, caller):
        each.port.close()


@everywhere
async def test_what_nobody_reads_is_nobodys_trouble(place: Place) -> None:
    box = bound(place)
    caller = reaching(place, box.port.local)
    target = box.place
    box.port.close()
    for _ in range(10):
        assert caller.port.send(b"is someone there?", target)
    second = bound(place, box.port.local)
    await second.sent(b"now there is", caller)
    for each in (second, caller):
        each.port.close()


@everywhere
async def test_a_group_reaches_everybody_who_bound_it(place: Place) -> None:
    one = bound(place, parse("udp://lo;239.192.7.7:*"))
    other = bound(place, one.port.local)
    elsewhere = bound(place, parse(f"udp://lo;239.192.7.8:{one.port.local.port}"))
    caller = reaching(place, one.port.local)
    assert one.port.is_multicast
    assert caller.port.is_multicast
    await one.sent(b"to all", caller)
    await other.sent(b"to all", caller)
    assert elsewhere.got == []
    for each in (one, other, elsewhere, caller):
        each.port.close()


@everywhere
async def test_a_group_does_not_come_back_here_when_it_is_not_to(place: Place) -> None:
    place.options.multicast_loop = 0
    box = bound(place, parse("udp://239.192.7.9:*"))  # by lo all comes back, whatever the option says
    try:
        mute = reaching(place, box.port.local)
    except NotReachable:
        box.port.close()
        pytest.skip("this machine has no way for multicast but lo")
    place.options.multicast_loop = 1
    heard = reaching(place, box.port.local)
    for _ in range(5):
        mute.port.send(b"unheard", box.place)
    await box.sent(b"heard", heard)
    assert {data for data, _ in box.got} == {b"heard"}
    for each in (box, mute, heard):
        each.port.close()


@everywhere
async def test_nothing_was_lost_where_all_was_read(place: Place) -> None:
    box = bound(place)
    caller = reaching(place, box.port.local)
    await box.sent(b"x", caller)
    assert box.port.lost() == 0
    box.port.close()
    assert box.port.lost() == 0
    caller.port.close()
