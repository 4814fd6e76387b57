"""One tree of the application's errors: each says what happened, where, and how a door should answer.

The doors (web, command line) need no table of their own: ``code``, ``title``
and ``status`` belong to the class, ``detail`` is the sentence it built from its
numbers, and ``members()`` are the further fields of its problem document.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

Json = Any
"""A value as JSON knows it: this is JSON's edge."""


class AppError(Exception):
    """The application cannot do what was asked; the one who asked can do something about it.

    Attributes:
        detail: one sentence with the values in it.
        where: the process, node, socket or link it is about; empty when it is about none.
        findings: findings in their JSON form, when the topology's errors are the reason.
    """

    code: ClassVar[str] = "cannot"
    title: ClassVar[str] = "This cannot be done"
    status: ClassVar[int] = 400

    def __init__(
        self,
        detail: str,
        *,
        where: Mapping[str, str] | None = None,
        findings: Sequence[Mapping[str, Json]] = (),
    ) -> None:
        self.detail = detail
        self.where = dict(where or {})
        self.findings = [dict(finding) for finding in findings]
        super().__init__(detail)

    def members(self) -> dict[str, Json]:
        """Further fields for the problem document, in JSON's types."""
        return {}


class NotFound(AppError):
    """Nothing of this kind has this name."""

    code = "not-found"
    title = "There is no such thing here"
    status = 404

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"there is no {kind} named {name!r}")


class Deleted(AppError):
    """It was here and was deleted; it can be brought back for a while."""

    code = "deleted"
    title = "It was deleted"
    status = 410

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"the {kind} {name!r} was deleted")


class Stale(AppError):
    """The change was based on a revision that is not the latest one.

    Attributes:
        current: the latest revision, as in its ETag: ``r19``.
        edits: the edits made since, oldest first, for the browser to rebase on.
    """

    code = "stale"
    title = "Somebody else changed it first"
    status = 412

    def __init__(self, base: str, current: str, edits: Sequence[Mapping[str, Json]] = ()) -> None:
        self.base = base
        self.current = current
        self.edits = [dict(edit) for edit in edits]
        super().__init__(f"this change was based on revision {base}; the latest one is {current}")

    def members(self) -> dict[str, Json]:
        """The latest revision and the edits since."""
        return {"current": self.current, "edits": self.edits}


class PreconditionMissing(AppError):
    """A write did not say which revision, or which request, it is."""

    code = "precondition-missing"
    title = "Say what this is based on"
    status = 428

    def __init__(self, header: str) -> None:
        self.header = header
        super().__init__(f"this request needs the header {header}")


class EditMissesTarget(AppError):
    """An edit names a place that the document does not have."""

    code = "edit-misses-target"
    title = "The edit misses its target"
    status = 422

    def __init__(self, edit: Mapping[str, Json], reason: str) -> None:
        self.edit = dict(edit)
        self.reason = reason
        super().__init__(f"edit misses its target: {reason}")

    def members(self) -> dict[str, Json]:
        """The edit that missed."""
        return {"edit": self.edit}


class DocumentUnreadable(AppError):
    """The text is not a topology document, not even one with errors in it.

    Attributes:
        place: line and column where reading stopped, from 1; ``None`` when unknown.
    """

    code = "document-unreadable"
    title = "The document cannot be read"
    status = 422

    def __init__(self, place: tuple[int, int] | None, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(f"{reason} (line {place[0]}, column {place[1]})" if place else reason)

    def members(self) -> dict[str, Json]:
        """Where reading stopped, as far as it is known."""
        return {"line": self.place[0], "column": self.place[1]} if self.place else {}


class TooLarge(AppError):
    """What came in is larger than what is taken.

    Attributes:
        size: what came, in ``unit``; at least this much when reading stopped early.
        limit: what is taken at most, in ``unit``.
    """

    code = "too-large"
    title = "It is too large"
    status = 413

    def __init__(self, what: str, size: int, limit: int, unit: str = "octets") -> None:
        self.what = what
        self.size = size
        self.limit = limit
        self.unit = unit
        super().__init__(f"the {what} has {size} {unit}; at most {limit} are taken")

    def members(self) -> dict[str, Json]:
        """The size and the limit."""
        return {"size": self.size, "limit": self.limit, "unit": self.unit}


class TopologyHasErrors(AppError):
    """The drawing has errors, so there is nothing to run or to export.

    Args:
        findings: the errors among its findings, in their JSON form.
    """

    code = "topology-has-errors"
    title = "The topology has errors"
    status = 422

    def __init__(self, findings: Sequence[Mapping[str, Json]]) -> None:
        count = len(findings)
        first = f": {findings[0]['sentence']}" if findings else ""
        noun = "error" if count == 1 else "errors"
        super().__init__(f"the topology has {count} {noun}{first}", findings=findings)


class CannotExport(AppError):
    """This format cannot hold these nodes at all.

    Attributes:
        nodes: ids of the nodes in the way.
    """

    code = "cannot-export"
    title = "This format cannot hold it"
    status = 422

    def __init__(self, format_name: str, nodes: Sequence[str], reason: str) -> None:
        self.format_name = format_name
        self.nodes = list(nodes)
        where = {"node": self.nodes[0]} if self.nodes else None
        super().__init__(f"{format_name} cannot hold {', '.join(self.nodes)}: {reason}", where=where)

    def members(self) -> dict[str, Json]:
        """The nodes in the way."""
        return {"nodes": self.nodes}


class IllegalTransition(AppError):
    """A run, node or process cannot go from its state to the one asked for."""

    code = "illegal-transition"
    title = "Not from this state"
    status = 409

    def __init__(self, what: str, before: str, after: str, where: Mapping[str, str] | None = None) -> None:
        self.what = what
        self.before = before
        self.after = after
        super().__init__(f"{what} is {before}; it cannot become {after} from there", where=where)

    def members(self) -> dict[str, Json]:
        """The two states."""
        return {"from": self.before, "to": self.after}


class QuotaReached(AppError):
    """One more would pass a limit of this server.

    Attributes:
        limit: how many are allowed.
    """

    code = "quota-reached"
    title = "A limit is reached"
    status = 409

    def __init__(self, what: str, limit: int) -> None:
        self.what = what
        self.limit = limit
        super().__init__(f"at most {limit} {what} are allowed at a time")

    def members(self) -> dict[str, Json]:
        """The limit."""
        return {"limit": self.limit}


class WouldBlock(AppError):
    """The socket cannot take the message now: it would have to wait."""

    code = "would-block"
    title = "The socket would wait"
    status = 409

    def __init__(self, node: str, socket: str) -> None:
        super().__init__(
            f"{node}.{socket} cannot send now: it has no peer with room",
            where={"node": node, "socket": f"{node}.{socket}"},
        )


class NotAcceptable(AppError):
    """A request came in a form, or asks for one, that is not spoken here."""

    code = "unsupported-media-type"
    title = "This form is not spoken here"
    status = 415

    def __init__(self, form: str, spoken: Sequence[str]) -> None:
        self.form = form
        self.spoken = list(spoken)
        super().__init__(f"{form!r} is not understood; understood are {', '.join(self.spoken)}")
