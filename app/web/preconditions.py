"""The headers that make writes safe: ETag and If-Match, Idempotency-Key; and the cursors of lists."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Query, Request

from app.errors import NotFound, PreconditionMissing
from app.web.dependencies import settings_of

REVISION: Final = re.compile(r"r([1-9][0-9]{0,15})")

LONGEST_KEY: Final = 200


def etag(revision: int) -> str:
    """A revision as an entity tag: ``"r17"``."""
    return f'"r{revision}"'


def revision_number(text: str) -> int:
    """The number in ``r17``.

    Raises:
        NotFound: it is no revision.
    """
    match = REVISION.fullmatch(text.removeprefix("W/").strip('"'))
    if match is None:
        raise NotFound("revision", text)
    return int(match[1])


def base_revision(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """The revision that a write is based on; ``None`` for ``*``, whichever there is.

    Raises:
        PreconditionMissing: there is no If-Match.
    """
    if if_match is None:
        raise PreconditionMissing("If-Match")
    return None if if_match.strip() == "*" else revision_number(if_match.strip())


def creation_key(idempotency_key: Annotated[str | None, Header()] = None) -> str:
    """The key that makes a creating request safe to repeat.

    Raises:
        PreconditionMissing: there is none, or it is too long.
    """
    key = (idempotency_key or "").strip()
    if not key or len(key) > LONGEST_KEY:
        raise PreconditionMissing("Idempotency-Key")
    return key


def page_limit(request: Request, limit: Annotated[int | None, Query(ge=1)] = None) -> int:
    """How many items a page may have: what was asked for, within the server's limit."""
    most = settings_of(request).limits.page
    return most if limit is None else min(limit, most)


def client_name(x_client: Annotated[str | None, Header(max_length=100)] = None) -> str | None:
    """What the browser's tab calls itself, told to the others with its edits."""
    return x_client


Base = Annotated[int | None, Depends(base_revision)]
Key = Annotated[str, Depends(creation_key)]
Limit = Annotated[int, Depends(page_limit)]
Client = Annotated[str | None, Depends(client_name)]
