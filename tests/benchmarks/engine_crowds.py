"""The engine's ends of the rows with many peers, or many subscriptions."""

from collections.abc import Awaitable, Callable

from engine import DEALER, PULL, PUSH, ROUTER, SUB, XPUB, Context
from tests.benchmarks.engine_ends import options_of
from tests.benchmarks.measure import BURST, Figures, Job, Stopwatch, payload, prefixes, tell


async def publish(job: Job) -> Figures:
    """Publish in bursts to ``job.crowd`` subscribers, and wait for each burst's end."""
    async with Context() as context:
        socket = context.socket(XPUB, xpub_verbose=1, **options_of(job))
        back = context.socket(PULL)
        tell(endpoint=f"{socket.bind('tcp://127.0.0.1:*')} {back.bind('tcp://127.0.0.1:*')}")
        for _ in range(job.crowd):
            await socket.recv()
        body = payload(job.size)
        bursts = job.count // job.crowd // BURST
        watch = Stopwatch()
        for turn in range(bursts + 1):
            if turn == 1:
                watch = Stopwatch()
            for _ in range(BURST):
                await socket.send(body)
            await back.recv()
        return watch.figures(bursts * BURST * job.crowd)


async def subscribe(job: Job) -> Figures:
    """Receive each burst at every subscriber, then say so."""
    async with Context() as context:
        publisher, back_endpoint = job.endpoint.split()
        back = context.socket(PUSH)
        back.connect(back_endpoint)
        sockets = []
        for _ in range(job.crowd):
            socket = context.socket(SUB, **options_of(job))
            socket.subscribe(b"")
            socket.connect(publisher)
            sockets.append(socket)
        bursts = job.count // job.crowd // BURST
        watch = Stopwatch()
        for turn in range(bursts + 1):
            if turn == 1:
                watch = Stopwatch()
            for socket in sockets:
                for _ in range(BURST):
                    await socket.recv()
            await back.send(b"")
        return watch.figures(bursts * BURST * job.crowd)


async def route(job: Job) -> Figures:
    """Receive ``job.count`` messages from a crowd of DEALERs."""
    async with Context() as context:
        socket = context.socket(ROUTER, **options_of(job))
        tell(endpoint=socket.bind("tcp://127.0.0.1:*"))
        for _ in range(job.warm_up):
            await socket.recv()
        watch = Stopwatch()
        for _ in range(job.count - job.warm_up):
            await socket.recv()
        return watch.figures(job.count - job.warm_up)


async def deal(job: Job) -> Figures:
    """Send ``job.count`` messages by ``job.crowd`` DEALERs in turn."""
    async with Context() as context:
        sockets = [context.socket(DEALER, **options_of(job)) for _ in range(job.crowd)]
        for socket in sockets:
            socket.connect(job.endpoint)
        body = payload(job.size)
        watch = Stopwatch()
        for _ in range(job.count // job.crowd):
            for socket in sockets:
                await socket.send(body)
    return watch.figures(job.count)


async def match(job: Job) -> Figures:
    """Publish what none of ``job.crowd`` subscriptions fits, though all begin like it."""
    async with Context() as context:
        socket, subscriber = context.socket(XPUB, **options_of(job)), context.socket(SUB, **options_of(job))
        socket.bind("inproc://benchmark")
        for prefix in prefixes(job):
            subscriber.subscribe(prefix)
        subscriber.connect("inproc://benchmark")
        for _ in range(job.crowd):
            await socket.recv()
        topic = payload(job.size)
        watch = Stopwatch()
        for _ in range(job.count):
            await socket.send(topic)
        return watch.figures(job.count)


ROLES: dict[str, Callable[[Job], Awaitable[Figures]]] = {
    "publish": publish,
    "subscribe": subscribe,
    "route": route,
    "deal": deal,
    "match": match,
}
