"""The binding end of the crowd of idle connections: tells its memory and processor time when asked."""

import asyncio
import gc
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

LOOK_EVERY_S: Final = 0.02
FEW: Final = 4
PAGE: Final = os.sysconf("SC_PAGESIZE")


def _tell(**facts: object) -> None:
    gc.collect()
    with open("/proc/self/statm") as pages:
        memory = int(pages.read().split()[1]) * PAGE
    print(json.dumps({**facts, "memory": memory, "cpu_s": time.process_time()}), flush=True)


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _obey(order: str, alone: int) -> None:
    """Tell how it stands; after "wait", once the crowd is gone: a listener and little else is left."""
    while order.strip() == "wait" and _descriptors() > alone + FEW:
        time.sleep(LOOK_EVERY_S)
    _tell()


def engine() -> None:
    """A ROUTER of ours."""
    from engine import ROUTER, Context  # noqa: PLC0415  the other libraries must not be loaded

    async def serve() -> None:
        async with Context() as context:
            router = context.socket(ROUTER)
            alone = _descriptors()
            _tell(endpoint=router.bind("tcp://127.0.0.1:*"))
            while order := await asyncio.to_thread(sys.stdin.readline):
                await asyncio.to_thread(_obey, order, alone)

    asyncio.run(serve())


def libzmq() -> None:
    """A ROUTER of pyzmq's."""
    import zmq  # noqa: PLC0415

    _serve_blocking(zmq)


def pyomq() -> None:
    """A ROUTER of pyomq's."""
    import pyomq  # noqa: PLC0415

    _serve_blocking(pyomq)


def _serve_blocking(library: Any) -> None:
    context = library.Context()
    router = context.socket(library.ROUTER)
    router.setsockopt(library.LINGER, 0)
    alone = _descriptors()
    router.bind("tcp://127.0.0.1:*")
    endpoint = router.getsockopt(library.LAST_ENDPOINT)
    _tell(endpoint=endpoint.rstrip(b"\0").decode() if isinstance(endpoint, bytes) else endpoint)
    for order in sys.stdin:
        _obey(order, alone)
    os._exit(0)


_ENDS: Final[dict[str, Callable[[], None]]] = {"engine": engine, "libzmq": libzmq, "pyomq": pyomq}
_MODULES: Final = {"engine": "engine", "libzmq": "zmq", "pyomq": "pyomq"}
LIBRARIES: Final = [name for name in _ENDS if importlib.util.find_spec(_MODULES[name])]
"""Those that are installed."""

if __name__ == "__main__":
    _ENDS[sys.argv[1]]()
