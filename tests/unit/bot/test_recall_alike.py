"""Who asks in other words what somebody else asked gets the same answer, where nothing but the words differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np
import pytest
from prometheus_client import REGISTRY

from bot.errors import Unavailable
from bot.pipeline import Alike, Pipeline, standard_steps
from bot.ports import AlikeAnswers, Model
from bot.settings import TenantSettings
from bot.store.alike import RedisAlikeAnswers
from bot.store.answers import RedisAnswers
from bot.store.redis import Client
from bot.types import Answer, Outcome, Passage, Question, Recalled, Said, Speaker, ToolEnd, ToolUse, Turn
from knowledge.embed import Vectors
from knowledge.meanings import VectorMeanings
from tests.builders import SHOP, a_conversation, a_message, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever
from workers import metrics

WANTED: Final = a_tenant(limits={"answer_cache_alike": True})
RETURNS: Final = a_passage("七天内可以退。", id="returns", source="faq.txt:3", edition="a 1")


class OneDirection:
    """An embedding model to which all questions are alike."""

    name = "test"

    def __init__(self) -> None:
        self.away = False

    async def questions(self, texts: Sequence[str]) -> Vectors:
        if self.away:
            raise Unavailable("the embedding server is away")
        return np.eye(1, 8, dtype=np.float32).repeat(len(texts), axis=0)

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""


class Shop:
    """A shop whose model says something else each time."""

    def __init__(self, client: Client, alike: AlikeAnswers | None = None) -> None:
        self.answers = RedisAnswers(client)
        self.embedder = OneDirection()
        self.alike = Alike(VectorMeanings(self.embedder), alike or RedisAlikeAnswers(client))
        self.thoughts = 0

    async def complete(self, prompt: Any, **_: Any) -> str:
        self.thoughts += 1
        return f"第{self.thoughts}次回答怎么退货"

    async def answer(self, turn: Turn | str, *passages: Passage, **changes: Any) -> tuple[Answer, Turn]:
        clock = SettableClock()
        tenant: TenantSettings = changes.get("tenant", WANTED)
        steps = standard_steps(
            {SHOP: tenant},
            FixedRetriever(*(passages or [RETURNS])),
            cast(Model, self),
            some_settings().model,
            clock,
            answers=self.answers,
            alike=self.alike,
        )
        turn, answer = await Pipeline(steps, clock).run(a_turn(turn) if isinstance(turn, str) else turn)
        return answer, turn

    async def thinks_of(self, turn: Turn | str, *passages: Passage, **changes: Any) -> bool:
        """Whether it asks the model."""
        return (await self.answer(turn, *passages, **changes))[0].outcome is Outcome.ANSWERED


@pytest.fixture
def shop(fake_redis: Client) -> Shop:
    return Shop(fake_redis)


async def test_other_words_for_the_same_get_the_same_answer_without_the_model(shop: Shop) -> None:
    first, _ = await shop.answer("怎么退货")
    second, turn = await shop.answer("请问如何退货呢")

    assert first.outcome is Outcome.ANSWERED
    assert second == replace(first, outcome=Outcome.CACHED)
    assert (turn.recalled, shop.thoughts) == (Recalled.ALIKE, 1)


async def test_a_shop_has_it_only_if_it_wants_it(shop: Shop) -> None:
    for text in ("怎么退货", "请问如何退货呢"):
        assert await shop.thinks_of(text, tenant=a_tenant())


@pytest.mark.parametrize(
    ("change", "passage"),
    [
        ("the knowledge changed", replace(RETURNS, edition="a 2")),
        ("another entry fits best", replace(RETURNS, id="exchange")),
        ("it is told otherwise", replace(RETURNS, text="十五天内可以退。")),
        ("nothing fits well", replace(RETURNS, score=0.2)),
        ("nobody knows how it stands", replace(RETURNS, edition="")),
        ("it is for some channels", replace(RETURNS, audience=("door",))),
    ],
)
async def test_what_it_would_be_made_of_must_be_the_same(shop: Shop, change: str, passage: Passage) -> None:
    assert await shop.thinks_of("怎么退货")

    assert await shop.thinks_of("请问如何退货呢", passage), change


async def test_what_some_channels_customers_are_told_stays_among_them(shop: Shop) -> None:
    both = replace(RETURNS, audience=("door", "other"))
    other = a_conversation(channel="other")
    assert await shop.thinks_of("怎么退货", both)

    elsewhere = a_turn(conversation=other, messages=(a_message("请问如何退货呢", conversation=other),))
    assert await shop.thinks_of(elsewhere, both)
    assert not await shop.thinks_of("请问如何退货呢", both)


@pytest.mark.parametrize(
    "second",
    [
        "怎么换货",
        "3天后怎么退货",
        "QH-1023怎么退货",
        "不能退货怎么办",
        "不想退货了怎么取消",
        "顺丰怎么退货",
        "How do I return it?",
        "为什么退货",
        "这个怎么退货",
        "怎么退货？运费谁出？",
        "138-0013-8000 怎么退货",
    ],
)
async def test_what_asks_something_else_is_thought_of_anew(shop: Shop, second: str) -> None:
    """However near the embedding model finds it."""
    assert await shop.thinks_of("怎么退货")

    assert await shop.thinks_of(second)


async def test_a_dialogue_that_has_begun_may_mean_something_else(shop: Shop) -> None:
    await shop.answer("怎么退货")

    def after(*lines: str) -> Turn:
        speakers = [Speaker.CUSTOMER, Speaker.BOT] * 2
        history = tuple(Said(by, text, 1_699_999_990.0) for by, text in zip(speakers, lines, strict=False))
        return a_turn("请问如何退货呢", history=history)

    assert await shop.thinks_of(after("我买的是定制款", "好的。"))
    assert not await shop.thinks_of(after("你好", "您好，请问有什么可以帮您？"))


async def test_several_messages_are_no_plain_question(shop: Shop) -> None:
    await shop.answer("怎么退货")
    two = a_turn(messages=(a_message("你好呀"), a_message("请问如何退货呢", id="m2")))

    assert await shop.thinks_of(two)


async def test_what_was_looked_up_for_a_customer_is_not_kept(fake_redis: Client) -> None:
    shop = Shop(fake_redis)
    used = a_turn("怎么退货", tool_calls=(ToolUse("order", {}, ToolEnd.FOUND, "{}"),))
    await shop.answer(used)

    assert not await fake_redis.keys("*alike*")


async def test_a_model_or_a_store_that_is_away_only_costs_a_thought(fake_redis: Client) -> None:
    class Away:
        async def recall(self, tenant: str, among: str) -> list[tuple[Question, Answer]]:
            raise Unavailable("the store is away")

        async def remember(self, tenant: str, question: Question, answer: Answer, *, seconds: int) -> None:
            raise Unavailable("the store is away")

    assert await Shop(fake_redis, Away()).thinks_of("怎么退货")
    shop = Shop(fake_redis)
    await shop.answer("怎样退货")
    shop.embedder.away = True
    assert await shop.thinks_of("请问如何退货呢")


async def test_what_a_look_brought_is_counted_by_kind(shop: Shop) -> None:
    def counted(kind: str) -> float:
        return REGISTRY.get_sample_value("kefu_answers_recalled_total", {"tenant": SHOP, "kind": kind}) or 0.0

    before = [counted(kind) for kind in Recalled]
    for text in ("怎么退货", "怎么退货？", "请问如何退货呢", "怎么换货"):
        metrics.turn_took((await shop.answer(text))[1])

    assert [counted(kind) - had for kind, had in zip(Recalled, before, strict=True)] == [1, 1, 2]
