"""Numbers with their units: 7天, 七天 and 一周 are one, and so are 1,299元, ¥1299 and 1299."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.numerals import ARABIC, ENGLISH, FORMAL, FORMAL_SIGN, HAN, SIGN, approximate, value
from bot.grounding.text import LATIN, blank, taken
from bot.grounding.units import ENUMERATORS, HALVES, OF_PRICE, POLICIES, SIGNS, UNITS, alike


def _wording(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) + _goes_on(word) for word in sorted(words, key=len, reverse=True))


def _goes_on(word: str) -> str:
    """What must not stand behind it: there it is another word, as in 第二年半价."""
    if word in HALVES:
        return "(?![价折载])"
    return "(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""


_WORDING: Final = _wording(UNITS)
_WORDING_IN_HAN: Final = _wording(UNITS.keys() - {"分"})
"""十分抱歉, 万分感谢: nobody counts points so."""
_BETWEEN: Final = r"\s*(?:-|–|—|~|至|到|、|/|,\s|,?\s(?:to|or|and)\s|或者?|和)\s*[¥$€]?\s*"
_LIST_MARK: Final = re.compile(
    r"(?P<first>(?:^|\n)[\s*#>•·-]*)?(?<![^\s*#>•·。；;：:,，)-])\(?(?P<number>\d{1,2})\*{0,2}(?:[.、](?!\d)|\))",
    re.ASCII,
)
"""With what Markdown sets before it."""
_MARKED: Final = re.compile(r"[0-9]\*{0,2}[.、)]")
_ORDINAL: Final = (
    r"第\s?(?:\d+|[一二三四五六七八九十]+)(?!件)|\b\d*(?:1st|2nd|3rd|\dth)\b|\d\ufe0f?\u20e3"
    r"|(?:步骤|方[式法案]|选项|问题|情况|\bstep|\boption|\bmethod)\s?\d{1,2}"
    r"(?!\s?[\d%‰a-z个件天日月年周小分秒元块折次期公斤克千毫升米厘寸种款人位份条号点度倍万]|\.\d)"
)
_NOTHING_TO_PAY: Final = (
    r"(?:[运邮]费|快递费)[都全为是:]{0,2}\s?[0零]\s?元?(?![.\d])|(?<![.\d])[0零]\s?元?[运邮]费"
)
"""The promise 包邮."""
_WITHOUT_REASON: Final = (
    r"(?:不(?:能|可以?|支持|享受|适用|提供|参[与加]|接受|办理|是|属于|再)+|无法|没有|暂无)"
    r"(?:享受|办理|申请|提供|支持|进行|使用)?\s?(?:7|七)\s?[天日](?=无理由)"
)
"""Where it is denied, 7天无理由 is a right's name (消费者权益保护法, 25) and counts no days."""
_NO_NUMBER: Final = re.compile(
    rf"(?=[第步方选问情运邮快不无没暂\dsom])(?:{_ORDINAL}|{_NOTHING_TO_PAY}|{_WITHOUT_REASON})", re.ASCII
)
_PER_HUNDRED: Final = re.compile(rf"百分之\s?({ARABIC}|{HAN})", re.ASCII)
_ONE: Final = re.compile(
    r"\b(?:within|in|after|takes?|than|for|to|least|most|about|under)\s(?P<series>an?)\s"
    rf"(?P<unit>{_WORDING})",
    re.ASCII,
)
"""A bare article counts in these places alone: nobody promises a thing by `once a day`."""

_NUMBER: Final = re.compile(rf"{ARABIC}|{HAN}|{FORMAL}|{ENGLISH}|\ban?\b", re.ASCII)


def _series(number: str) -> str:
    return rf"(?P<series>(?:{number})(?:{_BETWEEN}(?:{number})){{0,20}})"


_WITH_DIGITS: Final = re.compile(
    rf"(?=[¥$€\s\d])(?P<sign>[¥$€])?\s?{_series(ARABIC)}\s?(?P<times>[万千])?\+?[\s-]?(?:多|余)?(?P<unit>{_WORDING})?",
    re.ASCII,
)
_IN_HAN, _IN_FORMAL, _IN_ENGLISH = (
    re.compile(rf"{_series(number)}\s?(?:多|余|-)?(?P<unit>{wording})", re.ASCII)
    for number, wording in ((HAN, _WORDING_IN_HAN), (FORMAL, "[元圆块]"), (ENGLISH, _WORDING))
)
_MONEY: Final = (
    r"(?:满|减|返|立减|优惠|省|抵|[运邮]费|快递费|[原现售]价|价格|over|off|save)[是为约要收扣只大概:]{0,4}\s?"
)
_BEFORE_MONEY: Final = re.compile(rf"{_MONEY}$", re.ASCII)
_MONEY_IN_WORDS: Final = re.compile(
    rf"{_MONEY}(?P<series>(?={SIGN}{{2}}){SIGN}{{0,6}}[十百千万]{SIGN}{{0,6}})(?!{SIGN})", re.ASCII
)
"""满五十包邮. Of two signs and more: in 减一些 there is no number."""
_TENTHS: Final = re.compile(
    rf"(?P<yuan>{ARABIC}|{HAN})块(?P<tenths>\d{{1,2}}|[一二三四五六七八九])(?![\d折个件天日月年小分元块号斤位次])",
    re.ASCII,
)
"""49块9, 八块五."""
_DIGIT, _SIGN, _FORMAL_SIGN = re.compile("[0-9]"), re.compile(SIGN), re.compile(FORMAL_SIGN)
_NUMBERS: Final = (
    (_DIGIT, _WITH_DIGITS),
    (_SIGN, _IN_HAN),
    (_FORMAL_SIGN, _IN_FORMAL),
    (LATIN, _IN_ENGLISH),
    (LATIN, _ONE),
    (_SIGN, _MONEY_IN_WORDS),
)
"""In their order, each behind what it can't be written without: most sentences have none of that."""
_BEFORE_COUNT: Final = re.compile(
    r"(?:库存|数量|件数|余量|剩余|销量|\bstock|\bqty|\bquantity)[\"'\s:是为有还剩约]{0,5}$", re.ASCII
)
_BEFORE_FAR: Final = 14
"""Letters of a label that are looked at."""
_BEFORE_POINTS: Final = re.compile(r"积分\s?(?:满|达到?|够|超过?)?\s?$")


def amounts(text: str) -> Iterator[Claim]:
    """Of a `plain` text from which dates and phones were taken out. What only numbers a list is no claim."""
    patterns = [pattern for needed, pattern in _NUMBERS if needed.search(text)]
    if not patterns:
        return
    if _MARKED.search(text):
        text = _without_list_marks(text)
    found, text = taken(blank(text, _NO_NUMBER), _PER_HUNDRED)
    for match in found:
        yield _claim(match[0], value(match[1]), "%")
    if "块" in text:
        found, text = taken(text, _TENTHS)
        for match in found:
            yield _claim(
                match[0], value(match["yuan"]) + value(match["tenths"]).scaleb(-len(match["tenths"])), "元"
            )
    for pattern in patterns:
        found, rest = taken(text, pattern)
        yield from (claim for match in found for claim in _each(match, text))
        text = rest


def _left_out(before: str) -> str:
    """The unit that is meant where none stands, by what is said before it; empty: none can be told."""
    if _BEFORE_POINTS.search(before):
        return "积分"
    if _BEFORE_COUNT.search(before):
        return "件"
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
    numbers = [
        number for written in _NUMBER.findall(match["series"]) for number in _each_number(written, unit)
    ]
    unit = unit or _left_out(text[max(0, match.start() - _BEFORE_FAR) : match.start("series")])
    behind = text[match.end() : match.end() + 1]
    for at, number in enumerate(numbers, start=1):
        amount = value(number) * times
        if unit in HALVES and at == len(numbers):
            amount += HALVES[unit]
        if not (_is_one(amount, unit) or _counts_few(amount, unit, behind)):
            yield _claim(match[0], amount, unit)


def _each_number(written: str, unit: str) -> Sequence[str]:
    """九五折 is one, and 两三天 are two."""
    return written if unit != "折" and approximate(written) else (written,)


def _is_one(amount: Decimal, unit: str) -> bool:
    """The article of a language that has none: 换一次, 买一件, 一家服装店."""
    return amount <= 1 and unit in ("", "次", "times", "time", "件", "piece", "item", "家")


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
        needs=frozenset(
            {
                fact,
                f"bare {_number(amount)}",
                *(f"{other} {_number(same)}" for other, same in alike(name, size)),
            }
        ),
        own=name not in POLICIES,
    )


def _number(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
