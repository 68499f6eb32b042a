"""Numbers as they are written: 1,299, 一百二十, 九五, 壹佰, half a, seven, two hundred and fifty."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

ARABIC: Final = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,6})?(?!\d)"
SIGN: Final = "[零〇一二两三四五六七八九十百千万半]"
HAN: Final = rf"(?<!{SIGN}){SIGN}{{1,12}}(?!{SIGN})"
"""Longer runs of either are no numbers, and each is looked at once."""
FORMAL_SIGN: Final = "[壹贰叁肆伍陆柒捌玖拾佰仟]"
FORMAL: Final = rf"{FORMAL_SIGN}(?:{FORMAL_SIGN}|[零万]){{0,11}}"
"""As sums are written on bills (大写): before anything else than money these are words, as in 队伍."""
_SIMPLE: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_DIGIT_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEEN_WORDS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TEN_WORDS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: Final = {
    **{word: number for number, word in enumerate(_DIGIT_WORDS + _TEEN_WORDS, start=1)},
    **{word: number * 10 for number, word in enumerate(_TEN_WORDS, start=2)},
}
_LARGE: Final = {"hundred": 100, "thousand": 1000}


_BELOW_HUNDRED: Final = (
    rf"(?:(?:{'|'.join(_TEN_WORDS)})(?:[- ](?:{'|'.join(_DIGIT_WORDS)}))?"
    rf"|{'|'.join(reversed(_DIGIT_WORDS + _TEEN_WORDS))})"
)
_LARGER: Final = rf"\s(?:hundred|thousand)(?:\s{_BELOW_HUNDRED}\shundred)?(?:\s(?:and\s)?{_BELOW_HUNDRED})?"
ENGLISH: Final = rf"\b(?=[aefhnost])(?:half(?:\san?)?|a{_LARGER}|{_BELOW_HUNDRED}(?:{_LARGER})?)\b"
"""Without the bare articles."""
_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def value(written: str) -> Decimal:
    """Of what one of the patterns above matched, or of an article."""
    if written[0].isdigit():
        return Decimal(written.replace(",", ""))
    if written == "半" or written.startswith("half"):
        return Decimal("0.5")
    if written[0].isascii():
        return Decimal(_english(written))
    return Decimal(_han(written.translate(_SIMPLE).replace("半", "")))


def approximate(written: str) -> bool:
    """两三天, 三五天: two numbers, and none of two digits."""
    if len(written) != 2 or written[0] not in _DIGITS or written[1] not in _DIGITS:
        return False
    return 1 <= _DIGITS[written[1]] - _DIGITS[written[0]] <= 2 and _DIGITS[written[0]] > 0


def _english(written: str) -> int:
    """two thousand five hundred and twenty-four."""
    total, group = 0, 0
    for word in written.replace("-", " ").split():
        if large := _LARGE.get(word):
            group = (group or 1) * large
            if large == _LARGE["thousand"]:
                total, group = total + group, 0
        elif word in ("a", "an"):
            group = 1
        else:
            group += _WORDS.get(word, 0)
    return total + group


def _han(written: str) -> int:
    """By places, as 一百二十; digit by digit where there are none, as 九五."""
    if not any(sign in _PLACES for sign in written):
        return int("".join(str(_DIGITS[sign]) for sign in written) or "0")
    total, group, digit, last = 0, 0, 0, 10
    for sign in written:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign == "万":
            total, group, digit, last = (group + digit or 1) * 10_000, 0, 0, 10_000
        else:
            last = _PLACES[sign]
            group, digit = group + (digit or 1) * last, 0
    short = digit and written[-1] in _DIGITS and "零" not in written and last > 10
    return total + group + (digit * last // 10 if short else digit)
