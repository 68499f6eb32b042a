"""When people are there."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.hours import Hours, Span

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> float:
    """`2026-03-02 09:00`: a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def hours(*lines: str, holidays: tuple[str, ...] = (), zone: str = "Asia/Shanghai") -> Hours:
    return Hours.of(lines, [date.fromisoformat(day) for day in holidays], zone)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-03-02 08:59:59", False),
        ("2026-03-02 09:00", True),
        ("2026-03-06 17:59:59", True),
        ("2026-03-06 18:00", False),
        ("2026-03-07 12:00", True),
        ("2026-03-07 16:30", False),
        ("2026-03-08 12:00", False),
    ],
)
def test_people_are_there_when_their_hours_say_so(moment: str, there: bool) -> None:
    assert hours("mon-fri 09:00-18:00", "sat 10:00-16:00").hold(at(moment)) is there


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-03-06 21:59", False),
        ("2026-03-06 22:00", True),
        ("2026-03-07 01:59", True),
        ("2026-03-07 02:00", False),
        ("2026-03-09 01:00", True),  # Monday, still Sunday's
        ("2026-03-05 23:00", False),
    ],
)
def test_what_begins_before_midnight_goes_on_behind_it(moment: str, there: bool) -> None:
    assert hours("fri-sun 22:00-02:00").hold(at(moment)) is there


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-10-01 10:00", False),
        ("2026-10-01 23:00", False),
        ("2026-10-02 01:00", False),  # the holiday's night shift
        ("2026-10-01 01:00", True),  # the night shift of the day before
        ("2026-10-02 10:00", True),
    ],
)
def test_on_a_holiday_nobody_begins(moment: str, there: bool) -> None:
    week = hours("mon-sun 09:00-18:00", "mon-sun 22:00-02:00", holidays=("2026-10-01",))

    assert week.hold(at(moment)) is there


def test_without_hours_people_are_always_there_but_on_holidays() -> None:
    always = hours(holidays=("2026-10-01",))

    assert always.hold(at("2026-09-30 03:00"))
    assert not always.hold(at("2026-10-01 12:00"))
    assert not always.hold(at("2026-10-01 00:30"))


def test_the_whole_day_has_no_gap_at_midnight() -> None:
    day = hours("mon-sun 00:00-24:00")

    assert all(day.hold(at(f"2026-03-0{n} {clock}")) for n in (2, 3) for clock in ("00:00", "23:59:59"))


def test_hours_are_of_the_shops_zone_whatever_the_clocks_there_do() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    shop = hours("mon-sun 09:00-18:00", zone="Europe/Berlin")

    for day in ("2026-03-28", "2026-03-29", "2026-10-25"):  # the clocks change on the last two
        assert shop.hold(at(f"{day} 09:00", berlin))
        assert not shop.hold(at(f"{day} 18:00", berlin))
    assert not hours("mon-fri 09:00-15:00").hold(at("2026-03-02 09:00", berlin)), "it is 16:00 in Shanghai"


@pytest.mark.parametrize(
    ("line", "spoken"),
    [
        ("mon-fri 09:00-18:00", "周一至周五 09:00–18:00"),
        ("sat,sun 10:00-16:00", "周六、周日 10:00–16:00"),
        ("MON-SUN  08:30-24:00", "每天 08:30–24:00"),
        ("fri-mon 22:00-02:00", "周五至周一 22:00–次日02:00"),
        ("wed 09:00-12:00", "周三 09:00–12:00"),
    ],
)
def test_a_customer_reads_hours_in_their_words(line: str, spoken: str) -> None:
    assert str(Span.parse(line)) == spoken


def test_exceptions_are_said_too() -> None:
    assert str(hours("mon-fri 09:00-18:00", "sat 10:00-12:00", holidays=("2026-10-01",))) == (
        "周一至周五 09:00–18:00、周六 10:00–12:00（节假日除外）"
    )
    assert str(hours(holidays=("2026-10-01",))) == "每天（节假日除外）"


@pytest.mark.parametrize(
    "line",
    [
        *("", "mon", "mon 9-18", "mon 09:00-09:00", "mon 24:00-09:00", "mon 09:61-18:00", "mon 25:00-26:00"),
        *("mo 09:00-18:00", "mon-fri,holiday 09:00-18:00", ", 09:00-18:00", "周一 09:00-18:00"),
    ],
)
def test_what_is_no_line_of_hours_is_told(line: str) -> None:
    with pytest.raises(ValueError, match=r"form|differ|day"):
        Span.parse(line)


@pytest.mark.parametrize(
    ("moment", "back"),
    [
        ("2026-03-02 07:00", "今天09:00"),
        ("2026-03-02 20:00", "明天09:00"),
        ("2026-03-06 20:00", "明天10:00"),
        ("2026-03-07 17:00", "周一09:00"),
        ("2026-09-30 20:00", "10月8日09:00"),
    ],
)
def test_a_customer_hears_when_people_are_back(moment: str, back: str) -> None:
    holidays = tuple(f"2026-10-0{day}" for day in range(1, 8))

    assert hours("mon-fri 09:00-18:00", "sat 10:00-16:00", holidays=holidays).back(at(moment)) == back


def test_after_a_holiday_those_are_back_who_are_always_there() -> None:
    assert hours(holidays=("2026-03-02",)).back(at("2026-03-02 12:00")) == "明天00:00"


def test_who_is_never_there_is_not_announced() -> None:
    month = tuple(f"2026-03-{day:02}" for day in range(1, 32)) + tuple(
        f"2026-04-{day:02}" for day in range(1, 6)
    )

    assert hours("mon-fri 09:00-18:00", holidays=month).back(at("2026-03-01 12:00")) == ""
