"""The version of this GlassMQ, as the installed package says."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final


def _installed() -> str:
    try:
        return version("glassmq")
    except PackageNotFoundError:  # run from a checkout that nobody installed
        return "0+checkout"


VERSION: Final = _installed()
