"""The entries of the transports, those that are absent among them with the reason."""

import re

from app.reference.entry import Entry, Fact, Ref, Table
from app.reference.samples import sample_of_transport
from engine.compatibility import transports_of
from engine.constants import SocketType
from engine.endpoints import ABSENT
from engine.transport_table import TRANSPORTS, TransportSpec


def transport_entries() -> list[Entry]:
    """Return one entry for each transport, then one for each that is not here."""
    return [*map(_entry, TRANSPORTS.values()), *(_absent(name) for name in ABSENT)]


def _entry(spec: TransportSpec) -> Entry:
    security = "NULL, PLAIN and CURVE" if spec.security else "none: there is no handshake"
    facts = (
        Fact("Binds", "" if _who(spec, binding=True) else "no socket type", _who(spec, binding=True)),
        Fact("Connects", "" if _who(spec, binding=False) else "no socket type", _who(spec, binding=False)),
        Fact("What is counted", spec.counted),
        *(Fact("Limit", limit) for limit in spec.limits),
        Fact("Security", security),
        Fact("Specification", spec.specification or "none: nothing crosses a wire"),
    )
    return Entry(
        "transport",
        spec.name,
        spec.summary,
        (spec.body,),
        facts,
        (Table("Addresses", ("Form", "Meaning"), tuple((f"`{form}`", said) for form, said in spec.forms)),),
        group="Here",
        example=sample_of_transport(spec.name),
    )


def _absent(name: str) -> Entry:
    return Entry(
        "transport",
        name,
        f"Not here: {ABSENT[name]}.",
        (f"An endpoint that begins with `{name}://` is refused, with this reason.",),
        (
            Fact(
                "Instead",
                "",
                tuple(
                    Ref("transport", each) for each in TRANSPORTS if re.search(rf"\b{each}\b", ABSENT[name])
                ),
            ),
        ),
        see_also=(Ref("error", "TransportUnknown"),),
        group="Not here, and why",
    )


def _who(spec: TransportSpec, *, binding: bool) -> tuple[Ref, ...]:
    return tuple(
        Ref("type", each.name) for each in SocketType if spec.name in transports_of(each, binding=binding)
    )
