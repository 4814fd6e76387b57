"""What the engine relies on in any Network, checked on every one there is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from engine.endpoints import parse
from engine.errors import AddressInUse, AddressNotAvailable
from tests.contracts.networks import Place, Story, on_every_network
from tests.support.eventually import eventually
from tests.support.recorder import Recorder

SOME = Random(7).randbytes(1_500_000)


def unsealed(story: Story) -> Callable[..., None]:
    """For what does not hold over wss: streams that are open at once, and octets that are as many below."""
    return on_every_network(story, schemes=("tcp", "ipc"))


@on_every_network
async def test_a_listener_tells_where_it_really_listens(place: Place) -> None:
    listener = place.listen()
    assert not listener.endpoint.is_wildcard
    assert parse(str(listener.endpoint)) == listener.endpoint
    listener.close()


@on_every_network
async def test_an_address_has_one_listener(place: Place) -> None:
    listener = place.listen()
    if place.scheme == "tcp":
        with pytest.raises(AddressInUse):
            place.listen(listener.endpoint)
    listener.close()


@on_every_network
async def test_a_closed_listener_gives_its_address_back_at_once(place: Place) -> None:
    first = place.listen()
    first.close()
    with pytest.raises(OSError):  # noqa: PT011  each system has its own words
        await place.network.dial(first.endpoint, place.options)
    second = place.listen(first.endpoint)
    assert second.endpoint == first.endpoint
    second.close()


@on_every_network
async def test_a_foreign_address_cannot_be_listened_on(place: Place) -> None:
    with pytest.raises(AddressNotAvailable):
        place.listen(parse("tcp://203.0.113.1:5555"))


@on_every_network
async def test_octets_arrive_whole_and_in_order_both_ways(place: Place) -> None:
    dialled, one, accepted, other = await place.pair()
    await asyncio.gather(one.send(dialled, SOME), other.send(accepted, SOME[::-1]))
    assert await other.octets(len(SOME)) == SOME
    assert await one.octets(len(SOME)) == SOME[::-1]
    dialled.close()
    accepted.close()


@unsealed
async def test_chunks_are_written_as_if_they_were_joined(place: Place) -> None:
    dialled, _, accepted, other = await place.pair()
    chunks = [SOME[:10], b"", SOME[10:300], SOME[300:301], SOME[301:5000]]
    assert dialled.write(chunks) == 5000
    assert await other.octets(5000) == SOME[:5000]
    dialled.close()
    accepted.close()


@unsealed
async def test_nothing_is_read_before_the_stream_is_started(place: Place) -> None:
    listener = place.listen()
    dialled = await place.network.dial(listener.endpoint, place.options)
    dialled.start(Recorder())
    assert dialled.write([b"early"]) == 5
    accepted = await place.accepted.get()
    late = Recorder()
    accepted.start(late)
    assert await late.octets(5) == b"early"
    for end in (dialled, accepted, listener):
        end.close()


@on_every_network
async def test_a_reader_that_pauses_is_felt_by_the_writer(place: Place) -> None:
    dialled, one, accepted, other = await place.pair()
    accepted.pause_reading()
    written = 0
    while taken := dialled.write([SOME[:65536]]):
        written += taken
        await asyncio.sleep(0)
    sending = asyncio.ensure_future(one.send(dialled, b"the rest"))
    accepted.resume_reading()
    await sending
    arrived = await other.octets(written + 8)
    assert len(arrived) == written + 8
    assert arrived.endswith(b"the rest")
    dialled.close()
    accepted.close()


@unsealed
async def test_what_the_kernels_hold_is_known_at_rest(place: Place) -> None:
    dialled, _, accepted, other = await place.pair()
    accepted.pause_reading()
    dialled.write([SOME[:1000]])
    await eventually(lambda: accepted.unread_octets() == 1000)
    assert dialled.unsent_octets() in (0, None)
    accepted.resume_reading()
    await other.octets(1000)
    assert accepted.unread_octets() == 0
    dialled.close()
    accepted.close()


@on_every_network
async def test_what_was_handed_over_before_close_arrives_before_the_end(place: Place) -> None:
    dialled, one, accepted, other = await place.pair()
    await one.send(dialled, SOME[:100_000])
    dialled.close()
    dialled.close()
    assert await other.end() is None
    assert bytes(other.data) == SOME[:100_000]
    assert one.lost == []
    accepted.close()


@on_every_network
async def test_writing_to_a_peer_that_is_gone_ends_in_one_loss(place: Place) -> None:
    dialled, one, accepted, _ = await place.pair()
    accepted.close()
    async with asyncio.timeout(10):
        while not one.lost:
            dialled.write([b"x"])
            await asyncio.sleep(0.001)
    assert dialled.write([b"x"]) == 0
    await asyncio.sleep(0)
    assert len(one.lost) == 1
    dialled.close()


@on_every_network
async def test_accepted_streams_outlive_their_listener(place: Place) -> None:
    dialled, one, accepted, other = await place.pair()
    await one.send(dialled, b"still here")
    assert await other.octets(10) == b"still here"
    dialled.close()
    accepted.close()


@on_every_network
async def test_timers_fire_in_order_and_not_when_cancelled(place: Place) -> None:
    network, fired = place.network, []
    done = asyncio.Event()
    start = network.now()
    network.call_at(start + 0.03, done.set)
    network.call_at(start + 0.02, lambda: fired.append("second"))
    network.call_at(start + 0.01, lambda: fired.append("first"))
    network.call_at(start + 0.015, lambda: fired.append("never")).cancel()
    network.call_soon(lambda: fired.append("soon"))
    await done.wait()
    assert fired == ["soon", "first", "second"]
    assert network.now() >= start + 0.03


@on_every_network
async def test_chance_is_in_range(place: Place) -> None:
    assert all(0 <= place.network.draw() < 1 for _ in range(100))
    assert len(place.network.octets(24)) == 24
    assert place.network.octets(24) != place.network.octets(24)


@on_every_network
async def test_where_one_would_listen_is_told_without_listening(place: Place) -> None:
    listener = place.listen()
    listener.close()
    assert place.network.locate(listener.endpoint, place.options) == listener.endpoint
    if place.scheme != "ipc":
        named = replace(listener.endpoint, host="localhost")
        assert place.network.locate(named, place.options) == listener.endpoint
        with pytest.raises(AddressNotAvailable):
            place.network.locate(replace(named, host="nosuch0.invalid"), place.options)
    place.listen(listener.endpoint).close()
