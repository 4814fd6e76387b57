"""What comes with the program: the schema, the catalogue, the examples and how they look."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.errors import NotFound
from app.topology.catalogue import TYPES as TYPES_TOLD, catalogue
from app.topology.declarations import BEHAVIOURS
from app.topology.document import read
from app.topology.examples import Example, example, examples
from app.topology.schema import json_schema
from engine.constants import SocketType

Json = Any
DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))

CARD_WIDTH = 140
HEADER, ROW = 34, 28
TUBES = 10 + 58
GAP = 70

FAMILIES = {
    "pipeline",
    "security",
    "pub-sub",
    "request-reply",
    "load-balancing",
    "proxy",
    "exclusive-pair",
    "two-processes",
    "many-to-many",
    "stream",
    "client-server",
    "radio-dish",
    "multicast",
    "websocket",
    "scatter-gather",
}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_one_of_2020_12() -> None:
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_schema_takes_the_documents_of_the_format(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    assert [error.message for error in validator.iter_errors(read(path.read_bytes()))] == []


@pytest.mark.parametrize("each", examples(), ids=lambda each: each.name)
def test_the_schema_takes_the_examples(each: Example, validator: jsonschema.Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(example(each.name))] == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.pop("format"),
        lambda document: document.update(format="glassmq/2"),
        lambda document: document.update(zork=1),
        lambda document: document["nodes"].update(on={"behaviour": "sink"}),
        lambda document: document["nodes"].update({"A": {"behaviour": "sink"}}),
        lambda document: document["nodes"]["orders"].update(part="p"),
        lambda document: document["nodes"]["orders"].pop("behaviour"),
        lambda document: document["nodes"]["orders"].update(behaviour="zork"),
        lambda document: document["nodes"]["orders"]["with"].update(zork=1),
        lambda document: document["nodes"]["orders"]["with"].update(rate_per_s="30"),
        lambda document: document["nodes"]["orders"]["sockets"]["out"].update(type="PUHS"),
        lambda document: document["links"]["orders-work-1"].update(bind="orders"),
    ],
)
def test_the_schema_refuses_what_the_rules_refuse(
    edit: Any, validator: jsonschema.Draft202012Validator
) -> None:
    document = example("pipeline")
    edit(document)
    assert not validator.is_valid(document)


def test_the_catalogue_is_plain_json_and_tells_all_there_is() -> None:
    told = json.loads(json.dumps(catalogue()))
    assert [each["name"] for each in told["behaviours"]] == list(BEHAVIOURS)
    types = {each["name"]: each for each in told["types"]}
    assert list(types) == [*(each.name for each in TYPES_TOLD)]
    assert set(types) == {each.name for each in SocketType}
    assert [name for name, each in types.items() if each["is_draft"]] == [
        each.name for each in list(TYPES_TOLD)[-9:]
    ]
    assert types["STREAM"]["peers"] == ["STREAM"]
    assert types["STREAM"]["binds_over"] == ["tcp"]
    assert types["PUB"]["connects_over"][:3] == ["tcp", "ipc", "inproc"]
    assert {each["code"] for each in told["rules"]} == {
        "GM-101", "GM-102", "GM-103", "GM-104", "GM-105", "GM-106", "GM-107", "GM-108", "GM-109", "GM-110",
        "GM-111", "GM-112", "GM-113", "GM-114", "GM-201", "GM-209", "GM-214", "GM-215", "GM-216", "GM-304",
    }  # fmt: skip
    assert told["transports"][:3] == ["tcp", "ipc", "inproc"]
    generator = told["behaviours"][0]
    assert set(generator["parameters"]["properties"]) >= {"rate_per_s", "burst", "count", "payload"}
    for each in told["behaviours"]:
        for slider in each["sliders"]:
            assert slider["path"][0] in each["parameters"]["properties"]
            assert slider["minimum"] < slider["maximum"]


def test_every_type_a_role_allows_is_one_of_the_engine() -> None:
    known = {each["name"] for each in catalogue()["types"]}
    for behaviour in BEHAVIOURS.values():
        for role in behaviour.roles:
            assert set(role.types) <= known
            assert len(role.types) == len(set(role.types))


def test_there_is_an_example_for_each_family_and_the_pipeline_comes_first() -> None:
    assert examples()[0].name == "pipeline"
    assert {each.family for each in examples()} == FAMILIES
    assert len({each.name for each in examples()}) == len(examples()) >= 8


def test_an_unknown_example_is_not_found() -> None:
    with pytest.raises(NotFound):
        example("../pipeline")


def test_the_first_example_is_that_of_the_first_sixty_seconds() -> None:
    document = example("pipeline")
    sockets = [socket for node in document["nodes"].values() for socket in node["sockets"].values()]
    assert document["nodes"]["orders"]["with"] == {
        "rate_per_s": 30,
        "payload": "order ${seq}",
        "size_octets": 1024,
    }
    assert all({socket["options"][name] for name in ("sndbuf", "rcvbuf")} == {4096} for socket in sockets)
    assert {socket["options"].get("sndhwm", socket["options"].get("rcvhwm")) for socket in sockets} == {20}
    assert [document["nodes"][f"work-{n}"]["with"] for n in (1, 2, 3)] == [{"service_ms": 20}] * 3


@pytest.mark.parametrize("each", examples(), ids=lambda each: each.name)
def test_cards_have_room_for_their_tubes_and_boxes_for_the_pill(each: Example) -> None:
    document = example(each.name)
    cards = [
        (node.get("process", name), *node["at"], len(node["sockets"]))
        for name, node in document["nodes"].items()
    ]
    for number, (_, x, y, rows) in enumerate(cards):
        for _, other_x, other_y, _ in cards[number + 1 :]:
            beside = abs(x - other_x) >= CARD_WIDTH + 2 * TUBES
            below = abs(y - other_y) >= HEADER + ROW * rows
            assert beside or below
    columns = sorted({(x, process) for process, x, _, _ in cards})
    for (x, process), (next_x, next_process) in pairwise(columns):
        if process != next_process:
            assert next_x - x - CARD_WIDTH - 2 * (TUBES + 14) >= GAP
