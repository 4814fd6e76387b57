"""The engine's ends: plain ``await send`` and ``await recv``, as a person would write them."""

import asyncio
import resource
from collections.abc import Awaitable, Callable

from engine import DEALER, PULL, PUSH, REP, REQ, Context, Socket
from tests.benchmarks.measure import CLIENT_KEYS, SERVER_KEYS, Figures, Job, Stopwatch, payload, tell

PAGE = resource.getpagesize()


def options_of(job: Job) -> dict[str, object]:
    """Return the options that every row wants; high-water marks are 1000 by default."""
    if not job.secure:
        return {}
    if job.endpoint:
        return {"curve_secretkey": CLIENT_KEYS[1], "curve_serverkey": SERVER_KEYS[0]}
    return {"curve_server": 1, "curve_secretkey": SERVER_KEYS[1]}


async def push(job: Job) -> Figures:
    """Send ``job.count`` messages, then wait until they left."""
    async with Context() as context:
        socket = context.socket(PUSH, **options_of(job))
        socket.connect(job.endpoint)
        body = payload(job.size)
        watch = Stopwatch()
        async with Watching(socket, job.watch_hz):
            for _ in range(job.count):
                await socket.send(body)
    return watch.figures(job.count)


async def pull(job: Job) -> Figures:
    """Receive ``job.count`` messages one by one; the clock starts after the warm-up."""
    async with Context() as context:
        socket = context.socket(PULL, **options_of(job))
        tell(endpoint=socket.bind("tcp://127.0.0.1:*"))
        for _ in range(job.warm_up):
            await socket.recv()
        watch = Stopwatch()
        async with Watching(socket, job.watch_hz):
            for _ in range(job.count - job.warm_up):
                await socket.recv()
        return watch.figures(job.count - job.warm_up)


async def pull_many(job: Job) -> Figures:
    """Receive as ``pull`` does, but all that is there at once."""
    async with Context() as context:
        socket = context.socket(PULL, **options_of(job))
        tell(endpoint=socket.bind("tcp://127.0.0.1:*"))
        arrived = 0
        while arrived < job.warm_up:
            arrived += len(await socket.recv_many(job.warm_up - arrived))
        watch = Stopwatch()
        while arrived < job.count:
            arrived += len(await socket.recv_many(job.count - arrived))
        return watch.figures(job.count - job.warm_up)


async def inproc(job: Job) -> Figures:
    """PUSH and PULL as two tasks of one loop."""
    async with Context() as context:
        sink = context.socket(PULL, **options_of(job))
        sink.bind("inproc://benchmark")
        source = context.socket(PUSH, **options_of(job))
        source.connect("inproc://benchmark")
        body = payload(job.size)

        async def send() -> None:
            for _ in range(job.count):
                await source.send(body)

        sender = asyncio.create_task(send())
        for _ in range(job.warm_up):
            await sink.recv()
        watch = Stopwatch()
        for _ in range(job.count - job.warm_up):
            await sink.recv()
        figures = watch.figures(job.count - job.warm_up)
        await sender
        return figures


async def request(job: Job) -> Figures:
    """Ask ``job.count`` times, one question at a time."""
    async with Context() as context:
        socket = context.socket(REQ)
        socket.connect(job.endpoint)
        body = payload(job.size)
        watch = Stopwatch()
        for turn in range(job.count):
            if turn == job.warm_up:
                watch = Stopwatch()
            await socket.send(body)
            await socket.recv()
        return watch.figures(job.count - job.warm_up)


async def reply(job: Job) -> Figures:
    """Answer ``job.count`` questions."""
    async with Context() as context:
        socket = context.socket(REP)
        tell(endpoint=socket.bind("tcp://127.0.0.1:*"))
        watch = Stopwatch()
        for turn in range(job.count):
            frames = await socket.recv()
            if turn == job.warm_up:
                watch = Stopwatch()
            await socket.send(frames)
        return watch.figures(job.count - job.warm_up)


async def memory(job: Job) -> Figures:
    """Queue ``job.count`` different messages and see what the process grew by."""
    async with Context() as context:
        socket = context.socket(DEALER, sndhwm=0, linger=0)
        socket.connect("tcp://127.0.0.1:9")  # nobody is there: everything stays queued
        for n in range(1000):
            await socket.send(b"%0*d" % (job.size, n))
        before = resident()
        watch = Stopwatch()
        for n in range(job.count):
            await socket.send(b"%0*d" % (job.size, n))
        figures = watch.figures(job.count)
        return Figures(figures.per_s, figures.cpu_us, (resident() - before) / job.count)


def resident() -> int:
    """Tell the octets of memory that this process occupies now."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * PAGE


class Watching:
    """Reads the socket's books at a steady rate for as long as the block lasts."""

    def __init__(self, socket: Socket, hz: float) -> None:
        self._socket = socket
        self._period_s = 1 / hz if hz else 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        if self._period_s:
            self._look()

    async def __aexit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()

    def _look(self) -> None:
        self._socket.books()
        self._timer = asyncio.get_running_loop().call_later(self._period_s, self._look)


ROLES: dict[str, Callable[[Job], Awaitable[Figures]]] = {
    "push": push,
    "pull": pull,
    "pull_many": pull_many,
    "inproc": inproc,
    "request": request,
    "reply": reply,
    "memory": memory,
}
