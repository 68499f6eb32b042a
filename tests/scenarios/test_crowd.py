"""More ask than the model can answer: nobody waits in the dark, and everybody gets an answer."""

from __future__ import annotations

import asyncio

import pytest

from tests.house import RETURNS, House
from tests.simulators.model import ModelSimulator
from tests.simulators.wecom import WeComSimulator

pytestmark = [pytest.mark.processes, pytest.mark.long]

BUSY = "当前咨询的客人较多"


async def test_thirty_customers_before_a_slow_model(
    house: House, wecom: WeComSimulator, model: ModelSimulator
) -> None:
    model.delay = 1.0
    house.environment |= {
        "KEFU_MODEL__BASE_URL": model.base_url,
        "KEFU_MODEL__MODEL": "qwen",
        "KEFU_MODEL__MAX_IN_FLIGHT": "2",
        "KEFU_TENANTS__SHOP__LIMITS__BUSY_S": "2",
        "KEFU_TENANTS__SHOP__LIMITS__OVERLOAD_S": "4",
    }
    await house.start("valkey", "worker", "gateway")
    await house.ready(worker=True)
    users = [f"customer-{number}" for number in range(30)]

    door = house.callback("wecom")
    await asyncio.gather(*(wecom.say(door, user=user, text="怎么退货") for user in users))
    await asyncio.gather(*(answered(wecom, user) for user in users))

    seen = {user: wecom.replies_to(user) for user in users}
    told = [texts for texts in seen.values() if texts[0].startswith(BUSY)]
    assert 5 <= len(told) < 30
    assert all(len(texts) == 2 for texts in told), "one word, then the answer"
    assert all(len(texts) == 1 for texts in seen.values() if texts not in told)
    spared = [texts for texts in seen.values() if RETURNS in texts[-1]]
    assert 0 < len(spared) < 30, "the FAQ answered some of those who waited longest"


async def answered(wecom: WeComSimulator, user: str) -> None:
    """They have something else than the word that they are to wait."""
    async with asyncio.timeout(60):
        while all(text.startswith(BUSY) for text in wecom.replies_to(user)):
            await asyncio.sleep(0.05)
