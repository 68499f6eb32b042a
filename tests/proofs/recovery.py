"""`make recovery`: a worker is killed again and again under a steady stream; how long do its customers wait?

Two workers, each with a model of its own here, which knows what its worker was at when it died. The other one
goes on, and has to find what the dead one held once its leases are over.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos.model import ScriptedServer
from tests.chaos.tags import Tag, tags
from tests.house import House, a_house
from tests.proofs.figures import quantile
from tests.proofs.report import Report
from tests.simulators.wecom import WeComSimulator

_WORKERS: Final = ("worker-0", "worker-1")
_CUSTOMERS: Final = 1_000
_SLOW: Final = 5.0
"""Times 20 to 300 ms: the model needs up to a second and a half, as a real one does."""
_BESIDES_S: Final = 5.0
"""What is wanted beyond the lease's life."""
_AT_MOST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    seed: int
    kills: int
    rate: float
    lease: float
    keep: Path | None


class Stream:
    """Customers who write, so many a second, whatever comes back."""

    def __init__(
        self,
        house: House,
        wecom: WeComSimulator,
        rate: float,
        seed: int,
        words: Callable[[Tag], str] = "请问 {}".format,
    ) -> None:
        """`words`: what a message says."""
        self._url = house.callback("wecom")
        self._words = words
        self._wecom = wecom
        self._rate = rate
        self._chance = random.Random(seed)
        self.accepted: set[Tag] = set()
        self.said_at: dict[Tag, float] = {}
        """When each of them was written, unix seconds."""

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """During the block; after it, the last one was taken."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._flow(group, over))
            try:
                yield
            finally:
                over.set()

    async def _flow(self, group: asyncio.TaskGroup, over: asyncio.Event) -> None:
        for number in itertools.count():
            if over.is_set():
                return
            group.create_task(self._say(Tag(number % _CUSTOMERS, number // _CUSTOMERS)))
            await asyncio.sleep(self._chance.expovariate(self._rate))

    def shown(self) -> Mapping[Tag, float]:
        """What was answered, and since when."""
        first: dict[Tag, float] = {}
        for seen in self._wecom.record.seen:
            for tag in tags(seen.text):
                first.setdefault(tag, seen.at)
        return first

    async def all_shown(self, wanted: Iterable[Tag], *, since: float) -> float:
        """Seconds until the last of them was answered; `_AT_MOST_S` when it was not by then."""
        wanted = set(wanted)
        while missing := wanted - self.shown().keys():
            if time.time() - since > _AT_MOST_S:
                print(f"not answered: {sorted(missing)}", file=sys.stderr)
                return _AT_MOST_S
            await asyncio.sleep(0.05)
        shown = self.shown()
        return max((shown[tag] - since for tag in wanted), default=0.0)

    async def _say(self, tag: Tag) -> None:
        user, id_ = f"c{tag.customer:04}", f"{tag.customer * 1000 + tag.number}"
        self.said_at[tag] = time.time()
        posting = await self._wecom.say(self._url, user=user, text=self._words(tag), msg_id=id_)
        assert posting.accepted, "a door must take what comes"
        self.accepted.add(tag)


class Kills:
    """Kills workers, and measures."""

    def __init__(self, house: House, models: Mapping[str, ScriptedServer], stream: Stream, seed: int) -> None:
        self._house = house
        self._models = models
        self._stream = stream
        self._chance = random.Random(seed)

    async def start(self) -> None:
        """Everything."""
        await self._house.start("valkey", "gateway")
        for name in self._models:
            self._spawn(name)
        await self._house.ready(worker=True)

    async def once(self) -> tuple[int, float, float]:
        """How many messages a worker held when it died; seconds until they were answered; and until all were
        that waited then, in whosever hands."""
        name = self._chance.choice(_WORKERS)
        for worker in _WORKERS:  # the one that stays is at work as well
            await self._busy(worker)
        await asyncio.sleep(self._chance.uniform(0, 1))
        await self._busy(name)
        killed_at = time.time()
        await asyncio.to_thread(self._house.kill, name)
        held = {tag for asked in self._models[name].under_way for tag in asked}
        waited = self._stream.accepted - self._stream.shown().keys()
        seconds = await self._stream.all_shown(held, since=killed_at)
        everybody = await self._stream.all_shown(waited | held, since=killed_at)
        self._spawn(name)
        return len(held), seconds, everybody

    async def _busy(self, name: str) -> None:
        async with asyncio.timeout(_AT_MOST_S):
            while not self._models[name].under_way:
                if code := self._house.running[name].poll():
                    raise RuntimeError(f"{name} ended by itself, with {code}")
                await asyncio.sleep(0.02)

    def _spawn(self, name: str) -> None:
        command = [sys.executable, "-m", "tests.chaos.process", "worker", str(self._house.config)]
        self._house.spawn(name, [*command, "--name", name], KEFU_MODEL__BASE_URL=self._models[name].url)


async def run(wanted: Wanted) -> int:
    """The exit code."""
    report = Report("recovery")
    async with AsyncExitStack() as stack:
        models = {name: ScriptedServer(wanted.seed) for name in _WORKERS}
        for model in models.values():
            model.slow = _SLOW
            await stack.enter_async_context(model.serving())
        wecom = await stack.enter_async_context(WeComSimulator())
        folder = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = {"KEFU_WORKER__LEASE_S": f"{wanted.lease}", "KEFU_MODEL__MODEL": "scripted"}
        environment |= {"KEFU_MODEL__BASE_URL": models[_WORKERS[0]].url}  # a worker's own goes before it
        house = await stack.enter_async_context(a_house(folder, wecom=wecom, environment=environment))
        stream = Stream(house, wecom, wanted.rate, wanted.seed)
        kills = Kills(house, models, stream, wanted.seed)
        await kills.start()
        seen = []
        async with stream.flowing():
            for number in range(wanted.kills):
                held, seconds, everybody = await kills.once()
                seen.append((held, seconds, everybody))
                report.tell(f"kill_{number + 1}", seconds, f"s until all {held} held were answered")
        await stream.all_shown(stream.accepted, since=time.time())
    shown = Counter(tag for one in wecom.record.seen for tag in set(tags(one.text)))
    report.tell("lost", len(stream.accepted - shown.keys()), f"of {len(stream.accepted)} accepted", most=0)
    _tell(report, wanted, seen, shown)
    return report.conclude()


def _tell(
    report: Report, wanted: Wanted, seen: list[tuple[int, float, float]], shown: Mapping[Tag, int]
) -> None:
    seconds = [one[1] for one in seen]
    report.tell("lease", wanted.lease, "s")
    report.tell("held", sum(one[0] for one in seen), f"messages in {len(seen)} kills", least=len(seen))
    report.tell("answered_p50", quantile(seconds, 0.5), "s")
    report.tell("answered_max", max(seconds), "s after the kill", most=wanted.lease + _BESIDES_S)
    report.tell("everybody_answered_max", max(one[2] for one in seen), "s, who was in no dead hands too")
    report.tell("twice", sum(count > 1 for count in shown.values()), "messages, in the documented window")


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(prog="make recovery")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--rate", type=float, default=20.0, help="messages a second")
    arguments.add_argument("--lease", type=float, default=15.0, help="worker.lease_s")
    arguments.add_argument("--keep", type=Path, help="a folder for the processes' logs; else they go")
    return asyncio.run(run(Wanted(**vars(arguments.parse_args()))))


if __name__ == "__main__":
    sys.exit(main())
