"""What a conversation keeps in mind: read from what was said, and handed on from turn to turn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.types import Said, Slots, Speaker

_LONGEST: Final = 40
_CODE: Final = rf"[A-Za-z0-9](?:[A-Za-z0-9-]{{2,{_LONGEST - 2}}})[A-Za-z0-9](?![A-Za-z0-9])"
_CUE: Final = r"(?:[订訂][单單]|(?<!快递)(?<!快遞)(?<!物流)(?<!运)(?<!運)[单單][号號]|\border)"
_BETWEEN: Final = r"(?:[编編]?[号號][码碼]?|number|no\b|id\b|is\b|was\b|是|为|[\s.:#,，])*+"
_CUED: Final = re.compile(rf"{_CUE}{_BETWEEN}(?P<code>{_CODE})", re.IGNORECASE)
"""After the word for it four characters with a digit are enough."""
_CODES: Final = re.compile(rf"(?<![A-Za-z0-9-]){_CODE}")
_PARCEL: Final = re.compile(r"(?:快[递遞]|物流|[运運])[单單]|tracking", re.IGNORECASE)
_LEAST: Final = 10
_LEAST_DIGITS: Final = 8
"""Of a code that stands there without a word: more than a date or a price has."""
_OTHERS: Final = re.compile(
    r"(?:86)?1[3-9]\d{9}"  # a mobile number
    r"|[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"  # an identity card
    r"|62\d{14,17}"  # a bank card (UnionPay)
    r"|\d{4}-\d{1,2}-\d{1,2}"  # a date
)


def carried(history: Sequence[Said]) -> Slots:
    """What is in mind after these lines. Where nothing was noted, what customers said is read again."""
    slots = Slots()
    for number, line in enumerate(history):
        if line.slots:
            slots = line.slots
        elif line.by is Speaker.CUSTOMER:
            slots = heard(slots, line.text, history[:number])
    return slots


def heard(slots: Slots, text: str, history: Sequence[Said]) -> Slots:
    """With what a customer's text names; `history`: what was said before it."""
    number = order_number(text) or _answered(text, history)
    return replace(slots, order=number) if number else slots


def order_number(text: str) -> str:
    """The order's number that a text names last; empty: it names none. A parcel's number is none."""
    text = unicodedata.normalize("NFKC", text)
    cued = [found["code"] for found in _CUED.finditer(text) if _has_digit(found["code"])]
    if cued:
        return cued[-1]
    if _PARCEL.search(text):
        return ""
    bare = [code for code in _CODES.findall(text) if _stands_for_itself(code)]
    return bare[-1] if bare else ""


def _answered(text: str, history: Sequence[Said]) -> str:
    """Who was asked for the number may say nothing but the number."""
    if not history or history[-1].by is Speaker.CUSTOMER or not re.search(_CUE, history[-1].text, re.I):
        return ""
    codes = [code for code in _CODES.findall(unicodedata.normalize("NFKC", text)) if _has_digit(code)]
    return codes[0] if len(codes) == 1 and not _OTHERS.fullmatch(codes[0]) else ""


def _stands_for_itself(code: str) -> bool:
    digits = sum(letter.isdigit() for letter in code)
    return len(code) >= _LEAST and digits >= _LEAST_DIGITS and not _OTHERS.fullmatch(code)


def _has_digit(code: str) -> bool:
    return any(letter.isdigit() for letter in code)
