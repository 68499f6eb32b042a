"""Who says what they do not want is not told how to get it."""

from __future__ import annotations

import time

import pytest

from bot import wording
from bot.pipeline.clauses import clauses
from bot.pipeline.decide import Decide, decided
from bot.pipeline.denials import denied, denies
from bot.pipeline.faq import from_faq
from bot.pipeline.retrieve import Retrieve
from bot.types import Outcome, Passage
from tests.builders import SHOP, a_message, a_passage, a_tenant, a_turn
from tests.fakes import FixedRetriever

RETURNS = a_passage("七天内可以退。", title="怎么退货", score=0.98)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("我不想退货", "退货"),
        ("我不想退货了", "退货"),
        ("我不是要退货", "退货"),
        ("不要发票", "发票"),
        ("那我不退了", "退"),
        ("我没说要退货", "退货"),
        ("I don't want to return it", "return it"),
        ("不想要了", ""),
        ("不要了", ""),
        ("不要这条裙子了", ""),
        ("不想退货可以吗", ""),
        ("为什么不想退货", ""),
        ("不发货", ""),
        ("不合适", ""),
        ("我想退货", ""),
    ],
)
def test_what_is_not_wanted_is_told_from_goods_that_are_not(text: str, what: str) -> None:
    (clause,) = clauses(text)

    assert denied(clause) == what


@pytest.mark.parametrize("text", ["我不想退货", "我不想退货了", "我不是要退货", "不要退货，谢谢"])
async def test_who_does_not_want_to_return_anything_is_asked_what_then(text: str) -> None:
    turn = a_turn(text, passages=(RETURNS,), nearest=(RETURNS,))

    answer = decided(turn, a_tenant(suggestions=["多久发货"]))

    assert answer
    assert (answer.text, answer.outcome) == (wording.WHAT_THEN, Outcome.CLARIFIED)
    assert answer.suggestions == ("多久发货",)


@pytest.mark.parametrize("text", ["不想要了怎么办", "不要了能退吗", "我不想要了", "不想买了", "我想退货"])
async def test_who_does_not_want_the_goods_is_told_how_to_return_them(text: str) -> None:
    turn = a_turn(text, passages=(RETURNS,), nearest=(RETURNS,))

    answer = decided(turn, a_tenant())

    assert answer
    assert answer.text == RETURNS.text


@pytest.mark.parametrize("title", ["怎么取消退货", "不想退货了怎么办", "怎么换货"])
def test_an_entry_on_how_to_undo_it_or_on_something_else_is_an_answer(title: str) -> None:
    assert not denies(clauses("我不想退货了"), title)


def test_what_undoes_something_may_itself_not_be_wanted() -> None:
    assert denies(clauses("我不想取消订单"), "怎么取消订单")
    assert not denies(clauses("我不要会员了"), "怎么取消会员")


async def test_with_a_model_the_entry_is_not_said_over_its_head() -> None:
    turn = a_turn("我们真的不想退货", passages=(RETURNS,), nearest=(RETURNS,))
    tenant = a_tenant(direct_confidence=0.9)

    assert (await Decide({SHOP: tenant}, has_model=True)(turn)).draft is None
    assert from_faq(turn, tenant) is None, "nor where the model refuses"


@pytest.mark.parametrize(
    ("texts", "looked_up"),
    [
        (["我不是要退货，我是要换货"], "我是要换货"),
        (["不要退货，要换货"], "要换货"),
        (["我不想退货，可以换货吗"], "可以换货吗"),
        (["我不是要退货", "我是要换货"], "我是要换货"),
        (["I don't want to return it, I want to exchange it"], "I want to exchange it"),
        (["我不想要了，能退吗"], "我不想要了，能退吗"),
        (["我不要退货了，怎么取消"], "我不要退货了，怎么取消"),
        (["我不想退货，怎么办"], "我不想退货，怎么办"),
        (["我不想退货"], "我不想退货"),
        (["我不是要退货我要换货"], "我要换货"),
        (["我不是要退货是要换货"], "是要换货"),
        (["没想到这么小，怎么换"], "没想到这么小，怎么换"),
        (["不是说好包邮的我要退款"], "不是说好包邮的我要退款"),
        (["先不转人工 怎么退货"], "怎么退货"),
    ],
)
async def test_what_is_only_set_aside_is_not_looked_up(texts: list[str], looked_up: str) -> None:
    retriever = FixedRetriever(*list[Passage]())
    messages = tuple(a_message(text, id=f"m{number}") for number, text in enumerate(texts))

    await Retrieve(retriever)(a_turn(messages=messages))

    assert [text for _, text in retriever.asked] == [looked_up]


@pytest.mark.parametrize("bait", ["不想", "我不是要", "不要的", "i dont want to ", "没说要"])
def test_no_text_takes_long_to_read(bait: str) -> None:
    started = time.perf_counter()

    for text in (bait * 5000, bait * (200 // len(bait))):
        denies(clauses(text), "怎么退货")

    assert time.perf_counter() - started < 1
