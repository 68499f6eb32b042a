"""Children are kept alive, and whoever can't be is told of in good time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Unavailable
from workers import supervisor
from workers.supervisor import Child, Supervisor

LIVES = [sys.executable, "-c", "import time; time.sleep(60)"]
DIES = [sys.executable, "-c", ""]


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_FIRST_WAIT_S", 0.01)


def a_child(name: str, command: list[str], ready: Callable[[], Awaitable[None]] | None = None) -> Child:
    return Child(name, command, stop_s=5, ready=ready)


async def never() -> None:
    await asyncio.Event().wait()


async def test_who_dies_again_and_again_is_not_waited_for_until_it_is_ready() -> None:
    started: list[str] = []
    keeping = Supervisor([a_child("store", DIES, never), a_child("worker", LIVES)])

    async with asyncio.timeout(30):
        await keeping.run(lambda: started.append("all"))

    assert (keeping.failed, started) == ("store", [])


async def test_who_is_told_to_stop_while_the_first_gets_ready_starts_no_other(tmp_path: Path) -> None:
    trace = tmp_path / "second"
    second = [sys.executable, "-c", f"open({str(trace)!r}, 'w')"]

    async def told_to_stop() -> None:
        keeping.stop()
        await never()

    keeping = Supervisor([a_child("store", LIVES, told_to_stop), a_child("worker", second)])
    async with asyncio.timeout(30):
        await keeping.run(lambda: None)

    assert (keeping.failed, trace.exists()) == ("", False)


async def test_what_is_said_of_a_child_that_does_not_get_ready_is_passed_on() -> None:
    async def too_late() -> None:
        raise Unavailable("it did not come up")

    async with asyncio.timeout(30):
        with pytest.raises(Unavailable, match="did not come up"):
            await Supervisor([a_child("store", LIVES, too_late)]).run(lambda: None)


async def test_a_machine_without_room_for_a_process_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first time it ends at once; the next process can't be made; the one after that lives."""
    died, back = tmp_path / "died", asyncio.Event()
    once = f"import os, time; os.path.exists({str(died)!r}) and time.sleep(60); open({str(died)!r}, 'w')"
    make, asked = asyncio.create_subprocess_exec, 0

    async def made(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise BlockingIOError("Resource temporarily unavailable")
        if asked == 3:
            back.set()
        return await make(*arguments, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", made)
    keeping = Supervisor([a_child("worker", [sys.executable, "-c", once])])

    running = asyncio.create_task(keeping.run(lambda: None))
    async with asyncio.timeout(30):
        await back.wait()
        keeping.stop()
        await running

    assert (keeping.failed, asked) == ("", 3)
