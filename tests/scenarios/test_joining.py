"""A customer remembers something while the answer to their question is being made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.house import House
from tests.simulators.model import ModelSimulator
from tests.simulators.visitor import a_visitor

pytestmark = [pytest.mark.processes, pytest.mark.long]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def test_the_model_is_interrupted_and_answers_both(house: House, model: ModelSimulator) -> None:
    house.environment |= {"KEFU_MODEL__BASE_URL": model.base_url, "KEFU_MODEL__MODEL": "qwen"}
    house.environment |= {"KEFU_TENANTS__SHOP__LIMITS__WHILE_ANSWERING": "join"}
    model.allowed = 0
    await house.start("valkey", "worker", "gateway")

    async with a_visitor(house.url) as visitor, visitor.follow() as feed:
        await visitor.ask("怎么退货", "q1")
        await until(lambda: len(model.asked) == 1)
        await visitor.ask("吊牌拆了", "q2")
        await until(lambda: model.left == 1)
        await until(lambda: len(model.asked) == 2)
        await visitor.ask("多久发货", "q3")
        model.allowed = None
        replies: list[dict[str, Any]] = []
        while len(replies) < 2:
            if (event := await anext(feed)).kind == "reply":
                replies.append(event.data)

    assert "怎么退货\n吊牌拆了" in model.asked[1]["messages"][-1]["content"]
    assert [reply["answers"] for reply in replies] == [["q1", "q2"], ["q3"]], "begun anew once, and no more"
    assert len(model.asked) == 3
