"""The contract of answers that may be given again."""

from __future__ import annotations

import hashlib

import pytest

from bot.store import bounds, keys
from bot.store.answers import RedisAnswers
from bot.store.redis import Client
from bot.types import Answer, Outcome

AN_ANSWER = Answer("七天内可以退。", Outcome.ANSWERED, ("faq.txt:3",), ("运费怎么算",))


def a_key(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()


async def test_what_was_remembered_is_recalled_for_its_time(client: Client) -> None:
    answers = RedisAnswers(client)
    assert await answers.recall("shop", a_key("a")) is None

    await answers.remember("shop", a_key("a"), AN_ANSWER, seconds=60)

    assert await answers.recall("shop", a_key("a")) == AN_ANSWER
    assert 0 < await client.ttl(keys.answer("shop", a_key("a"))) <= 60


async def test_tenants_share_nothing(client: Client) -> None:
    answers = RedisAnswers(client)
    await answers.remember("shop", a_key("a"), AN_ANSWER, seconds=60)

    assert await answers.recall("other", a_key("a")) is None


async def test_who_has_the_same_place_is_not_taken_for_another(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "ANSWERS_MOST", 1)
    answers = RedisAnswers(client)
    await answers.remember("shop", a_key("a"), AN_ANSWER, seconds=60)

    assert await answers.recall("shop", a_key("b")) is None
    await answers.remember("shop", a_key("b"), AN_ANSWER, seconds=60)
    assert await answers.recall("shop", a_key("a")) is None, "its place was needed"


async def test_what_is_too_long_is_not_kept_and_what_is_no_answer_is_none(client: Client) -> None:
    answers = RedisAnswers(client)
    await answers.remember("shop", a_key("a"), Answer("长" * 3000, Outcome.ANSWERED), seconds=60)
    assert await answers.recall("shop", a_key("a")) is None

    await client.set(keys.answer("shop", a_key("a")), b"{")
    assert await answers.recall("shop", a_key("a")) is None
