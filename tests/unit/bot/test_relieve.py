"""Where more wait than the model can answer in time, it is spared: the pipeline's answer."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.pipeline import Pipeline, standard_steps
from bot.pipeline.relieve import TOO_MANY_WAIT
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Passage
from tests.builders import SHOP, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
NEAR = a_passage("七天内可以退货。", score=0.9)
FAR = a_passage(title="退款几天到账", score=0.2)


async def answer(
    model: ScriptedModel,
    passage: Passage,
    tenant: TenantSettings | None = None,
    *,
    crowded: bool = True,
    now: float = MONDAY_NOON,
) -> Answer:
    clock = SettableClock(now)
    retriever = FixedRetriever(passage)
    steps = standard_steps({SHOP: tenant or a_tenant()}, retriever, model, some_settings().model, clock)
    turn = a_turn(crowded=crowded, deadline=now + 60)
    return (await Pipeline(steps, clock).run(turn))[1]


async def test_a_near_faq_entry_answers_and_the_model_is_not_asked() -> None:
    model = ScriptedModel("七天内都可以退哦。")

    result = await answer(model, NEAR, a_tenant(people={}))

    assert result == Answer("七天内可以退货。", Outcome.FAQ, ("faq.txt:1",), reason=TOO_MANY_WAIT)
    assert model.prompts == []


async def test_what_the_faq_does_not_know_is_for_a_person_who_is_there() -> None:
    model = ScriptedModel("七天内都可以退哦。")

    result = await answer(model, FAR, a_tenant(people={"hours": ["mon-fri 09:00-18:00"]}))

    assert result == Answer(wording.HANDED_OFF_AS_BUSY, Outcome.HANDED_OFF, reason=TOO_MANY_WAIT)
    assert model.prompts == []


async def test_whom_neither_can_help_the_model_answers_as_ever() -> None:
    at_night = {"tenant": a_tenant(people={"hours": ["mon-fri 09:00-18:00"]}), "now": MONDAY_NOON + 12 * 3600}
    for result in (
        await answer(ScriptedModel("这个可以的。"), FAR),
        await answer(ScriptedModel("这个可以的。"), FAR, **at_night),  # type: ignore[arg-type]
    ):
        assert (result.text, result.outcome, result.reason) == ("这个可以的。", Outcome.ANSWERED, "")


async def test_a_blocked_word_is_withheld_from_a_crowd_too() -> None:
    result = await answer(ScriptedModel("…"), NEAR, a_tenant(blocked_words=["退货"]))

    assert (result.text, result.outcome) == (wording.WITHHELD, Outcome.REFUSED)


async def test_on_other_days_the_model_answers() -> None:
    result = await answer(ScriptedModel("七天内都可以退哦。"), NEAR, a_tenant(people={}), crowded=False)

    assert result.outcome is Outcome.ANSWERED
