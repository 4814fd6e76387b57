"""A server in a process of its own, as a person starts it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]


class ServerProcess:
    """``glassmq serve`` on a free port, its data in ``data``; stopped on leaving.

    Args:
        data: directory of the topologies.
        arguments: further ones of ``serve``.
    """

    def __init__(self, data: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "serve", "--port", "0", "--data", str(data), *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("GlassMQ is at http://"):
            raise AssertionError(f"the server did not start: {line}{self.kill()}")
        self.url = line.removeprefix("GlassMQ is at ").strip()

    @property
    def pid(self) -> int:
        """Of the server itself."""
        return self._process.pid

    def kill(self) -> str:
        """SIGKILL; gives what it wrote to stderr."""
        self._process.kill()
        return self._process.communicate()[1]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Ask it to stop, and wait; its exit code and what it wrote to stderr."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            _, words = self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            words = self.kill()
            raise AssertionError(f"the server did not stop: {words}") from None
        return self._process.returncode, words

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self.stop()
