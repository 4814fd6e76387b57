"""The one nullable slot on a pipe: whoever fills it sees each message as it passes."""

from typing import Final

from mypy_extensions import mypyc_attr

from engine.messages import Message

PUSH: Final = "push"
TAKE: Final = "take"
POP: Final = "pop"


@mypyc_attr(allow_interpreted_subclasses=True)
class Probe:
    """Watches one pipe; taps, traces and breakpoints derive from it.

    A probe costs nothing where it is not set. An exception from ``saw`` takes the probe off its pipe:
    an observer cannot break a queue.
    """

    def saw(self, place: str, message: Message, n: int) -> None:
        """Look at a message; it must not be changed.

        Args:
            place: ``"push"`` it entered the pipe, ``"take"`` it left for the wire, ``"pop"`` it was received.
            n: its place in the pipe, 1 for the first; ``PipeView.place_of`` says what its place in the
                connection is, which the far end says too.
        """
