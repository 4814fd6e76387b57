"""The processes of the soak, seen from the one that leads it."""

import asyncio
import json
import sys
from typing import Any, Final

ANSWER_WITHIN_S: Final = 30.0
LONGEST_ANSWER: Final = 1 << 24


class Hand:
    """One worker process; a killed one is followed by another of the same name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.life = 0
        """How many processes bore this name before."""
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Bring a process to life."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.soak.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_ANSWER,
        )

    async def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order and return the answer.

        Raises:
            RuntimeError: the process died, or did not answer in time.
        """
        process = self._process
        assert process is not None
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(order).encode() + b"\n")
        await process.stdin.drain()
        async with asyncio.timeout(ANSWER_WITHIN_S):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} died of {order}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def kill(self) -> None:
        """End it as a crash would, and bring the next one to life."""
        await self.end()
        self.life += 1
        await self.start()

    async def end(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
