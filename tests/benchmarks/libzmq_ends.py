"""The yardstick: the same conversations through pyzmq, blocking where pyzmq is fastest so."""

import asyncio
import threading
from collections.abc import Callable

import zmq
import zmq.asyncio

from tests.benchmarks.measure import HWM, Figures, Job, Stopwatch, payload, tell


def push(job: Job) -> Figures:
    """Send ``job.count`` messages, blocking, then wait until they left."""
    context = zmq.Context()
    socket = context.socket(zmq.PUSH)
    socket.set_hwm(HWM)
    socket.connect(job.endpoint)
    body = payload(job.size)
    watch = Stopwatch()
    for _ in range(job.count):
        socket.send(body)
    socket.close()
    context.term()
    return watch.figures(job.count)


def pull(job: Job) -> Figures:
    """Receive ``job.count`` messages, blocking, by the fastest call there is."""
    return _pull(job, zmq.Socket.recv)


def pull_multipart(job: Job) -> Figures:
    """Receive as ``pull`` does, as lists of frames, which is what the engine gives."""
    return _pull(job, zmq.Socket.recv_multipart)


def _pull(job: Job, receive: Callable[[zmq.Socket[bytes]], object]) -> Figures:
    with zmq.Context() as context, context.socket(zmq.PULL) as socket:
        socket.set_hwm(HWM)
        socket.bind("tcp://127.0.0.1:*")
        tell(endpoint=socket.getsockopt_string(zmq.LAST_ENDPOINT))
        for _ in range(job.warm_up):
            receive(socket)
        watch = Stopwatch()
        for _ in range(job.count - job.warm_up):
            receive(socket)
        return watch.figures(job.count - job.warm_up)


def inproc(job: Job) -> Figures:
    """PUSH in one thread, PULL in another, as pyzmq must do it."""
    context = zmq.Context()
    sink = context.socket(zmq.PULL)
    sink.set_hwm(HWM)
    sink.bind("inproc://benchmark")

    def send() -> None:
        source = context.socket(zmq.PUSH)
        source.set_hwm(HWM)
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


def request(job: Job) -> Figures:
    """Ask ``job.count`` times over ``zmq.asyncio``, one question at a time."""
    return asyncio.run(_request(job))


async def _request(job: Job) -> Figures:
    with zmq.asyncio.Context() as context, context.socket(zmq.REQ) as socket:
        socket.connect(job.endpoint)
        body = payload(job.size)
        watch = Stopwatch()
        for turn in range(job.count):
            if turn == job.warm_up:
                watch = Stopwatch()
            await socket.send(body)
            await socket.recv_multipart()
        return watch.figures(job.count - job.warm_up)


def reply(job: Job) -> Figures:
    """Answer ``job.count`` questions over ``zmq.asyncio``."""
    return asyncio.run(_reply(job))


async def _reply(job: Job) -> Figures:
    with zmq.asyncio.Context() as context, context.socket(zmq.REP) as socket:
        socket.bind("tcp://127.0.0.1:*")
        tell(endpoint=socket.getsockopt_string(zmq.LAST_ENDPOINT))
        watch = Stopwatch()
        for turn in range(job.count):
            frames = await socket.recv_multipart()
            if turn == job.warm_up:
                watch = Stopwatch()
            await socket.send_multipart(frames)
        return watch.figures(job.count - job.warm_up)


ROLES: dict[str, Callable[[Job], Figures]] = {
    "push": push,
    "pull": pull,
    "pull_multipart": pull_multipart,
    "inproc": inproc,
    "request": request,
    "reply": reply,
}
