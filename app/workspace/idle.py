"""A server that keeps drawings and runs none of them."""

from typing import Any, NewType, NoReturn

from app.errors import NotFound
from app.settings import Settings

Json = Any
RunId = NewType("RunId", str)


class Running:
    """Nothing runs here."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    def views(self) -> list[Json]:
        """No runs."""
        return []

    async def apply(
        self, topology: str, revision: int, before: Json, after: Json, edits: list[Json]
    ) -> list[Json]:
        """Nothing runs, so nothing changes."""
        return []

    def active_run_of(self, topology: str) -> RunId | None:
        """None."""
        return None

    def __getattr__(self, name: str) -> Any:
        def refuse(run: str, *_: Any) -> NoReturn:
            raise NotFound("run", str(run))

        return refuse
