"""The mark that ties a test to the clauses of the specifications it proves."""

import pytest


def shall(*clauses: str) -> pytest.MarkDecorator:
    """Mark a test with clauses such as ``30/PUSH/out/2``: specification, role, direction, number."""
    return pytest.mark.shall(*clauses)
