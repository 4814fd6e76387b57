"""What the document's models share: objects that refuse unknown fields and keep those beginning with x-."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from engine.constants import LONGEST_GROUP

ID_PATTERN: Final = "^[a-z][a-z0-9_-]{0,62}$"
YAML_BOOLEANS: Final = frozenset({"on", "off", "yes", "no", "y", "n", "true", "false", "null"})
"""Words that one YAML reader or another takes for something else than text, so no key may be one."""

LARGEST_WHOLE: Final = 2**53 - 1
"""The largest whole number that JSON carries safely between languages."""


def _refuse_booleans(name: str) -> str:
    if name in YAML_BOOLEANS:
        raise PydanticCustomError(
            "yaml_boolean", "{name} is a word that YAML readers take for a boolean", {"name": name}
        )
    return name


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN), AfterValidator(_refuse_booleans)]


def _refuse_long(group: str) -> str:
    octets = len(group.encode("utf-8", "surrogatepass"))
    if octets > LONGEST_GROUP:
        raise PydanticCustomError(
            "group_too_long",
            "it has {octets} octets, and a group at most {limit}",
            {"octets": octets, "limit": LONGEST_GROUP},
        )
    return group


Group = Annotated[str, Field(max_length=LONGEST_GROUP), AfterValidator(_refuse_long)]
"""A group of RADIO and DISH; the limit counts octets of UTF-8."""
Text = Annotated[str, StringConstraints(max_length=65_536)]
Point = Annotated[list[float], Field(min_length=2, max_length=2)]
"""Canvas pixels, absolute: across, down."""


class Shape(BaseModel):
    """An object of the document: its fields, no others, and anything that begins with ``x-``."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={"patternProperties": {"^x-": {}}},
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_extensions_aside(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {name: field for name, field in value.items() if not str(name).startswith("x-")}


NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Exponential(Shape):
    """A quantity drawn anew each time, exponentially distributed."""

    kind: Literal["exponential"]
    mean: NotNegative


class Normal(Shape):
    """A quantity drawn anew each time, normally distributed; what would be negative is 0."""

    kind: Literal["normal"]
    mean: NotNegative
    deviation: NotNegative


class Uniform(Shape):
    """A quantity drawn anew each time, evenly between two bounds."""

    kind: Literal["uniform"]
    low: NotNegative
    high: NotNegative

    @model_validator(mode="after")
    def _low_is_not_above_high(self) -> "Uniform":
        if self.low > self.high:
            raise PydanticCustomError(
                "bounds", "low {low} is above high {high}", {"low": self.low, "high": self.high}
            )
        return self


class Listed(Shape):
    """A quantity that takes these values in turn, again from the first after the last."""

    kind: Literal["list"]
    values: Annotated[list[NotNegative], Field(min_length=1, max_length=10_000)]


Drawn = Annotated[Exponential | Normal | Uniform | Listed, Field(discriminator="kind")]
Quantity = NotNegative | Drawn
"""A number, or how to draw one; its unit is in the field's name."""
