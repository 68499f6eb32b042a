"""Dates, times of day and days of the week: 下午4点 is 16:00, and 6月18日 is June 18."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from bot.grounding import weekdays
from bot.grounding.claim import Claim, Kind
from bot.grounding.numerals import value
from bot.grounding.text import blank, cut


def _ascii(pattern: str) -> re.Pattern[str]:
    """Between a Chinese character and a Latin letter a word ends."""
    return re.compile(pattern, re.ASCII)


_TO: Final = r"(?:-|–|—|~|至|到)"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES: Final = tuple(
    map(
        _ascii,
        (
            rf"(?<!\d)(?:(?P<year>20\d\d)\s?年\s?)?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号]?\s?{_TO}\s?"
            r"(?P<last>\d{1,2})\s?[日号]",
            rf"\b{_MONTH}\s(?P<day>\d{{1,2}})\s?[-–]\s?(?P<last>\d{{1,2}})(?![\d:])",
            r"(?<!\d)(?P<year>20\d\d)\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)\s?[日号]?",
            r"(?<!\d)(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]?",
            rf"\b{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<year>20\d\d))?",
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b(?:,?\s(?P<year>20\d\d))?",
            r"(?<!\d)(?P<year>20\d\d)\s?年",
            r"(?<!\d)(?P<month>\d{1,2})\s?月(?!\d)",
        ),
    )
)
_STARTS_BEHIND: Final = _ascii(rf"^\s?(?:开始|起(?!来)|开启|{_TO}\s?(?:\d|{_MONTH}))")
_STARTS_BEFORE: Final = _ascii(r"(?:从|自|\bfrom|\bstarts?|\bstarts on)\s?$")
_ENDS_BEHIND: Final = _ascii(r"^\s?(?:(?:就|才|会)?(?:结束|截止|为止|到期)|止)")
_ENDS_BEFORE: Final = _ascii(rf"(?:{_TO}|截止|\buntil|\btill|\bthrough|\bends?|\bends on)\s?$")
_NEAR: Final = 12
"""Letters beside a date."""
_PART: Final = r"(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|晚间|晚)?\s?"
_HOUR: Final = r"(?P<hour>[01]?\d|2[0-4])"
_TIMES: Final = tuple(
    map(
        _ascii,
        (
            rf"(?<!\d){_PART}{_HOUR}:(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d)\s?(?P<half>[ap]\.?m\b\.?)?",
            rf"(?<!\d){_HOUR}\s?(?P<half>[ap]\.?m\b\.?)",
            rf"{_PART}(?<!\d){_HOUR}\s?点(?!\d{{2}}\d)(?:(?P<minute>[0-5]?\d)分?|(?P<thirty>半))?钟?整?",
            rf"{_PART}(?P<han>[一二两三四五六七八九十]{{1,3}})点(?:(?P<thirty>半)|钟|整|(?=[前后之以到至开关上下营]))",
        ),
    )
)
_AFTERNOON: Final = frozenset({"下午", "傍晚", "晚上", "晚间", "晚"})
_UP_TO: Final = _ascii(rf"\s?{_TO}\s?")
_NOON: Final = 12
_EACH: Final = (*_DATES, *_TIMES)
_ANY_MOMENT: Final = _ascii(rf"\d\s?[年月点:/.ap-]|[一二两三四五六七八九十]点|{_MONTH}")
"""Without one the others need not be looked for."""


def moments(text: str) -> Iterator[Claim]:
    """Of a `plain` text. Patterns that hold more come first, and what one took is no other's."""
    if _ANY_MOMENT.search(text):
        for pattern in _EACH:
            matches, text = cut(text, pattern)
            for last, match in pairwise([None, *matches]):
                assert match is not None
                found = match.groupdict()
                if "hour" in found or "han" in found:
                    if last is not None and _UP_TO.fullmatch(match.string, last.end(), match.start()):
                        found["part"] = found.get("part") or _part_of_range(last.groupdict(), found)
                    yield from _of_time(match[0], found)
                else:
                    yield from _of_date(match[0], found, _end(match.string, match))
    yield from weekdays.weekdays(text)


def without(text: str) -> str:
    """The same with each taken out, so that no digit of one is taken for a number."""
    if _ANY_MOMENT.search(text):
        for pattern in _EACH:
            text = blank(text, pattern)
    return weekdays.without(text)


def _end(text: str, match: re.Match[str]) -> str:
    """Whether a date begins or ends something; empty: neither is said."""
    before, behind = (
        text[max(0, match.start() - _NEAR) : match.start()],
        text[match.end() : match.end() + _NEAR],
    )
    if _STARTS_BEHIND.search(behind):
        return "start"
    if _ENDS_BEHIND.search(behind) or _ENDS_BEFORE.search(before):
        return "end"
    return "start" if _STARTS_BEFORE.search(before) else ""


def _of_date(words: str, found: dict[str, str | None], end: str) -> Iterator[Claim]:
    month = found.get("month") or 0
    if name := found.get("name"):
        month = _MONTHS.index(name[:3]) + 1
    days = [int(day) for day in (found.get("day"), found.get("last")) if day]
    if year := found.get("year"):
        yield _moment(words, f"year {year}")
    if month and days:
        ends = ("start", "end") if len(days) > 1 else (end,)
        yield from (_date(words, int(month), day, which) for day, which in zip(days, ends, strict=True))
    elif month:
        yield _moment(words, f"month {int(month)}")


def _date(words: str, month: int, day: int, end: str) -> Claim:
    """活动到6月1日结束 is not borne out by 6月1日至6月18日; a date by itself may be either end."""
    date = f"{month}-{day}"
    ends = frozenset({f"{end} {date}"} if end else {f"start {date}", f"end {date}"})
    known = frozenset({f"date {date}", f"month {month}"})
    return Claim(Kind.MOMENT, words.strip(), known | ends, ends if end else frozenset({f"date {date}"}))


def _part_of_range(first: Mapping[str, str | None], last: Mapping[str, str | None]) -> str | None:
    """下午4:00-6:00 ends at 18:00, and 晚上10:00-2:00 at 2:00."""
    part = first.get("part")
    return part if part in _AFTERNOON and _hour(first) < _hour(last) <= _NOON else None


def _hour(found: Mapping[str, str | None]) -> int:
    return int(value(found["han"] or "")) if found.get("han") else int(found["hour"] or 0)


def _of_time(words: str, found: dict[str, str | None]) -> Iterator[Claim]:
    hour = _hour(found)
    minute = 30 if found.get("thirty") else int(found.get("minute") or 0)
    part, half = found.get("part") or "", found.get("half") or ""
    if (part in _AFTERNOON or half.startswith("p")) and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    exact = f"clock {hour % 24}:{minute:02}"
    open_half = "点" in words and not part and hour <= 12
    later = {f"clock {(hour + 12) % 24}:{minute:02}"} if open_half else set[str]()
    yield Claim(Kind.MOMENT, words.strip(), frozenset({exact}), frozenset({exact} | later))


def _moment(words: str, fact: str, *, also: str = "") -> Claim:
    return Claim(Kind.MOMENT, words.strip(), frozenset({fact, also} - {""}), frozenset({fact}))
