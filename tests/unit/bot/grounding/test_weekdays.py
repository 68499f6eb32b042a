"""On which days somebody is there, and on which nobody is."""

from __future__ import annotations

import pytest

from tests.unit.bot.grounding.looking import unborne

CLINIC = ("几点上班", "周一至周五8:00-17:30，周六8:00-12:00，周日休息。")
OFFICE = ("上班时间", "周一至周五9:00-18:00。")
WORKDAYS = ("上班时间", "工作日9:00-18:00。")


@pytest.mark.parametrize("asked", ["几点上班", "周末上班吗"])
@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (CLINIC, "周日休息。"),
        (CLINIC, "周日不上班哦，周六8:00到12:00上班。"),
        (CLINIC, "周日的预约请改到周六。"),
        (OFFICE, "周末休息。"),
        (OFFICE, "周六、周日不上班，周一至周五9:00-18:00营业。"),
        (OFFICE, "工作日9点到18点。"),
        (WORKDAYS, "周一至周五9:00-18:00，周末休息。"),
        (WORKDAYS, "周三9:00-18:00在线。"),
        (("周末", "周末双倍积分。"), "周六和周日双倍积分。"),
        (("hours", "Open Monday to Friday, closed on Sunday."), "We are closed on Sundays."),
    ],
)
def test_what_days_it_follows_from_are_borne_out(entry: tuple[str, str], said: str, asked: str) -> None:
    assert unborne(entry, said=said, asked=asked) == []


@pytest.mark.parametrize("asked", ["几点上班", "周末上班吗"])
@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (CLINIC, "周日8:00-12:00上班。"),
        (CLINIC, "周末都上班。"),
        (CLINIC, "周六休息。"),
        (OFFICE, "周六也上班。"),
        (OFFICE, "周五休息。"),
        (WORKDAYS, "周末也营业。"),
    ],
)
def test_no_day_is_added_or_taken_away(entry: tuple[str, str], said: str, asked: str) -> None:
    assert unborne(entry, said=said, asked=asked) != []


def test_working_days_that_are_counted_are_no_days_of_the_week() -> None:
    assert unborne(("退款", "3个工作日到账。"), said="周一到账。") != []
