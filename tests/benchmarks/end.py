"""One end in a process of its own: does the job it is given and prints what it measured."""

import argparse
import asyncio
import cProfile
import pstats
import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.measure import Figures, Job, tell_figures
from tests.benchmarks.rows import ENGINE, LIBZMQ, PYOMQ

PROFILE_LINES = 30
MODULES = {LIBZMQ: "zmq", PYOMQ: "pyomq"}


def main() -> None:
    """Read the job from the command line, do it, answer in JSON on stdout."""
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=[ENGINE, *MODULES])
    parser.add_argument("role")
    parser.add_argument("--endpoint", default="")
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--warm-up", type=int, default=0)
    parser.add_argument("--crowd", type=int, default=1)
    parser.add_argument("--secure", action="store_true")
    parser.add_argument("--watch-hz", type=float, default=0.0)
    parser.add_argument("--profile", type=Path)
    given = parser.parse_args()
    library, profile = given.library, given.profile
    del given.library, given.profile
    job = Job(**vars(given))
    if profile:
        profiler = cProfile.Profile()
        figures = profiler.runcall(do, library, job)
        profiler.dump_stats(profile)
        print(f"\n── profile of {library} {job.role}", file=sys.stderr)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(PROFILE_LINES)
    else:
        figures = do(library, job)
    tell_figures(figures)


def do(library: str, job: Job) -> Figures:
    """Do the job with one of the libraries; only that one is imported."""
    if library == ENGINE:
        from tests.benchmarks import engine_crowds, engine_ends  # noqa: PLC0415  the others must not be loaded

        return asyncio.run((engine_ends.ROLES | engine_crowds.ROLES)[job.role](job))
    from tests.benchmarks import pyzmq_crowds, pyzmq_ends  # noqa: PLC0415

    zmq = import_module(MODULES[library])
    return (pyzmq_ends.ROLES | pyzmq_crowds.ROLES)[job.role](zmq, job)


if __name__ == "__main__":
    main()
