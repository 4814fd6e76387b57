"""The yardstick's ends of the rows with many peers, or many subscriptions."""

from collections.abc import Callable
from types import ModuleType

from tests.benchmarks.measure import BURST, Figures, Job, Stopwatch, payload, prefixes, tell
from tests.benchmarks.pyzmq_ends import bind, make


def publish(zmq: ModuleType, job: Job) -> Figures:
    """Publish in bursts to ``job.crowd`` subscribers, and wait for each burst's end."""
    context = zmq.Context()
    socket, back = make(zmq, context, zmq.XPUB, job), make(zmq, context, zmq.PULL, job)
    socket.setsockopt(zmq.XPUB_VERBOSE, 1)
    tell(endpoint=f"{bind(zmq, socket)} {bind(zmq, back)}")
    for _ in range(job.crowd):
        socket.recv()
    body = payload(job.size)
    bursts = job.count // job.crowd // BURST
    watch = Stopwatch()
    for turn in range(bursts + 1):
        if turn == 1:
            watch = Stopwatch()
        for _ in range(BURST):
            socket.send(body)
        back.recv()
    figures = watch.figures(bursts * BURST * job.crowd)
    for each in (socket, back):
        each.close()
    context.term()
    return figures


def subscribe(zmq: ModuleType, job: Job) -> Figures:
    """Receive each burst at every subscriber, then say so."""
    context = zmq.Context()
    publisher, back_endpoint = job.endpoint.split()
    back = make(zmq, context, zmq.PUSH, job)
    back.connect(back_endpoint)
    sockets = []
    for _ in range(job.crowd):
        socket = make(zmq, context, zmq.SUB, job)
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(publisher)
        sockets.append(socket)
    bursts = job.count // job.crowd // BURST
    watch = Stopwatch()
    for turn in range(bursts + 1):
        if turn == 1:
            watch = Stopwatch()
        for socket in sockets:
            for _ in range(BURST):
                socket.recv()
        back.send(b"")
    figures = watch.figures(bursts * BURST * job.crowd)
    for socket in sockets:
        socket.close(0)  # else their subscriptions wait for a publisher that is gone
    back.close()
    context.term()
    return figures


def route(zmq: ModuleType, job: Job) -> Figures:
    """Receive ``job.count`` messages from a crowd of DEALERs."""
    context = zmq.Context()
    socket = make(zmq, context, zmq.ROUTER, job)
    tell(endpoint=bind(zmq, socket))
    for _ in range(job.warm_up):
        socket.recv_multipart()
    watch = Stopwatch()
    for _ in range(job.count - job.warm_up):
        socket.recv_multipart()
    figures = watch.figures(job.count - job.warm_up)
    socket.close()
    context.term()
    return figures


def deal(zmq: ModuleType, job: Job) -> Figures:
    """Send ``job.count`` messages by ``job.crowd`` DEALERs in turn."""
    context = zmq.Context()
    sockets = [make(zmq, context, zmq.DEALER, job) for _ in range(job.crowd)]
    for socket in sockets:
        socket.connect(job.endpoint)
    body = payload(job.size)
    watch = Stopwatch()
    for _ in range(job.count // job.crowd):
        for socket in sockets:
            socket.send(body)
    for socket in sockets:
        socket.close()
    context.term()
    return watch.figures(job.count)


def match(zmq: ModuleType, job: Job) -> Figures:
    """Publish what none of ``job.crowd`` subscriptions fits, though all begin like it."""
    context = zmq.Context()
    socket, subscriber = make(zmq, context, zmq.XPUB, job), make(zmq, context, zmq.SUB, job)
    for each in (socket, subscriber):
        each.set_hwm(0)  # libzmq's subscriptions are messages, and lost in a full pipe
    socket.bind("inproc://benchmark")
    for prefix in prefixes(job):
        subscriber.setsockopt(zmq.SUBSCRIBE, prefix)
    subscriber.connect("inproc://benchmark")
    for _ in range(job.crowd):
        socket.recv()
    topic = payload(job.size)
    watch = Stopwatch()
    for _ in range(job.count):
        socket.send(topic)
    figures = watch.figures(job.count)
    for each in (socket, subscriber):
        each.close()
    context.term()
    return figures


ROLES: dict[str, Callable[[ModuleType, Job], Figures]] = {
    "publish": publish,
    "subscribe": subscribe,
    "route": route,
    "deal": deal,
    "match": match,
}
