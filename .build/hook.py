"""What hatchling calls when a wheel or an sdist is made: the page is built, and the engine compiled."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # hatchling loads this file by its path, alone

import compiled
import page


class BuildHook(BuildHookInterface[Any]):
    """Build the page and put it where the wheel and the sdist carry it; compile what a wheel compiles.

    An editable install serves static/dist in place and stays interpreted: edits hold at once.
    """

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Name what is needed for a page that is stale, and for compiling where there is a C compiler."""
        needed = page.needs(Path(self.root, "static"))
        if self.target_name == "wheel":
            needed += compiled.needs()
        return needed

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is missing, and say what goes into the archive."""
        static = Path(self.root, "static")
        if not page.is_fresh(static):
            page.build(static)
        if version == "editable":
            return
        place = "app/web/dist" if self.target_name == "wheel" else "static/dist"
        build_data["force_include"][str(static / "dist")] = place
        if self.target_name == "wheel":
            self._compile(build_data)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw away what was only made to be put into the archive."""
        if self._room is not None:
            self._room.cleanup()

    _room: TemporaryDirectory[str] | None = None

    def _compile(self, build_data: dict[str, Any]) -> None:
        self._room = TemporaryDirectory(prefix="glassmq-")
        try:
            made = compiled.build(Path(self.root), self.config["compiled"], Path(self._room.name))
        except compiled.CompilationFailed as failure:
            if compiled.is_demanded():
                raise
            self.app.display_warning(f"this wheel's engine is not compiled, and slower: {failure}")
        else:
            build_data["force_include"].update(made)
            build_data.update(infer_tag=True, pure_python=False)
