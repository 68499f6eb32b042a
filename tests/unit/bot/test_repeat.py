"""The same question, again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot import wording
from bot.pipeline.repeat import Repeat
from bot.types import Answer, Media, Outcome, Said, Speaker
from tests.builders import a_message, a_turn

ASKED_AT = a_message().sent_at


def lines(
    *texts: str, by: Sequence[Speaker] = (Speaker.CUSTOMER, Speaker.BOT), ago: float = 60
) -> list[Said]:
    """In turns, all so many seconds ago."""
    return [Said(by[n % len(by)], text, ASKED_AT - ago) for n, text in enumerate(texts)]


TWICE = lines("怎么退货", "七天内。", "怎么退货", "七天内都可以退哦。")


async def repeated(history: Sequence[Said], text: str = "怎么退货", *media: Media) -> Answer | None:
    turn = a_turn(messages=(a_message(text, media=media),), history=tuple(history))
    return (await Repeat()(turn)).answer


async def test_what_is_asked_for_the_third_time_in_a_row_gets_the_last_answer_again() -> None:
    assert await repeated(TWICE) == Answer("七天内都可以退哦。", Outcome.CACHED)
    assert await repeated(TWICE, "怎么退货？？") == Answer("七天内都可以退哦。", Outcome.CACHED)
    assert await repeated([*lines("在吗", "在的。"), *TWICE]) == Answer("七天内都可以退哦。", Outcome.CACHED)


async def test_the_second_time_is_answered_anew_as_it_may_not_have_been_understood() -> None:
    assert await repeated(TWICE[:2]) is None
    assert await repeated([*lines("在吗", "在的。"), *TWICE[:2]]) is None


@pytest.mark.parametrize(
    "history",
    [
        lines("怎么退货", "七天内。", "多久发货", "两天内。"),
        [*TWICE, *lines("谢谢", "不客气。")],
        lines("怎么退货", "七天内。", "怎么退货", "我看看。", by=(Speaker.CUSTOMER, Speaker.PERSON)),
        lines("怎么退货", "怎么退货", "怎么退货", "七天内。", by=(Speaker.CUSTOMER,)),
        lines("怎么退货", "七天内。", "怎么退货", wording.APOLOGY),
        lines("怎么退货", "七天内。", "怎么退货", wording.TOO_OFTEN),
        lines("怎么退货", "七天内。", "怎么退货", wording.BOT_IS_BACK),
        lines("怎么退货", "七天内。", "怎么退货", "七天内。", ago=601),
    ],
    ids=["another", "between", "a person", "unanswered", "apology", "too often", "back", "long ago"],
)
async def test_what_was_not_asked_and_answered_twice_just_now_is_thought_about(history: list[Said]) -> None:
    assert await repeated(history) is None


async def test_what_was_refused_twice_is_refused_a_third_time_and_counts_as_that() -> None:
    *before, answer = lines("能刻字吗", wording.DEFAULT_REFUSAL, "能刻字吗", wording.DEFAULT_REFUSAL)

    assert await repeated([*before, replace(answer, unsure=True)], "能刻字吗") is None


async def test_other_words_and_other_pictures_are_thought_about() -> None:
    assert await repeated(TWICE, "怎么退货呢") is None
    assert await repeated(TWICE, "怎么退货", Media("image", {"id": "1"})) is None
