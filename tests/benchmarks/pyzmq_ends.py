"""The yardstick's ends, and those of any library with pyzmq's interface: blocking, where it is fastest so."""

import asyncio
import threading
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from tests.benchmarks.measure import CLIENT_KEYS, HWM, SERVER_KEYS, Figures, Job, Stopwatch, payload, tell

FOR_EVER = -1
"""The linger that pyzmq begins with; pyomq's would lose what is queued."""


def make(zmq: ModuleType, context: Any, kind: int, job: Job) -> Any:
    """Make a socket as every row wants it."""
    socket = context.socket(kind)
    socket.set_hwm(HWM)
    socket.linger = FOR_EVER
    if job.secure and job.endpoint:
        socket.curve_publickey, socket.curve_secretkey = CLIENT_KEYS
        socket.curve_serverkey = SERVER_KEYS[0]
    elif job.secure:
        socket.curve_server = True
        socket.curve_publickey, socket.curve_secretkey = SERVER_KEYS
    return socket


def bind(zmq: ModuleType, socket: Any) -> str:
    """Bind to any port, and return the endpoint."""
    socket.bind("tcp://127.0.0.1:*")
    endpoint: str = socket.getsockopt_string(zmq.LAST_ENDPOINT)
    return endpoint.rstrip("\0")


def push(zmq: ModuleType, job: Job) -> Figures:
    """Send ``job.count`` messages, then wait until they left."""
    context = zmq.Context()
    socket = make(zmq, context, zmq.PUSH, job)
    socket.connect(job.endpoint)
    body = payload(job.size)
    watch = Stopwatch()
    for _ in range(job.count):
        socket.send(body)
    socket.close()
    context.term()
    return watch.figures(job.count)


def pull(zmq: ModuleType, job: Job) -> Figures:
    """Receive ``job.count`` messages by the fastest call there is."""
    context = zmq.Context()
    socket = make(zmq, context, zmq.PULL, job)
    tell(endpoint=bind(zmq, socket))
    for _ in range(job.warm_up):
        socket.recv()
    watch = Stopwatch()
    for _ in range(job.count - job.warm_up):
        socket.recv()
    figures = watch.figures(job.count - job.warm_up)
    socket.close()
    context.term()
    return figures


def inproc(zmq: ModuleType, job: Job) -> Figures:
    """PUSH in one thread, PULL in another, as pyzmq must do it."""
    context = zmq.Context()
    sink = make(zmq, context, zmq.PULL, job)
    sink.bind("inproc://benchmark")

    def send() -> None:
        source = make(zmq, context, zmq.PUSH, job)
        source.connect("inproc://benchmark")
        body = payload(job.size)
        for _ in range(job.count):
            source.send(body)
        source.close()

    sender = threading.Thread(target=send)
    sender.start()
    for _ in range(job.warm_up):
        sink.recv()
    watch = Stopwatch()
    for _ in range(job.count - job.warm_up):
        sink.recv()
    figures = watch.figures(job.count - job.warm_up)
    sender.join()
    sink.close()
    context.term()
    return figures


def request(zmq: ModuleType, job: Job) -> Figures:
    """Ask ``job.count`` times on asyncio, one question at a time."""
    return asyncio.run(_request(zmq, job))


async def _request(zmq: ModuleType, job: Job) -> Figures:
    context = import_module(f"{zmq.__name__}.asyncio").Context()
    socket = make(zmq, context, zmq.REQ, job)
    socket.connect(job.endpoint)
    body = payload(job.size)
    watch = Stopwatch()
    for turn in range(job.count):
        if turn == job.warm_up:
            watch = Stopwatch()
        await socket.send(body)
        await socket.recv_multipart()
    figures = watch.figures(job.count - job.warm_up)
    socket.close()
    context.term()
    return figures


def reply(zmq: ModuleType, job: Job) -> Figures:
    """Answer ``job.count`` questions on asyncio."""
    return asyncio.run(_reply(zmq, job))


async def _reply(zmq: ModuleType, job: Job) -> Figures:
    context = import_module(f"{zmq.__name__}.asyncio").Context()
    socket = make(zmq, context, zmq.REP, job)
    tell(endpoint=bind(zmq, socket))
    watch = Stopwatch()
    for turn in range(job.count):
        frames = await socket.recv_multipart()
        if turn == job.warm_up:
            watch = Stopwatch()
        await socket.send_multipart(frames)
    figures = watch.figures(job.count - job.warm_up)
    socket.close()
    context.term()
    return figures


ROLES: dict[str, Callable[[ModuleType, Job], Figures]] = {
    "push": push,
    "pull": pull,
    "inproc": inproc,
    "request": request,
    "reply": reply,
}
