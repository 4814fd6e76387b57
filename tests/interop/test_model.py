"""Random operations on sockets, in our engine and in libzmq: whatever can be observed is the same.

``GLASSMQ_MODEL_EXAMPLES`` asks for more than the few that every run does; 1,000 take a minute, so give
pytest a ``--timeout`` as well.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

import zmq
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine import Context, SocketType
from engine.constants import SocketType as Kind
from tests.interop.worlds import OurWorld, Outcome, TheirWorld, World, agree

T = TypeVar("T")

LIMIT_S: Final = 5.0
MOST_SOCKETS: Final = 6
EXAMPLES: Final = int(os.environ.get("GLASSMQ_MODEL_EXAMPLES", "12"))
FAMILIES: Final = (
    (Kind.PULL, Kind.PUSH),
    (Kind.PUSH, Kind.PULL),
    (Kind.DEALER, Kind.DEALER),
    (Kind.ROUTER, Kind.DEALER),
    (Kind.REP, Kind.REQ),
    (Kind.PAIR, Kind.PAIR),
    (Kind.XPUB, Kind.SUB),
)
"""The type that binds, and the one that connects."""
TRANSPORTS: Final = ("inproc", "ipc", "tcp")

frames = st.lists(st.sampled_from([b"", b"a", b"bb", b"a" * 300]), min_size=1, max_size=3)
topics = st.sampled_from([b"", b"a", b"b", b"bb"])


@dataclass
class Known:
    """What the test knows of one socket."""

    kind: SocketType
    endpoints: tuple[str, str] = ("", "")
    """Where it is bound, in our world and in theirs."""
    peers: set[int] = field(default_factory=set)
    has_dialled: bool = False
    topics: dict[bytes, int] = field(default_factory=dict)


class TwoWorlds(RuleBasedStateMachine):
    """One family of types over one transport, in two worlds."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._room = tempfile.mkdtemp(prefix="z")
        self._context = Context(close_timeout_s=0.5)
        self._libzmq: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._ours = OurWorld(self._context)
        self._theirs = TheirWorld(self._libzmq)
        self._known: dict[int, Known] = {}
        self._story: list[str] = []
        self._made = 0
        self._family = FAMILIES[0]
        self._transport = "tcp"

    def teardown(self) -> None:
        for number in list(self._known):
            self._theirs.close(number)
        self._libzmq.destroy(linger=0)
        for socket in self._context.sockets:
            socket.close(linger=0)
        self._run(self._context.close())
        self._loop.close()
        shutil.rmtree(self._room)

    @initialize(
        family=st.sampled_from(FAMILIES),
        transport=st.sampled_from(TRANSPORTS),
        hwm=st.sampled_from([2, 5, 1000]),
    )
    def begin(self, family: tuple[SocketType, SocketType], transport: str, hwm: int) -> None:
        self._family, self._transport = family, transport
        self._hwm = hwm if transport == "inproc" else 1000  # elsewhere the kernels hold what we cannot count
        self._make(binds=True)
        self._make(binds=False)
        self._join(1, 0)

    # ── what is done ──────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: len(self._known) < MOST_SOCKETS)
    @rule(binds=st.booleans())
    def make(self, binds: bool) -> None:
        self._make(binds=binds)

    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        binder, connecter = self._draw(data, binds=True), self._draw(data, binds=False)
        if binder is None or connecter is None or binder in self._known[connecter].peers:
            return
        if Kind.PAIR in self._family and (self._known[binder].peers or self._known[connecter].has_dialled):
            return  # one that dialled has its one peer for good, even one that is not there
        self._join(connecter, binder)

    @rule(data=st.data(), frames=frames)
    def send(self, data: st.DataObject, frames: list[bytes]) -> None:
        number = data.draw(st.sampled_from(sorted(self._known)))
        if self._known[number].kind is Kind.ROUTER:
            peer = data.draw(st.sampled_from(sorted({*self._known[number].peers, 99})))
            frames = [b"id%d" % peer, *frames]
        self._same(f"send({number}, {frames})", lambda world: world.send(number, frames))

    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self._known)))
        self._same(f"receive({number})", lambda world: world.receive(number))

    @precondition(lambda self: self._family[1] is Kind.SUB)
    @rule(data=st.data(), topic=topics, wanted=st.booleans())
    def subscribe(self, data: st.DataObject, topic: bytes, wanted: bool) -> None:
        number = self._draw(data, binds=False)
        if number is None or (not wanted and not self._known[number].topics.get(topic)):
            return
        if not wanted:
            self._drain()  # libzmq keeps the one message that it looked at before, whatever is cancelled then
        self._story.append(f"subscribe({number}, {topic!r}, {wanted})")
        held = self._known[number].topics
        held[topic] = held.get(topic, 0) + (1 if wanted else -1)
        self._each(lambda world: world.subscribe(number, topic, wanted=wanted))
        if held[topic] == (1 if wanted else 0):
            word = (b"\x01" if wanted else b"\x00") + topic
            for peer in self._known[number].peers:
                if wanted or not self._is_wanted_at(peer, topic):
                    self._await_word(peer, word)

    @precondition(lambda self: len(self._known) > 2 and self._transport != "inproc")
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self._known)))
        self._drain()
        self._story.append(f"close({number})")
        known = self._known.pop(number)
        self._each(lambda world: world.close(number))
        for peer in known.peers:
            self._known[peer].peers.discard(number)
        self._settle()
        self._drain()

    @invariant()
    def both_agree_who_is_there(self) -> None:
        self._settle()

    # ── how ───────────────────────────────────────────────────────────────────────────────────

    def _make(self, *, binds: bool) -> None:
        number, self._made = self._made, self._made + 1
        kind = self._family[0 if binds else 1]
        options: dict[str, int | bytes] = {"linger": 0}
        if kind not in (Kind.PULL, Kind.SUB):
            options["sndhwm"] = self._hwm
        if kind is not Kind.PUSH:
            options["rcvhwm"] = self._hwm
        if kind in (Kind.DEALER, Kind.REQ):
            options["routing_id"] = b"id%d" % number
        if kind is Kind.ROUTER:
            options["router_mandatory"] = 1
        if kind is Kind.XPUB:
            options["xpub_verbose"] = 1
        self._story.append(f"{kind.name} {number} {options}")
        known = self._known[number] = Known(kind)
        self._each(lambda world: world.make(number, kind, options))
        if binds:
            place = {"tcp": "tcp://127.0.0.1:*", "inproc": f"inproc://{number}"}
            wanted = [place.get(self._transport, f"ipc://{self._room}/{side}-{number}") for side in "ot"]
            bound = iter(wanted)
            ours, theirs = self._each(lambda world: world.bind(number, next(bound)))
            known.endpoints = (ours, theirs)

    def _join(self, connecter: int, binder: int) -> None:
        self._story.append(f"{connecter} connects to {binder} {self._transport}")
        endpoints = iter(self._known[binder].endpoints)
        self._each(lambda world: world.connect(connecter, next(endpoints)))
        self._known[connecter].peers.add(binder)
        self._known[connecter].has_dialled = True
        self._known[binder].peers.add(connecter)
        self._settle()
        for topic, count in sorted(self._known[connecter].topics.items()):
            if count:
                self._await_word(binder, b"\x01" + topic)

    def _await_word(self, publisher: int, word: bytes) -> None:
        """What a subscriber wants has reached the publisher, in both worlds."""
        for _ in range(50):
            if self._same(f"receive({publisher})", lambda world: world.receive(publisher)) == [word]:
                return
        raise AssertionError(f"{word!r} never came")

    def _is_wanted_at(self, publisher: int, topic: bytes) -> bool:
        """Whether some peer wants the topic: the end of one wish among several is told to nobody."""
        return any(self._known[peer].topics.get(topic) for peer in self._known[publisher].peers)

    def _draw(self, data: st.DataObject, *, binds: bool) -> int | None:
        some = [number for number, known in self._known.items() if bool(known.endpoints[0]) is binds]
        return data.draw(st.sampled_from(some)) if some else None

    def _drain(self) -> None:
        """Read whatever has come, so that nothing is on its way when somebody leaves."""
        for _ in range(2):
            for number, known in self._known.items():
                if known.kind in (Kind.PUSH, Kind.REQ, Kind.REP):
                    continue
                while True:
                    attempt = partial(_receive, number=number)
                    if isinstance(self._same(f"receive({number})", attempt), str):
                        break

    def _settle(self) -> None:
        """Wait until both worlds have the connections that the test knows of.

        libzmq tells nothing of those inproc; they come while their owner looks. When they go is told by
        nobody, so sockets are closed over the other transports only.
        """
        if self._transport == "inproc":
            self._run(asyncio.sleep(0))
            for _ in range(3):
                for number in self._known:
                    self._ours.peers(number)
                    self._theirs.peers(number)
            return
        self._run(self._until_settled())

    async def _until_settled(self) -> None:
        end = self._loop.time() + LIMIT_S
        while any(
            world.peers(number) != len(known.peers)
            for number, known in self._known.items()
            for world in (self._ours, self._theirs)
        ):
            assert self._loop.time() < end, {
                number: (known.peers, self._ours.peers(number), self._theirs.peers(number))
                for number, known in self._known.items()
            }
            await asyncio.sleep(0.001)

    def _same(self, what: str, attempt: Callable[[World], Outcome]) -> Outcome:
        """Do something in both worlds, and return what came of it in either."""
        ours, theirs = self._run(agree(lambda: attempt(self._ours), lambda: attempt(self._theirs), LIMIT_S))
        self._story.append(f"{what}: {ours}")
        assert ours == theirs, f"{theirs} at libzmq's, after {self._story}"
        return ours

    def _each(self, call: Callable[[World], T]) -> list[T]:
        """Make a call that never has to wait in our world, then in theirs."""

        async def both() -> list[T]:
            return [call(self._ours), call(self._theirs)]

        return self._run(both())

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)


def _receive(world: World, number: int) -> Outcome:
    return world.receive(number)


TestTwoWorlds = TwoWorlds.TestCase
TestTwoWorlds.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    deadline=None,
    derandomize="GLASSMQ_MODEL_EXAMPLES" not in os.environ,  # the suite tries the same each time
    phases=[Phase.generate],  # a difference tells its story; a shorter one would take a wait for each try
    suppress_health_check=list(HealthCheck),
)
