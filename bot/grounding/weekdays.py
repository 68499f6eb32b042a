"""Days of the week, and whether a shop is there on them: 周日休息 bears out no 周日上班."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.text import CLAUSE, blank


def _ascii(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HAN_DAYS: Final = "一二三四五六日"
_WEEK: Final = r"(?:周|星期|礼拜)"
_HAN_DAY: Final = rf"(?<!(?<![周期拜])[一两二三四五六七八九十\d]){_WEEK}([一二三四五六日天])(?!次)"
_LAST_HAN_DAY: Final = (
    rf"(?:{_WEEK}|(?=[一二三四五六日](?![一二三四五六七八九十个天日月年点小分元])))([一二三四五六日天])"
)
"""In 周一至五 it stands without its 周; in 一周三次 is no day at all."""
_ENGLISH_DAY: Final = r"\b(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?\b"
_DAY_OF_WEEK: Final = _ascii(rf"{_HAN_DAY}|{_ENGLISH_DAY.replace('(?:day)?', 'day')}")
"""Written out: something may be dried in the sun."""
_DAY_RANGE: Final = _ascii(
    rf"(?:{_HAN_DAY}|{_ENGLISH_DAY})\s?(?:-|–|~|至|到|to|through)\s?(?:{_LAST_HAN_DAY}|{_ENGLISH_DAY})"
)
_HAN_DAYS_NAMED: Final = _ascii(rf"{_HAN_DAY}(?:\s?(?:-|–|—|~|至|到)\s?{_LAST_HAN_DAY})?")
"""Those that hold what might be a number."""
_DAILY: Final = _ascii(
    r"每天|每日|天天|全年无休|\bdaily\b|\bevery day\b|\b7 days a week\b|\bseven days a week\b"
)
_WEEKEND: Final = _ascii(r"周末|双休日|\bweekends?\b")
_WORKDAYS: Final = _ascii(r"(?<![个\d\s一二两三四五六七八九十])工作日|\bweekdays\b")
"""Without a number: 3个工作日 are a span."""
ANY_HAN_DAY: Final = _ascii("周|星期|礼拜")
ANY_DAY: Final = _ascii(r"周|星期|礼拜|双休日|[每天]天|每日|全年|[a-z]{3}")
"""Without these the others need not be looked for."""
_CLOSED: Final = _ascii(
    r"(?:不|没|无|暂停|停止)\S{0,3}?(?:上班|营业|开门|接诊|开诊|坐诊|在线|开放)|休息|放假|关门|打烊|闭店"
    r"|\bclosed?\b|\bnot open\b"
)
_OPEN: Final = _ascii(r"上班|营业|开门|接诊|开诊|坐诊|在线|开放|\bopen\b")
_ALL: Final = frozenset(range(7))
_LEAST_OF_RANGE: Final = 5
"""Days: who names as many as these is not there on the others."""


def weekdays(text: str) -> Iterator[Claim]:
    """Of a `plain` text. A range is all of its days where it is given, and its ends where it is claimed."""
    if not ANY_DAY.search(text):
        return
    for match in _DAY_RANGE.finditer(text):
        first, last = (_day(*groups) for groups in (match.groups()[:2], match.groups()[2:]))
        days = [day % 7 for day in range(first, (last if last >= first else last + 7) + 1)]
        facts = _known(days) | ({"daily"} if len(days) == 7 else set())
        yield from (
            Claim(Kind.MOMENT, match[0], frozenset(facts), frozenset({f"weekday {day}"})) for day in days
        )
    singly = _DAY_RANGE.sub(lambda match: " " * len(match[0]), text)
    for match in _DAY_OF_WEEK.finditer(singly):
        yield _claim(match, [_day(*match.groups())], singly)
    for match in _WEEKEND.finditer(text):
        yield from (_claim(match, [day], singly) for day in (5, 6))
    every = frozenset({"daily", *(f"weekday {day}" for day in _ALL)})
    for match in _DAILY.finditer(text):
        yield Claim(Kind.MOMENT, match[0], every, frozenset({"daily"}))


def without(text: str) -> str:
    """The same with each taken out that holds what might be a number."""
    return blank(text, _HAN_DAYS_NAMED) if ANY_HAN_DAY.search(text) else text


def implied(text: str) -> frozenset[str]:
    """By 工作日 in a `plain` text that was given: the days from Monday to Friday, and no others."""
    return frozenset(_known(range(5))) if _WORKDAYS.search(text) else frozenset()


def _known(days: Iterable[int]) -> set[str]:
    """By a stretch of days, where it is given."""
    named = set(days)
    others = _ALL - named if len(named) >= _LEAST_OF_RANGE else ()
    return {*(f"weekday {day}" for day in named), *(f"off {day}" for day in others)}


def _claim(match: re.Match[str], days: list[int], text: str) -> Claim:
    """Open where that is said of it, closed where that is said; a day that is only named may be either."""
    there = frozenset(f"weekday {day}" for day in days)
    shut = frozenset(f"closed {day}" for day in days)
    behind = CLAUSE.split(text[match.end() :])[0]
    own = _DAY_OF_WEEK.split(behind)[0]
    behind = own if own.strip("、和及与 ") else behind  # 周六、周日不上班 is said of both
    off = shut | {f"off {day}" for day in days}
    if _CLOSED.search(behind):
        return Claim(Kind.MOMENT, match[0], shut, off, against=there)
    if _OPEN.search(behind):
        return Claim(Kind.MOMENT, match[0], there, there, against=off)
    return Claim(Kind.MOMENT, match[0], there, there | shut)


def _day(han: str | None, english: str | None) -> int:
    return _HAN_DAYS.index(han.replace("天", "日")) if han else _DAYS.index((english or "")[:3])
