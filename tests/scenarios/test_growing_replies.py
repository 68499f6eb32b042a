"""A visitor reads the answer while the model is still speaking."""

from __future__ import annotations

import pytest

from tests.scenarios.conftest import Talking
from tests.simulators.visitor import a_visitor

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

FIRST, SECOND = "签收后7天内可以退货。", "请在我的订单里申请。"


async def test_a_visitor_sees_the_answer_grow_also_one_who_comes_midway(
    talking: Talking,
) -> None:
    house, model = talking.house, talking.model
    model.pieces, model.allowed = [FIRST, SECOND, "审核很快哦"], 1

    async with a_visitor(house.url) as visitor:
        async with visitor.follow() as feed:
            await visitor.ask("怎么退货", "q1")
            first = await anext(feed)
            model.allowed = 2
            second = await anext(feed)
            async with visitor.follow() as other_tab:
                midway = await anext(other_tab)
                model.allowed = None
                reply = await anext(feed)
                assert await anext(other_tab) == reply
        async with visitor.follow() as again:
            assert await anext(again) == reply, "nothing of its making is left"

        await visitor.ask("多久发货", "q2")
        async with visitor.follow(reply.id) as resumed:
            while (event := await anext(resumed)).kind == "partial":
                assert event.data["reply"] != reply.data["id"]

    assert (first.kind, second.kind, midway) == ("partial", "partial", second)
    assert (first.data["text"], second.data["text"]) == (FIRST, FIRST + SECOND)
    assert (reply.kind, reply.data["text"]) == ("reply", f"{FIRST}{SECOND}审核很快哦")
    assert {first.data["reply"], second.data["reply"]} == {reply.data["id"]}
    assert {first.id, second.id} == {""}
    assert event.data["answers"] == ["q2"]
