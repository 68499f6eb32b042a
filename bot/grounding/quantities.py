"""Numbers with their units: 7天, 七天 and 一周 are one, and so are 1,299元, ¥1299 and 1299."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.numerals import ARABIC, ENGLISH, HAN, SIGN, value
from bot.grounding.text import LATIN, blank, taken
from bot.grounding.units import ENUMERATORS, OF_PRICE, POLICIES, SIGNS, UNITS

_WORDING: Final = "|".join(
    re.escape(word) + ("(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else "")
    for word in sorted(UNITS, key=len, reverse=True)
)
_BETWEEN: Final = r"\s*(?:-|–|—|~|至|到|、|/|,\s|,?\s(?:to|or|and)\s|或者?|和)\s*[¥$€]?\s*"
_LIST_MARK: Final = re.compile(
    r"(?P<first>(?:^|\n)\s*)?(?<![^\s。；;：:,，)])\(?(?P<number>\d{1,2})(?:[.、](?!\d)|\))", re.ASCII
)
_MARKED: Final = re.compile(r"[0-9][.、)]")
_ORDINAL: Final = re.compile(
    r"第\s?(?:\d+|[一二三四五六七八九十]+)(?!件)|\b\d*(?:1st|2nd|3rd|\dth)\b", re.ASCII
)
_NO_SPAN: Final = re.compile(
    r"(?:[第的每某有那同另这]|\b(?:nice|great|good|lovely)\s)一?(?:一天|一年|day)|一年四季|一天到晚", re.ASCII
)
_PER_HUNDRED: Final = re.compile(rf"百分之\s?({ARABIC}|{HAN})", re.ASCII)
_HARMLESS: Final = (_ORDINAL, _NO_SPAN)
_ONE: Final = re.compile(
    r"\b(?:within|in|after|takes?|than|for|to|least|most|about|under)\s(?P<series>an?)\s"
    rf"(?P<unit>{_WORDING})",
    re.ASCII,
)
"""A bare article counts in these places alone: nobody promises a thing by `once a day`."""

_NUMBER: Final = re.compile(rf"{ARABIC}|{HAN}|{ENGLISH}|\ban?\b", re.ASCII)


def _series(number: str) -> str:
    return rf"(?P<series>(?:{number})(?:{_BETWEEN}(?:{number}))*)"


_WITH_DIGITS: Final = re.compile(
    rf"(?=[¥$€\s\d])(?P<sign>[¥$€])?\s?{_series(ARABIC)}\s?(?P<times>[万千])?\+?[\s-]?(?:多|余)?(?P<unit>{_WORDING})?",
    re.ASCII,
)
_IN_HAN, _IN_ENGLISH = (
    re.compile(rf"{_series(number)}\s?(?:多|余|-)?(?P<unit>{_WORDING})", re.ASCII)
    for number in (HAN, ENGLISH)
)
_MONEY: Final = (
    r"(?:满|减|返|立减|优惠|省|抵|[运邮]费|快递费|[原现售]价|价格|over|off|save)[是为约要收扣只大概:]{0,4}\s?"
)
_BEFORE_MONEY: Final = re.compile(rf"{_MONEY}$", re.ASCII)
_MONEY_IN_WORDS: Final = re.compile(
    rf"{_MONEY}(?P<series>(?={SIGN}{{2}}){SIGN}{{0,6}}[十百千万]{SIGN}{{0,6}})(?!{SIGN})", re.ASCII
)
"""满五十包邮. Of two signs and more: in 减一些 there is no number."""
_DIGIT, _SIGN = re.compile("[0-9]"), re.compile(SIGN)
_NUMBERS: Final = (
    (_DIGIT, _WITH_DIGITS),
    (_SIGN, _IN_HAN),
    (LATIN, _IN_ENGLISH),
    (LATIN, _ONE),
    (_SIGN, _MONEY_IN_WORDS),
)
"""In their order, each behind what it can't be written without: most sentences have none of that."""
_BEFORE_POINTS: Final = re.compile(r"积分\s?(?:满|达到?|够|超过?)?\s?$")


def amounts(text: str) -> Iterator[Claim]:
    """Of a `plain` text from which dates and phones were taken out. What only numbers a list is no claim."""
    patterns = [pattern for needed, pattern in _NUMBERS if needed.search(text)]
    if not patterns:
        return
    if _MARKED.search(text):
        text = _without_list_marks(text)
    for pattern in _HARMLESS:
        text = blank(text, pattern)
    found, text = taken(text, _PER_HUNDRED)
    for match in found:
        yield _claim(match[0], value(match[1]), "%")
    for pattern in patterns:
        found, rest = taken(text, pattern)
        yield from (claim for match in found for claim in _each(match, text))
        text = rest


def _left_out(before: str) -> str:
    """The unit that is meant where none stands, by what is said before it; empty: none can be told."""
    if _BEFORE_POINTS.search(before):
        return "积分"
    return "元" if _BEFORE_MONEY.search(before) else ""


def _without_list_marks(text: str) -> str:
    """1. and 2. where a line begins; further on only as the next after one of these: `it costs 3. Fine`."""
    last = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal last
        number = int(match["number"])
        if match["first"] is None and number != last + 1:
            return match[0]
        last = number
        return "\0" * len(match[0])

    return _LIST_MARK.sub(mark, text)


def _each(match: re.Match[str], text: str) -> Iterator[Claim]:
    """A range's and a list's numbers share the unit behind the last."""
    found = match.groupdict()
    times = {"万": 10_000, "千": 1000}.get(found.get("times") or "", 1)
    unit = found.get("unit") or ""
    if not unit and found.get("sign"):
        unit = SIGNS[found["sign"]]
    numbers = _NUMBER.findall(match["series"])
    unit = unit or _left_out(text[max(0, match.start() - 8) : match.start("series")])
    behind = text[match.end() : match.end() + 1]
    for number in numbers:
        amount = value(number) * times
        if not (_is_one(amount, unit) or _counts_few(amount, unit, behind)):
            yield _claim(match[0], amount, unit)


def _is_one(amount: Decimal, unit: str) -> bool:
    """The article of a language that has none: 换一次, 买一件."""
    return amount <= 1 and unit in ("", "次", "times", "time", "件", "piece", "item")


def _counts_few(amount: Decimal, unit: str, behind: str) -> bool:
    return not unit and amount <= 10 and behind in ENUMERATORS and behind != ""


def _claim(words: str, amount: Decimal, unit: str) -> Claim:
    """A unit that was left out where something was given may be any: a tool's {"price": 129} has none."""
    if not unit:
        bare = _number(amount)
        return Claim(
            Kind.AMOUNT,
            words.strip(),
            facts=frozenset({f"any {bare}", f"bare {bare}"}),
            needs=frozenset({f"any {bare}"}),
            own=True,
        )
    meant = UNITS.get(unit)
    name, size = (meant.name, amount * meant.times) if meant else (unit, amount)
    if name == "off":
        name, size = OF_PRICE, 100 - amount
    elif name == OF_PRICE and amount < 10:
        size = amount * 10
    fact = f"{name} {_number(size)}"
    return Claim(
        Kind.AMOUNT,
        words.strip(),
        facts=frozenset({fact, f"any {_number(amount)}"}),
        needs=frozenset({fact, f"bare {_number(amount)}"}),
        own=name not in POLICIES,
    )


def _number(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
