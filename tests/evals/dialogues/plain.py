"""Texts as they are compared: what is only written differently is the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DIGITS: Final = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_MEASURES: Final = "个?工作日|小时|分钟|个?月|公斤|厘米|天|日|年|元|块|折|件|期|斤|次|倍"
_NUMERAL: Final = re.compile(f"[零〇一二两三四五六七八九十百千]+(?={_MEASURES})")
_DASHES: Final = re.compile(r"(?<=\d)[-‐-―−~～至到](?=\d)")
_LISTED: Final = re.compile(r"^\s*(?:\d{1,2}[.、)）](?!\d)|[①-⑳])\s*|[①-⑳]", re.MULTILINE)
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def plain(text: str, *, least: int = 0) -> str:
    """Without width, case, blanks and marks of lists; numerals before a measure as digits, 7至15 as 7-15.

    `least`: smaller numerals stay, since 一件 and 两天 are often no more than a way to speak.
    """
    text = unicodedata.normalize("NFKC", _LISTED.sub(" ", text)).casefold()
    text = _NUMERAL.sub(lambda found: _digits(found[0], least), re.sub(r"\s+", "", text))
    return _DASHES.sub("-", _THOUSANDS.sub("", text))


def _digits(numeral: str, least: int) -> str:
    number = value(numeral)
    return str(number) if number >= least else numeral


def holds(text: str, words: str) -> bool:
    """Whether it says them; 7天 is not said by 17天, nor M by cm. Both as they come from `plain`."""
    before = "(?<![0-9.])" if words[0].isdigit() else ""
    behind = "(?![0-9])" if words[-1].isdigit() else ""
    if len(words) == 1 and words.isascii() and words.isalpha():
        before, behind = "(?<![a-z])", "(?![a-z])"
    return re.search(f"{before}{re.escape(words)}{behind}", text) is not None


def value(numeral: str) -> int:
    """Of 三百六十五; digits in a row, as in 九五折, are read one by one."""
    if not any(unit in numeral for unit in _UNITS):
        return int("".join(str(_DIGITS[digit]) for digit in numeral))
    total, digit = 0, 1
    for sign in numeral:
        if sign in _UNITS:
            total, digit = total + digit * _UNITS[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + (digit if numeral[-1] in _DIGITS else 0)


def numbers(text: str, *, least: int = 0) -> set[str]:
    """That a text states, as they are compared."""
    return {found.removesuffix(".0") for found in _NUMBER.findall(plain(text, least=least))}
