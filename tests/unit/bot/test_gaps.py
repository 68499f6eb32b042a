"""What counts as a gap in the knowledge, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.pipeline import GapNotes
from bot.pipeline.gaps import GAP_CHARS, gap_of
from bot.types import Answer, Gap, Outcome, Passage, ToolEnd, ToolUse, Turn
from tests.builders import SHOP, a_passage, a_tenant, a_turn
from tests.conftest import SettableClock

NEAR = a_passage(title="怎么退货", score=0.9)
FAR = a_passage(title="怎么退货", score=0.2)


def a_drafted_turn(text: str, outcome: Outcome, *passages: Passage) -> Turn:
    return replace(a_turn(text), passages=passages, draft=Answer("…", outcome))


def gap(text: str, outcome: Outcome, *passages: Passage) -> Gap | None:
    return gap_of(a_drafted_turn(text, outcome, *passages), a_tenant(), now=5.0)


def test_a_refusal_is_a_gap_also_where_something_was_near() -> None:
    assert gap("有实体店吗", Outcome.REFUSED, FAR) == Gap("有实体店吗", 5.0, Outcome.REFUSED, "怎么退货", 0.2)
    assert gap("能退到店里吗", Outcome.REFUSED, NEAR)
    assert gap("有实体店吗", Outcome.REFUSED) == Gap("有实体店吗", 5.0, Outcome.REFUSED)


def test_an_answer_from_far_knowledge_is_a_gap_and_from_near_knowledge_none() -> None:
    assert gap("有实体店吗", Outcome.ANSWERED, FAR)
    assert gap("怎么退货", Outcome.ANSWERED, FAR, NEAR) is None
    assert gap("怎么退货", Outcome.FAQ, NEAR) is None


def test_where_the_knowledge_was_not_asked_it_lacks_nothing() -> None:
    assert gap_of(a_turn("转人工"), a_tenant(), now=5.0) is None


def test_what_could_be_somebodys_is_not_kept() -> None:
    found = gap(
        "我是 13800138000，订单 QH20240910-7 电话 138.0013.8000 退到 a.b@c.cn 行吗，码 36", Outcome.REFUSED
    )

    assert found
    assert found.question == "我是 …，订单 … 电话 … 退到 … 行吗，码 36"


def test_a_story_is_cut_short() -> None:
    found = gap("长" * 1000, Outcome.REFUSED)
    assert found
    assert len(found.question) == GAP_CHARS


class Kept:
    """Notes, or does not work."""

    def __init__(self, *, away: bool = False) -> None:
        self.gaps: list[tuple[str, Gap, int]] = []
        self._away = away

    async def note(self, tenant: str, gap: Gap, *, days: int) -> None:
        if self._away:
            raise Unavailable("the store is away")
        self.gaps.append((tenant, gap, days))

    async def since(self, tenant: str, at: float) -> list[Gap]:
        raise AssertionError("nobody reads here")


@pytest.mark.parametrize(("days", "noted"), [(30, 1), (0, 0)])
async def test_a_shop_says_whether_gaps_are_kept(days: int, noted: int) -> None:
    kept = Kept()
    notes = GapNotes({SHOP: a_tenant(gap_days=days)}, kept, SettableClock())

    await notes.note(a_drafted_turn("有实体店吗", Outcome.REFUSED))

    assert [(tenant, days_) for tenant, _, days_ in kept.gaps] == [(SHOP, days)] * noted


async def test_a_note_that_cant_be_kept_costs_nobody_anything() -> None:
    with capture_logs() as logs:
        await GapNotes({SHOP: a_tenant()}, Kept(away=True), SettableClock()).note(
            a_drafted_turn("有实体店吗", Outcome.REFUSED)
        )

    assert [line["event"] for line in logs] == ["gap_not_noted"]


async def test_a_shop_that_was_renamed_meanwhile_has_no_gaps() -> None:
    """Its answer is out, and a bug here would leave what else its customer wrote to the sweeper."""
    kept = Kept()

    await GapNotes({}, kept, SettableClock()).note(a_drafted_turn("有实体店吗", Outcome.REFUSED))

    assert kept.gaps == []


def test_what_tools_are_for_is_nothing_that_the_knowledge_lacks() -> None:
    looked_up = ToolUse("order_status", {}, ToolEnd.FOUND, "{}")
    draft = Answer("已发货。", Outcome.ANSWERED)

    assert gap_of(a_turn("订单到哪了", draft=draft, tool_calls=(looked_up,)), a_tenant(), now=1.0) is None
    assert gap_of(a_turn("订单到哪了", draft=draft), a_tenant(), now=1.0) is not None
