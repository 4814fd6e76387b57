"""The verdict is of the engine's real counts: lose one message, or skip one count, and it is false."""

from collections.abc import Callable
from typing import Any

import pytest

from app.behaviours.node_socket import NodeSocket
from app.fleet.accounting import Accounting
from app.runtime.accounts import Accounts
from app.runtime.observing import Sampler
from app.telemetry.rows import THOROUGH
from app.telemetry.table import PipeTable
from app.topology.compile import compile_plan
from engine.constants import SocketType
from engine.net.system import SystemNetwork
from engine.pipes.pipe import Pipe
from engine.protocol.connection import ZmtpConnection
from engine.sockets.context import Context
from tests.support.eventually import eventually
from tests.support.runs import inproc_pair, lane_of, pipeline

SENT = 300


def once(do: Callable[[Any], None]) -> Callable[[Any], None]:
    """Do it the first time only."""
    done: list[bool] = []

    def act(subject: Any) -> None:
        if not done:
            done.append(True)
            do(subject)

    return act


def skip_a_count(monkeypatch, method: str, counter: str) -> None:
    """Let the first call of a pipe's method that moves a message forget to count one."""
    original = getattr(Pipe, method)
    forget = once(lambda pipe: setattr(pipe, counter, getattr(pipe, counter) - 1))

    def mutant(self, *arguments):
        result = original(self, *arguments)
        if result is None or result:
            forget(self)
        return result

    monkeypatch.setattr(Pipe, method, mutant)


def lose_a_message(monkeypatch) -> None:
    """Let one decoded message never reach its pipe."""
    original = ZmtpConnection.take_messages
    lost: list[Any] = []

    def mutant(self, room):
        messages = original(self, room)
        if messages and not lost:
            lost.append(messages.pop())
        return messages

    monkeypatch.setattr(ZmtpConnection, "take_messages", mutant)


async def books_of(document: dict[str, Any], *, expects: int = SENT) -> dict[str, Any]:
    """Send over the document's one link, drain, and draw up the books as a run does."""
    network = SystemNetwork()
    accounts, accounting = Accounts(), Accounting(PipeTable(lambda *_: None))
    accounting.expect(compile_plan(document), 0.0)
    async with Context(network, close_timeout_s=1.0) as context:
        pull = context.socket(SocketType.PULL, rcvhwm=0)
        push = context.socket(SocketType.PUSH, sndhwm=0)
        for key, socket in (("sink#1.in", pull), ("source#1.out", push)):
            account = accounts.of(key)
            account.living.append(socket)
            account.face = NodeSocket(key, socket, network)
        is_inproc = document["nodes"]["sink"]["sockets"]["in"]["endpoints"]["main"] == "inproc"
        address = pull.bind("inproc://here" if is_inproc else "tcp://127.0.0.1:*")
        push.connect(address, label="flow|source#1|sink#1")
        for n in range(SENT):
            await push.send(b"%d" % n)
        got = [await pull.recv() for _ in range(expects)]
        assert len(got) == expects
        await eventually(lambda: all(pipe.depth == 0 for pipe in (*push.pipes, *pull.pipes)))
        sampler = Sampler(accounts, network)
        slots: list[tuple[str, str, bool]] = []
        for phase in ("receive", "send"):
            facts, _, full = sampler.sample(phase, thorough=True, links=[], tokens=False)
            slots += [tuple(slot) for slot in facts["slots"]]
            assert len(full) % (8 * (len(THOROUGH) + 1)) == 0
            accounting.take_halves("all", slots, facts["halves"])
            accounting.take_doors("all", facts.get("doors", ()))
        return accounting.draw_up(1.0, is_drained=True).as_json()


async def test_an_honest_engine_balances() -> None:
    books = await books_of(pipeline())
    assert books["balanced"] is True
    assert lane_of(books, "flow", "to_bind")["delivered"] == SENT


async def test_an_honest_engine_balances_over_inproc() -> None:
    assert (await books_of(inproc_pair()))["balanced"] is True


async def test_one_message_lost_between_pump_and_pipe_turns_it(monkeypatch) -> None:
    lose_a_message(monkeypatch)
    books = await books_of(pipeline(), expects=SENT - 1)
    assert books["balanced"] is False


@pytest.mark.parametrize(
    ("method", "counter"),
    [("push", "pushed"), ("take", "popped"), ("push_many", "pushed"), ("pop", "popped")],
)
async def test_one_skipped_count_turns_it(monkeypatch, method: str, counter: str) -> None:
    skip_a_count(monkeypatch, method, counter)
    assert (await books_of(pipeline()))["balanced"] is False


@pytest.mark.parametrize(("method", "counter"), [("push", "pushed"), ("pop", "popped")])
async def test_one_skipped_count_turns_it_over_inproc(monkeypatch, method: str, counter: str) -> None:
    skip_a_count(monkeypatch, method, counter)
    assert (await books_of(inproc_pair()))["balanced"] is False
