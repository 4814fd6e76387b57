"""The JSON Schema of a topology document, draft 2020-12, made from the models."""

from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.topology.declarations import BEHAVIOURS
from app.topology.drawing import TYPES
from app.topology.model import Topology
from app.topology.shapes import ID_PATTERN, YAML_BOOLEANS

Json = Any

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
IDENTITY: Final = "urn:glassmq:schema:topology-1"


@cache
def json_schema() -> dict[str, Json]:
    """Return the schema; what only a look at the whole drawing can tell is left to the rules."""
    models: list[type[BaseModel]] = [Topology]
    models += dict.fromkeys(each.parameters for each in BEHAVIOURS.values() if each.parameters)
    _, schema = models_json_schema([(model, "validation") for model in models], by_alias=True)
    definitions = schema["$defs"]
    _close_maps(definitions)
    definitions["Socket"]["properties"]["type"]["enum"] = list(TYPES)
    for name in ("Node", "PartNode"):
        definitions[name]["oneOf"] = [{"required": ["behaviour"]}, {"required": ["part"]}]
        definitions[name]["properties"]["behaviour"] = {"enum": list(BEHAVIOURS), "title": "Behaviour"}
    definitions["Node"]["allOf"] = _parameters_by_behaviour()
    root = definitions.pop("Topology")
    return {"$schema": DIALECT, "$id": IDENTITY, **root, "$defs": definitions}


def parameters_schema(behaviour: str) -> dict[str, Json]:
    """Return the schema of one behaviour's parameters; of anything, for one that is announced only."""
    model = BEHAVIOURS[behaviour].parameters
    return model.model_json_schema(by_alias=True) if model else {"type": "object"}


def _parameters_by_behaviour() -> list[Json]:
    return [
        {
            "if": {"properties": {"behaviour": {"const": each.name}}, "required": ["behaviour"]},
            "then": {"properties": {"with": {"$ref": f"#/$defs/{each.parameters.__name__}"}}},
        }
        for each in BEHAVIOURS.values()
        if each.parameters
    ]


def _close_maps(spot: Json) -> None:
    """Let maps that are keyed by id take nothing but ids."""
    if isinstance(spot, list):
        for each in spot:
            _close_maps(each)
    elif isinstance(spot, dict):
        if ID_PATTERN in spot.get("patternProperties", {}):
            spot["additionalProperties"] = False
            spot["propertyNames"] = {"not": {"enum": sorted(YAML_BOOLEANS)}}
        for each in spot.values():
            _close_maps(each)
