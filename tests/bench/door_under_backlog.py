"""Is a door as quick with a long queue behind it? p99 of the acknowledgement with 100,000 messages waiting ÷ with none.

Two gateways with a Valkey each, called in turns: one has the backlog, the other nothing. Whatever else the machine
does in these seconds meets both alike.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.bench.measure import Measure
from tests.builders import a_conversation, a_message
from tests.house import House, a_house
from tests.simulators.wecom import WeComSimulator

BACKLOG = 100_000
CUSTOMERS = 20_000
CALLBACKS = 4_000
"""To each door, so that 40 of them are slower than the p99."""
_WARM_UP = 200
_AT_ONCE = 500


async def measure() -> Measure:
    """Milliseconds, over HTTP, one callback at a time."""
    async with AsyncExitStack() as stack:
        wecom = await stack.enter_async_context(WeComSimulator())
        empty = await stack.enter_async_context(_a_gateway(wecom))
        full = await stack.enter_async_context(_a_gateway(wecom))
        await _fill(full)
        seconds: dict[House, list[float]] = {empty: [], full: []}
        for number in range(-_WARM_UP, CALLBACKS):
            for house in (empty, full) if number % 2 else (full, empty):
                posting = await wecom.say(
                    house.callback("wecom"), user=f"visitor{number % 1000}", text="怎么退货"
                )
                assert posting.accepted, "a door must take what comes"
                if number >= 0:
                    seconds[house].append(posting.attempts[-1].seconds)
            if number % 100 == 0:
                await _forget(empty)
    return Measure("door_under_backlog", _p99(seconds[full]) * 1000, "ms", _p99(seconds[empty]) * 1000)


@asynccontextmanager
async def _a_gateway(wecom: WeComSimulator) -> AsyncIterator[House]:
    environment = {"KEFU_REDIS__APPENDFSYNC": "everysec"}
    with tempfile.TemporaryDirectory() as folder:
        async with a_house(Path(folder), wecom=wecom, environment=environment) as house:
            await house.start("valkey", "gateway")
            yield house


async def _fill(house: House) -> None:
    """Let messages wait; no worker is there to answer them."""
    async with house.stores() as stores:
        for first in range(0, BACKLOG, _AT_ONCE):
            messages = (
                a_message(id=f"{n:019}", conversation=a_conversation(f"customer-{n % CUSTOMERS}", "wecom"))
                for n in range(first, first + _AT_ONCE)
            )
            await asyncio.gather(*map(stores.inbox.accept, messages))


async def _forget(house: House) -> None:
    async with house.stores() as stores:
        await stores.client.flushdb()


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[-1]
