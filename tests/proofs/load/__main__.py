"""`python -m tests.proofs.load PLAN OUTCOME`: seals all callbacks, says so, waits for a line, and sends them."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec
import uvloop

from adapters.idle import allow_many_files
from tests.proofs.load.connections import Connections
from tests.proofs.load.plan import Outcome, Plan, Sent
from tests.simulators.wecom import WeComSimulator

_PATIENCE_S: Final = 5.0
"""WeCom's (doc 90238)."""
_CONNECTIONS: Final = 4096
"""A proxy in front of the gateway keeps them, and opens another one when all are busy."""
_QUESTIONS: Final = (
    "怎么退货",
    "你好，请问我昨天下午买的那条裙子什么时候可以发货呀",
    "可以开发票吗？要专票，抬头和税号我一会儿发给你",
    "运费怎么算",
    "尺码偏大还是偏小？我身高一米六五，体重五十二公斤，平时穿M码，这一款应该选什么码比较合适呢",
    "付款以后多久能收到，周末前要用",
)


class Generator:
    """Sends what a plan says."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        chance = random.Random(plan.seed)
        wecom = WeComSimulator()
        texts = [chance.choice(_QUESTIONS) for _ in range(plan.messages)]
        self._channels = [plan.channels[n % len(plan.channels)] for n in range(plan.messages)]
        self._requests = [self._sealed(wecom, n, text) for n, text in enumerate(texts)]
        self._due = _arrivals(plan, chance)
        self._text_bytes = sum(len(text.encode()) for text in texts) / len(texts)
        self._sent: list[Sent] = []
        self._start = 0.0

    async def run(self) -> Outcome:
        """Send all, and return when the last one was answered."""
        host, port = self._plan.host, self._plan.port
        connections = Connections(host, port, timeout=_PATIENCE_S, most=_CONNECTIONS)
        started_at, used, self._start = time.time(), time.process_time(), time.perf_counter()
        await (self._open_loop(connections) if self._plan.rate else self._closed_loop(connections))
        connections.close()
        return Outcome(started_at, self._text_bytes, time.process_time() - used, tuple(self._sent))

    async def _open_loop(self, connections: Connections) -> None:
        async with asyncio.TaskGroup() as group:
            for number, due in enumerate(self._due):
                if (early := due - self._now()) > 0:
                    await asyncio.sleep(early)
                group.create_task(self._send(connections, number, due))

    async def _closed_loop(self, connections: Connections) -> None:
        numbers = iter(range(self._plan.messages))

        async def customer() -> None:
            for number in numbers:
                await self._send(connections, number, self._now())

        await asyncio.gather(*(customer() for _ in range(self._plan.in_hand)))

    async def _send(self, connections: Connections, number: int, due: float) -> None:
        left = self._now()
        status = await connections.call(self._requests[number])
        self._sent.append(Sent(self._channels[number], due, left, self._now(), status))

    def _now(self) -> float:
        return time.perf_counter() - self._start

    def _sealed(self, wecom: WeComSimulator, number: int, text: str) -> bytes:
        channel = self._channels[number]
        raw = wecom.sealed_request(f"{self._plan.customers}-{channel}-{number:07}", text, f"{number}")
        head = (
            f"POST /callbacks/{channel}?{urlencode(raw.query)} HTTP/1.1\r\nHost: {self._plan.host}\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(raw.body)}\r\n\r\n"
        )
        return head.encode() + raw.body


def _arrivals(plan: Plan, chance: random.Random) -> Sequence[float]:
    """Of customers who know nothing of each other: a Poisson process."""
    due, clock = [], 0.0
    for _ in range(plan.messages if plan.rate else 0):
        clock += chance.expovariate(plan.rate)
        due.append(clock)
    return due


def main(plan: Path, outcome: Path) -> None:
    allow_many_files()
    generator = Generator(msgspec.json.decode(plan.read_bytes(), type=Plan))
    gc.collect()
    gc.freeze()  # a collection that walks all requests would hold up those that are due
    print("ready", flush=True)
    sys.stdin.readline()
    outcome.write_bytes(msgspec.json.encode(uvloop.run(generator.run())))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
