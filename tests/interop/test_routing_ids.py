"""Routing ids across the libraries: announced, made up, unknown, taken twice, given by the connecter."""

import pytest

from engine import DEALER, REQ, ROUTER, SocketType
from engine.errors import HostUnreachable, RoutingIdTaken
from tests.interop.ends import End, Meeting, OurEnd, TheirEnd
from tests.support.eventually import eventually

LONG = bytes(range(1, 256))


@pytest.mark.parametrize("name", [b"alice", b"\x01", LONG], ids=["short", "one octet", "255 octets"])
@pytest.mark.parametrize("kind", [DEALER, REQ])
async def test_their_router_addresses_us_by_the_id_we_announce(
    meeting: Meeting, scheme: str, we_bind: bool, kind: SocketType, name: bytes
) -> None:
    ours, theirs = meeting.ours(kind, routing_id=name), meeting.theirs(ROUTER)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await question_and_answer(ours, theirs, kind, name)


@pytest.mark.parametrize("name", [b"alice", b"\x01", LONG], ids=["short", "one octet", "255 octets"])
@pytest.mark.parametrize("kind", [DEALER, REQ])
async def test_our_router_addresses_them_by_the_id_they_announce(
    meeting: Meeting, scheme: str, we_bind: bool, kind: SocketType, name: bytes
) -> None:
    ours, theirs = meeting.ours(ROUTER), meeting.theirs(kind, routing_id=name)
    meeting.join(ours, theirs, scheme, we_bind=we_bind)
    await question_and_answer(theirs, ours, kind, name)


async def question_and_answer(asker: End, router: End, kind: SocketType, name: bytes) -> None:
    envelope = [b""] if kind is REQ else []
    await asker.send([b"question"])
    assert await router.recv() == [name, *envelope, b"question"]
    await router.send([name, *envelope, b"answer"])
    assert await asker.recv() == [b"answer"]


async def test_nameless_peers_get_five_octets_beginning_with_zero(meeting: Meeting, scheme: str) -> None:
    router = meeting.ours(ROUTER)
    endpoint = router.socket.bind(meeting.address(scheme))
    dealers = [meeting.theirs(DEALER) for _ in range(5)]
    names = {}
    for n, dealer in enumerate(dealers):
        dealer.socket.connect(endpoint)
        await dealer.send([b"%d" % n])
        name, body = await router.recv()
        assert (len(name), name[:1]) == (5, b"\x00")
        names[name] = int(body)
    assert len(names) == 5
    for name, n in reversed(names.items()):
        await router.send([name, b"for %d" % n])
    for n, dealer in enumerate(dealers):
        assert await dealer.recv() == [b"for %d" % n]


async def test_a_message_for_nobody_is_dropped_and_the_next_arrives(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(ROUTER), meeting.theirs(DEALER, routing_id=b"here")
    meeting.join(ours, theirs, scheme, we_bind=True)
    await theirs.send([b"hello"])
    assert await ours.recv() == [b"here", b"hello"]
    await ours.send([b"nowhere", b"lost"])
    await ours.send([b"here", b"found"])
    assert await theirs.recv() == [b"found"]
    assert ours.socket.books().unrouted == {"unknown_routing_id": 1}


async def test_a_mandatory_router_says_that_nobody_has_the_id(meeting: Meeting, scheme: str) -> None:
    ours, theirs = meeting.ours(ROUTER, router_mandatory=1), meeting.theirs(DEALER, routing_id=b"here")
    with pytest.raises(HostUnreachable):
        await ours.send([b"here", b"too early"])
    meeting.join(ours, theirs, scheme, we_bind=True)
    await ours.send_when_known([b"here", b"found"])
    assert await theirs.recv() == [b"found"]


async def test_without_handover_the_first_of_two_namesakes_keeps_the_traffic(
    meeting: Meeting, scheme: str
) -> None:
    router, first, second = await namesakes(meeting, scheme, router_handover=0)
    await second.send([b"from the second"])
    await router.send([b"same", b"answer"])
    assert await first.recv() == [b"answer"]
    await first.send([b"from the first"])
    assert await router.recv() == [b"same", b"from the first"]


async def test_with_handover_the_newest_of_two_namesakes_gets_the_traffic(
    meeting: Meeting, scheme: str
) -> None:
    router, _, second = await namesakes(meeting, scheme, router_handover=1)
    await second.send([b"from the second"])
    assert await router.recv() == [b"same", b"from the second"]
    await router.send([b"same", b"answer"])
    assert await second.recv() == [b"answer"]


async def namesakes(meeting: Meeting, scheme: str, router_handover: int) -> tuple[OurEnd, TheirEnd, TheirEnd]:
    router = meeting.ours(ROUTER, router_handover=router_handover)
    endpoint = router.socket.bind(meeting.address(scheme))
    first, second = (meeting.theirs(DEALER, routing_id=b"same") for _ in range(2))
    first.socket.connect(endpoint)
    await first.send([b"hello"])
    assert await router.recv() == [b"same", b"hello"]
    second.socket.connect(endpoint)
    return router, first, second


@pytest.mark.parametrize("kind", [DEALER, ROUTER])
async def test_the_id_given_at_connect_can_be_used_at_once(
    meeting: Meeting, scheme: str, kind: SocketType
) -> None:
    theirs = meeting.theirs(kind, routing_id=b"what they say")
    theirs.socket.bind(meeting.address(scheme))
    endpoint = theirs.socket.last_endpoint.decode()
    ours = meeting.ours(ROUTER, routing_id=b"router", connect_routing_id=b"what we say", router_mandatory=1)
    ours.socket.connect(endpoint)
    await ours.send([b"what we say", b"hello"])
    hello = await theirs.recv()
    assert hello == ([b"router", b"hello"] if kind is ROUTER else [b"hello"])
    await theirs.send([b"router", b"answer"] if kind is ROUTER else [b"answer"])
    assert await ours.recv() == [b"what we say", b"answer"]


async def test_an_id_can_be_given_to_one_peer_only(meeting: Meeting) -> None:
    ours = meeting.ours(ROUTER, connect_routing_id=b"taken")
    ours.socket.connect("tcp://127.0.0.1:9")
    ours.socket.set("connect_routing_id", b"taken")
    with pytest.raises(RoutingIdTaken):
        ours.socket.connect("tcp://127.0.0.1:10")


async def test_a_peer_that_leaves_gives_its_id_back(meeting: Meeting, scheme: str) -> None:
    router = meeting.ours(ROUTER)
    endpoint = router.socket.bind(meeting.address(scheme))
    for turn in (b"1", b"2", b"3"):
        dealer = meeting.theirs(DEALER, routing_id=b"again")
        dealer.socket.connect(endpoint)
        await dealer.send([turn])
        assert await router.recv() == [b"again", turn]
        await router.send([b"again", turn])
        assert await dealer.recv() == [turn]
        dealer.socket.close(linger=0)
        await eventually(lambda: not router.socket.pipes, "the router lets go of the peer")
