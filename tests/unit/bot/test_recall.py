"""Who asks what somebody else asked gets the same answer, as long as nothing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.errors import Unavailable
from bot.pipeline import Pipeline, standard_steps
from bot.pipeline.recall import same
from bot.ports import Answers, Model, Prompt
from bot.settings import TenantSettings
from bot.store.answers import RedisAnswers
from bot.store.redis import Client
from bot.types import Answer, Outcome, Passage, Said, Speaker, Turn
from tests.builders import SHOP, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel


class Shop:
    """A shop whose model says something else each time."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[Prompt] = []
        self.away = False

    async def complete(self, prompt: Prompt, **_: Any) -> str:
        if self.away:
            raise Unavailable("the model is away")
        self.asked.append(prompt)
        return f"第{len(self.asked)}次回答怎么退货"

    async def answer(
        self, turn: Turn | str, *passages: Passage, tenant: TenantSettings | None = None, model: Any = None
    ) -> Answer:
        clock = SettableClock()
        steps = standard_steps(
            {SHOP: tenant or a_tenant()},
            FixedRetriever(*(passages or [a_passage()])),
            model or cast(Model, self),
            some_settings().model,
            clock,
            answers=self.answers,
        )
        return (await Pipeline(steps, clock).run(a_turn(turn) if isinstance(turn, str) else turn))[1]


@pytest.fixture
def shop(fake_redis: Client) -> Shop:
    return Shop(RedisAnswers(fake_redis))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么退货", "怎么退货？"),
        ("怎么退货", " 怎么 退货!!"),
        ("iPhone 壳", "ｉｐｈｏｎｅ　壳"),
        ("how to return?", "How to return"),
    ],
)
def test_a_question_in_the_same_words_is_the_same(one: str, other: str) -> None:
    assert same(one) == same(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么退货", "怎么换货"),
        ("1 + 1 件", "11 件"),
        ("C++ 书", "C 书"),
        ("C++", "C"),
        ("👍", "😡"),
        ("？？？", "😡"),
        ("-20度能用吗", "20度能用吗"),
        ("50%", "50"),
        ("in stock", "instock"),
    ],
)
def test_a_question_in_other_words_is_another(one: str, other: str) -> None:
    assert same(one) != same(other)


async def test_the_same_question_gets_the_same_answer_without_the_model(shop: Shop) -> None:
    first = await shop.answer("怎么退货", a_passage(source="faq.txt:3"))
    second = await shop.answer("怎么退货？", a_passage(source="faq.txt:3"))

    assert first.outcome is Outcome.ANSWERED
    assert second == replace(first, outcome=Outcome.CACHED)
    assert second.sources == ("faq.txt:3",)
    assert len(shop.asked) == 1


async def test_knowledge_that_changed_is_thought_of_anew(shop: Shop) -> None:
    await shop.answer("怎么退货", a_passage("七天内可以退。"))

    assert (await shop.answer("怎么退货", a_passage("十五天内可以退。"))).outcome is Outcome.ANSWERED


async def test_another_persona_has_other_words(shop: Shop) -> None:
    await shop.answer("怎么退货")

    assert (await shop.answer("怎么退货", tenant=a_tenant(persona="你是船长。"))).outcome is Outcome.ANSWERED


async def test_what_was_said_before_makes_it_another_question(shop: Shop) -> None:
    await shop.answer("多少钱")
    after = replace(a_turn("多少钱"), history=(Said(Speaker.CUSTOMER, "运费", 1_699_999_990.0),))

    assert (await shop.answer(after)).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    "text", ["订单 20240910 到哪了", "138-0013-8000 能查吗", "我的邮箱是 a@b.cn", "问" * 101]
)
async def test_what_is_one_customers_own_is_never_kept(shop: Shop, text: str) -> None:
    for _ in range(2):
        assert (await shop.answer(text)).outcome is Outcome.ANSWERED


async def test_what_a_customer_said_of_themselves_before_is_never_kept(shop: Shop) -> None:
    turn = replace(a_turn("到哪了"), history=(Said(Speaker.CUSTOMER, "订单 20240910", 1_699_999_990.0),))
    for _ in range(2):
        assert (await shop.answer(turn)).outcome is Outcome.ANSWERED


async def test_a_shop_that_wants_none_of_it_has_none(shop: Shop) -> None:
    tenant = a_tenant(limits={"answer_cache_s": 0})
    for _ in range(2):
        assert (await shop.answer("怎么退货", tenant=tenant)).outcome is Outcome.ANSWERED


async def test_a_refusal_and_an_emergency_answer_are_not_kept(shop: Shop) -> None:
    refusing: Model = ScriptedModel(a_tenant().refusal)
    assert (await shop.answer("股市", model=refusing)).outcome is Outcome.REFUSED
    assert (await shop.answer("股市")).outcome is Outcome.ANSWERED

    shop.away = True
    assert (await shop.answer("怎么退货", a_passage(score=0.9))).outcome is Outcome.FAQ
    shop.away = False
    assert (await shop.answer("怎么退货", a_passage(score=0.9))).outcome is Outcome.ANSWERED


async def test_a_word_that_was_blocked_since_is_not_said(shop: Shop) -> None:
    await shop.answer("怎么退货")

    assert (
        await shop.answer("怎么退货", tenant=a_tenant(blocked_words=["第1次"]))
    ).outcome is Outcome.REFUSED


async def test_a_store_that_is_away_only_costs_a_thought() -> None:
    class Away:
        async def recall(self, tenant: str, key: str) -> Answer | None:
            raise Unavailable("the store is away")

        async def remember(self, tenant: str, key: str, answer: Answer, *, seconds: int) -> None:
            raise Unavailable("the store is away")

    assert (await Shop(Away()).answer("怎么退货")).outcome is Outcome.ANSWERED
