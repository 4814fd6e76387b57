"""The entries of the findings that the checks of a drawing make."""

from typing import Final

from app.reference.entry import Entry, Fact
from app.reference.flaws import drawing_of, findings_in
from app.topology.explanations import EXPLANATIONS
from app.topology.findings import RULES, SEVERITIES, Severity

WEIGHT: Final[dict[Severity, str]] = {
    "error": "error: nothing runs while there is one",
    "warning": "warning: it runs, and likely surprises",
    "info": "info: worth knowing",
}
GROUPS: Final[dict[Severity, str]] = {"error": "Errors", "warning": "Warnings", "info": "Worth knowing"}


def finding_entries() -> list[Entry]:
    """Return one entry for each rule, by its code."""
    return [_entry(code) for code in RULES]


def _entry(code: str) -> Entry:
    severity = SEVERITIES[code[3]]
    meaning, remedy = EXPLANATIONS[code]
    sentence = next(each.sentence for each in findings_in(code) if each.code == code)
    facts = (
        Fact("Weight", WEIGHT[severity]),
        Fact("It says, for example", sentence),
        Fact("What to do", remedy),
    )
    return Entry(
        "finding",
        code,
        f"{RULES[code]}.",
        (meaning,),
        facts,
        title=f"{code}: {RULES[code]}",
        group=GROUPS[severity],
        example=drawing_of(code),
    )
