"""A steady stream of messages on two doors while the store goes away and comes back: what became of it.

Everything is real but the knowledge and the model, which are scripted: the processor is for the rest.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.check import Shown, Verdict, check
from tests.chaos.crowd import Door
from tests.chaos.model import ScriptedServer
from tests.chaos.tags import Tag, tags
from tests.house import House, a_house
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.record import Attempt
from tests.simulators.wecom import WeComSimulator


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run comes to."""

    sent: int
    acknowledged: int
    """At the first try: the platforms here make no other."""
    p99_s: float
    slowest_s: float
    verdict: Verdict

    def __str__(self) -> str:
        return (
            f"{self.sent} sent, {self.acknowledged} acknowledged at once (p99 {self.p99_s:.2f} s, slowest"
            f" {self.slowest_s:.2f} s), lost {len(self.verdict.lost)}, twice {len(self.verdict.twice)} and in"
            f" the documented window {len(self.verdict.twice_in_window)}, disorder {len(self.verdict.disorder)}"
        )


class Stream:
    """Customers who write one after the other, so many messages a second in all, whatever comes back."""

    def __init__(self, house: House, doors: Sequence[Door], *, rate: float, customers: int) -> None:
        self._house = house
        self._doors = doors
        self._rate = rate
        self._customers = customers
        self._counts: Counter[int] = Counter()
        self._open: dict[Tag, float] = {}
        self._looked_at: Counter[str] = Counter()
        self._attempts: list[Attempt] = []
        self._saying: set[asyncio.Task[None]] = set()
        self.disturbed: list[float] = []
        """When the store went, and when it came back."""

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Meanwhile; at the end all have an acknowledgement or a refusal."""
        flow = asyncio.create_task(self._flow())
        try:
            yield
        finally:
            flow.cancel()
            await asyncio.wait([flow, *self._saying])

    async def is_normal(self, *, within: float) -> float:
        """Wait until all that was sent by now is answered; how long that took. Raises TimeoutError."""
        started = time.time()
        async with asyncio.timeout(within):
            while any(at < started for at in self._unanswered().values()):
                await asyncio.sleep(0.1)
        return time.time() - started

    async def is_answered(self, *, within: float) -> None:
        """Wait until all is answered. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._unanswered():
                await asyncio.sleep(0.1)

    def figures(self) -> Figures:
        """From what was sent and what the customers saw alone."""
        seconds = sorted(attempt.seconds for attempt in self._attempts)
        return Figures(
            len(self._attempts),
            sum(attempt.status == 200 for attempt in self._attempts),
            seconds[int(len(seconds) * 0.99)],
            seconds[-1],
            check(self._counts, self._shown(), with_key=frozenset(), disturbed=self.disturbed),
        )

    async def _flow(self) -> None:
        number, begun = 0, time.monotonic()
        while True:
            task = asyncio.create_task(self._say(number % self._customers))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)
            number += 1
            await asyncio.sleep(max(0.0, begun + number / self._rate - time.monotonic()))

    async def _say(self, customer: int) -> None:
        tag = Tag(customer, self._counts[customer])
        self._counts[customer] += 1
        self._open[tag] = time.time()
        door = self._door(customer)
        posting = await door.platform.say(
            self._house.callback(door.channel),
            user=_user(customer),
            text=f"请问 {tag}",
            msg_id=f"{customer * 1000 + tag.number}",
        )
        self._attempts += posting.attempts

    def _unanswered(self) -> dict[Tag, float]:
        """Looks at what is new only: the machine has other things to do."""
        for door in self._doors:
            seen = door.platform.record.seen
            for one in seen[self._looked_at[door.channel] :]:
                for tag in tags(one.text):
                    self._open.pop(tag, None)
            self._looked_at[door.channel] = len(seen)
        return self._open

    def _shown(self) -> dict[int, list[Shown]]:
        return {
            customer: [
                Shown(seen.at, seen.text)
                for seen in self._door(customer).platform.record.seen_by(_user(customer))
            ]
            for customer in list(self._counts)
        }

    def _door(self, customer: int) -> Door:
        return self._doors[customer % len(self._doors)]


@asynccontextmanager
async def a_stream(
    folder: Path, *, rate: float, customers: int, redis_url: str = ""
) -> AsyncIterator[tuple[House, Stream]]:
    """A house with a WeCom app and a DingTalk robot, whose platforms deliver once; nothing flows yet.

    Its store is its own, or the one at `redis_url`.
    """
    async with AsyncExitStack() as stack:
        wecom = await stack.enter_async_context(WeComSimulator(retries=0))
        ding = await stack.enter_async_context(DingTalkSimulator(qps=None, retries=0))
        model = ScriptedServer(seed=1)
        await stack.enter_async_context(model.serving())
        environment = {
            "KEFU_REDIS__URL": redis_url,
            "KEFU_MODEL__BASE_URL": model.url,
            "KEFU_MODEL__MODEL": "scripted",
        }
        house = await stack.enter_async_context(
            a_house(folder, wecom=wecom, dingtalk=ding, environment=environment)
        )
        if not redis_url:
            await house.start("valkey")
        for role in ("gateway", "worker"):
            house.spawn(role, [sys.executable, "-m", "tests.chaos.process", role, str(house.config)])
        await house.ready(worker=True)
        doors = (Door("wecom", wecom, False), Door("ding", ding, False))
        yield house, Stream(house, doors, rate=rate, customers=customers)


def _user(customer: int) -> str:
    return f"c{customer:04}"
