"""Questions behind an answer: those of entries that it did not use."""

from __future__ import annotations

from dataclasses import replace

from bot.pipeline import Pipeline, standard_steps
from bot.ports import Model
from bot.types import Answer, Outcome
from tests.builders import SHOP, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel

USED = a_passage("七天内可以退货。", title="怎么退货", source="faq.txt:1")
OTHERS = [
    a_passage(f"答：{title}", id=title, title=title, source=f"faq.txt:{title}", score=0.05)
    for title in ("退货运费谁出", "退款多久到账", "能退吗", "怎么换货", "可以拒收吗")
]
DOCUMENT = a_passage("说明", id="d", title="售后 › 退货", source="rules.md", score=0.05, is_faq=False)


async def answer(model: Model | None, asked: str = "能退吗", *, most: int = 3, score: float = 0.9) -> Answer:
    clock = SettableClock()
    tenant = a_tenant(next_questions=most, suggestions=["有什么活动"])
    known = FixedRetriever(replace(USED, score=score), DOCUMENT, *OTHERS)
    steps = standard_steps({SHOP: tenant}, known, model, some_settings().model, clock)
    return (await Pipeline(steps, clock).run(a_turn(asked)))[1]


async def test_the_next_best_entries_are_offered_behind_a_model_s_answer() -> None:
    assert await answer(ScriptedModel("七天内可以退货哦。")) == Answer(
        "七天内可以退货哦。", Outcome.ANSWERED, ("faq.txt:1",), ("退货运费谁出", "退款多久到账")
    )


async def test_and_behind_an_entry_s_own_words() -> None:
    said = await answer(None)

    assert said == Answer(
        "答：能退吗", Outcome.FAQ, ("faq.txt:能退吗",), ("怎么退货", "退货运费谁出", "退款多久到账")
    )


async def test_no_more_are_offered_than_the_shop_wants() -> None:
    assert (await answer(ScriptedModel("七天内可以退货哦。"), most=1)).suggestions == ("退货运费谁出",)
    assert (await answer(ScriptedModel("七天内可以退货哦。"), most=0)).suggestions == ()


async def test_a_refusal_keeps_its_own() -> None:
    said = await answer(ScriptedModel(a_tenant().refusal), "能退定金吗", score=0.8)

    assert (said.outcome, said.suggestions) == (Outcome.REFUSED, ("有什么活动",))
