"""Who wants a person at night is noted for those who come in the morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.pipeline import MissedNotes
from bot.pipeline.missed import CHARS
from bot.types import Answer, Missed, Outcome, Said, Speaker, Turn
from tests.builders import A_CONVERSATION, SHOP, a_tenant, a_turn
from tests.conftest import SettableClock

NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
"""A Monday."""
NIGHT = NOON + 12 * 3600
BY_DAY: dict[str, Any] = {"hours": ["mon-fri 09:00-18:00"]}
NOBODY_THERE = Answer("人工客服现在不在线。", Outcome.REFUSED)


class Kept:
    def __init__(self, error: Unavailable | None = None) -> None:
        self.notes: list[Missed] = []
        self.error = error

    async def note(self, missed: Missed) -> None:
        if self.error:
            raise self.error
        self.notes.append(missed)

    async def since(self, tenant: str, at: float) -> list[Missed]:
        return [note for note in self.notes if note.at >= at]


async def noted(turn: Turn, people: dict[str, Any] | None = BY_DAY, now: float = NIGHT) -> list[Missed]:
    kept = Kept()
    notes = MissedNotes({SHOP: a_tenant(people=people)}, kept, SettableClock(now))
    await notes.note(replace(turn, answer=turn.answer or NOBODY_THERE))
    return kept.notes


async def test_who_asks_at_night_is_noted_with_what_it_is_about() -> None:
    before = (
        Said(Speaker.CUSTOMER, "我的裙子破了", NIGHT - 20),
        Said(Speaker.BOT, "抱歉。", NIGHT - 10),
    )

    (note,) = await noted(a_turn("转人工", history=before))

    assert note == Missed(A_CONVERSATION, NIGHT, "asked", ("我的裙子破了", "转人工"))


async def test_who_complains_at_night_is_noted_unless_the_shop_answers_complaints_itself() -> None:
    turn = a_turn("气死我了", intent="complaint")

    assert [note.reason for note in await noted(turn)] == ["complaint"]
    assert await noted(turn, {**BY_DAY, "on_complaint": "answer"}) == []


@pytest.mark.parametrize(
    ("people", "now"),
    [(None, NIGHT), (BY_DAY, NOON), ({}, NIGHT)],
    ids=["no people", "they are there", "always there"],
)
async def test_where_nobody_was_missed_nothing_is_noted(people: dict[str, Any] | None, now: float) -> None:
    assert await noted(a_turn("转人工"), people, now) == []


async def test_a_question_and_what_was_handed_over_in_the_last_minute_are_not_noted() -> None:
    handed_over = replace(a_turn("转人工"), answer=Answer("好的", Outcome.HANDED_OFF))

    assert await noted(a_turn("怎么退货")) == []
    assert await noted(handed_over) == []


async def test_a_long_story_is_cut_short() -> None:
    (note,) = await noted(a_turn("长" * 1000, intent="person"))

    assert note.said == ("长" * CHARS,)


async def test_a_store_that_is_away_costs_nobody_anything() -> None:
    notes = MissedNotes(
        {SHOP: a_tenant(people=BY_DAY)}, Kept(Unavailable("the store is away")), SettableClock(NIGHT)
    )

    with capture_logs() as logs:
        await notes.note(replace(a_turn("转人工"), answer=NOBODY_THERE))

    assert [line["event"] for line in logs] == ["missed_not_noted"]


async def test_of_a_shop_that_was_renamed_meanwhile_nobody_was_missed() -> None:
    kept = Kept()

    await MissedNotes({}, kept, SettableClock(NIGHT)).note(replace(a_turn("转人工"), answer=NOBODY_THERE))

    assert kept.notes == []
