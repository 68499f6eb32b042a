"""微信客服 with real processes: fetched, answered once, within the window, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.types import DeliveryState
from tests.house import RETURNS, House, a_house
from tests.scenarios.conftest import Street
from tests.scenarios.test_killed import QUESTIONS, bot_said, records, some_are_answered
from tests.simulators.wecom_kf import MOST, WeComKfSimulator

pytestmark = pytest.mark.processes

CUSTOMERS, EACH, KILLS = map(int, os.environ.get("KF_CROWD", "30 10 2").split())
"""`KF_CROWD="200 50 20"` is the long run."""


@pytest.fixture
async def kf() -> AsyncIterator[WeComKfSimulator]:
    async with WeComKfSimulator(page=100) as simulator:
        yield simulator


@pytest.fixture
async def house(tmp_path: Path, kf: WeComKfSimulator) -> AsyncIterator[House]:
    async with a_house(tmp_path, kf=kf) as house:
        yield house


@pytest.mark.asyncio(loop_scope="session")
async def test_a_customer_is_greeted_and_answered(street: Street) -> None:
    house, kf = street.house, street.kf
    kf.enter("wmA")
    await kf.ring(house.callback("kf"))
    await kf.wait_for_replies("wmA", 1)

    await kf.say(house.callback("kf"), user="wmA", text="怎么退货", copies=3)

    replies = await kf.wait_for_replies("wmA", 2)
    assert "客服" in replies[0]
    assert RETURNS in replies[1]
    await asyncio.sleep(1)
    assert len(kf.replies_to("wmA")) == 2


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_a_crowd_is_answered_once_while_the_worker_is_killed_again_and_again(
    house: House, kf: WeComKfSimulator
) -> None:
    await house.start("valkey", "gateway", "worker")
    chance = random.Random(7)
    written = asyncio.create_task(crowd_writes(house, kf))

    for number in range(KILLS):
        await worker_is_up(house, starts=number + 1)
        await some_are_answered(kf, len(kf.record.seen) + chance.randrange(1, 20))
        house.kill("worker")
        print(f"kill {number + 1}: {len(kf.record.seen)} messages seen", flush=True)
        await house.start("worker")
    ids = await written

    async with asyncio.timeout(120 + len(ids) * 0.08):  # the last part is kept for a minute
        while len(await answered(house)) < len(ids) or await unsent(house):
            await asyncio.sleep(0.5)
    assert await answered(house) == Counter(ids)
    replies, ends = await records(house)
    names = {reply.conversation for reply in replies}
    assert [end for end in ends if end.state is not DeliveryState.SENT] == []
    assert max(customer.most_got for customer in kf.customers.values()) <= MOST
    for user in kf.customers:
        own = [text for name in names if name.endswith(f"/{user}") for text in await bot_said(house, name)]
        answers, seen = _each("\n\n".join(own)), _each("\n\n".join(kf.replies_to(user)))
        left = iter(answers)
        assert all(text in left for text in seen), "in their order; what went together says the same once"
        assert set(seen) == set(answers)


def _each(text: str) -> list[str]:
    return text.split("\n\n")


async def worker_is_up(house: House, *, starts: int) -> None:
    async with asyncio.timeout(60):
        while house.log("worker").count("worker_ready") < starts:
            await asyncio.sleep(0.05)


async def crowd_writes(house: House, kf: WeComKfSimulator) -> list[str]:
    """Everybody writes a few questions, with pauses; WeCom calls now and then, for many at once."""
    chance, ids = random.Random(11), []
    for number in range(EACH):
        for customer in range(CUSTOMERS):
            ids.append(kf.write(f"wm{customer:03}", QUESTIONS[number % len(QUESTIONS)]))
            if chance.random() < 0.2:
                await kf.ring(house.callback("kf"))
            await asyncio.sleep(0.002)
    await kf.ring(house.callback("kf"))
    return ids


async def answered(house: House) -> Counter[str]:
    replies, _ = await records(house)
    return Counter(message for reply in replies for message in reply.answers)


async def unsent(house: House) -> bool:
    replies, ends = await records(house)
    return {m for reply in replies for m in reply.answers} != {m for end in ends for m in end.answers}
