"""A text as claims are looked for in it: one width, one case, simplified characters, cut into sentences."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_WIDE: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if wide != 0xFF0C}
"""Not the comma: in 满99，300件 it must not become the one of 99,300."""
_CIRCLED: Final = dict.fromkeys(range(0x2460, 0x24EA), " ")
_TRADITIONAL: Final = str.maketrans(
    "費郵運賠償證終換貨時鐘個週塊單額點號開過從兩幾萬訂實質價維無優贈險內達條順豐韻極東貝寶聯銀購滿減錢後還發現點",
    "费邮运赔偿证终换货时钟个周块单额点号开过从两几万订实质价维无优赠险内达条顺丰韵极东贝宝联银购满减钱后还发现点",
)
"""Of the words that claims are made of."""
_FOLD: Final = (
    _TRADITIONAL
    | _WIDE
    | _CIRCLED
    | {0xFFE5: "¥", 0x3000: " ", 0xA0: " ", 0x2009: " ", 0x202F: " ", 0x00D7: "x", 0x2019: "'"}
)

END: Final = re.compile(
    r"(?:[。！？…；\n]|[!?;](?=\s|[^\x00-\x7f])|(?<![0-9])\.(?=\s))[。！？!?…”’」』）】》\"')\]]*"
)
"""Of a sentence. A Latin mark ends one only before a space (or Chinese): 3.5 and an address's ? go on."""

CLAUSE: Final = re.compile(r"[，；;：。！!？?\n（）()]|[,:](?!\d)|\bbut\b|\bhowever\b|但是?|不过|而(?!且)")
"""Between the parts of a sentence."""
_ASKS: Final = re.compile(r"[?？][”’」』）)\"']*\s*$|[吗呢][。]?\s*$", re.ASCII)
LATIN: Final = re.compile("[a-z]")
"""In a `plain` text."""
_NEAR: Final = 100
"""Letters."""
_NEGATIVE: Final = re.compile(
    r"不|没|无|未|超过|超出|抱歉|\b(?:no|not|never|cannot|over|past|sorry|unfortunately)\b|n't\b", re.ASCII
)


def plain(text: str) -> str:
    """For comparing: full and half width, capitals, circled numbers and traditional characters are gone."""
    return text.translate(_FOLD).lower()


def has_latin(text: str) -> bool:
    """Whether there is a letter in a `plain` text in which an English wording could be: in most is none."""
    return LATIN.search(text) is not None


def denies(sentence: str) -> bool:
    """Whether something may be denied in a `plain` sentence."""
    return _NEGATIVE.search(sentence) is not None


def asks(sentence: str) -> bool:
    """Whether a `plain` sentence is a question."""
    return _ASKS.search(sentence) is not None


def around(sentence: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind a place, within its clause and not far away."""
    before, behind = sentence[max(0, start - _NEAR) : start], sentence[end : end + _NEAR]
    return CLAUSE.split(before)[-1], CLAUSE.split(behind)[0]


def blank(text: str, pattern: re.Pattern[str]) -> str:
    """Without what the pattern matches; everything else stays in its place."""
    return pattern.sub(lambda match: "\0" * len(match[0]), text)


def taken(text: str, pattern: re.Pattern[str]) -> tuple[list[re.Match[str]], str]:
    """What the pattern matches, and the text without it."""
    found = list(pattern.finditer(text))
    return found, blank(text, pattern) if found else text


def cut(text: str, pattern: re.Pattern[str]) -> tuple[list[re.Match[str]], str]:
    """What the pattern matches, and the text with a space in each place: most texts hold none."""
    found = list(pattern.finditer(text))
    return found, pattern.sub(" ", text) if found else text


def sentences(text: str) -> list[str]:
    """In order. Together they are the text, as far as it is more than white space."""
    ends = [0, *(match.end() for match in END.finditer(text)), len(text)]
    pieces = (text[start:end] for start, end in pairwise(ends))
    return [piece for piece in pieces if piece.strip()]
