"""Run processes come from the fork server within milliseconds, and none outlives it."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from app.fleet.launcher import Ending, ForkServerLauncher
from tests.support.eventually import eventually


@pytest.fixture
async def launcher():
    launcher = ForkServerLauncher()
    await launcher.open()
    yield launcher
    await launcher.close()


def argument(directory: Path) -> dict:
    """A process that looks for its server and waits for orders for ever."""
    return {"control": f"ipc://{directory}/nobody", "name": "a#1/1", "directory": str(directory)}


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_five_processes_start_within_a_fifth_of_a_second(launcher, tmp_path) -> None:
    took = [1.0]
    while min(took) >= 0.2 and len(took) < 12:  # the machine may be busy with something else
        began = time.monotonic()
        many = [launcher.start(argument(tmp_path), tmp_path / f"words{n}") for n in range(5)]
        launched = await asyncio.gather(*many)
        took.append(time.monotonic() - began)
        assert len({each.pid for each in launched}) == 5
    assert min(took) < 0.2, took


async def test_a_killed_process_is_reported_with_its_signal(launcher, tmp_path) -> None:
    launched = await launcher.start(argument(tmp_path), tmp_path / "words")
    launched.signal(signal.SIGKILL)
    ending = await asyncio.wait_for(launched.ended, 5.0)
    assert ending == Ending(None, signal.SIGKILL)
    assert ending.sentence() == "ended by SIGKILL"
    launched.signal(signal.SIGKILL)  # nothing is sent to whoever has the number now


async def test_the_last_words_of_a_process_are_kept(launcher, tmp_path) -> None:
    launched = await launcher.start({"name": "no server is named"}, tmp_path / "words")
    ending = await asyncio.wait_for(launched.ended, 5.0)
    assert ending.status == 70
    assert "KeyError: 'control'" in launched.last_words()


async def test_closing_leaves_no_process(tmp_path) -> None:
    launcher = ForkServerLauncher()
    launched = await launcher.start(argument(tmp_path), tmp_path / "words")
    await launcher.close()
    await eventually(lambda: not is_alive(launched.pid))
    assert launched.ended.done()


async def test_what_is_left_over_is_removed_however_the_program_went(tmp_path) -> None:
    leftovers = tmp_path / "runs"
    leftovers.mkdir()
    launcher = ForkServerLauncher(leftovers)
    await launcher.start(argument(leftovers), leftovers / "words")
    await launcher.close()  # all the fork server sees is the end of its input, as when we are killed
    await eventually(lambda: not leftovers.exists())


async def test_processes_leave_when_the_fork_server_is_killed_and_a_new_one_takes_over(
    launcher, tmp_path
) -> None:
    first = await launcher.start(argument(tmp_path), tmp_path / "words")
    os.kill(parent_of(first.pid), signal.SIGKILL)
    await asyncio.wait_for(first.ended, 5.0)
    await eventually(lambda: not is_alive(first.pid))
    second = await launcher.start(argument(tmp_path), tmp_path / "words")
    assert is_alive(second.pid)


async def test_a_process_is_not_reached_by_the_terminals_interrupt(launcher, tmp_path) -> None:
    launched = await launcher.start(argument(tmp_path), tmp_path / "words")
    assert os.getsid(launched.pid) != os.getsid(0)
