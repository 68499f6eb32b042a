"""The words that a value stands under, within the piece of a sentence that names it: 双床房459元/晚."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.grounding.claim import Claim, Kind

APART: Final = re.compile(
    r"[，；;。！!?？、\n|()（）]|[~,](?!\d)|(?<=[一-鿿])\s+(?=[一-鿿])|\b(?:and|but)\b", re.ASCII
)
"""Between the pieces that name a value each."""
LEAST: Final = 2
"""Letters of a word: one may stand in any."""
NO_REASON: Final = "无理由"
_REMEDIES: Final = {
    "退": re.compile(r"退(?!房)|\breturn", re.ASCII),
    "换": re.compile(r"换|\bexchang|\bswap", re.ASCII),
    "修": re.compile(r"修|\brepair", re.ASCII),
}
"""What goods are taken back for, each within a term of its own (三包)."""
_FILLERS: Final = re.compile(
    r"\b(?:is|are|at|by|from|until|till|before|after|the|a|an|for|per|costs?|within|of|in|to|on|up|it|s)\b"
    r"|/\s?[a-z一-鿿]{1,3}|每[晚天日位人次件张]|[只仅]要?|大[概约]|左右|最[多少高低快慢]|[以之]?[内前后上下]"
    r"|可以|支持|享受?|需要?|[的是为要收约均各每起就可能在有共计了哦呢满]|[^a-z一-鿿]",
    re.ASCII,
)
_DAYS: Final = frozenset({"clock", "weekday"})
"""Moments of which several together are one value: 9:00–18:00, 周一至周五."""


@dataclass(frozen=True, slots=True)
class Value:
    """One of a piece."""

    family: str
    facts: frozenset[str]
    start: int
    end: int


def values(piece: str, found: Iterable[Claim]) -> list[Value]:
    """In order: those of the claims that stand in the piece."""
    merged = list[Value]()
    for value in sorted(_each(piece, found), key=lambda value: value.start):
        last = merged[-1] if merged else None
        if last is not None and value.family == last.family and value.family in _DAYS:
            merged[-1] = Value(last.family, last.facts | value.facts, last.start, value.end)
        else:
            merged.append(value)
    return merged


def _each(piece: str, found: Iterable[Claim]) -> Iterator[Value]:
    """A range's two claims have the same words."""
    known = defaultdict[tuple[str, str], set[str]](set)
    for claim in found:
        if claim.kind in (Kind.AMOUNT, Kind.MOMENT):
            known[claim.words, family_of(claim)] |= claim.facts
    for (words, family), facts in known.items():
        if (start := piece.find(words)) >= 0:
            alone = frozenset(fact for fact in facts if family == "any" or not fact.startswith("any "))
            yield Value(family, alone, start, start + len(words))


def family_of(claim: Claim) -> str:
    """As `Claim.family`, and of moments apart: clocks, days, dates."""
    return claim.family if claim.kind is Kind.AMOUNT else min(claim.needs).split(" ")[0]


def labelled(piece: str, each: Sequence[Value]) -> Iterator[tuple[Value, str, str]]:
    """Values with the words before and behind them, as far as these are their own: of 首重10元续重2元 no word
    stands behind one, as none does behind the last."""
    if len(each) == 1:
        yield each[0], piece[: each[0].start], piece[each[0].end :]
    elif len({value.family for value in each}) == 1:
        edges = [0, *(edge for value in each for edge in (value.start, value.end)), len(piece)]
        between = [piece[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
        if key(between[0]) and not key(between[-1]):
            yield from ((value, words, "") for value, words in zip(each, between[:-1], strict=True))
        elif key(between[-1]) and not key(between[0]):
            yield from ((value, "", words) for value, words in zip(each, between[1:], strict=True))


def key(text: str) -> str:
    """What tells one value from another in the words beside it."""
    return " ".join(_FILLERS.sub(" ", spaced(text)).split()) if text.isascii() else _FILLERS.sub("", text)


def remedies(text: str) -> tuple[str, ...]:
    """The one that words name; what is taken back without a reason is taken back."""
    named = [name for name, pattern in _REMEDIES.items() if pattern.search(text)]
    if len(named) != 1:
        return ()
    return (NO_REASON, named[0]) if NO_REASON in text else (named[0],)


def spaced(text: str) -> str:
    """check-in as check in."""
    return text.replace("-", " ")
