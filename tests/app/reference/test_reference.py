"""The reference is whole: everything has an entry with words, every link leads somewhere, examples hold."""

from collections import Counter
from copy import deepcopy

import pytest

from app.errors import NotFound
from app.reference.entry import KINDS, Entry
from app.reference.flaws import drawing_of, findings_in
from app.reference.library import EntryNotFound, entries, entry, search
from app.reference.names import pieces
from app.reference.text import COMMITTED, REFRESH, pages
from app.topology.explanations import EXPLANATIONS
from app.topology.findings import RULES
from app.topology.validate import check, errors_of
from app.workspace.headless_run import run_headless
from engine.constants import SocketType
from engine.endpoints import ABSENT, SCHEMES
from engine.monitor.events import EVENTS
from engine.option_numbers import ABSENT as ABSENT_OPTIONS, CONTEXT_ABSENT
from engine.option_table import ACTIONS, OPTIONS, READ_ONLY

ALL = [each for group in entries().values() for each in group]
SHOWN = [each for each in ALL if each.example is not None and each.kind != "finding"]


def names(kind: str) -> set[str]:
    return {each.name for each in ALL if each.kind == kind}


def path(each: Entry) -> str:
    return each.ref.path


def test_every_type_option_transport_event_and_finding_has_an_entry() -> None:
    assert names("type") == set(SocketType.__members__)
    assert names("option") == {*OPTIONS, *READ_ONLY, *ACTIONS, *ABSENT_OPTIONS, *CONTEXT_ABSENT}
    assert names("transport") == {*SCHEMES, *ABSENT}
    assert names("event") == {each.__name__ for each in EVENTS}
    assert names("finding") == set(RULES) == set(EXPLANATIONS)


@pytest.mark.parametrize("each", ALL, ids=path)
def test_an_entry_says_something(each: Entry) -> None:
    assert len(each.summary.split()) >= 2
    assert each.summary.endswith((".", "?"))
    assert each.facts
    assert each.group
    assert "``" not in each.summary + " ".join(each.body)


def test_no_name_is_taken_twice() -> None:
    taken = Counter((each.kind, each.name.lower()) for each in ALL)
    assert [name for name, count in taken.items() if count > 1] == []


def test_every_link_leads_to_an_entry() -> None:
    known = {each.ref for each in ALL}
    assert [(path(each), ref) for each in ALL for ref in each.refs() if ref not in known] == []


@pytest.mark.parametrize("each", SHOWN, ids=path)
def test_an_example_has_no_error(each: Entry) -> None:
    assert each.example is not None
    assert errors_of(check(dict(each.example))) == []


@pytest.mark.parametrize("code", RULES)
def test_the_drawing_of_a_finding_has_this_one_error_and_the_page_says_its_sentence(code: str) -> None:
    shown = entry("finding", code)
    assert shown.example == drawing_of(code)
    found = findings_in(code)
    assert {each.code for each in errors_of(found)} <= {code}
    assert code in {each.code for each in found}
    told = [fact.text for fact in shown.facts if fact.label == "It says, for example"]
    assert told == [next(each.sentence for each in found if each.code == code)]


def test_every_type_and_transport_can_be_seen_at_work() -> None:
    unseen = {each.name for each in ALL if each.kind in ("type", "transport") and each.example is None}
    assert unseen <= set(ABSENT)


def test_an_entry_is_found_whatever_its_capitals() -> None:
    assert entry("type", "push") is entry("type", "PUSH")
    assert entry("options", "SNDHWM").name == "sndhwm"


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one() -> None:
    with pytest.raises(EntryNotFound, match="did you mean 'sndhwm'"):
        entry("option", "sendhwm")
    with pytest.raises(NotFound):
        entry("option", "nothing-like-it")


def test_searching_finds_names_before_mentions() -> None:
    found = search("linger")
    assert found[0].name == "linger"
    assert search("no such words at all") == []
    assert {each.kind for each in search("subscri")} >= {"type", "option", "event"}


def test_the_text_in_the_repository_is_what_the_code_says() -> None:
    kept = {file.name: file.read_text("utf-8") for file in COMMITTED.glob("*.md")}
    stale = [name for name, text in pages().items() if kept.get(name) != text]
    assert stale == [], f"the code says something else by now; refresh it: {REFRESH}"
    assert set(kept) == set(pages())


def test_every_kind_has_a_page_of_text() -> None:
    assert len(pages()) == len(KINDS) + 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["type/ROUTER", "transport/inproc", "option/sndhwm", "transport/ws"])
async def test_an_example_runs_and_its_books_balance(name: str) -> None:
    kind, _, own = name.partition("/")
    document = deepcopy(dict(entry(kind, own).example or {}))
    for node, limit in (("orders", "count"), ("ann", "requests")):
        if node in document["nodes"]:
            document["nodes"][node]["with"][limit] = 10
    books = await run_headless(document, None, lambda _: None)
    assert books["balanced"]
    delivered = [lane["delivered"] for link in books["links"] for lane in link["directions"].values()]
    assert sum(each or 0 for each in delivered) >= 10


def test_names_in_a_text_lead_to_their_entries() -> None:
    found = pieces("Set `1`, and sndhwm or req_relaxed; else HostUnreachable, never no_such_name.")
    assert [piece.ref.path for piece in found if piece.ref] == [
        "option/sndhwm", "option/req_relaxed", "error/HostUnreachable",
    ]  # fmt: skip
    assert [piece.text for piece in found if piece.is_code] == ["1"]
    assert "".join(piece.text for piece in found).endswith("never no_such_name.")
