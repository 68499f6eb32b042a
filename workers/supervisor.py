"""Child processes: started in order, restarted when one dies, stopped in reverse, never orphaned."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.waiting import end, for_ever
from workers.logs import shorten

log = structlog.get_logger()

_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 30.0
_WELL_AFTER_S: Final = 30.0
"""A child that ran this long was well: its next restart does not wait longer than the first."""
_SHORTEN_EVERY_S: Final = 60.0
_HOPELESS: Final = 5
"""Deaths in a row, none of them after it was well."""


@dataclass(frozen=True, slots=True)
class Child:
    """What to run, and how it is told to stop."""

    name: str
    command: Sequence[str]
    stop_s: float
    """Between SIGTERM and SIGKILL."""
    ready: Callable[[], Awaitable[None]] | None = None
    """Returns once others may rely on it."""
    log_file: Path | None = None
    """Where its output goes; None: to ours."""
    needed: bool = True
    """When it can't be kept alive: give up altogether (True), or go on without it and keep trying."""
    environment: dict[str, str] = field(default_factory=dict)


class Supervisor:
    """Keeps children alive until told to stop."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._running: dict[str, Process] = {}
        self._watchers: list[asyncio.Task[None]] = []
        self._over = asyncio.Event()
        self.failed = ""
        """Name of the child that could not be kept alive, once there is one."""

    def stop(self) -> None:
        """End `run`."""
        self._over.set()

    async def run(self, started: Callable[[], None]) -> None:
        """Start all, call `started`, watch; stop all in reverse order. Raises Unavailable, OSError."""
        shortening = asyncio.create_task(
            for_ever(self._shorten_logs, every=_SHORTEN_EVERY_S, failing="log_not_shortened"), name="logs"
        )
        try:
            for child in self._children:
                await self._start(child)
                self._watchers.append(asyncio.create_task(self._watch(child), name=f"watch {child.name}"))
                if child.ready:
                    await self._unless_over(child.ready())
                if self._over.is_set():
                    return
            started()
            await self._over.wait()
        finally:
            await end([shortening])
            await self._stop_all()

    async def _shorten_logs(self) -> None:
        for child in self._children:
            if child.log_file:
                await asyncio.to_thread(shorten, child.log_file)

    async def _unless_over(self, ready: Awaitable[None]) -> None:
        """Who dies again and again never gets ready, and nobody waits for it who is told to stop."""
        waiting, over = asyncio.ensure_future(ready), asyncio.create_task(self._over.wait())
        try:
            await asyncio.wait({waiting, over}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                waiting.result()
        finally:
            await end([one for one in (waiting, over) if not one.done()])

    async def _start(self, child: Child) -> None:
        output = child.log_file.open("ab") if child.log_file else None
        try:
            self._running[child.name] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "workers.child", str(os.getpid()), *child.command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **child.environment},
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop them in order
            )
        finally:
            if output:
                output.close()
        log.debug("child_started", child=child.name, pid=self._running[child.name].pid)

    async def _watch(self, child: Child) -> None:
        deaths, wait = 0, _FIRST_WAIT_S
        clock = asyncio.get_running_loop().time
        while True:
            born = clock()
            code = await self._running[child.name].wait()
            if clock() - born > _WELL_AFTER_S:
                deaths, wait = 0, _FIRST_WAIT_S
            deaths += 1
            if child.needed and deaths >= _HOPELESS:
                log.error("child_given_up", child=child.name, deaths=deaths, code=code)
                self.failed = child.name
                return self.stop()
            log.warning("child_died", child=child.name, code=code, restart_in_s=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)
            try:
                await self._start(child)
            except OSError as error:  # of memory, processes or files none is left: it counts as a death
                log.warning("child_not_started", child=child.name, reason=type(error).__name__)

    async def _stop_all(self) -> None:
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for child in reversed(self._children):
            process = self._running.get(child.name)
            if process is not None:
                await _end(process, child)


async def _end(process: Process, child: Child) -> None:
    """SIGTERM, then SIGKILL for it and whatever it started."""
    if process.returncode is None:
        _signal_group(process.pid, signal.SIGTERM, just=True)
        try:
            async with asyncio.timeout(child.stop_s):
                await process.wait()
        except TimeoutError:
            log.warning("child_killed", child=child.name, after_s=child.stop_s)
    _signal_group(process.pid, signal.SIGKILL)
    await process.wait()


def _signal_group(pid: int, signum: signal.Signals, *, just: bool = False) -> None:
    """To the child's process group (it leads its own), or `just` to the child."""
    try:
        if just:
            os.kill(pid, signum)
        else:
            os.killpg(pid, signum)
    except ProcessLookupError:
        return  # all gone already
    except PermissionError as error:
        raise Unavailable(f"not allowed to stop process {pid}") from error
