"""One end in a process of its own: does the job it is given and prints what it measured."""

import argparse
import asyncio
import cProfile
import pstats
import sys
from pathlib import Path

from tests.benchmarks.measure import Figures, Job, tell_figures

PROFILE_LINES = 30


def main() -> None:
    """Read the job from the command line, do it, answer in JSON on stdout."""
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=["engine", "libzmq"])
    parser.add_argument("role")
    parser.add_argument("--endpoint", default="")
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--warm-up", type=int, default=0)
    parser.add_argument("--watch-hz", type=float, default=0.0)
    parser.add_argument("--profile", type=Path)
    given = parser.parse_args()
    job = Job(given.role, given.endpoint, given.size, given.count, given.warm_up, given.watch_hz)
    if given.profile:
        profiler = cProfile.Profile()
        figures = profiler.runcall(do, given.library, job)
        profiler.dump_stats(given.profile)
        print(f"\n── profile of {given.library} {job.role}", file=sys.stderr)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(PROFILE_LINES)
    else:
        figures = do(given.library, job)
    tell_figures(figures)


def do(library: str, job: Job) -> Figures:
    """Do the job with one of the two libraries; only that one is imported."""
    if library == "engine":
        from tests.benchmarks.engine_ends import ROLES  # noqa: PLC0415  the other library must not be loaded

        return asyncio.run(ROLES[job.role](job))
    from tests.benchmarks.libzmq_ends import ROLES as YARDSTICK  # noqa: PLC0415

    return YARDSTICK[job.role](job)


if __name__ == "__main__":
    main()
