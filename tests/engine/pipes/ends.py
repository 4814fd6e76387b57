"""Ends of a pipe that write down their edges, and messages to push."""

from engine.messages import Message
from engine.pipes.pipe import Pipe, PipeEnd


class Edges(PipeEnd):
    """Counts the edges it was told of."""

    def __init__(self) -> None:
        self.readable = 0
        self.writable = 0

    def pipe_readable(self) -> None:
        self.readable += 1

    def pipe_writable(self) -> None:
        self.writable += 1


def a_message(n: int = 0, octets: int = 1) -> Message:
    return Message([bytes([n % 256]) * octets])


def a_pipe(hwm: int = 0, *, conflate: bool = False, holding: int = 0) -> tuple[Pipe, Edges]:
    """A pipe whose two ends are one recorder, with messages 0, 1, 2 … in it."""
    pipe = Pipe(hwm, conflate=conflate)
    edges = Edges()
    pipe.reader = pipe.writer = edges
    for n in range(holding):
        assert pipe.push(a_message(n))
    return pipe, edges


def numbers(messages: list[Message]) -> list[int]:
    return [message.frames[0][0] for message in messages]


def drain(pipe: Pipe) -> list[int]:
    return numbers(list(iter(pipe.pop, None)))
