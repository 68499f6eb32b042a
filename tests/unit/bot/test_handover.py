"""Who asks for a person: the pipeline's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import wording
from bot.pipeline.handover import Handover
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Passage
from tests.builders import SHOP, a_message, a_passage, a_tenant, a_turn
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


async def answer(
    tenant: TenantSettings, *texts: str, now: float = MONDAY_NOON, known: Passage | None = None
) -> Answer | None:
    retriever = FixedRetriever(*filter(None, [known]))
    step = Handover({SHOP: tenant}, SettableClock(now), retriever)
    messages = tuple(a_message(text, id=f"m{n}") for n, text in enumerate(texts))
    return (await step(a_turn(messages=messages))).answer


async def test_a_question_goes_on_its_way() -> None:
    assert await answer(a_tenant(people={}), "人工费多少") is None


async def test_who_asks_is_handed_over_and_told_so() -> None:
    assert await answer(a_tenant(people={}), "转人工") == Answer(wording.HANDED_OFF, Outcome.HANDED_OFF)


async def test_asking_in_one_of_several_messages_is_enough() -> None:
    given = await answer(a_tenant(people={}), "我的裙子破了", "给我转人工", "快点")

    assert given
    assert given.outcome is Outcome.HANDED_OFF


async def test_where_there_are_no_people_none_is_promised() -> None:
    given = await answer(a_tenant(suggestions=["怎么退货"]), "转人工")

    assert given == Answer(wording.DEFAULT_NO_PEOPLE, Outcome.REFUSED, suggestions=("怎么退货",))


async def test_a_shop_without_people_says_it_in_its_own_words() -> None:
    given = await answer(a_tenant(no_people="请拨打 400-000-0000。"), "转人工")

    assert given == Answer("请拨打 400-000-0000。", Outcome.REFUSED)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.FAQ),
        ({"no_people": "没有人工客服。"}, Outcome.REFUSED),
        ({"people": {}}, Outcome.HANDED_OFF),
    ],
    ids=["nothing configured", "a line of its own", "people"],
)
async def test_a_hotline_that_the_knowledge_tells_of_is_not_denied(
    changes: dict[str, Any], outcome: Outcome
) -> None:
    hotline = a_passage("请拨打 400-000-1234。", title="怎么转人工", score=0.95)

    given = await answer(a_tenant(**changes), "转人工", known=hotline)

    assert given
    assert given.outcome is outcome


async def test_what_is_only_near_a_hotline_is_none() -> None:
    near = a_passage("定制请联系客服。", title="怎么定制", score=0.5)

    given = await answer(a_tenant(), "转人工", known=near)

    assert given
    assert given.text == wording.DEFAULT_NO_PEOPLE


async def test_outside_their_hours_the_customer_hears_when_people_are_there() -> None:
    tenant = a_tenant(people={"hours": ["mon-fri 09:00-18:00"]})
    night = MONDAY_NOON + 12 * 3600

    at_night, by_day = await answer(tenant, "转人工", now=night), await answer(tenant, "转人工")

    assert at_night
    assert at_night.outcome is Outcome.REFUSED
    assert "周一至周五 09:00–18:00" in at_night.text
    assert by_day
    assert by_day.outcome is Outcome.HANDED_OFF
