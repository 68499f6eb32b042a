"""Numbers as they are written: 1,299, 一百二十, 九五, half a, seven."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

ARABIC: Final = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,6})?(?!\d)"
SIGN: Final = "[零〇一二两三四五六七八九十百千万半]"
HAN: Final = rf"(?<!{SIGN}){SIGN}{{1,12}}(?!{SIGN})"
"""Longer runs of either are no numbers, and each is looked at once."""
_WORDS: Final = {
    word: Decimal(value)
    for value, words in {
        "0.5": "half an|half a|half",
        "1": "one|a|an",
        "2": "two",
        "3": "three",
        "4": "four",
        "5": "five",
        "6": "six",
        "7": "seven",
        "8": "eight",
        "9": "nine",
        "10": "ten",
        "11": "eleven",
        "12": "twelve",
        "14": "fourteen",
        "15": "fifteen",
        "20": "twenty",
        "24": "twenty-four",
        "30": "thirty",
        "40": "forty",
        "48": "forty-eight",
        "50": "fifty",
        "60": "sixty",
        "72": "seventy-two",
        "90": "ninety",
        "100": "one hundred|a hundred",
    }.items()
    for word in words.split("|")
}
ENGLISH: Final = rf"\b(?:{'|'.join(sorted(_WORDS.keys() - {'a', 'an'}, key=len, reverse=True))})\b"
"""Without the bare articles."""
_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def value(written: str) -> Decimal:
    """Of what one of the patterns above matched."""
    if written[0].isascii():
        return _WORDS[written] if written in _WORDS else Decimal(written.replace(",", ""))
    if written == "半":
        return Decimal("0.5")
    return Decimal(_han(written.replace("半", "")))


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
