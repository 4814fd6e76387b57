"""The addresses of one run: allotted or reported once, and kept until its end."""

from pathlib import Path
from typing import Final

from app.runtime.control import BindPiece

WILDCARD: Final = "*"


class Addresses:
    """Where each socket instance binds.

    Paths of ipc are allotted here; a wildcard port is known when its process reports it. A node
    that is started again binds where it was, so that its peers find it.

    Args:
        directory: the run's own; its path is short, as ipc paths must be.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: dict[tuple[str, str], str] = {}
        self._allotted = 0

    def allot(self, socket: str, piece: BindPiece) -> BindPiece:
        """Return the piece with its address for this run, as far as it is known before it binds."""
        key = (socket, piece.endpoint)
        if key in self._known:
            return piece.model_copy(update={"address": self._known[key]})
        if piece.address == "ipc://*":
            self._allotted += 1
            piece = piece.model_copy(update={"address": f"ipc://{self._directory}/{self._allotted}"})
        if WILDCARD not in piece.address:
            self._known[key] = piece.address
        return piece

    def report(self, bound: dict[str, dict[str, str]]) -> bool:
        """Take the real addresses of sockets that bound; return whether one of them is new."""
        is_news = False
        for socket, addresses in bound.items():
            for endpoint, address in addresses.items():
                if self._known.get((socket, endpoint)) != address:
                    self._known[(socket, endpoint)] = address
                    is_news = True
        return is_news

    def find(self, socket: str, endpoint: str) -> str | None:
        """The address of an endpoint, or ``None`` while it is not known."""
        return self._known.get((socket, endpoint))

    def forget(self, socket: str, endpoint: str) -> None:
        """The endpoint was taken out of the drawing."""
        self._known.pop((socket, endpoint), None)

    def as_json(self) -> dict[str, dict[str, str]]:
        """Addresses by ``node.socket#replica`` and endpoint."""
        shaped: dict[str, dict[str, str]] = {}
        for (socket, endpoint), address in self._known.items():
            instance, _, role = socket.rpartition(".")
            node, _, replica = instance.partition("#")
            shaped.setdefault(f"{node}.{role}#{replica}", {})[endpoint] = address
        return shaped
