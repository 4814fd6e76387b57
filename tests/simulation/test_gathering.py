"""A program that runs hot has its links gather messages; one that waits has each message leave at once."""

from engine import DEALER, ROUTER
from engine.sim.context import SimContext
from engine.sim.run import run
from engine.sim.world import World
from engine.sockets.socket import Socket

CROWD = 100
ROUNDS = 40


async def crowd_of(world: World, sndhwm: int) -> tuple[Socket, list[Socket]]:
    router = SimContext(world, "there").socket(ROUTER, rcvhwm=0)
    router.bind("tcp://*:1")
    context = SimContext(world, "here")
    dealers = [context.socket(DEALER, sndhwm=sndhwm) for _ in range(CROWD)]
    for dealer in dealers:
        dealer.connect("tcp://there:1")
        await dealer.send(b"first")
    for _ in dealers:
        await router.recv()
    return router, dealers


def deepest(dealers: list[Socket]) -> int:
    return max(pipe.peak for dealer in dealers for pipe in dealer.pipes if pipe.is_outbound)


async def storm(world: World, sndhwm: int) -> int:
    router, dealers = await crowd_of(world, sndhwm)
    for n in range(ROUNDS):
        for dealer in dealers:
            await dealer.send(b"%d" % n)
    peers: dict[bytes, list[bytes]] = {}
    for _ in range(CROWD * ROUNDS):
        name, body = await router.recv()
        peers.setdefault(name, []).append(body)
    assert list(peers.values()) == [[b"%d" % n for n in range(ROUNDS)]] * CROWD
    return deepest(dealers)


def test_links_of_a_program_that_runs_hot_gather_messages_and_lose_none() -> None:
    assert run(lambda world: storm(world, 1000), 1).result >= 8


def test_links_with_a_low_mark_do_not_gather() -> None:
    assert run(lambda world: storm(world, 10), 1).result <= 3


def test_a_message_to_an_idle_link_has_left_when_send_returns() -> None:
    async def ask(world: World) -> None:
        router, dealers = await crowd_of(world, 1000)
        for dealer in dealers:
            await dealer.send(b"now")
            (out,) = (pipe for pipe in dealer.pipes if pipe.is_outbound)
            assert out.depth == 0
            assert (await router.recv())[1] == b"now"

    run(ask, 1)
