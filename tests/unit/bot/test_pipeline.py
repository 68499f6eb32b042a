"""How an answer is made, step by step."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import wording
from bot.errors import KefuError, Refused, Unavailable
from bot.pipeline import Pipeline, standard_steps
from bot.ports import Model, Retriever
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Passage, Turn
from tests.builders import SHOP, a_message, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel


async def run(
    turn: Turn, retriever: Retriever, model: Model | None = None, tenant: TenantSettings | None = None
) -> tuple[Turn, Answer]:
    clock = SettableClock()
    steps = standard_steps({SHOP: tenant or a_tenant()}, retriever, model, some_settings().model, clock)
    return await Pipeline(steps, clock).run(turn)


async def answer(
    text: str, *passages: Passage, model: Model | None = None, tenant: TenantSettings | None = None
) -> Answer:
    return (await run(a_turn(text), FixedRetriever(*passages), model, tenant))[1]


async def test_without_a_model_a_near_faq_entry_answers_in_its_own_words() -> None:
    result = await answer("怎么退货", a_passage("七天内可以退货。", score=0.9))

    assert result == Answer("七天内可以退货。", Outcome.FAQ, ("faq.txt:1",))


async def test_without_a_model_a_far_entry_is_refused_politely() -> None:
    tenant = a_tenant(refusal="这个我不清楚，帮您转给同事。")

    result = await answer("今天股市怎么样", a_passage(score=0.2), tenant=tenant)

    assert result == Answer("这个我不清楚，帮您转给同事。", Outcome.REFUSED)


async def test_the_model_answers_from_the_passages_and_names_them() -> None:
    model = ScriptedModel("七天内都可以退哦。")

    result = await answer("怎么退货", a_passage(source="faq.txt:3"), model=model)

    assert result == Answer("七天内都可以退哦。", Outcome.ANSWERED, ("faq.txt:3",))
    assert "七天内可以退货。" in model.prompts[0].knowledge
    assert model.prompts[0].question == "怎么退货"


async def test_a_model_that_finds_nothing_in_the_passages_refuses() -> None:
    refusal = a_tenant().refusal

    assert (
        await answer("今天股市怎么样", a_passage(), model=ScriptedModel(refusal))
    ).outcome is Outcome.REFUSED


@pytest.mark.parametrize("fault", [Unavailable("gone"), Refused("no such model")])
async def test_while_the_model_is_away_the_faq_answers(fault: KefuError) -> None:
    assert (await answer("怎么退货", a_passage(score=0.9), model=ScriptedModel(fault))).outcome is Outcome.FAQ


class ByWord:
    """`bot.ports.Retriever` that finds what shares a character with the question, the more the nearer."""

    def __init__(self, *passages: Passage) -> None:
        self.passages = passages

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        def near(passage: Passage) -> float:
            return len(set(text) & set(passage.title)) / len(set(text) | set(passage.title))

        scored = [replace(passage, score=near(passage)) for passage in self.passages]
        return sorted(scored, key=lambda passage: -passage.score)[:limit]

    async def ping(self) -> None:
        """Always here."""


RETURNS = a_passage("七天内可以退。", id="returns", title="怎么退货", source="faq.txt:1")
SHIPPING = a_passage("两天内发货。", id="shipping", title="多久发货", source="faq.txt:3")


async def several(*texts: str) -> Answer:
    messages = tuple(a_message(text, id=f"m{n}") for n, text in enumerate(texts))
    return (await run(a_turn(messages=messages), ByWord(RETURNS, SHIPPING)))[1]


async def test_two_questions_in_a_row_are_both_answered() -> None:
    result = await several("怎么退货", "多久发货", "怎么退货呢")

    assert result == Answer("七天内可以退。\n\n两天内发货。", Outcome.FAQ, ("faq.txt:1", "faq.txt:3"))


async def test_one_question_in_pieces_is_answered_as_a_whole() -> None:
    assert await several("怎么", "退货") == Answer("七天内可以退。", Outcome.FAQ, ("faq.txt:1",))


async def test_while_the_model_is_away_what_the_faq_does_not_know_gets_an_honest_line() -> None:
    result = await answer("别的事", a_passage(score=0.1), model=ScriptedModel(Unavailable("gone")))

    assert result == Answer(wording.APOLOGY, Outcome.APOLOGISED, reason="gone")


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07", "\ue000"])
async def test_a_message_without_words_is_asked_back(text: str) -> None:
    retriever = FixedRetriever(a_passage())

    _, result = await run(a_turn(text), retriever)

    assert result == Answer(wording.NOTHING_SAID, Outcome.CLARIFIED)
    assert retriever.asked == [], "nothing is looked up for it"


async def test_a_picture_is_asked_to_be_put_into_words() -> None:
    turn = a_turn(messages=(a_message("", kind="image"),))

    _, result = await run(turn, FixedRetriever())

    assert "图片" in result.text


async def test_a_message_beyond_the_limit_is_asked_to_be_shorter() -> None:
    tenant = a_tenant(limits={"text_chars": 10})

    result = await answer("字" * 11, tenant=tenant)

    assert result == Answer(wording.TOO_LONG.format(limit=10), Outcome.CLARIFIED)


async def test_control_characters_do_not_reach_the_model() -> None:
    model = ScriptedModel("好的")

    await answer("怎么\x00退\x1b货\n", a_passage(), model=model)

    assert model.prompts[0].question == "怎么退货"


@pytest.mark.parametrize("text", ["去淘宝买吧", "去 淘 宝 买吧", "去TAOBAO买", "去ＴａｏＢａｏ买"])
async def test_an_answer_with_a_blocked_word_is_withheld(text: str) -> None:
    tenant = a_tenant(blocked_words=["淘宝", "taobao", " "])

    result = await answer("哪里买", a_passage("淘宝有我们的店。"), model=ScriptedModel(text), tenant=tenant)

    assert result == Answer(wording.WITHHELD, Outcome.REFUSED)


async def test_nobody_is_sent_to_people_where_there_are_none() -> None:
    for people, named in ((None, False), ({}, True)):
        tenant = a_tenant(people=people, blocked_words=["淘宝"])
        refused = await answer("今天股市怎么样", tenant=tenant)
        withheld = await answer("哪里买", a_passage("去淘宝买吧"), tenant=tenant)

        assert [line.outcome for line in (refused, withheld)] == [Outcome.REFUSED] * 2
        assert ["人工" in line.text for line in (refused, withheld)] == [named] * 2


async def test_a_shops_own_refusal_stands_whoever_is_there() -> None:
    tenant = a_tenant(people={}, refusal="请拨打 400-000-0000。")

    assert (await answer("今天股市怎么样", tenant=tenant)).text == "请拨打 400-000-0000。"


async def test_an_answer_in_the_making_is_shown_as_far_as_moderation_passes_it() -> None:
    tenant, shown = a_tenant(blocked_words=["淘宝"]), list[str]()
    model = ScriptedModel(
        "七天内都可以退哦。运费我们出。", "七天内都可以退哦。去淘宝买吧。再见。", tenant.refusal
    )
    turn = a_turn(show=shown.append)

    known = FixedRetriever(a_passage("七天内可以退货，运费由我们承担。淘宝有我们的店。"))

    await run(turn, known, model, tenant)
    assert shown == ["七天内都可以退哦。", "七天内都可以退哦。运费我们出。"]
    shown.clear()

    _, withheld = await run(turn, known, model, tenant)
    assert (shown, withheld.text) == (["七天内都可以退哦。"], wording.WITHHELD)
    shown.clear()

    _, refused = await run(turn, known, model, tenant)
    assert (shown, refused.outcome) == ([], Outcome.REFUSED)


async def test_a_door_that_shows_nothing_gets_the_plain_completion() -> None:
    model = ScriptedModel("七天内都可以退哦。")

    await run(a_turn(), FixedRetriever(a_passage()), model)
    await run(a_turn(show=lambda _: None), FixedRetriever(a_passage()), model)

    assert model.heard == [False, True]


async def test_without_a_model_nothing_is_shown() -> None:
    shown: list[str] = []

    _, result = await run(a_turn(show=shown.append), FixedRetriever(a_passage(score=0.9)))

    assert (result.outcome, shown) == (Outcome.FAQ, [])


async def test_a_search_that_is_away_is_for_the_worker_to_retry() -> None:
    with pytest.raises(Unavailable):
        await run(a_turn(), FixedRetriever(error=Unavailable("gone")))


async def test_a_turn_past_its_deadline_is_unavailable() -> None:
    class Sleeping(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            await asyncio.sleep(60)
            return []

    with pytest.raises(Unavailable, match="in time"):
        await run(a_turn(deadline=1_700_000_000.05), Sleeping())


async def test_the_trail_tells_how_long_each_step_took() -> None:
    turn, _ = await run(a_turn(), FixedRetriever(a_passage()))

    assert list(turn.trail) == [
        "guard",
        "follow",
        "screen",
        "intent",
        "handover",
        "courtesy",
        "repeat",
        "retrieve",
        "relieve",
        "decide",
        "shield",
        "suggest",
        "escalate",
        "moderate",
    ]
