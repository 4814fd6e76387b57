"""The parameters of each behaviour: what stands under ``with`` in a node, with defaults and limits."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.topology.shapes import LARGEST_WHOLE, Group, Quantity, Shape, Text

LARGEST_MESSAGE: Final = 16 * 1024 * 1024
"""Octets of one generated message."""

LONGEST_WAIT_MS: Final = 86_400_000.0
"""A day: no artificial time is longer."""

EVERYBODY: Final = "all"
"""The group of RADIO and DISH when none is named."""

FASTEST: Final = 10_000_000.0
"""Messages a second; more is what ``null`` is for: as fast as it goes."""

Count = Annotated[int, Field(ge=0, le=LARGEST_WHOLE)]
Size = Annotated[int, Field(ge=0, le=LARGEST_MESSAGE)]
Share = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[float, Field(ge=0, le=LONGEST_WAIT_MS)]
FieldName = Annotated[str, StringConstraints(pattern="^[A-Za-z_][A-Za-z0-9_]{0,62}$")]


class Parameters(Shape):
    """The parameters of a behaviour; the units are in the names."""


class RandomOctets(Shape):
    """A frame of this many octets, drawn anew for each message."""

    random_octets: Size


Frame = Text | RandomOctets
"""One frame: octets, or a template (``${seq}``, ``${time}``, ``${node}``, ``${replica}``, a field's name)."""


class Choice(Shape):
    """A field that is one of these, drawn for each message."""

    choice: Annotated[list[str | int | float], Field(min_length=1, max_length=10_000)]


class IntegerField(Shape):
    """A field that is a whole number between two bounds, drawn for each message."""

    integer: Annotated[list[int], Field(min_length=2, max_length=2)]
    width: Annotated[int, Field(ge=1, le=32)] | None = None
    """Digits to pad to with zeros."""

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> "IntegerField":
        if self.integer[0] > self.integer[1]:
            raise PydanticCustomError(
                "bounds", "{low} is above {high}", {"low": self.integer[0], "high": self.integer[1]}
            )
        return self


Fields = Annotated[dict[FieldName, Choice | IntegerField], Field(max_length=100)]


class Burst(Shape):
    """Messages that come together: ``size`` each time, or at most ``most``, drawn evenly from 0."""

    size: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    most: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    every_ms: Quantity

    @model_validator(mode="after")
    def _one_of_the_two(self) -> "Burst":
        if (self.size is None) == (self.most is None):
            raise PydanticCustomError("burst", "a burst has either size or most")
        return self


class WarmUp(Shape):
    """What is sent once before anything else."""

    each_topic_once: bool = True
    payload: Text = ""


class GeneratorParameters(Parameters):
    """How often the generator sends, what, and how many."""

    rate_per_s: Annotated[float, Field(ge=0, le=FASTEST)] | None = Field(
        10, title="Rate", description="Messages a second; null is as fast as it goes."
    )
    pacing: Literal["steady", "poisson"] = Field(
        "steady", title="Pacing", description="Evenly spaced, or at random times (Poisson) of the same rate."
    )
    burst: Burst | None = Field(
        None, title="Bursts", description="Messages in bursts instead of one by one; the rate is not used."
    )
    count: Count | None = Field(None, title="Count", description="Stop after this many; null is without end.")
    payload: Frame = Field("message ${seq}", title="Payload", description="The message, as a template.")
    frames: Annotated[list[Frame], Field(min_length=1, max_length=100)] | None = Field(
        None, title="Frames", description="Several frames instead of the payload."
    )
    size_octets: Annotated[int, Field(ge=0, le=LARGEST_MESSAGE)] | None = Field(
        None, title="Size", description="Octets the last frame is filled up to; null leaves it as it is."
    )
    group: Group = Field(
        EVERYBODY,
        title="Group",
        description="Where a RADIO sends each message, as a template.",
        json_schema_extra={"types": ["RADIO"]},
    )
    fields: Fields = Field(
        default_factory=dict, title="Fields", description="Names of your own for the templates."
    )
    warm_up: WarmUp | None = Field(
        None, title="Warm-up", description="Send every value of the field topic once before the rest."
    )
    delay_ms: Milliseconds = Field(0, title="Delay", description="Wait this long before the first message.")


class SinkParameters(Parameters):
    """How long the sink takes for a message, and when it has had enough."""

    service_ms: Quantity = Field(0, title="Time per message", description="0 is no artificial time.")
    count: Count | None = Field(None, title="Count", description="Enough after this many; null is never.")
    then: Literal["stop", "go-on"] = Field(
        "go-on", title="Then", description="What to do when the count is reached."
    )
    show: Literal["text", "frames"] = Field(
        "text", title="Show", description="Messages as text, or frame by frame."
    )
    fields: Fields = Field(
        default_factory=dict, title="Fields", description="Names for templated subscriptions, drawn once."
    )


class WorkerParameters(Parameters):
    """How long the worker takes for a message, and how many it fails at."""

    service_ms: Quantity = Field(0, title="Time per message", description="0 is no artificial time.")
    fail_share: Share = Field(
        0, title="Failures", description="Share of messages that are received and not passed on, 0 to 1."
    )


class Change(Shape):
    """What the reply makes of the request."""

    change: Literal["upper-case", "lower-case", "reverse"]


class EchoParameters(Parameters):
    """How long the server takes for a request, and what it answers."""

    service_ms: Quantity = Field(0, title="Time per request", description="0 is no artificial time.")
    reply: Change | None = Field(None, title="Reply", description="null sends the request back unchanged.")


class ClientParameters(Parameters):
    """What the client asks, how often, and how long it waits for an answer."""

    payload: Frame = Field("request ${seq}", title="Request", description="The request, as a template.")
    frames: Annotated[list[Frame], Field(min_length=1, max_length=100)] | None = Field(
        None, title="Frames", description="Several frames instead of the payload."
    )
    size_octets: Annotated[int, Field(ge=0, le=LARGEST_MESSAGE)] | None = Field(
        None, title="Size", description="Octets the last frame is filled up to; null leaves it as it is."
    )
    requests: Count | None = Field(None, title="Requests", description="Stop after this many; null is never.")
    think_ms: Quantity = Field(
        0, title="Think time", description="Wait between a reply and the next request."
    )
    timeout_ms: Annotated[float, Field(gt=0, le=LONGEST_WAIT_MS)] = Field(
        2500, title="Timeout", description="Wait this long for a reply, then try again."
    )
    retries: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        3, title="Retries", description="Tries after the first, on a fresh socket each; then it is a failure."
    )
    burst: Burst | None = Field(None, title="Bursts", description="Requests in bursts, one after the other.")
    fields: Fields = Field(
        default_factory=dict, title="Fields", description="Names of your own for the templates."
    )


class WebPageParameters(Parameters):
    """What the page says, how many messages it shows, and how often a browser asks again."""

    title: Text = Field("GlassMQ", title="Title", description="The page's heading, as a template.")
    text: Text = Field(
        "This page comes out of a STREAM socket",
        title="Text",
        description="A paragraph; ${seq} is how many messages came.",
    )
    show: Annotated[int, Field(ge=0, le=1000)] = Field(
        10, title="Messages", description="How many of the last messages to show."
    )
    refresh_s: Annotated[float, Field(ge=0, le=3600)] = Field(
        1, title="Refresh", description="The browser asks again after this many seconds; 0 is never."
    )


class NoParameters(Parameters):
    """This behaviour has nothing to set."""
