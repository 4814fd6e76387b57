"""wss in a drawing: who shows a certificate, who believes it; passwords for proxies."""

from typing import Any

import pytest

from app.topology.compile import compile_plan
from app.topology.plan import KeyPlan, TlsPlan
from app.topology.validate import check
from tests.app.topology.secured import Machine, feed, sealed_feed, stored
from tests.app.topology.test_security_rules import fixed, sole

Json = Any

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
PRIVATE = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n"


def external(document: Json, node: str) -> Json:
    document["nodes"][node]["behaviour"] = "external"
    del document["nodes"][node]["process"]
    return document


def test_a_sealed_feed_is_planned_with_its_certificate() -> None:
    plan = compile_plan(sealed_feed(), here=Machine(web=PEM))
    key = KeyPlan("web", "tls", PEM, "", None, "web")
    assert plan.find("feed")[1].socket("out").tls == TlsPlan(key, ())
    assert plan.find("desk")[1].socket("in").tls == TlsPlan(None, (key,))


DISTRUSTED = (
    "desk.in will turn feed.out away: the certificate that is shown there, web, is not among those that it "
    "believes"
)

WRONG: dict[str, tuple[Json, str, str | None]] = {
    "no certificate": (
        feed(address="wss"),
        "feed.out binds over wss and has no certificate to show there (tls.key)",
        "Make it a certificate",
    ),
    "nothing believed": (
        sealed_feed(client={}),
        "desk.in believes no certificate (tls.trust), so it will turn feed.out away",
        "Believe web",
    ),
    "another one believed": (
        sealed_feed(client={"trust": ["other"]}, other=stored("other", "tls")),
        DISTRUSTED,
        "Believe web",
    ),
    "an unknown key": (
        sealed_feed({"key": "wep"}),
        "feed.out: tls.key speaks of the key wep, which is not known; did you mean web?",
        "Use web",
    ),
    "an unknown key like none": (
        sealed_feed(client={"trust": ["web", "authority"]}),
        "desk.in: tls.trust speaks of the key authority, which is not known",
        "Make the key authority",
    ),
    "another kind": (
        sealed_feed({"key": "feed"}, {"trust": ["web"]}, feed=stored("feed")),
        "feed.out: tls.key wants a certificate, and the key feed is a CURVE key",
        None,
    ),
    "no certificate written": (
        sealed_feed(web={"kind": "tls", "public": "MIIB"}),
        "keys.web.public is no certificate: it should be PEM text with -----BEGIN CERTIFICATE-----",
        None,
    ),
    "no private key": (
        sealed_feed(web={"kind": "tls", "public": PEM}),
        "the key web does not say where its private key is (secret)",
        "Make it on this machine",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_certificate_is_said_and_mended(name: str) -> None:
    document, sentence, label = WRONG[name]
    found = {each.sentence: each for each in check(document) if each.code in ("GM-108", "GM-215")}
    assert sentence in found
    fix = found[sentence].fix
    assert (fix.label if fix else None) == label
    if label is not None:
        assert check(fixed(document)) == []


def test_one_fix_makes_the_certificate_and_has_it_believed() -> None:
    after = fixed(feed(address="wss"), Machine())
    sockets = {each: node["sockets"] for each, node in after["nodes"].items()}
    assert sockets["feed"]["out"]["tls"] == {"key": "feed"}
    assert sockets["desk"]["in"]["tls"] == {"trust": ["feed"]}
    assert after["keys"] == {"feed": {"kind": "tls", "secret": {"stored": "feed"}}}


@pytest.mark.parametrize(
    "options", [{"wss_trust_system": 1}, {"wss_trust_pem": PEM}], ids=["the system's", "written"]
)
def test_whom_an_option_lets_it_believe_is_enough(options: Json) -> None:
    document = sealed_feed(client={})
    document["nodes"]["desk"]["sockets"]["in"]["options"] = options
    assert check(document) == []


def test_somebody_elses_certificate_may_be_above_the_one_that_is_shown() -> None:
    assert check(sealed_feed(client={"trust": ["above"]}, above={"kind": "tls", "public": PEM})) == []


def test_a_server_outside_needs_no_key_here_and_has_to_be_believed() -> None:
    document = external(sealed_feed({}, {}, address="wss://127.0.0.1:8443/x"), "feed")
    assert sole(document, "GM-215").sentence == (
        "desk.in believes no certificate (tls.trust), so it will turn feed.out away; name the one that is "
        "shown there, or set wss_trust_system"
    )
    document["nodes"]["desk"]["sockets"]["in"]["tls"] = {"trust": ["theirs"]}
    document["keys"] = {"theirs": {"kind": "tls", "public": PEM}}
    assert check(document, here=Machine()) == []


def test_a_certificate_that_is_not_here_is_made() -> None:
    finding = sole(sealed_feed(), "GM-114", Machine())
    assert finding.where["socket"] == "feed.out"
    assert finding.fix is not None
    assert [(each.name, each.kind) for each in finding.fix.keys] == [("web", "tls")]


def test_a_certificate_that_is_another_one_here_is_told() -> None:
    document = sealed_feed(web=stored("web", "tls", public=PEM.replace("MIIB", "MIIC")))
    finding = sole(document, "GM-108", Machine(web=PEM))
    assert finding.sentence.startswith("the key web has another certificate in the drawing")
    assert fixed(document, Machine(web=PEM))["keys"]["web"]["public"] == PEM
    assert check(sealed_feed(web=stored("web", "tls", public=PEM.strip())), here=Machine(web=PEM)) == []


@pytest.mark.parametrize("option", ["wss_cert_pem", "wss_trust_pem"])
def test_a_private_key_among_certificates_is_a_secret_in_the_clear(option: str) -> None:
    document = sealed_feed()
    document["nodes"]["desk"]["sockets"]["in"]["options"] = {option: PEM + PRIVATE}
    assert sole(document, "GM-113").where["socket"] == "desk.in"
    assert "MIGH" not in repr([each.as_json() for each in check(document)])


def test_a_private_key_in_the_place_of_a_certificate_moves_into_the_store() -> None:
    document = sealed_feed(web={"kind": "tls", "public": PRIVATE + PEM})
    finding = sole(document, "GM-113")
    assert finding.fix is not None
    assert [each.source for each in finding.fix.keys] == [("keys", "web", "public")]
    assert fixed(document, Machine())["keys"]["web"] == {"kind": "tls", "secret": {"stored": "web"}}


@pytest.mark.parametrize(
    ("name", "place"),
    [("wss_cert_pem", "tls"), ("socks_username", "proxy")],
)
def test_what_a_key_says_is_no_option(name: str, place: str) -> None:
    document = feed()
    document["nodes"]["desk"]["sockets"]["in"]["options"] = {name: "x"}
    sentence = f"desk.in: {name} is no option of a drawing; it has {place} of its own"
    assert sole(document, "GM-109").sentence == sentence


def test_a_proxy_wants_a_password() -> None:
    document = feed(web=stored("web", "tls"))
    document["nodes"]["desk"]["sockets"]["in"]["proxy"] = "web"
    expected = "desk.in: proxy wants a password, and the key web is a certificate"
    assert sole(document, "GM-108").sentence == expected
