"""What the model says is said only if what it was given bears it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import wording
from bot.errors import KefuError, Unavailable
from bot.pipeline import Pipeline, standard_steps
from bot.pipeline.ground import NOT_BORNE_OUT
from bot.ports import Model
from bot.settings import TenantSettings
from bot.types import Answer, Checked, Outcome, Passage, Turn
from tests.builders import SHOP, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel

RETURNS = a_passage("签收后7天内可以退货。", title="怎么退货", source="faq.txt:1")
TRUE = "签收后七天内可以退货。"
UNTRUE = "签收后30天内可以退货，运费全免。"


FAR = replace(RETURNS, score=0.1, title="退货时间")


async def answer(
    model: Model,
    *passages: Passage,
    tenant: TenantSettings | None = None,
    seconds: float = 60.0,
    **changes: Any,
) -> tuple[Turn, Answer]:
    clock = SettableClock()
    turn = a_turn(**{"text": "怎么退货", "deadline": clock.now + seconds, **changes})
    steps = standard_steps(
        {SHOP: tenant or a_tenant()},
        FixedRetriever(*(passages or [RETURNS])),
        model,
        some_settings().model,
        clock,
    )
    return await Pipeline(steps, clock).run(turn)


async def test_what_the_passages_bear_out_is_said() -> None:
    model = ScriptedModel(TRUE)

    turn, said = await answer(model)

    assert said == Answer(TRUE, Outcome.ANSWERED, ("faq.txt:1",))
    assert turn.checked == Checked()
    assert len(model.prompts) == 1


async def test_a_model_is_told_what_nothing_bears_out_and_answers_again() -> None:
    model = ScriptedModel(UNTRUE, TRUE)

    turn, said = await answer(model)

    assert said == Answer(TRUE, Outcome.ANSWERED, ("faq.txt:1",))
    assert turn.checked == Checked(("amount", "promise"), again=True)
    first, second = model.prompts
    assert (second.system, second.history, second.knowledge) == (first.system, first.history, first.knowledge)
    assert second.question.startswith("怎么退货")
    assert UNTRUE in second.question
    assert "“30天”" in second.question
    assert "“运费全免”" in second.question


async def test_what_is_said_twice_without_ground_gives_way_to_the_entry_s_own_words() -> None:
    turn, said = await answer(ScriptedModel(UNTRUE))

    assert said == Answer(RETURNS.text, Outcome.FAQ, ("faq.txt:1",), reason=NOT_BORNE_OUT)
    assert turn.checked == Checked(("amount", "promise"), again=True, withheld=True)


async def test_where_no_entry_is_near_it_is_refused() -> None:
    tenant = a_tenant(suggestions=["怎么退货"])

    _, said = await answer(ScriptedModel(UNTRUE), FAR, tenant=tenant)

    assert said == Answer(tenant.refusal, Outcome.REFUSED, (), ("怎么退货",), NOT_BORNE_OUT)


@pytest.mark.parametrize(
    ("hours", "outcome"), [([], Outcome.HANDED_OFF), (["sat 03:00-03:01"], Outcome.REFUSED)]
)
async def test_where_people_are_there_it_is_handed_over(hours: list[str], outcome: Outcome) -> None:
    tenant = a_tenant(people={"hours": hours})

    _, said = await answer(ScriptedModel(UNTRUE), FAR, tenant=tenant)

    assert (said.outcome, said.reason) == (outcome, NOT_BORNE_OUT)
    assert said.text == (
        wording.HANDED_OFF_AS_UNSURE if outcome is Outcome.HANDED_OFF else wording.DEFAULT_REFUSAL
    )


async def test_a_model_that_refuses_the_second_time_is_taken_at_its_word() -> None:
    tenant = a_tenant()

    turn, said = await answer(ScriptedModel(UNTRUE, tenant.refusal), FAR, tenant=tenant)

    assert said == Answer(tenant.refusal, Outcome.REFUSED)
    assert turn.checked == Checked(("amount", "promise"), again=True)


@pytest.mark.parametrize("changes", [{"seconds": 4.9}, {"crowded": True, "text": "别的"}])
async def test_it_is_not_asked_again_without_time(changes: dict[str, Any]) -> None:
    model = ScriptedModel(UNTRUE, TRUE)

    turn, said = await answer(model, FAR, **changes)

    assert said.outcome is Outcome.REFUSED
    assert len(model.prompts) == 1
    assert turn.checked == Checked(("amount", "promise"), withheld=True)


async def test_a_model_that_went_away_meanwhile_is_as_good_as_none() -> None:
    away: KefuError = Unavailable("gone")

    _, said = await answer(ScriptedModel(UNTRUE, away))

    assert said.outcome is Outcome.FAQ


async def test_a_second_answer_that_is_no_better_is_not_said_either() -> None:
    _, said = await answer(ScriptedModel(UNTRUE, "签收后20天内可以退货。"), FAR)

    assert said.outcome is Outcome.REFUSED


async def test_a_shop_may_go_without_the_check() -> None:
    turn, said = await answer(ScriptedModel(UNTRUE), tenant=a_tenant(check_answers=False))

    assert said.text == UNTRUE
    assert turn.checked is None


async def test_an_answer_in_another_language_is_asked_for_once_more() -> None:
    english = "You can return it within 7 days of delivery."
    model = ScriptedModel("签收后7天内可以退货，请放心。", english)

    turn, said = await answer(model, text="How can I return this shirt?")

    assert said.text == english
    assert turn.checked == Checked(("language",), again=True)
    assert "语言" in model.prompts[1].question


async def test_a_true_answer_in_another_language_is_better_than_none() -> None:
    turn, said = await answer(
        ScriptedModel("签收后7天内可以退货，请放心。"), text="How can I return this shirt?"
    )

    assert said.text == "签收后7天内可以退货，请放心。"
    assert turn.checked == Checked(("language",), again=True)


async def test_nobody_sees_a_sentence_that_nothing_bears_out() -> None:
    shown: list[str] = []
    model = ScriptedModel(f"您好。{TRUE}一共30天哦。放心。", TRUE)

    _, said = await answer(model, show=shown.append)

    assert shown == ["您好。", f"您好。{TRUE}"]
    assert said.text == TRUE
    assert model.heard == [True, False], "the second try is not shown in pieces: it would take the first back"


async def test_an_answer_names_the_passages_that_it_rests_on_and_no_other() -> None:
    others = [
        a_passage("付款后48小时内发货。", id="p2", title="多久发货", source="faq.txt:2"),
        a_passage("支持微信支付和支付宝。", id="p3", title="怎么付款", source="faq.txt:3"),
    ]

    _, of_one = await answer(ScriptedModel(TRUE), RETURNS, *others)
    _, of_two = await answer(ScriptedModel("七天内可以退货；付款后两天内发货。"), RETURNS, *others)
    _, of_none = await answer(ScriptedModel("不客气，祝您愉快！"), RETURNS, *others)

    assert of_one.sources == ("faq.txt:1",)
    assert of_two.sources == ("faq.txt:1", "faq.txt:2")
    assert of_none.sources == ()
