"""A message is named by its connection and its place in that: both ends say the same, whatever broke."""

from engine import DEALER, ROUTER, Context
from engine.messages import Message
from engine.pipes.probe import POP, TAKE, Probe
from engine.sockets.socket import Socket
from engine.sockets.views import PipeView
from tests.support.eventually import eventually

Name = tuple[str, int]


class Notebook(Probe):
    """Writes down the name of each message as it leaves one pipe."""

    def __init__(self, view: PipeView, names: dict[bytes, Name]) -> None:
        self._view = view
        self._names = names

    def saw(self, place: str, message: Message, n: int) -> None:
        if place in (TAKE, POP):
            assert message.frames[-1] not in self._names, "named twice"
            self._names[message.frames[-1]] = self._view.place_of(n)


def watch(socket: Socket, names: dict[bytes, Name], *, is_outbound: bool) -> None:
    for view in socket.pipes:
        if view.is_outbound is is_outbound and view.probe is None:
            view.probe = Notebook(view, names)


async def test_both_ends_name_a_message_alike_also_after_the_connection_was_lost(context: Context) -> None:
    dealer = context.socket(DEALER, reconnect_ivl=1, routing_id=b"d")
    router = context.socket(ROUTER)
    endpoint = router.bind("tcp://127.0.0.1:*")
    dealer.connect(endpoint)
    asked: dict[bytes, Name] = {}
    heard: dict[bytes, Name] = {}
    answered: dict[bytes, Name] = {}
    got: dict[bytes, Name] = {}
    watch(dealer, asked, is_outbound=True)
    watch(dealer, got, is_outbound=False)

    async def talk(turn: bytes) -> None:
        """Two questions are heard; of the two answers the first is read, the other waits in the pipe."""
        for n in (b"1", b"2"):
            await dealer.send(turn + n)
        await eventually(lambda: any(view.peer_type and view.connection for view in router.pipes))
        watch(router, heard, is_outbound=False)
        watch(router, answered, is_outbound=True)
        for _ in range(2):
            await router.recv()
        for n in (b"3", b"4"):
            await router.send([b"d", turn + n])
        await dealer.recv()

    await talk(b"a")
    for turn in (b"b", b"c"):
        inbound = dealer.pipes[-1]
        await eventually(lambda: dealer.pipes[-1].pushed % 2 == 0)
        router.unbind(endpoint)
        await eventually(lambda: not any(view.is_connected for view in dealer.pipes))
        assert inbound.connection == ""
        router.bind(endpoint)
        await talk(turn)
    while got.keys() != answered.keys():
        await dealer.recv()
    assert (asked, got) == (heard, answered)
    names = {body: seq for body, (_, seq) in (asked | got).items()}
    assert names == {
        turn + n: (1 if n in b"13" else 2) for turn in (b"a", b"b", b"c") for n in (b"1", b"2", b"3", b"4")
    }
    assert len({connection for connection, _ in asked.values()}) == 3
