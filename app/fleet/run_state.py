"""Where a run stands."""

from enum import StrEnum


class RunState(StrEnum):
    """The states of a run, as the interface names them."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing follows."""
        return self in (RunState.ENDED, RunState.FAILED)
