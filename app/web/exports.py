"""Exports and imports over HTTP: files out, one or zipped; a file in, read and not saved."""

import io
import zipfile
from typing import Annotated, Final

from fastapi import APIRouter, File as FormFile, Response, UploadFile

from app.exporters.exporter import Bundle
from app.store.history import TopologyId
from app.topology.document import Form, read
from app.web import answers
from app.web.dependencies import Hall
from app.web.preconditions import revision_number
from app.web.topologies import findings_of

router = APIRouter(tags=["exports"])

MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".mmd": "text/plain",
    ".py": "text/x-python",
}
LONGEST_NAME: Final = 60
NOT_UNDERSTOOD: Final = ("GM-110", "GM-111", "GM-304")
"""Codes of findings that say: kept, and not acted on."""


@router.get("/formats")
async def list_formats(hall: Hall) -> answers.ExportFormats:
    """The formats that a topology can be exported to."""
    return answers.ExportFormats(
        items=[
            answers.ExportFormat(name=each.name, title=each.title, suffix=each.suffix)
            for each in hall.exporting.formats()
        ]
    )


@router.get("/topologies/{topology}/exports/{format_name}", response_class=Response)
async def export_topology(
    topology: TopologyId, format_name: str, hall: Hall, revision: str | None = None
) -> Response:
    """A topology as a file; as a zip when the format has several. X-Lost says what it cannot hold."""
    wanted = revision_number(revision) if revision else None
    bundle = await hall.exporting.export(topology, format_name, wanted)
    entry = await hall.editing.head(topology)
    headers = {"X-Lost": "; ".join(header_text(line) for line in bundle.lost)} if bundle.lost else {}
    if len(bundle.files) == 1:
        path, text = bundle.files[0]
        suffix = path[path.rfind(".") :]
        headers["Content-Disposition"] = attachment(entry.name, suffix)
        return Response(text, headers=headers, media_type=MEDIA_TYPES.get(suffix, "text/plain"))
    headers["Content-Disposition"] = attachment(entry.name, ".zip")
    return Response(zipped(bundle), headers=headers, media_type="application/zip")


@router.post("/imports", response_model_exclude_unset=True)
async def import_file(hall: Hall, file: Annotated[UploadFile, FormFile()]) -> answers.Imported:
    """Read a topology file; nothing is saved."""
    form: Form | None = "yaml" if (file.filename or "").lower().endswith((".yaml", ".yml")) else None
    document = read(await file.read(), form)
    findings = await hall.editing.findings_of(document)
    return answers.Imported(
        topology=document,
        understood=[key for key in document if not key.startswith("x-")],
        not_understood=[each["sentence"] for each in findings if each["code"] in NOT_UNDERSTOOD],
        findings=findings_of(findings),
    )


def attachment(name: str, suffix: str) -> str:
    """A Content-Disposition that saves as ``name``, whatever characters it has."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name.lower())
    return f'attachment; filename="{plain.strip("-")[:LONGEST_NAME] or "topology"}{suffix}"'


def header_text(text: str) -> str:
    """Text that a header can carry: Latin-1, one line."""
    return " ".join(text.split()).encode("latin-1", "replace").decode("latin-1")


def zipped(bundle: Bundle) -> bytes:
    """The files of a bundle in a zip; the same bytes for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in bundle.files:
            archive.writestr(zipfile.ZipInfo(path), text)
    return target.getvalue()
