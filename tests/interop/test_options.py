"""Options with libzmq at the other end, and the same questions asked of its sockets and ours."""

import pytest
import zmq

from engine import DEALER, REQ, ROUTER, SUB, XPUB, XSUB, SocketType
from engine.errors import OptionInvalid, OptionWriteOnly
from engine.option_table import OPTIONS, READ_ONLY, WRITE_ONLY
from tests.interop.ends import Meeting, OurEnd, TheirEnd

Either = OurEnd | TheirEnd

UNLIKE = ("affinity", "curve_publickey", "curve_secretkey", "curve_serverkey")
"""libzmq tells keys as zeros where none is set; affinity has no meaning here."""


@pytest.fixture(params=[True, False], ids=["ours-has-it", "theirs-has-it"])
def ours_has_it(request: pytest.FixtureRequest) -> bool:
    return request.param


def pair(
    meeting: Meeting,
    scheme: str,
    kinds: tuple[SocketType, SocketType],
    *,
    ours_has_it: bool,
    **options: object,
) -> tuple[Either, Either]:
    """Make one end with options and one without, one of each library, and join them."""
    with_option, without = kinds
    if ours_has_it:
        ours, theirs = meeting.ours(with_option, **options), meeting.theirs(without)
        meeting.join(ours, theirs, scheme, we_bind=True)
        return ours, theirs
    theirs, ours = meeting.theirs(with_option, **options), meeting.ours(without)
    meeting.join(ours, theirs, scheme, we_bind=False)
    return theirs, ours


@pytest.mark.parametrize("kind", [REQ, DEALER, ROUTER])
async def test_a_probe_is_an_empty_message(
    meeting: Meeting, scheme: str, ours_has_it: bool, kind: SocketType
) -> None:
    _, router = pair(
        meeting, scheme, (kind, ROUTER), ours_has_it=ours_has_it, probe_router=1, routing_id=b"prober"
    )
    assert await router.recv() == [b"prober", b""]


async def test_a_welcome_comes_first(meeting: Meeting, scheme: str, ours_has_it: bool) -> None:
    publisher, subscriber = pair(
        meeting, scheme, (XPUB, SUB), ours_has_it=ours_has_it, xpub_welcome_msg=b"welcome"
    )
    subscriber.socket.subscribe(b"")
    assert await publisher.recv() == [b"\x01"]
    await publisher.send([b"news"])
    assert [await subscriber.recv() for _ in range(2)] == [[b"welcome"], [b"news"]]


async def test_subscriptions_are_given_by_hand(meeting: Meeting, scheme: str, ours_has_it: bool) -> None:
    publisher, subscriber = pair(meeting, scheme, (XPUB, XSUB), ours_has_it=ours_has_it, xpub_manual=1)
    await subscriber.send([b"\x01asked"])
    assert await publisher.recv() == [b"\x01asked"]
    if isinstance(publisher, OurEnd):
        publisher.socket.set("subscribe", b"given")
    else:
        publisher.socket.setsockopt(zmq.SUBSCRIBE, b"given")
    for topic in (b"asked", b"given"):
        await publisher.send([topic])
    assert await subscriber.recv() == [b"given"]


async def test_defaults_are_those_of_libzmq(meeting: Meeting) -> None:
    ours, theirs = meeting.ours(DEALER).socket, meeting.theirs(DEALER).socket
    compared = 0
    for name, spec in OPTIONS.items():
        number = getattr(zmq, name.upper(), None)
        if (
            number is None
            or name in WRITE_ONLY
            or name in UNLIKE
            or (spec.types and DEALER not in spec.types)
        ):
            continue
        try:
            told = theirs.getsockopt(number)
        except zmq.ZMQError:  # of a draft, or of a part that this build leaves out
            continue
        assert ours.get(name) in (told, told.decode() if isinstance(told, bytes) else told), name
        compared += 1
    assert compared > 25


async def test_what_libzmq_does_not_tell_we_do_not_tell(meeting: Meeting) -> None:
    for kind in (DEALER, ROUTER, XPUB):
        ours, theirs = meeting.ours(kind).socket, meeting.theirs(kind).socket
        for name in WRITE_ONLY:
            number = getattr(zmq, name.upper(), None)
            if number is None:
                continue
            with pytest.raises(zmq.ZMQError):
                theirs.getsockopt(number)
            with pytest.raises(OptionWriteOnly):
                ours.get(name)


async def test_what_only_tells_says_the_same(meeting: Meeting) -> None:
    for kind in (DEALER, ROUTER, XPUB, SUB):
        ours, theirs = meeting.ours(kind).socket, meeting.theirs(kind).socket
        for name in READ_ONLY:
            number = getattr(zmq, name.upper(), None)
            if number is None:
                continue
            try:
                told = theirs.getsockopt(number)
            except zmq.ZMQError:  # a draft option
                continue
            try:
                mine = ours.get(name)
            except OptionInvalid:
                continue
            assert mine == (told.rstrip(b"\0").decode() if isinstance(told, bytes) else told), (kind, name)
