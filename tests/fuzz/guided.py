"""Fuzzes by coverage: ``python -m tests.fuzz.guided --runs N`` shares N inputs among all targets.

Needs atheris (the extra ``fuzz``). Each target runs in a process of its own, two at a time on two cores;
what takes more than 10 s or 1 GiB counts as a crash. Inputs that reach new code
are added to a corpus outside the checkout, or with ``--keep`` the smallest set that reaches
as much replaces the one beside this file, which the test suite replays.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

CORPUS: Final = Path(__file__).parent / "corpus"
LIMITS: Final = ("-timeout=10", "-rss_limit_mb=1024", "-max_len=1024", "-print_final_stats=1")
QUICK: Final = ("commands", "metadata", "zap", "texts", "socks", "datagrams", "greeting")
QUICK_PARTS: Final = 10
"""How many times the inputs of the others these get: they are parsers, not conversations."""
CORES: Final = len(os.sched_getaffinity(0))


def main() -> None:
    """Run every target, or the one that is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000_000, help="inputs in all (10,000,000)")
    parser.add_argument("--only", default="", help="one target")
    parser.add_argument("--keep", action="store_true", help="keep what was found in the checkout's corpus")
    parser.add_argument("--within", nargs=2, help=argparse.SUPPRESS)  # in the child; the rest is libFuzzer's
    given, rest = parser.parse_known_args()
    if given.within:
        fuzz(*given.within, rest)
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415  the child instruments the engine first

    names = [name for name in TARGETS if given.only in ("", name)]
    parts = {name: QUICK_PARTS if name in QUICK else 1 for name in names}
    shares = {name: given.runs * part // sum(parts.values()) for name, part in parts.items()}
    with tempfile.TemporaryDirectory(prefix="fuzz-") as room, ThreadPoolExecutor(CORES) as pool:
        began = time.monotonic()
        done = pool.map(lambda name: run(name, shares[name], Path(room), keep=given.keep), names)
        failed = [name for name, is_sound in zip(names, done, strict=True) if not is_sound]
        print(f"{sum(shares.values()):,} inputs in {time.monotonic() - began:.0f} s")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def run(name: str, runs: int, room: Path, *, keep: bool) -> bool:
    """Run one target in a process of its own; tell whether nothing was found."""
    began = time.monotonic()
    found = room / name
    found.mkdir()
    (CORPUS / name).mkdir(parents=True, exist_ok=True)
    itself = _itself(name, room)
    flags = [*LIMITS, f"-runs={runs}", f"-artifact_prefix={room.parent}/crash-{name}-"]
    command = [itself, *flags, str(found), str(CORPUS / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stderr.splitlines()
    if done.returncode:
        print("\n".join([f"── {name}", *said[-60:]]))
        return False
    figures = dict(line.split()[:2] for line in said if line.startswith("stat::"))
    print(
        f"{name:12} {int(figures['stat::number_of_executed_units:']):>10,} inputs in "
        f"{time.monotonic() - began:4.0f} s, {figures['stat::peak_rss_mb:']:>5} MiB",
        flush=True,
    )
    if keep:
        _shrink(name, found, room)
    return True


def _shrink(name: str, found: Path, room: Path) -> None:
    """Replace the kept corpus by the smallest that reaches as much as it and what was found."""
    small = room / f"{name}-small"
    small.mkdir()
    command = [_itself(name, room), *LIMITS, "-merge=1", str(small), str(CORPUS / name), str(found)]
    subprocess.run(command, capture_output=True, check=True)
    shutil.rmtree(CORPUS / name)
    shutil.copytree(small, CORPUS / name)


def _itself(name: str, room: Path) -> str:
    """Return a program that is this target: libFuzzer runs it again when it merges."""
    program = room / f"{name}.sh"
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m tests.fuzz.guided --within {name} "{program}" "$@"\n'
    )
    program.chmod(0o700)
    return str(program)


def fuzz(name: str, program: str, flags: list[str]) -> None:
    """Hand this process to libFuzzer, which ends it."""
    import atheris  # noqa: PLC0415  only the child needs it

    with atheris.instrument_imports(include=["engine", "websockets"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415

    atheris.Setup([program, *flags], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
