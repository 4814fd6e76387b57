"""A stage for each test, every transport to try, and at the end a count of the clauses proved."""

from collections import Counter
from collections.abc import AsyncIterator, Generator

import pytest

from engine import Context
from tests.conformance.stage import Stage

PROVED = pytest.StashKey[set[str]]()


@pytest.fixture
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with Context(close_timeout_s=2) as context:
        stage = Stage(context, str(tmp_path_factory.mktemp("c")))
        yield stage
        await stage.close()


@pytest.fixture(params=["inproc", "ipc", "tcp"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    proved = item.config.stash.setdefault(PROVED, set())
    if report.when == "call" and report.passed:
        for mark in item.iter_markers("shall"):
            proved.update(mark.args)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    proved = Counter(clause.partition("/")[0] for clause in config.stash.get(PROVED, set()))
    if proved:
        table = ", ".join(f"{name}: {count}" for name, count in sorted(proved.items()))
        terminalreporter.write_line(f"clauses proved by specification: {table}")
