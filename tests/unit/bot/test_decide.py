"""Say it as the knowledge does, ask back, or refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import wording
from bot.errors import Unavailable
from bot.pipeline import Pipeline, standard_steps
from bot.pipeline.decide import MODEL_REFUSED
from bot.replies import titles
from bot.types import Answer, Outcome, Passage, Said, Speaker, Turn
from tests.builders import SHOP, a_message, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel

OFFER = ("怎么退货", "退货运费谁出", "退款几天到账")


def entries(*scores: float) -> list[Passage]:
    return [
        a_passage(f"答：{title}", id=title, title=title, score=score, source=f"faq.txt:{title}")
        for title, score in zip(OFFER, scores, strict=False)
    ]


def a_piece(text: str, score: float) -> Passage:
    return a_passage(
        text, id="piece", title="售后 › 退货", source="rules.md:line 3", score=score, is_faq=False
    )


async def decided(
    turn: Turn | str, *passages: Passage, model: ScriptedModel | None = None, direct: float = 1.0
) -> Answer:
    turn = a_turn(turn) if isinstance(turn, str) else turn
    clock = SettableClock()
    tenant = a_tenant(direct_confidence=direct)
    steps = standard_steps({SHOP: tenant}, FixedRetriever(*passages), model, some_settings().model, clock)
    return (await Pipeline(steps, clock).run(turn))[1]


def after(*texts: str) -> tuple[Said, ...]:
    """A dialogue so far: customer and bot in turns."""
    return tuple(
        Said((Speaker.CUSTOMER, Speaker.BOT)[place % 2], text, a_message().sent_at)
        for place, text in enumerate(texts)
    )


async def test_an_entry_that_stands_out_answers() -> None:
    assert await decided("想退", *entries(0.6, 0.3)) == Answer(
        "答：怎么退货", Outcome.FAQ, ("faq.txt:怎么退货",)
    )


@pytest.mark.parametrize("scores", [(0.4, 0.35, 0.1), (0.2, 0.06, 0.03)])
async def test_where_several_may_be_meant_or_none_is_sure_the_customer_is_asked(
    scores: tuple[float, ...],
) -> None:
    assert await decided("想退", *entries(*scores)) == Answer(
        wording.ASKED_BACK, Outcome.CLARIFIED, suggestions=OFFER
    )


async def test_what_is_hardly_probable_is_not_offered_and_one_question_is_no_choice() -> None:
    assert await decided("想退", *entries(0.3, 0.01)) == Answer(
        wording.ASKED_BACK_OF_ONE, Outcome.CLARIFIED, suggestions=OFFER[:1]
    )


async def test_what_the_knowledge_most_likely_does_not_hold_is_refused() -> None:
    assert (await decided("天气怎么样", *entries(0.1, 0.05))).outcome is Outcome.REFUSED
    assert (await decided("天气怎么样")).outcome is Outcome.REFUSED


@pytest.mark.parametrize("picked", ["退货运费谁出", "退货运费谁出？"])
async def test_who_picks_an_offered_question_gets_its_answer_however_near_the_others_are(picked: str) -> None:
    turn = a_turn(picked, history=after("想退", wording.ASKED_BACK))

    assert (await decided(turn, *entries(0.3, 0.28))).text == "答：退货运费谁出"


@pytest.mark.parametrize("asked_back", sorted(wording.ASKING_BACK))
async def test_nobody_is_asked_back_twice_in_a_row(asked_back: str) -> None:
    history = after("想退", asked_back)

    assert (await decided(a_turn("就是退", history=history), *entries(0.3, 0.2))).outcome is Outcome.REFUSED
    likely = await decided(a_turn("就是退", history=history), *entries(0.45, 0.4))
    assert (likely.outcome, likely.text) == (Outcome.FAQ, "答：怎么退货")
    later = a_turn("就是退", history=(*history, *after("算了", "好的。")))
    assert (await decided(later, *entries(0.45, 0.4))).outcome is Outcome.CLARIFIED


async def test_several_questions_are_answered_each_by_itself() -> None:
    turn = a_turn(messages=(a_message("想退"), a_message("运费呢", id="m2")))

    assert (await decided(turn, *entries(0.4, 0.35))).outcome is Outcome.FAQ


async def test_a_document_that_is_near_enough_is_quoted() -> None:
    assert await decided("怎么退", a_piece("签收后七天内可以退。", 0.6), *entries(0.3)) == Answer(
        "关于“售后 › 退货”，我们的说明是：\n签收后七天内可以退。", Outcome.FAQ, ("rules.md:line 3",)
    )


@pytest.mark.parametrize(
    ("title", "source"), [("rules.txt", "rules.txt:line 3"), ("/help/1.html", "help:/help/1.html line 3")]
)
async def test_a_document_without_headings_is_quoted_without_its_file_s_name(title: str, source: str) -> None:
    piece = replace(a_piece("签收后七天内可以退。", 0.6), title=title, source=source)

    answer = await decided("怎么退", piece)

    assert answer.text == "我们的说明是：\n签收后七天内可以退。"
    assert titles(answer, [piece]) == ()


async def test_an_entry_that_is_about_as_near_goes_before_a_document() -> None:
    assert (
        await decided("怎么退", a_piece("签收后七天内可以退。", 0.5), *entries(0.4))
    ).text == "答：怎么退货"


async def test_an_unsure_document_is_not_quoted() -> None:
    assert (await decided("怎么退", a_piece("签收后七天内可以退。", 0.3))).outcome is Outcome.REFUSED


async def test_a_long_piece_is_quoted_in_whole_sentences() -> None:
    text = (await decided("怎么退", a_piece("这一句有十个字呢好。" * 100, 0.9))).text

    head, *quoted, end = text.split("\n")
    assert quoted == ["这一句有十个字呢好。" * 40]
    assert (head, end) == ("关于“售后 › 退货”，我们的说明是：", wording.CUT_SHORT)


async def test_one_endless_sentence_is_cut() -> None:
    text = (await decided("怎么退", a_piece("长" * 1000, 0.9))).text

    assert f"\n{'长' * 400}…\n" in text


async def test_a_model_is_not_asked_what_a_single_word_means() -> None:
    model = ScriptedModel("七天内都可以退哦。")

    assert (await decided("退货", *entries(0.45, 0.4), model=model)).suggestions == OFFER[:2]
    assert model.prompts == []


@pytest.mark.parametrize(
    "turn",
    [
        a_turn("想退货"),
        a_turn("退货", history=after("裙子买大了", "您想退还是换？")),
        a_turn("物流", offered=("track",)),
    ],
    ids=["a question", "a word in a dialogue", "a word that a tool may be meant by"],
)
async def test_a_model_gets_whatever_it_can_make_sense_of(turn: Turn) -> None:
    model = ScriptedModel("好的，我来帮您。")

    assert (await decided(turn, *entries(0.45, 0.4), model=model)).outcome is Outcome.ANSWERED


async def test_a_word_that_means_one_thing_or_nothing_here_goes_to_the_model() -> None:
    model = ScriptedModel("您好。")

    assert (await decided("退货", *entries(0.9, 0.05), model=model)).outcome is Outcome.ANSWERED
    assert (await decided("在售", *entries(0.02, 0.02), model=model)).outcome is Outcome.ANSWERED


async def test_while_the_model_is_away_it_is_as_if_there_were_none_but_for_refusals() -> None:
    away = ScriptedModel(Unavailable("gone"))

    assert (await decided("想退货", *entries(0.45, 0.4), model=away)).outcome is Outcome.CLARIFIED
    assert (await decided("天气怎么样", *entries(0.1), model=away)).outcome is Outcome.APOLOGISED


async def test_a_model_that_refuses_with_the_answer_in_sight_does_not_keep_it_from_the_customer() -> None:
    refuses = ScriptedModel(a_tenant().refusal)

    assert await decided("收到想退，怎么弄", *entries(0.95, 0.02), model=refuses) == Answer(
        "答：怎么退货", Outcome.FAQ, ("faq.txt:怎么退货",), reason=MODEL_REFUSED
    )


async def test_nor_from_who_picks_a_question_that_was_offered() -> None:
    refuses = ScriptedModel(a_tenant().refusal)

    assert (await decided("退货运费谁出", *entries(0.4, 0.35), model=refuses)).text == "答：退货运费谁出"


@pytest.mark.parametrize("passages", [entries(0.85, 0.02), [a_piece("七天内可退。", 0.95)], []])
async def test_it_is_believed_where_the_knowledge_has_a_doubt(passages: list[Passage]) -> None:
    refuses = ScriptedModel(a_tenant().refusal)

    assert (await decided("能退定金吗", *passages, model=refuses)).outcome is Outcome.REFUSED


async def test_a_model_that_says_the_question_again_has_refused() -> None:
    sure, unsure = entries(0.95, 0.02), entries(0.5, 0.02)

    assert (
        await decided("收到想退，怎么弄", *sure, model=ScriptedModel("收到想退，怎么弄？"))
    ).text == "答：怎么退货"
    assert (
        await decided("感冒吃什么药好", *unsure, model=ScriptedModel("感冒吃什么药好"))
    ).outcome is Outcome.REFUSED


async def test_nothing_is_still_open_once_the_model_was_asked_about_all_of_it() -> None:
    both = (a_message("收到想退，怎么弄"), a_message("想退货，怎么操作", id="m2"))

    answer = await decided(
        a_turn(messages=both, parked=1), *entries(0.95, 0.02), model=ScriptedModel(a_tenant().refusal)
    )

    assert answer.text == "答：怎么退货"


@pytest.mark.parametrize("score", [0.95, 0.9])
async def test_an_entry_as_sure_as_the_shop_asks_needs_no_model(score: float) -> None:
    model = ScriptedModel("您好。")

    answer = await decided("收到想退，怎么弄", *entries(score, 0.02), model=model, direct=0.9)

    assert answer == Answer("答：怎么退货", Outcome.FAQ, ("faq.txt:怎么退货",))
    assert not model.prompts


@pytest.mark.parametrize("passages", [entries(0.89, 0.02), [a_piece("七天内可退。", 0.95)], []])
async def test_one_that_is_less_sure_and_a_document_are_the_model_s(passages: list[Passage]) -> None:
    answer = await decided("收到想退，怎么弄", *passages, model=ScriptedModel("您好。"), direct=0.9)

    assert answer.outcome is Outcome.ANSWERED


async def test_each_question_of_a_turn_must_have_its_entry() -> None:
    both = a_turn("收到想退，怎么弄？今天天气好吗？")

    class Weather(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            return entries(0.95) if "退" in text else entries(0.05)

    clock, model = SettableClock(), ScriptedModel("您好。")
    tenant = a_tenant(direct_confidence=0.9)
    steps = standard_steps({SHOP: tenant}, Weather(), model, some_settings().model, clock)

    assert (await Pipeline(steps, clock).run(both))[1].outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("question", "history"),
    [
        ("那这个怎么退", after("有大码吗", "有的。")),
        ("会过期吗", after("积分能抵多少钱", "100积分抵1元。")),
        ("how can i return what I bought last week?", ()),
    ],
)
async def test_what_leans_on_the_dialogue_or_is_in_another_language_is_the_model_s(
    question: str, history: tuple[Said, ...]
) -> None:
    turn = a_turn(question, history=history)
    found = [a_passage("答：签收后七天内都可以退货。", title="怎么退货", score=0.99)]

    answer = await decided(turn, *found, model=ScriptedModel("Sure, within seven days."), direct=0.9)

    assert answer.outcome is not Outcome.FAQ


@pytest.mark.parametrize(
    "question",
    [
        "怎么退货，我已经洗过了",
        "我买的是内衣 怎么退",
        "怎么退货，过了10天",
        "how do i return it, my tag is cut off",
    ],
)
async def test_what_is_told_of_the_customer_s_own_case_is_read_by_the_model(question: str) -> None:
    model = ScriptedModel("您的情况我帮您看看。")

    await decided(question, *entries(0.99), model=model, direct=0.9)

    assert model.prompts


@pytest.mark.parametrize("question", ["我想退货，怎么弄", "你好，我要退货 怎么操作", "我昨天买的怎么退"])
async def test_a_wish_or_one_sentence_tells_no_more_than_is_asked(question: str) -> None:
    model = ScriptedModel("您好。")

    assert (await decided(question, *entries(0.99), model=model, direct=0.9)).outcome is Outcome.FAQ
    assert not model.prompts


async def test_no_entry_goes_out_directly_that_would_not_without_a_model() -> None:
    both = a_turn("收到想退，怎么弄？邮费谁出？")

    class Each(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            return entries(0.3, 0.0) if text == "邮费谁出？" else entries(0.95, 0.0)

    clock, model = SettableClock(), ScriptedModel("您好。")
    tenant = a_tenant(direct_confidence=0.2)
    steps = standard_steps({SHOP: tenant}, Each(), model, some_settings().model, clock)

    assert (await Pipeline(steps, clock).run(both))[1].outcome is Outcome.ANSWERED


async def test_unless_a_shop_asks_for_it_the_model_says_it_all() -> None:
    answer = await decided("收到想退，怎么弄", *entries(1.0, 0.0), model=ScriptedModel("您好。"))

    assert answer.outcome is Outcome.ANSWERED
