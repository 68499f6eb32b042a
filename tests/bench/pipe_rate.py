"""How much goes through: messages/s from callback to reply ÷ Celery no-op tasks/s.

Model and retriever answer at once. Door, store, worker and platform share the machine, as do sender, store and
worker of the no-op tasks. In turns, as the machine's speed changes within seconds.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.broker import PREFIX, make_app
from bot.wiring import redis_url
from tests.bench.measure import Measure
from tests.bench.noop_worker import DONE, QUEUE, TASK
from tests.house import House, a_house
from tests.proofs import processor
from tests.proofs.load.plan import Plan
from tests.proofs.load.run import a_load
from tests.simulators.wecom import WeComSimulator

MESSAGES = 3_000
TASKS = 3_000
TURNS = 8
_IN_HAND = 64
_WITHIN_S = 60.0


async def measure() -> Measure:
    """Messages/s, each of a customer of its own; the platform has `_IN_HAND` callbacks under way at a time."""
    environment = {"KEFU_REDIS__APPENDFSYNC": "everysec", "KEFU_LOG_FORMAT": "json"}  # as in deploy/
    with tempfile.TemporaryDirectory() as folder:
        async with (
            WeComSimulator() as wecom,
            a_house(Path(folder), wecom=wecom, environment=environment) as house,
        ):
            await house.start("valkey", "gateway")
            tasks = messages = 0.0
            for turn in range(TURNS):
                tasks += await _tasks(house)
                messages += await _messages(house, wecom, turn)
    return Measure("pipe_rate", TURNS * MESSAGES / messages, "messages/s", TURNS * TASKS / tasks)


async def _tasks(house: House) -> float:
    """Seconds from the first task sent to the last one done, by Celery's own sender and worker."""
    app = make_app(redis_url(house.settings))
    async with house.stores() as stores, _running(house, "noop", "tests.bench.noop_worker", str(TASKS)):
        client: Any = stores.client
        _send(app, 1)
        while await client.llen(f"{PREFIX}{QUEUE}"):  # until the worker is up
            await asyncio.sleep(0.05)
        started = time.perf_counter()
        sending = asyncio.create_task(asyncio.to_thread(_send, app, TASKS - 1))
        assert await client.blpop(DONE, timeout=_WITHIN_S), "every task is done in time"
        seconds = time.perf_counter() - started
        await sending
    return seconds


def _send(app: Any, count: int) -> None:
    for number in range(count):
        app.send_task(TASK, [f"shop:wecom:customer-{number}"], queue=QUEUE, ignore_result=True)


async def _messages(house: House, wecom: WeComSimulator, turn: int) -> float:
    """Seconds from the first callback to the last reply. The callbacks are sealed before."""
    plan = Plan("127.0.0.1", house.port, ("wecom",), f"turn{turn}", MESSAGES, seed=turn, in_hand=_IN_HAND)

    async def replies(count: int) -> None:
        while len(wecom.record.seen) < count:
            await asyncio.sleep(0.01)

    async with (
        _running(house, "worker", "tests.bench.fixed_worker", "--scripted"),
        a_load(plan, house.folder) as go,
    ):
        await house.ready(worker=True)
        before = len(wecom.record.seen) + 1
        async with asyncio.timeout(_WITHIN_S):
            await wecom.say(house.callback("wecom"), user=f"turn{turn}-first", text="怎么退货")
            await replies(before)  # until the worker is up, as above
            spent = _spent(house)
            started = time.perf_counter()
            outcome = await go()
            await replies(before + MESSAGES)
            seconds = time.perf_counter() - started
        assert all(sent.status == 200 for sent in outcome.sent), "a door must take what comes"
        used = {name: sum_ - spent[name] for name, sum_ in _spent(house).items()}
        _tell(used | {"customers": outcome.processor})
        return seconds


def _spent(house: House) -> dict[str, float]:
    """Processor seconds so far, by process; this one is the platform that replies go to."""
    return {**processor.of_all(house), "platform": time.process_time()}


def _tell(spent: dict[str, float]) -> None:
    each = ", ".join(f"{seconds / MESSAGES * 1e6:.0f} µs {name}" for name, seconds in spent.items())
    print(f"pipe_rate: processor time of a message: {each}", file=sys.stderr)


@asynccontextmanager
async def _running(house: House, name: str, module: str, *arguments: str) -> AsyncIterator[None]:
    house.spawn(name, [sys.executable, "-m", module, str(house.config), *arguments])
    try:
        yield
    finally:
        house.kill(name, signal.SIGTERM)
