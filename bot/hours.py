"""When people are there: opening hours as a shop writes them, asked at a moment, and put into words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final, Self
from zoneinfo import ZoneInfo

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPOKEN: Final = "一二三四五六日"
_FORM: Final = re.compile(r"(?P<days>[a-z,-]+) (?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)")
_DAY_MINUTES: Final = 24 * 60
_AHEAD_DAYS: Final = 31
_NEXT: Final = ("今天", "明天")


@dataclass(frozen=True, slots=True)
class Span:
    """One line of opening hours: some days of the week, and from when to when."""

    days: tuple[int, ...]
    """0 is Monday, in the order they were written."""
    start: int
    """Minutes after midnight."""
    end: int
    """The same; beyond 24 hours where it goes on after midnight."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """`mon-fri 09:00-18:00`, `sat,sun 22:00-02:00`. Raises ValueError."""
        written = _FORM.fullmatch(" ".join(text.lower().split()))
        if not written:
            raise ValueError("is not of the right form")
        start, end = _minutes(written["start"]), _minutes(written["end"])
        if start in (end, _DAY_MINUTES):
            raise ValueError("must begin and end at different times")
        days = tuple(day for part in written["days"].split(",") for day in _week(part))
        return cls(days, start, end if end > start else end + _DAY_MINUTES)

    def __str__(self) -> str:
        """`周一至周五 09:00–18:00`."""
        return f"{_spoken(self.days)} {_clock(self.start)}–{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours with their exceptions. Without a span: always."""

    spans: tuple[Span, ...]
    holidays: frozenset[date]
    zone: tzinfo

    @classmethod
    def of(cls, lines: Sequence[str], holidays: Sequence[date], zone: str) -> Self:
        """From the settings' words, which were checked. Raises ValueError and ZoneInfoNotFoundError."""
        return cls(tuple(map(Span.parse, lines)), frozenset(holidays), ZoneInfo(zone))

    def hold(self, now: float) -> bool:
        """Whether people are there at `now` (unix seconds). What began before midnight is that day's."""
        local = datetime.fromtimestamp(now, self.zone)
        minute = local.hour * 60 + local.minute
        today = local.date()
        return self._on(today, minute) or self._on(today - timedelta(days=1), minute + _DAY_MINUTES)

    def back(self, now: float) -> str:
        """When they hold next, for a customer: `明天09:00`; empty: not within a month."""
        today = datetime.fromtimestamp(now, self.zone).date()
        for ahead in range(_AHEAD_DAYS):
            day = today + timedelta(days=ahead)
            opens = [at for at in self._starts(day) if at.timestamp() > now]
            if opens:
                return f"{_day(day, today)}{min(opens):%H:%M}"
        return ""

    def _starts(self, day: date) -> list[datetime]:
        if day in self.holidays:
            return []
        midnight = datetime.combine(day, time(), self.zone)
        starts = {span.start for span in self.spans if day.weekday() in span.days} if self.spans else {0}
        return [midnight + timedelta(minutes=start) for start in starts]

    def _on(self, day: date, minute: int) -> bool:
        if day in self.holidays:
            return False
        if not self.spans:
            return minute < _DAY_MINUTES
        return any(day.weekday() in span.days and span.start <= minute < span.end for span in self.spans)

    def __str__(self) -> str:
        """For a customer: `周一至周五 09:00–18:00、周六 10:00–16:00（节假日除外）`."""
        hours = "、".join(map(str, self.spans)) or "每天"
        return f"{hours}（节假日除外）" if self.holidays else hours


def _day(day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead < len(_NEXT):
        return _NEXT[ahead]
    return f"周{_SPOKEN[day.weekday()]}" if ahead < len(_DAYS) else f"{day.month}月{day.day}日"


def _minutes(text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    if minutes > 59 or hours * 60 + minutes > _DAY_MINUTES:
        raise ValueError("holds no time of day")
    return hours * 60 + minutes


def _week(part: str) -> list[int]:
    """`mon` or `fri-mon`."""
    first, _, last = part.partition("-")
    try:
        start, end = _DAYS.index(first), _DAYS.index(last or first)
    except ValueError:
        raise ValueError(f"{part} is no day of the week") from None
    return [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]


def _spoken(days: Sequence[int]) -> str:
    if len(set(days)) == len(_DAYS):
        return "每天"
    in_a_row = all((after - before) % 7 == 1 for before, after in pairwise(days))
    if in_a_row and len(days) > 2:
        return f"周{_SPOKEN[days[0]]}至周{_SPOKEN[days[-1]]}"
    return "、".join(f"周{_SPOKEN[day]}" for day in days)


def _clock(minute: int) -> str:
    """24:00 is the end of a day; what is beyond it is the next day's."""
    over = minute > _DAY_MINUTES
    minute -= _DAY_MINUTES if over else 0
    return f"{'次日' if over else ''}{minute // 60:02}:{minute % 60:02}"
