"""The examples that come with the program, one for each family, in the order they are offered."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from app.errors import NotFound
from app.topology.document import read

Json = Any

ORDER: Final = (
    "pipeline",
    "slow-subscriber",
    "request-reply",
    "load-balancing",
    "proxy",
    "exclusive-pair",
    "two-processes",
    "many-to-many",
    "back-pressure",
    "web-page",
    "client-server",
    "radio",
    "radio-udp",
    "multicast",
    "websocket",
    "websocket-tls",
    "scatter-gather",
    "secured-feed",
)


@dataclass(frozen=True, slots=True)
class Example:
    """One example; its document is asked for by name."""

    name: str
    title: str
    description: str
    family: str


@cache
def examples() -> list[Example]:
    """Return all examples, the one for the first visit first."""
    return [_described(name) for name in ORDER]


def example(name: str) -> dict[str, Json]:
    """Return an example's document, which the caller may keep and change.

    Raises:
        NotFound: there is no example of this name.
    """
    if name not in ORDER:
        raise NotFound("example", name)
    return read(files(__package__ or "").joinpath("examples", f"{name}.yaml").read_bytes(), "yaml")


def _described(name: str) -> Example:
    document = example(name)
    return Example(name, document["name"], document["description"], document["tags"][0])
