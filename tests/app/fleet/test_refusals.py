"""Links that stand refused: by whose word, for how long, and what a stranger's refusal does not change."""

from app.fleet.refusals import Refusals, link_of
from app.runtime.control import Happening
from app.topology.compile import compile_plan
from app.topology.plan import Plan
from tests.app.topology.secured import curve_client, curve_feed

DENIED = "the authenticator turned the peer away with 400: the key is not known"
TOLD = "peer refused the connection: 400"


def plan(*, peers: int = 1) -> Plan:
    document = curve_feed()
    for number in range(2, peers + 1):
        socket = {"type": "SUB", "subscriptions": [""], "security": curve_client()}
        document["nodes"][f"desk-{number}"] = {
            "behaviour": "sink", "process": "there", "sockets": {"in": socket},
        }  # fmt: skip
        document["links"][f"news-{number}"] = {"connect": f"desk-{number}.in", "bind": "feed.out"}
    return compile_plan(document)


def at_server(what: str, detail: str = "", link: str = "") -> Happening:
    return Happening(t_s=0, what=what, node="feed#1", socket="feed#1.out", detail=detail, link=link)


def at_client(what: str, detail: str = "", link: str = "news") -> Happening:
    return Happening(t_s=0, what=what, node="desk#1", socket="desk#1.in", detail=detail, link=link)


def test_a_refused_link_stands_so_until_a_peer_is_let_in() -> None:
    refusals = Refusals()
    assert refusals.take(plan(), at_client("not_let_in", TOLD)) == [{"link": "news", "reason": TOLD}]
    assert refusals.take(plan(), at_client("not_let_in", TOLD)) == []
    assert refusals.take(plan(), at_client("retried")) == []
    assert refusals.take(plan(), at_client("connected")) == [{"link": "news", "reason": None}]
    assert refusals.present == {}


def test_the_server_s_word_goes_before_its_client_s_whoever_speaks_first() -> None:
    events = at_server("not_let_in", DENIED), at_client("not_let_in", TOLD)
    for order in (events, events[::-1]):
        refusals = Refusals()
        for event in order:
            refusals.take(plan(peers=2), event)
        assert refusals.present == {"news": DENIED}


def test_a_link_with_a_peer_is_not_refused_for_a_stranger_s_sake() -> None:
    refusals = Refusals()
    refusals.take(plan(), at_server("connected", link="news"))
    assert refusals.take(plan(), at_server("not_let_in", DENIED, link="news")) == []
    refusals.take(plan(), at_server("disconnected", link="news"))
    assert refusals.take(plan(), at_server("not_let_in", DENIED, link="news")) != []
    refusals.forget(refusals.known())
    assert (refusals.present, refusals.known()) == ({}, [])


def test_a_peer_that_did_not_tell_its_link_is_known_where_there_is_only_one() -> None:
    refused = at_server("not_let_in", DENIED)
    assert link_of(plan(), refused) == "news"
    assert link_of(plan(peers=2), refused) == ""
    assert link_of(plan(), at_server("accepted")) == ""
