"""The contract of answers that may be given to who asks the same in other words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from bot.store import bounds, keys
from bot.store.alike import RedisAlikeAnswers
from bot.store.courier import Argument, Courier
from bot.store.redis import Client
from bot.types import Answer, Outcome, Question

AN_ANSWER: Final = Answer("七天内可以退。", Outcome.ANSWERED, ("faq.txt:3",), ("运费怎么算",))
AMONG: Final = hashlib.sha256(b"returns").hexdigest()
OTHERS: Final = hashlib.sha256(b"delivery").hexdigest()


def a_question(text: str = "怎么退货", *, among: str = AMONG) -> Question:
    """Its vector has each byte there is, also those that end a line."""
    return Question(text, bytes(range(256)) * 7, among)


async def test_a_question_is_kept_with_its_vector_and_its_answer_for_its_time(client: Client) -> None:
    answers = RedisAlikeAnswers(client)
    assert await answers.recall("shop", AMONG) == []

    await answers.remember("shop", a_question(), AN_ANSWER, seconds=60)

    assert await answers.recall("shop", AMONG) == [(a_question(), AN_ANSWER)]
    (key,) = await client.keys()
    assert 0 < await client.ttl(key) <= 60


async def test_several_questions_stand_side_by_side_and_one_that_comes_again_stands_once(
    client: Client,
) -> None:
    answers = RedisAlikeAnswers(client)
    later = replace(AN_ANSWER, text="七天内可以退货哦。")
    for text, answer in (("怎么退货", AN_ANSWER), ("如何退货", AN_ANSWER), ("怎么退货", later)):
        await answers.remember("shop", a_question(text), answer, seconds=60)

    told = {question.text: answer for question, answer in await answers.recall("shop", AMONG)}
    assert told == {"怎么退货": later, "如何退货": AN_ANSWER}


async def test_tenants_share_nothing(client: Client) -> None:
    answers = RedisAlikeAnswers(client)
    await answers.remember("shop", a_question(), AN_ANSWER, seconds=60)

    assert await answers.recall("other", AMONG) == []


async def test_who_has_the_same_place_is_not_among_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "ALIKE_MOST", 1)
    answers = RedisAlikeAnswers(client)
    await answers.remember("shop", a_question(), AN_ANSWER, seconds=60)

    assert await answers.recall("shop", OTHERS) == []


async def test_a_shop_has_so_many_at_most(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "ALIKE_MOST", 2)
    answers = RedisAlikeAnswers(client)
    for number in range(100):
        among = hashlib.sha256(b"%d" % (number % 9)).hexdigest()
        await answers.remember("shop", a_question(f"问题{number}", among=among), AN_ANSWER, seconds=60)

    assert await client.dbsize() <= 2 * bounds.ALIKE_EACH


async def test_a_look_is_one_round_trip_within_one_slot(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[Any, ...]] = []
    call: Callable[..., Any] = Courier.call

    def noted(courier: Courier, *command: Argument) -> Any:
        made.append(command)
        return call(courier, *command)

    monkeypatch.setattr(Courier, "call", noted)
    await RedisAlikeAnswers(client).recall("shop", AMONG)

    ((verb, *asked),) = made
    assert (verb, asked) == ("MGET", keys.alike("shop", AMONG))
    assert len({key[key.index("{") : key.index("}")] for key in asked}) == 1


async def test_what_is_too_long_is_not_kept_and_what_is_none_is_left_out(client: Client) -> None:
    answers = RedisAlikeAnswers(client)
    await answers.remember("shop", a_question(), replace(AN_ANSWER, text="长" * 3000), seconds=60)
    assert await answers.recall("shop", AMONG) == []

    await answers.remember("shop", a_question(), AN_ANSWER, seconds=60)
    for key in keys.alike("shop", AMONG):
        await client.set(key, b'["of a later version"]\n', nx=True)
    assert await answers.recall("shop", AMONG) == [(a_question(), AN_ANSWER)]
