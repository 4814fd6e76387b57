"""The jinja2 environment of all exporters: strict about names, with a filter for each language written."""

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE: Final = Path(__file__).parent
TEMPLATES: Final = (HERE / "templates", HERE.parents[1] / "templates" / "export")
"""Where the templates may be: packed into the package, or at the top of a checkout."""


def render(template: str, **values: object) -> str:
    """Fill a template, whose path is below ``templates/export``."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    # No HTML comes out of here; each template quotes by the filter of its own language.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["python"] = repr
    environment.filters["mermaid"] = mermaid_text
    return environment


def mermaid_text(text: str) -> str:
    """Return ``text`` for a quoted label: all that could mean something is told by its number."""
    plain = " .,:/_+-=()*[]{}${}→"
    return "".join(c if c.isalnum() or c in plain else " " if c.isspace() else f"#{ord(c)};" for c in text)
