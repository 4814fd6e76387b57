"""The entries of the engine's errors, from their classes."""

from collections.abc import Iterator
from typing import Final

import engine.sockets.context  # noqa: F401 - loads every room, and with it every error
from app.reference.cases import sentence_of
from app.reference.docstrings import attributes_of, set_by_case, words_of
from app.reference.entry import Entry, Fact, Ref, Table
from engine.errors import EngineError, InternalError, LocalMisuse, PeerViolation, ResourceExhausted

FAULTS: Final[tuple[tuple[type[Exception], str, str], ...]] = (
    (
        PeerViolation,
        "The peer's fault",
        "The peer's: its connection is over, the socket lives on and its owner is told by an event.",
    ),
    (LocalMisuse, "The caller's fault", "The calling program's: it is raised where the call was made."),
    (ResourceExhausted, "Conditions", "Nobody's: the system, or a limit, refused."),
    (
        InternalError,
        "Ours",
        "The engine's own: what was begun ends, what goes on is told, and we want to know.",
    ),
    (EngineError, "Conditions", "Nobody's: a condition that the program can wait for or act on."),
)
"""By the nearest base, whose fault it is."""

SIMULATOR: Final = "engine.sim"
"""Its errors are of no concern to who uses sockets."""
WITH_CODE: Final = "Number of the protocol error"
GIVES_UP_BY_CASE: Final = "gives the endpoint up, or tries again where the status says that this may help"


def error_entries() -> list[Entry]:
    """Return one entry for each error that the engine raises, by whose fault it is."""
    return [_entry(each) for each in _tree(EngineError)]


def _tree(root: type[EngineError]) -> Iterator[type[EngineError]]:
    yield root
    for each in _kinds(root):
        yield from _tree(each)


def _kinds(error: type[EngineError]) -> list[type[EngineError]]:
    """Return the errors right below one: those of the engine's vocabulary first, then room by room."""
    own = [each for each in error.__subclasses__() if _is_ours(each.__module__)]
    return sorted(own, key=lambda each: (each.__module__ != EngineError.__module__, each.__module__))


def _is_ours(module: str) -> bool:
    return module.startswith("engine.") and not module.startswith(SIMULATOR)


def _entry(error: type[EngineError]) -> Entry:
    words = words_of(error)
    _, group, fault = next(each for each in FAULTS if issubclass(error, each[0]))
    bases = [each for each in reversed(list(_tree(EngineError))) if each in error.__mro__[1:]]
    names = words.libzmq or next((found for each in bases if (found := words_of(each).libzmq)), ())
    facts = [Fact("Whose fault", fault)]
    if sentence := sentence_of(error):
        facts.append(Fact("It says, for example", sentence))
    if names:
        facts.append(Fact("In libzmq", " or ".join(f"`{name}`" for name in names)))
    if issubclass(error, PeerViolation):
        facts += _of_a_peer(error)
    if bases:
        facts.append(Fact("Is a", "", (Ref("error", bases[0].__name__),)))
    if words.source:
        facts.append(Fact("Source", words.source))
    rows = tuple((f"`{each.name}`", f"`{each.type}`", each.words) for each in attributes_of(error))
    kinds = tuple(Ref("error", each.__name__) for each in _kinds(error))
    tables = (Table("Built from", ("Name", "Type", "What it tells"), rows),) if rows else ()
    return Entry("error", error.__name__, words.summary, words.body, tuple(facts), tables, kinds, group=group)


def _of_a_peer(error: type[PeerViolation]) -> Iterator[Fact]:
    """Yield the error's number, and what a connecting end does then: the class's, or set by the case."""
    by_case = set_by_case(error)
    if "code" in by_case:
        number = f"set per case: {', '.join(f'`0x{code:08X}`' for code in error.codes)}"
    else:
        number = f"`0x{error.code:08X}`" if error.code else "none: nothing was broken"
    yield Fact(WITH_CODE, number)
    again = "gives the endpoint up" if error.is_final else "tries again"
    yield Fact("A connecting end then", GIVES_UP_BY_CASE if "is_final" in by_case else again)
