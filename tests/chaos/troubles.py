"""What goes wrong: one thing every few seconds, drawn by a seed."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tests.chaos.crowd import Door
from tests.chaos.model import ScriptedServer
from tests.house import House
from tests.simulators.dingtalk import SESSION_PATH
from tests.simulators.platform import Trouble
from tests.simulators.wecom import SEND_PATH
from tests.simulators.wecom_kf import KF_SEND_PATH, SYNC_PATH

WORKERS: Final = ("worker-0", "worker-1")
_PATHS: Final = (SEND_PATH, KF_SEND_PATH, SYNC_PATH, SESSION_PATH)
_WEIGHTS: Final = {
    "kill a worker": 4,
    "stop a worker": 2,
    "pause a worker": 3,
    "a worker's clock jumps": 2,
    "kill the gateway": 2,
    "stop the gateway": 1,
    "pause the gateway": 1,
    "kill the store": 1,
    "the model is away": 2,
    "the model is slow": 2,
    "a platform fails": 3,
    "a platform is slow": 2,
}


class Troubles:
    """Makes them, and mends them again."""

    def __init__(
        self, house: House, model: ScriptedServer, doors: Sequence[Door], *, seed: int, bug: str
    ) -> None:
        self._house = house
        self._model = model
        self._doors = doors
        self._chance = random.Random(seed)
        self._bug = ["--bug", bug] if bug else []
        self.times: list[float] = []
        self.made: Counter[str] = Counter()

    async def start_all(self) -> None:
        """The house, with everything in it well."""
        await self._house.start("valkey")
        for name in ("gateway", *WORKERS):
            self._spawn(name)
        await self._house.ready(worker=True)

    async def go_on(self, seconds: float) -> None:
        """One after the other for so long; at the end all is well again."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await asyncio.sleep(self._chance.uniform(2, 8))
            (what,) = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            self.made[what] += 1
            self.times.append(time.time())
            await self._make(what)
            self.times.append(time.time())

    async def _make(self, what: str) -> None:
        worker = self._chance.choice(WORKERS)
        match what:
            case "kill a worker":
                await self._again(worker, signal.SIGKILL)
            case "stop a worker":
                await self._again(worker, signal.SIGTERM)
            case "pause a worker":
                await self._pause(worker, self._chance.uniform(1, 12))
            case "a worker's clock jumps":
                ahead = self._chance.choice((-1, 1)) * self._chance.uniform(5, 600)
                await self._clock(worker, ahead)
            case "kill the gateway":
                await self._again("gateway", signal.SIGKILL)
            case "stop the gateway":
                await self._again("gateway", signal.SIGTERM)
            case "pause the gateway":
                await self._pause("gateway", self._chance.uniform(0.5, 4))
            case "kill the store":
                await asyncio.to_thread(self._house.kill, "valkey")
                await asyncio.sleep(self._chance.uniform(0, 3))
                await self._house.start("valkey")
            case "the model is away":
                self._model.away = True
                await asyncio.sleep(self._chance.uniform(2, 15))
                self._model.away = False
            case "the model is slow":
                self._model.slow = 15.0
                await asyncio.sleep(self._chance.uniform(2, 10))
                self._model.slow = 1.0
            case "a platform fails":
                await self._on_a_platform(Trouble(status=502, body="<html>bad gateway</html>"))
            case _:
                await self._on_a_platform(Trouble(delay=12.0))

    async def _again(self, name: str, signum: signal.Signals) -> None:
        await asyncio.to_thread(self._house.kill, name, signum)
        await asyncio.sleep(self._chance.uniform(0, 3))
        self._spawn(name)

    async def _pause(self, name: str, seconds: float) -> None:
        process = self._house.running[name]
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    async def _clock(self, worker: str, ahead: float) -> None:
        clock = self._house.folder / f"{worker}.clock"
        clock.write_text(str(ahead), encoding="utf-8")
        await asyncio.sleep(self._chance.uniform(5, 15))
        clock.write_text("0", encoding="utf-8")

    async def _on_a_platform(self, trouble: Trouble) -> None:
        path, seconds = self._chance.choice(_PATHS), self._chance.uniform(1, 10)
        for door in self._doors:
            door.platform.lasting_trouble(path, trouble, seconds=seconds)
        over = time.monotonic() + seconds + trouble.delay  # for the last one that met it
        while time.monotonic() < over:
            self.times.append(time.time())  # whatever is sent in these seconds may be taken, and seem lost
            await asyncio.sleep(1)

    def _spawn(self, name: str) -> None:
        role = name.partition("-")[0]
        command = [sys.executable, "-m", "tests.chaos.process", role, str(self._house.config), "--name", name]
        self._house.spawn(name, [*command, *self._bug])
