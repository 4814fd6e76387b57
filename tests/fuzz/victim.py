"""A process with a bound socket, for strangers to try; tells on stdout what it saw and what it weighs.

It obeys one word a line on stdin: ``round N`` waits for N refused peers, ``end`` ends it.
"""

import asyncio
import gc
import json
import resource
import sys

from engine import PULL, Context
from engine.monitor.events import HandshakeFailed
from tests.support.eventually import eventually

PAGE = resource.getpagesize()
HANDSHAKE_MS = 1000


def resident() -> int:
    """Tell the octets of memory that this process occupies."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * PAGE


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


async def main() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    loop = asyncio.get_running_loop()
    async with Context() as context:
        sink = context.socket(PULL, handshake_ivl=HANDSHAKE_MS)
        events = sink.events()
        say(endpoint=sink.bind("tcp://127.0.0.1:*"))
        heard = 0

        async def count() -> None:
            nonlocal heard
            async for _ in sink:
                heard += 1

        counting = loop.create_task(count())
        while (words := (await loop.run_in_executor(None, sys.stdin.readline)).split()) != ["end"]:
            reasons: dict[str, int] = {}
            strangers, served = int(words[1]), int(words[2])
            while sum(reasons.values()) < strangers:
                event = await anext(events)
                if isinstance(event, HandshakeFailed):
                    reasons[event.reason] = reasons.get(event.reason, 0) + 1
            await eventually(lambda served=served: heard >= served, "the friend is served")
            say(reasons=reasons, heard=heard, pipes=len(sink.pipes), resident=resident())
        counting.cancel()


if __name__ == "__main__":
    asyncio.run(main())
