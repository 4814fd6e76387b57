"""Messages as people read them: frames as text where they are text, always as hex, cut where long."""

from collections.abc import Iterable
from typing import Any, Final

from app.errors import AppError


class FrameUnreadable(AppError):
    """A frame that a person typed is neither text nor octets in hex."""

    code = "frame-unreadable"
    title = "A frame cannot be read"
    status = 422

    def __init__(self, frame: object) -> None:
        super().__init__(f"a frame is given as text or as hex, two digits an octet; got {frame!r:.80}")


CUT_OCTETS: Final = 4096
"""Octets of a frame shown in a list; the whole frame is asked for by the message's number."""

HEAD_OCTETS: Final = 32
"""Octets of a message that travel with a token."""


def shape_frame(frame: bytes, limit: int | None = CUT_OCTETS) -> dict[str, Any]:
    """Shape one frame: ``hex`` up to ``limit`` octets, ``text`` when readable, ``more`` when it was cut."""
    shown = frame if limit is None else frame[:limit]
    shaped: dict[str, Any] = {
        "hex": shown.hex(),
        "octets": len(frame),
        "more": len(shown) < len(frame),
    }
    text = as_text(shown, is_cut=shaped["more"])
    if text is not None:
        shaped["text"] = text
    return shaped


def shape_frames(frames: Iterable[bytes], limit: int | None = CUT_OCTETS) -> list[dict[str, Any]]:
    """Shape all frames of a message."""
    return [shape_frame(frame, limit) for frame in frames]


def as_text(octets: bytes, *, is_cut: bool) -> str | None:
    """Read octets as UTF-8, or return ``None``; a character that the cut went through is left out."""
    try:
        text = octets.decode()
    except UnicodeDecodeError as error:
        if not is_cut or error.start < len(octets) - 3:
            return None
        text = octets[: error.start].decode()
    if any(character < " " and character not in "\t\n\r" for character in text):
        return None
    return text


def head_of(frames: Iterable[bytes]) -> str:
    """The first ``HEAD_OCTETS`` octets of a message's frames, one behind the other, as hex."""
    head = b""
    for frame in frames:
        head += frame[: HEAD_OCTETS - len(head)]
        if len(head) == HEAD_OCTETS:
            break
    return head.hex()


def read_frames(written: Iterable[Any]) -> list[bytes]:
    """Read the frames a person typed: each ``{text}`` or ``{hex}``.

    Raises:
        FrameUnreadable: a frame has neither, or its hex is none.
    """
    return [_read_frame(frame) for frame in written]


def _read_frame(frame: Any) -> bytes:
    text, octets = (frame.get("text"), frame.get("hex")) if isinstance(frame, dict) else (None, None)
    if isinstance(text, str):
        return text.encode()
    if isinstance(octets, str):
        try:
            return bytes.fromhex(octets)
        except ValueError:
            pass
    raise FrameUnreadable(frame)
