"""Is the model server's batch kept full? Messages/s through the WeCom door ÷ those of a bare load generator.

Needs a model: KEFU_MODEL__BASE_URL and KEFU_MODEL__MODEL. Same prompts, same number in flight, same server, in
turns: bare, door, door, bare.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.model import prompt
from bot.model.openai_chat import OpenAIModel
from bot.ports import Prompt
from tests.bench.fixed_worker import PASSAGE
from tests.bench.measure import Measure
from tests.builders import a_turn
from tests.house import House, a_house
from tests.simulators.wecom import WeComSimulator

CUSTOMERS = 200
MAX_TOKENS = "48"
_WITHIN_S = 300.0


async def measure() -> Measure | None:
    """None, with a word on stderr, when no model is named."""
    if not os.environ.get("KEFU_MODEL__BASE_URL"):
        print("engine_full: left out; set KEFU_MODEL__BASE_URL and KEFU_MODEL__MODEL", file=sys.stderr)
        return None
    async with a_busy_house() as (house, wecom):
        await bare(house, "warm up", 64)
        seconds = {"bare": 0.0, "door": 0.0}
        for number, (kind, run) in enumerate(
            (("bare", bare), ("door", None), ("door", None), ("bare", bare))
        ):
            if run:
                seconds[kind] += await bare(house, f"run {number}", CUSTOMERS)
            else:
                seconds[kind] += await through_the_door(house, wecom, f"run {number}")
        rates = {kind: 2 * CUSTOMERS / total for kind, total in seconds.items()}
        return Measure("engine_full", rates["door"], "messages/s", rates["bare"])


@asynccontextmanager
async def a_busy_house() -> AsyncIterator[tuple[House, WeComSimulator]]:
    """Real processes, a fixed passage, and time for a slow model. What it says is not checked, as it would be asked
    again for what a small one gets wrong, and the bare generator asks once."""
    environment = {name: value for name, value in os.environ.items() if name.startswith("KEFU_MODEL__")}
    environment |= {
        "KEFU_MODEL__MAX_TOKENS": MAX_TOKENS,
        "KEFU_MODEL__TEMPERATURE": "0",
        "KEFU_MODEL__TIMEOUT_S": "600",
        "KEFU_TENANTS__SHOP__LIMITS__ANSWER_S": "600",
        "KEFU_TENANTS__SHOP__CHECK_ANSWERS": "false",
        "KEFU_REDIS__APPENDFSYNC": "everysec",
    }
    with tempfile.TemporaryDirectory() as folder:
        async with (
            WeComSimulator() as wecom,
            a_house(Path(folder), wecom=wecom, environment=environment) as house,
        ):
            await house.start("valkey", "gateway")
            house.spawn("worker", [sys.executable, "-m", "tests.bench.fixed_worker", str(house.config)])
            await house.ready(worker=True)
            yield house, wecom


def question(run: str, number: int) -> str:
    """No two alike, so that no answer is cached; alike in length, so that the work is the same."""
    return f"{run}，第{number:03}位客户想问：怎么退货？"


async def bare(house: House, run: str, count: int) -> float:
    """Seconds that the same prompts take without us."""
    settings = house.settings
    model = OpenAIModel(settings.model)
    turns = [a_turn(question(run, number), passages=(PASSAGE,)) for number in range(count)]
    prompts = [prompt.build(turn, settings.tenants[0], settings.model) for turn in turns]
    room = asyncio.Semaphore(settings.model.max_in_flight)

    async def one(asked: Prompt) -> None:
        async with room:
            await model.complete(asked, timeout=_WITHIN_S)

    started = time.perf_counter()
    await asyncio.gather(*map(one, prompts))
    seconds = time.perf_counter() - started
    await model.close()
    return seconds


async def through_the_door(house: House, wecom: WeComSimulator, run: str) -> float:
    """Seconds from the first callback to the last reply of customers who all write at once."""
    users = [f"{run.replace(' ', '')}-{number:03}" for number in range(CUSTOMERS)]
    server = house.settings.model.base_url
    watching = asyncio.create_task(most_running(server))
    hits, queries = await prefix_cache(server)
    started = time.perf_counter()
    postings = (
        wecom.say(house.callback("wecom"), user=user, text=question(run, number))
        for number, user in enumerate(users)
    )
    accepted = [posting.accepted for posting in await asyncio.gather(*postings)]
    await asyncio.gather(*(wecom.wait_for_replies(user, timeout=_WITHIN_S) for user in users))
    seconds = time.perf_counter() - started
    watching.cancel()
    hits, queries = (
        now - then for now, then in zip(await prefix_cache(server), (hits, queries), strict=True)
    )
    answered = Counter(seen.to for seen in wecom.record.seen if seen.to in set(users))
    print(
        f"engine_full: {sum(accepted)} accepted, {len(answered)} answered, most replies to one customer"
        f" {max(answered.values())}, most requests running {watched[-1]:.0f}, prefix cache {hits / max(1.0, queries):.3f},"
        f" {CUSTOMERS / seconds:.2f} messages/s",
        file=sys.stderr,
    )
    return seconds


watched: list[float] = [0.0]
"""The most requests running that vLLM's own metric showed, per run."""


async def prefix_cache(base_url: str) -> tuple[float, float]:
    """Tokens of prompts so far: those that vLLM's prefix cache had, and all."""
    async with aiohttp.ClientSession() as session, session.get(_metrics(base_url)) as response:
        text = await response.text()
    found = (
        re.search(rf"^vllm:prefix_cache_{name}_total\{{.*\}} ([\d.e+]+)$", text, re.M)
        for name in ("hits", "queries")
    )
    hits, queries = (float(match[1]) if match else 0.0 for match in found)
    return hits, queries


def _metrics(base_url: str) -> str:
    return base_url.removesuffix("/v1") + "/metrics"


async def most_running(base_url: str) -> None:
    """Read vLLM's `num_requests_running` ten times a second."""
    watched.append(0.0)
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(_metrics(base_url)) as response:
                found = re.search(
                    r"^vllm:num_requests_running\{.*\} ([\d.e+]+)$", await response.text(), re.M
                )
            if found:
                watched[-1] = max(watched[-1], float(found[1]))
            await asyncio.sleep(0.1)
