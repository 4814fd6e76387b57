"""The reference as text: Markdown for the repository and for a terminal."""

from pathlib import Path
from typing import Final

from app.reference.entry import KINDS, Entry, Fact, Kind, Ref
from app.reference.library import entries

FILES: Final[dict[Kind, str]] = {
    kind: f"{title.lower().replace(' ', '-')}.md" for kind, (title, _) in KINDS.items()
}
"""The file of each kind."""

CONTENTS: Final = "README.md"
OPENING: Final = (
    "Every socket type, option, transport, event, error and finding, from the tables and docstrings of the "
    "code. The application serves it at `/reference`, where each entry that can be shown opens on the "
    "canvas; `glassmq reference NAME` prints an entry."
)
COMMITTED: Final = Path(__file__).parent / "text"
"""Where the text lies in the repository."""

REFRESH: Final = "glassmq reference --write app/reference/text"
MADE: Final = f"<!-- Made from the code: change it there, then run `{REFRESH}`. -->"


def pages() -> dict[str, str]:
    """Return every file of the reference, by name."""
    return {CONTENTS: _contents(), **{FILES[kind]: page(kind) for kind in KINDS}}


def write_pages(directory: Path) -> list[Path]:
    """Write the reference into ``directory`` and return the files that changed."""
    directory.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages().items():
        path = directory / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed


def page(kind: Kind) -> str:
    """Return all entries of a kind as one page."""
    title, sentence = KINDS[kind]
    lines = [f"# {title}", "", MADE, "", sentence, ""]
    for group, members in grouped(kind):
        if group:
            lines += [f"## {group}", ""]
        for each in members:
            lines += [*section(each), ""]
    return "\n".join(lines).rstrip() + "\n"


def grouped(kind: Kind) -> list[tuple[str, list[Entry]]]:
    """Return the entries of a kind by group, in the order in which the groups begin."""
    groups: dict[str, list[Entry]] = {}
    for each in entries()[kind]:
        groups.setdefault(each.group, []).append(each)
    return list(groups.items())


def section(each: Entry) -> list[str]:
    """Return one entry as lines of Markdown."""
    lines = [f"### {each.heading}", "", each.summary, ""]
    for paragraph in each.body:
        lines += [paragraph, ""]
    lines += [f"- {fact.label}: {_said(fact, each)}" for fact in each.facts]
    for table in each.tables:
        lines += ["", f"| {' | '.join(table.header)} |", f"|{'---|' * len(table.header)}"]
        lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in table.rows]
    if each.see_also:
        lines += ["", f"See also {', '.join(_link(ref, each) for ref in each.see_also)}."]
    return lines


def _said(fact: Fact, each: Entry) -> str:
    linked = ", ".join(_link(ref, each) for ref in fact.refs)
    return " ".join(part for part in (fact.text, linked) if part) or "none"


def _link(ref: Ref, each: Entry) -> str:
    place = "" if ref.kind == each.kind else FILES[ref.kind]
    return f"[{ref.name}]({place}#{ref.name.lower()})"


def _contents() -> str:
    lines = ["# The reference of GlassMQ", "", MADE, ""]
    lines += [OPENING, ""]
    for kind, (title, sentence) in KINDS.items():
        lines.append(f"- [{title}]({FILES[kind]}) ({len(entries()[kind])}): {sentence}")
    return "\n".join(lines) + "\n"
