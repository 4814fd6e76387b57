"""The fork server: a small preloaded program of one thread that becomes a run's process within milliseconds.

It speaks JSON lines on its standard input and output. Requests: ``start`` (fork
a run's process) and ``signal`` (send one to a child that was not reaped yet, so
never to a stranger with a reused pid). Answers: ``ready``, ``started``,
``failed`` and ``ended``. When its input ends, its parent is gone: it kills its
children and leaves. When it is killed itself, its children see the end of the
lifeline, a pipe of which only the fork server holds the writing end.
"""

import faulthandler
import gc
import json
import os
import selectors
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from shutil import rmtree
from typing import Any, Final

from app.runtime.process import run_process

READ_OCTETS: Final = 65536

RunProcess = Callable[[dict[str, Any], int], int]


class ForkServer:
    """Forks on request, reaps what ended, reports both.

    Args:
        requests: descriptor that the requests come from.
        answers: descriptor that the answers go to.
        run: what a child does: gets the request's ``argument`` and the lifeline's reading end,
            returns the exit status.
    """

    def __init__(self, requests: int, answers: int, run: RunProcess) -> None:
        self._requests = requests
        self._answers = answers
        self._run = run
        self._children: dict[int, int] = {}  # start id by pid
        self._partial = b""
        self._lifeline, self._lifeline_held = os.pipe()
        self._wakeup, self._wakeup_held = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(self._wakeup_held, False)
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Work until the requests end, then kill the children and return."""
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(self._wakeup_held, warn_on_full_buffer=False)
        self._selector.register(self._requests, selectors.EVENT_READ)
        self._selector.register(self._wakeup, selectors.EVENT_READ)
        self._tell({"answer": "ready", "pid": os.getpid()})
        while True:
            for key, _ in self._selector.select():
                if key.fd == self._wakeup:
                    self._reap()
                elif not self._read():
                    self._kill_all()
                    return

    def _read(self) -> bool:
        data = os.read(self._requests, READ_OCTETS)
        if not data:
            return False
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request["do"] == "start":
                self._start(request)
            else:
                self._signal(request["id"], request["signal"])
        return True

    def _start(self, request: dict[str, Any]) -> None:
        try:
            # One thread only, or a lock that another one held would stay locked in the child for ever.
            assert threading.active_count() == 1
            pid = os.fork()
        except OSError as error:
            self._tell({"answer": "failed", "id": request["id"], "reason": str(error)})
            return
        if pid == 0:
            self._become(request)
        self._children[pid] = request["id"]
        self._tell({"answer": "started", "id": request["id"], "pid": pid})

    def _become(self, request: dict[str, Any]) -> None:
        """Be the run's process; never returns."""
        status = 70  # EX_SOFTWARE
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            for descriptor in (
                self._requests,
                self._answers,
                self._lifeline_held,
                self._wakeup,
                self._wakeup_held,
            ):
                os.close(descriptor)
            _redirect(os.devnull, os.O_RDONLY, 0)
            _redirect(request["words"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 1)
            os.dup2(1, 2)
            faulthandler.enable()
            status = self._run(request["argument"], self._lifeline)
        except BaseException:  # noqa: BLE001  the last words of a process, whatever ended it
            traceback.print_exc()
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _signal(self, start: int, number: int) -> None:
        for pid, known in self._children.items():
            if known == start:
                os.kill(pid, number)

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            while os.read(self._wakeup, READ_OCTETS):
                pass
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            self._tell(
                {
                    "answer": "ended",
                    "id": self._children.pop(pid),
                    "pid": pid,
                    "status": code if code >= 0 else None,
                    "signal": -code if code < 0 else None,
                }
            )

    def _kill_all(self) -> None:
        for pid in self._children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in self._children:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _tell(self, answer: dict[str, Any]) -> None:
        line = json.dumps(answer).encode() + b"\n"
        with suppress(BrokenPipeError):  # the parent is gone; the end of the requests says so next
            while line:
                line = line[os.write(self._answers, line) :]


def _wake(_number: int, _frame: object) -> None:
    """Exist, so that the signal reaches the wake-up descriptor instead of its default action."""


def _redirect(path: str, flags: int, descriptor: int) -> None:
    opened = os.open(path, flags, 0o600)
    os.dup2(opened, descriptor)
    if opened != descriptor:
        os.close(opened)


def main() -> None:
    """Serve on the standard input and output until the input ends, then remove the directories named."""
    requests, answers = os.dup(0), os.dup(1)
    _redirect(os.devnull, os.O_RDONLY, 0)
    os.dup2(2, 1)  # a stray print must not spoil the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl C is for the server; it ends us by ending our input
    gc.collect()
    gc.freeze()  # what is preloaded is never looked at again, so its pages stay shared with the children
    ForkServer(requests, answers, run_process).serve()
    for directory in sys.argv[1:]:  # a server that was killed could not do it
        rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
