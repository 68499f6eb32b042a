"""Where words may stand in another order and mean the same: an object moved to the front, and what 和 joins.

Everywhere else order counts, as it tells who does what to whom, and what comes first: 可以先付款后发货吗 is
another question than 可以先发货后付款吗.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Final

Terms = tuple[str, ...]

_HOW: Final = "?"
_AND: Final = "&"
_OR: Final = "|"
MARK: Final = "[?&|]"
_WORDS: Final = (
    (re.compile(r"[?|]"), "", ""),
    (re.compile("(?:怎么|怎样|如何|咋)(?!办(?!理)|样|会|回事|就)"), _HOW, ""),
    (re.compile(r"[和与、&]|\band\b"), _AND, ""),
    (re.compile(r"还是|或者?|\bor\b"), _OR, "或"),
)
"""What lets others move: its mark, and what it leaves where nothing may."""
_DIRECTED: Final = re.compile(r"[从到至给向对被把让转比改]|换(?!货)|\b(?:to|from|into|than|for|with)\b")
"""积分怎么换 is no 怎么换积分, nor is 北京和上海到广州 广州和北京到上海."""
_VERB_TERMS: Final = 2
_JOINED_TERMS: Final = 4
"""What is longer is most likely more than what was joined."""


def marked(text: str) -> str:
    """With a mark for each word that lets others move."""
    is_fixed = _DIRECTED.search(text) is not None
    for pattern, mark, left in _WORDS:
        text = pattern.sub(f" {left if is_fixed else mark} ", text)
    return text


def unmarked(terms: Terms) -> Terms:
    """Those that say something. 红或黑 is no 红和黑."""
    return tuple(term for term in terms if term not in (_HOW, _AND))


def same_order(one: Terms, other: Terms) -> bool:
    """Of terms with their marks: True when they stand alike, or only moved where they may."""
    if unmarked(one) == unmarked(other):
        return True
    return _fronts(one, other) or _fronts(other, one) or _swaps(one, other, _AND) or _swaps(one, other, _OR)


def _fronts(one: Terms, other: Terms) -> bool:
    """发票怎么开 is 怎么开发票: before `how` and a bare verb stands what the verb is done to."""
    if one.count(_HOW) != 1 or other.count(_HOW) != 1:
        return False
    at, start = one.index(_HOW), other.index(_HOW)
    asked = one[at:]
    end = start + len(asked)
    if not 1 < len(asked) <= 1 + _VERB_TERMS or other[start:end] != asked:
        return False
    return other[:start] + other[end:] == one[:at]


def _swaps(one: Terms, other: Terms, mark: str) -> bool:
    """红色和蓝色哪个好看 is 蓝色和红色哪个好看."""
    if one.count(mark) != 1 or other.count(mark) != 1:
        return False
    at = one.index(mark)
    left, right = one[:at], one[at + 1 :]
    lengths = range(1, _JOINED_TERMS + 1)
    return any(
        other == (*left[:-here], *right[:there], mark, *left[-here:], *right[there:])
        for here, there in product(lengths, lengths)
    )
