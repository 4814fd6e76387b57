"""Security in a drawing: what does not match is found, said in words, and made to match by its fix."""

from typing import Any

import pytest

from app.topology.compile import compile_plan
from app.topology.edits import apply_all
from app.topology.findings import Finding
from app.topology.plan import KeyPlan
from app.topology.validate import check
from tests.app.topology.secured import (
    ORDERS_PUBLIC,
    Machine,
    curve_client,
    curve_feed,
    curve_server,
    feed,
    plain_feed,
    stored,
)

Json = Any

PLAIN_SERVER = {"mechanism": "plain", "role": "server", "allow": ["alice"]}
OTHER_PUBLIC = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"

DIFFERS = (
    "desk.in expects a server with the key desk, but feed.out has feed: "
    "neither can read the other's handshake"
)


def found(document: Json, code: str, machine: Machine | None = None) -> list[Finding]:
    return [finding for finding in check(document, here=machine) if finding.code == code]


def sole(document: Json, code: str, machine: Machine | None = None) -> Finding:
    (finding,) = found(document, code, machine)
    return finding


def fixed(document: Json, machine: Machine | None = None) -> Json:
    """Click every fix there is, making the keys it wishes for, until there is none."""
    for _ in range(20):
        fix = next((each.fix for each in check(document, here=machine) if each.fix), None)
        if fix is None:
            return document
        for wish in fix.keys:
            if machine is not None:
                assert wish.name not in machine.stored
                machine.stored[wish.name] = ORDERS_PUBLIC if wish.kind == "curve" else None
        document, _ = apply_all(document, fix.edits)
    raise AssertionError("the fixes never come to an end")


WRONG = {
    "null and curve": (
        curve_feed(client={"mechanism": "null"}),
        "desk.in speaks NULL and feed.out CURVE: their handshake fails, no message passes",
        "Make desk.in CURVE too",
    ),
    "nothing and plain": (
        feed(PLAIN_SERVER, alice=stored("alice", "plain")),
        "desk.in speaks NULL and feed.out PLAIN: their handshake fails, no message passes",
        "Make desk.in PLAIN too",
    ),
    "two servers": (
        curve_feed(client={"mechanism": "curve", "role": "server", "key": "desk"}),
        "desk.in and feed.out are both the server of CURVE: one must be the server, the other its client",
        "Make feed.out the server",
    ),
    "two clients": (
        curve_feed(server=curve_client(key="feed", server_key="desk")),
        "desk.in and feed.out are both the client of CURVE: one must be the server, the other its client",
        "Make feed.out the server",
    ),
    "another server's key": (
        curve_feed(client=curve_client(server_key="desk")),
        DIFFERS,
        "Expect feed",
    ),
    "no key": (
        curve_feed(server={"mechanism": "curve", "role": "server"}),
        "feed.out is the server of CURVE and has no key pair",
        "Make it a key",
    ),
    "no server key": (
        curve_feed(client={"mechanism": "curve", "role": "client", "key": "desk"}),
        "desk.in is a client of CURVE and does not know its server's key (server_key)",
        "Expect feed",
    ),
    "an unknown key": (
        curve_feed(server=curve_server(key="fed")),
        "feed.out speaks of the key fed, which is not known; did you mean feed?",
        "Use feed",
    ),
    "a name like none": (
        curve_feed(server=curve_server(key="warehouse"), client=curve_client(server_key="warehouse")),
        "feed.out speaks of the key warehouse, which is not known",
        "Make the key warehouse",
    ),
    "no role": (
        curve_feed(server={"mechanism": "curve", "key": "feed"}),
        "feed.out is CURVE and neither its server nor its client",
        "Make it the server",
    ),
    "plain without a list": (
        plain_feed() | feed(
            {"mechanism": "plain", "role": "server"},
            {"mechanism": "plain", "role": "client", "key": "alice"},
            alice=stored("alice", "plain"),
        ),
        "feed.out is the server of PLAIN and lets nobody in: its list (allow) is empty",
        "Let alice in",
    ),
    "a list that does nothing": (
        curve_feed(client=curve_client(allow=["feed"])),
        "desk.in is the client of CURVE, which has no use for a list of who is let in (allow)",
        "Remove allow",
    ),
    "a key without a secret": (
        curve_feed(feed={"kind": "curve", "public": ORDERS_PUBLIC}),
        "the key feed does not say where its secret is (secret)",
        "Make it on this machine",
    ),
    "no key at all": (
        curve_feed(feed=stored("feed", public="not a key")),
        "keys.feed.public is no CURVE key: it has 9 characters instead of 40 of Z85",
        "Remove it: it follows from the secret",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_match_is_said_and_its_fix_helps(case: str) -> None:
    document, sentence, label = WRONG[case]
    finding = found(document, "GM-108")[0]
    assert (finding.sentence, finding.fix and finding.fix.label) == (sentence, label)
    machine = Machine(feed=ORDERS_PUBLIC, desk=OTHER_PUBLIC, alice=None)
    assert check(fixed(document, machine), here=machine) == []


@pytest.mark.parametrize("document", [curve_feed(), plain_feed(), curve_feed(curve_server(allow=["desk"]))])
def test_what_matches_has_no_finding(document: Json) -> None:
    assert check(document) == []
    assert check(document, here=Machine(feed=ORDERS_PUBLIC, desk=OTHER_PUBLIC, alice=None)) == []


def test_a_client_that_is_not_on_the_list_will_be_turned_away_which_is_a_warning() -> None:
    document = curve_feed(curve_server(allow=["other"]), other={"kind": "curve", "public": OTHER_PUBLIC})
    finding = sole(document, "GM-215")
    assert finding.severity == "warning"
    assert finding.sentence == (
        "feed.out will turn desk.in away: its key desk is not among those that are let in"
    )
    assert found(fixed(document), "GM-215") == []


def test_an_empty_list_lets_nobody_in() -> None:
    document = curve_feed(curve_server(allow=[]))
    assert sole(document, "GM-215").fix is not None
    assert fixed(document)["nodes"]["feed"]["sockets"]["out"]["security"]["allow"] == ["desk"]


def test_a_key_under_two_names_is_one_key() -> None:
    document = curve_feed(
        client=curve_client(server_key="theirs"),
        feed=stored("feed", public=ORDERS_PUBLIC),
        theirs={"kind": "curve", "public": ORDERS_PUBLIC},
    )
    assert check(document) == []


def test_inproc_carries_no_security_which_is_a_warning() -> None:
    keys = {"feed": stored("feed"), "desk": stored("desk")}
    document = feed(curve_server(), curve_client(), address="inproc", **keys)
    assert sole(document, "GM-216").severity == "warning"


def test_a_program_outside_speaks_what_it_likes_until_the_drawing_says_so() -> None:
    document = curve_feed()
    document["nodes"]["desk"] = {
        "behaviour": "external",
        "sockets": {"in": {"type": "SUB", "subscriptions": [""]}},
    }
    assert [each for each in check(document) if each.code == "GM-108"] == []
    document["nodes"]["desk"]["sockets"]["in"]["security"] = {"mechanism": "null"}
    assert len(found(document, "GM-108")) == 1


def test_missing_keys_are_made_by_one_fix() -> None:
    machine = Machine()
    findings = found(curve_feed(), "GM-114", machine)
    assert [each.sentence for each in findings] == [
        "the secret of key feed is not here: there is no stored key feed on this machine",
        "the secret of key desk is not here: there is no stored key desk on this machine",
    ]
    fix = findings[0].fix
    assert fix is not None
    assert fix.label == "Make the 2 missing keys"
    assert [wish.as_json() for wish in fix.keys] == [
        {"name": "feed", "kind": "curve", "source": []},
        {"name": "desk", "kind": "curve", "source": []},
    ]
    assert check(fixed(curve_feed(), machine), here=machine) == []


def test_a_key_of_the_environment_may_be_made_here_instead() -> None:
    document = curve_feed(feed={"kind": "curve", "public": ORDERS_PUBLIC, "secret": {"env": "FEED"}})
    machine = Machine(desk=OTHER_PUBLIC)
    after = fixed(document, machine)
    assert after["keys"]["feed"] == {"kind": "curve", "secret": {"stored": "feed"}}


def test_a_public_half_that_belongs_to_another_secret_is_found() -> None:
    document = curve_feed(feed=stored("feed", public=OTHER_PUBLIC))
    machine = Machine(feed=ORDERS_PUBLIC, desk=OTHER_PUBLIC)
    assert "another public half" in sole(document, "GM-108", machine).sentence
    assert fixed(document, machine)["keys"]["feed"]["public"] == ORDERS_PUBLIC


def test_a_plan_names_secrets_and_holds_what_is_public() -> None:
    machine = Machine(feed=ORDERS_PUBLIC, desk=OTHER_PUBLIC)
    plan = compile_plan(curve_feed(curve_server(allow=["desk"])), here=machine)
    _, node = plan.find("feed")
    security = node.socket("out").security
    assert security is not None
    desk = KeyPlan("desk", "curve", OTHER_PUBLIC, "", None, "desk")
    assert security.is_server
    assert security.key == KeyPlan("feed", "curve", ORDERS_PUBLIC, "", None, "feed")
    assert security.allow == (desk,)


SECRET = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"  # of libzmq's manual, known to all


WRITTEN = {
    "a key": (("keys", "feed", "secret"), curve_feed),
    "a key's password": (("keys", "alice", "password"), plain_feed),
    "an option": (("nodes", "feed", "sockets", "out", "options", "curve_secretkey"), feed),
    "an option in libzmq's capitals": (
        ("nodes", "feed", "sockets", "out", "options", "CURVE_SECRETKEY"),
        feed,
    ),
    "a password as an option": (("nodes", "desk", "sockets", "in", "options", "plain_password"), feed),
    "a socket's security": (("nodes", "feed", "sockets", "out", "security", "secret_key"), curve_feed),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_a_secret_in_a_drawing_is_found_never_repeated_and_moved_out(case: str) -> None:
    path, make = WRITTEN[case]
    document = make()
    here = document
    for key in path[:-1]:
        here = here.setdefault(key, {})
    here[path[-1]] = SECRET
    machine = Machine(desk=OTHER_PUBLIC)
    finding = sole(document, "GM-113", machine)
    assert finding.sentence.startswith(f"{'.'.join(path)} is a secret in the clear")
    assert finding.fix is not None
    assert finding.fix.label == "Move it into this machine's key store"
    assert [wish.source for wish in finding.fix.keys] == [path]
    assert SECRET not in repr([each.as_json() for each in check(document, here=machine)])
    after, _ = apply_all(document, finding.fix.edits)
    assert SECRET not in repr(after)


def test_a_private_key_without_its_certificate_is_removed_and_its_place_told() -> None:
    document = feed()
    document["nodes"]["feed"]["sockets"]["out"]["options"] = {"wss_key_pem": SECRET}
    finding = sole(document, "GM-113")
    assert SECRET not in repr([each.as_json() for each in check(document)])
    assert check(fixed(document)) == []
    assert finding.fix is not None
    assert finding.fix.label == "Remove it"
    assert finding.sentence.endswith("keep it as a key of kind tls, and name that in the socket's tls")


def test_the_password_of_a_proxy_moves_into_the_store_with_its_user() -> None:
    document = feed()
    options = {"socks_proxy": "127.0.0.1:1080", "socks_username": "ann", "socks_password": SECRET}
    document["nodes"]["desk"]["sockets"]["in"]["options"] = options
    after = fixed(document, Machine())
    assert check(after) == []
    assert after["keys"] == {"desk": {"kind": "plain", "secret": {"stored": "desk"}, "username": "ann"}}
    assert after["nodes"]["desk"]["sockets"]["in"]["options"] == {"socks_proxy": "127.0.0.1:1080"}
    assert after["nodes"]["desk"]["sockets"]["in"]["proxy"] == "desk"


def test_a_secret_that_is_no_text_is_not_repeated_either() -> None:
    document = curve_feed(feed={"kind": "curve", "secret": 918273645})
    assert "918273645" not in repr([each.as_json() for each in check(document)])


MISPLACED: dict[str, tuple[str, ...]] = {
    "the key's place": ("keys", "feed"),
    "the place of a stored name": ("keys", "feed", "secret", "stored"),
    "the place of a variable's name": ("keys", "feed", "secret", "env"),
    "a field misspelled": ("keys", "feed", "secrets"),
    "the place of a key's name": ("nodes", "feed", "sockets", "out", "security", "key"),
    "the place of a certificate's name": ("nodes", "feed", "sockets", "out", "tls", "key"),
    "the place of a proxy's user": ("nodes", "feed", "sockets", "out", "proxy"),
    "a list of names": ("nodes", "feed", "sockets", "out", "security", "allow"),
}


@pytest.mark.parametrize("place", MISPLACED)
def test_a_secret_where_something_else_belongs_is_not_repeated(place: str) -> None:
    document = curve_feed()
    *before, last = MISPLACED[place]
    here = document
    for step in before:
        here = here.setdefault(step, {})
    here[last] = [SECRET] if last == "allow" else SECRET
    found = check(document)
    assert found
    assert SECRET not in repr([each.as_json() for each in found])


def test_a_missing_key_is_told_at_the_socket_that_shows_it() -> None:
    document = curve_feed()
    document["nodes"]["feed"]["sockets"]["out"]["security"]["allow"] = ["desk"]
    found = [each for each in check(document, here=Machine()) if each.code == "GM-114"]
    assert [each.where.get("socket") for each in found] == ["feed.out", "desk.in"]


@pytest.mark.parametrize("name", ["curve_server", "curve_publickey", "plain_username"])
def test_options_of_a_mechanism_are_said_by_security(name: str) -> None:
    document = feed()
    document["nodes"]["feed"]["sockets"]["out"]["options"] = {name: 1}
    finding = sole(document, "GM-109")
    assert finding.sentence == f"feed.out: {name} is no option of a drawing; it has security of its own"
