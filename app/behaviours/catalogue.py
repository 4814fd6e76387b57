"""The behaviours that run, by name; what each wants to know is declared in ``app.topology.declarations``."""

from typing import Final

from app.behaviours.behaviour import Behaviour
from app.behaviours.brokers import proxy
from app.behaviours.clients import ask
from app.behaviours.manual import by_hand
from app.behaviours.sinks import sink
from app.behaviours.sources import generate
from app.behaviours.web_page import serve_page
from app.behaviours.workers import echo, work

BEHAVIOURS: Final[dict[str, Behaviour]] = {
    "generator": Behaviour(generate, is_source=True),
    "sink": Behaviour(sink),
    "worker": Behaviour(work),
    "client": Behaviour(ask, is_source=True, finishes=True),
    "echo": Behaviour(echo),
    "proxy": Behaviour(proxy),
    "http-page": Behaviour(serve_page),
    "manual": Behaviour(by_hand),
}
