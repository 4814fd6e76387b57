"""Every input that fuzzing by coverage has kept still keeps the engine's promises."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_once_is_still_taken_well(name: str) -> None:
    kept = sorted((CORPUS / name).iterdir())
    assert kept, f"no corpus for {name}: make fuzz"
    for path in kept:
        TARGETS[name](path.read_bytes())
