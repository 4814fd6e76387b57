"""A feed is secured by CURVE with keys made on the page; its wire is locked, and the file holds no secret."""

import re
import sqlite3
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Response, expect

from app.topology.document import write
from tests.app.topology.secured import feed
from tests.browser.person import Person
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

PASSWORD = "typed once and never seen again"


def secrets_in(data: Path) -> list[str]:
    """What the server keeps and nobody else may have."""
    with sqlite3.connect(data / "keys.sqlite3") as store:
        return [row[0] for row in store.execute("SELECT secret FROM keys ORDER BY made_at")]


def kept(server: ServerProcess) -> str:
    """Keep the drawing at the server; its address on the page."""
    document = feed()
    document["nodes"]["feed"].update(at=[100, 150], **{"with": {"rate_per_s": 200, "delay_ms": 200}})
    document["nodes"]["desk"].update(at=[620, 150])
    made = httpx.post(f"{server.url}/api/v1/topologies", json=document, headers={"Idempotency-Key": "one"})
    return f"/t/{made.json()['id']}"


def opens_socket(person: Person, node: str, socket: str) -> None:
    person.node(node).click()
    person.inspector.get_by_role("button", name=re.compile(rf"\b{socket}\b")).first.click()
    expect(person.inspector.get_by_role("heading", name=socket, exact=True)).to_be_visible()


def test_keys_are_made_on_the_page_and_stay_at_the_server(
    server: ServerProcess, page: Page, data: Path
) -> None:
    answers: list[Response] = []
    frames: list[str | bytes] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    def hear(frame: str | bytes) -> None:
        frames.append(frame)

    page.on("response", keep)
    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    path = kept(server)
    person = Person(page).visits(path)

    opens_socket(person, "feed", "out")
    person.inspector.get_by_label("Mechanism").select_option("curve")
    expect(
        person.inspector.get_by_text("feed.out is the server of CURVE and has no key pair")
    ).to_be_visible()
    person.inspector.get_by_role("button", name="Make a key", exact=True).click()
    expect(person.inspector.locator(".public-key code")).to_have_text(re.compile(r"^\S{40}$"))

    page.get_by_role("tab", name=re.compile("^Problems")).click()
    page.get_by_role("button", name="Make desk.in CURVE too").click()
    expect(page.get_by_text("No problems found.").first).to_be_visible()
    expect(page.locator(".link-lock")).to_have_attribute("title", re.compile("^CURVE: "))
    expect(person.node("desk").locator(".card-lock")).to_be_visible()

    person.run_bar.get_by_role("button", name="Run").click()
    person.waits_for_delivered(100)

    opens_socket(person, "feed", "out")
    person.inspector.get_by_label("Lets in").select_option("list")
    person.inspector.get_by_role("button", name="Turn desk away").click()
    expect(page.locator(".link-lock[data-refused]")).to_contain_text("refused")
    page.locator(".link-lock[data-refused]").click()
    expect(person.inspector.get_by_text("the key is not known")).to_be_visible()
    person.inspector.get_by_role("button", name="Let desk in").click()
    expect(page.locator(".link-lock[data-refused]")).to_have_count(0)
    person.run_bar.get_by_role("button", name="Stop").click()
    person.sees_state("STOPPED")
    person.is_saved()

    document = httpx.get(f"{server.url}/api/v1/topologies/{path.removeprefix('/t/')}").json()
    assert document["keys"] == {
        name: {"kind": "curve", "secret": {"stored": name}} for name in ("feed", "desk")
    }
    secrets = secrets_in(data)
    assert [len(secret) for secret in secrets] == [40, 40]
    bodies = [answer.text() for answer in answers if "/api/" in answer.url and answer.status == 200]
    seen = "".join([write(document, "yaml"), page.content(), *bodies, *map(str, frames)])
    assert not any(secret in seen for secret in secrets)


def test_a_password_is_typed_once_and_goes_to_the_server_only(
    server: ServerProcess, page: Page, data: Path
) -> None:
    person = Person(page).visits(kept(server))
    opens_socket(person, "feed", "out")
    person.inspector.get_by_label("Mechanism").select_option("plain")
    person.inspector.get_by_role("button", name="Add a user").click()
    person.inspector.get_by_label("User name").fill("alice")
    person.inspector.get_by_label("Password", exact=True).fill(PASSWORD)
    person.inspector.get_by_role("button", name="Keep it").click()
    expect(person.inspector.locator(".chip")).to_have_text("alice")
    expect(person.inspector.get_by_label("Password", exact=True)).to_have_count(0)

    opens_socket(person, "desk", "in")
    person.inspector.get_by_label("Mechanism").select_option("plain")
    person.inspector.get_by_label("User", exact=True).select_option("alice")
    person.run_bar.get_by_role("button", name="Run").click()
    person.waits_for_delivered(20)
    assert secrets_in(data) == [PASSWORD]
    assert PASSWORD not in page.content()


def test_a_certificate_is_made_on_the_page_and_believed_at_the_other_end(
    server: ServerProcess, page: Page, data: Path
) -> None:
    path = kept(server)
    person = Person(page).visits(path)
    opens_socket(person, "feed", "out")
    person.inspector.get_by_label("Transport of endpoint main").select_option("wss")
    person.inspector.get_by_role("button", name="Make a certificate").click()
    expect(person.inspector.get_by_label("Certificate", exact=True)).to_have_value("feed")
    opens_socket(person, "desk", "in")
    expect(person.inspector.locator(".chip")).to_have_text("feed")
    expect(page.locator(".link-lock")).to_have_attribute("title", re.compile("^TLS: "))
    person.run_bar.get_by_role("button", name="Run").click()
    person.waits_for_delivered(50)
    person.inspector.get_by_role("button", name="Believe feed no more").click()
    expect(page.locator(".link-lock[data-refused]")).to_contain_text("refused")
    person.inspector.get_by_label("Believe one more").select_option("feed")
    expect(page.locator(".link-lock[data-refused]")).to_have_count(0)
    (secret,) = secrets_in(data)
    document = httpx.get(f"{server.url}/api/v1/topologies/{path.removeprefix('/t/')}").text
    assert secret.splitlines()[1] not in document + page.content()


def test_a_stored_key_is_deleted_after_a_question_and_made_anew_for_the_next_run(
    page: Page, data: Path
) -> None:
    person = Person(page).visits()
    page.get_by_role("button", name="All patterns").first.click()
    page.get_by_role("button", name=re.compile("^Secured feed")).click()
    expect(person.node("trader")).to_be_visible()
    person.run_bar.get_by_role("button", name="Run").click()
    person.waits_for_delivered(20)
    person.inspector.get_by_role("button", name="Keys of this machine").click()
    dialog = page.get_by_role("dialog", name="Keys of this machine")
    dialog.get_by_role("button", name="Delete the stored key example-feed").click()
    expect(dialog.get_by_role("alert")).to_contain_text("this drawing needs it (feed, trader, auditor)")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    assert len(secrets_in(data)) == 3
    dialog.get_by_role("button", name="Delete the stored key example-feed").click()
    dialog.get_by_role("button", name="Delete example-feed for good").click()
    expect(dialog.get_by_text("example-feed")).to_have_count(0)
    assert len(secrets_in(data)) == 2
    dialog.get_by_role("button", name="Close").click()
    person.inspector.get_by_role("button", name="Make the missing keys").click()
    expect(page.get_by_text("The run goes on with the old example-feed", exact=True)).to_be_visible()
    assert len(secrets_in(data)) == 3


def test_the_secured_example_plays_at_once(page: Page) -> None:
    person = Person(page).visits()
    page.get_by_role("button", name="All patterns").first.click()
    page.get_by_role("button", name=re.compile("^Secured feed")).click()
    expect(person.node("trader")).to_be_visible()
    expect(person.inspector.get_by_text("on this machine", exact=True)).to_have_count(3)
    person.run_bar.get_by_role("button", name="Run").click()
    person.waits_for_delivered(100)
