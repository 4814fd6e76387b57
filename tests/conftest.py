"""For all tests: collection that does not trip over the garbage collector, and no limits by the clock."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # how long an example takes is the machine's affair


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, None, None]:
    """Collect without the garbage collector.

    Python 3.11 below 3.11.8 may stop an ``ast.parse``, which pytest does to every test file, with
    "AST constructor recursion depth mismatch" when a collection comes in between (python/cpython#106905).
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
