"""What is found by words alone, while no question can be embedded.

Measured on 482 customers' questions to the sample shop (`tests/evals`): the entry whose best wording has most
in common with the question is the right one for 35 of 100 where that share is 0.3 to 0.4, for 75 at 0.5 to
0.6 and for 95 at 0.8 to 0.9; among the first five it is for 92. These entries have many wordings. Where one
is all, words in common say less: so nothing but the very wording is as good as an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.types import Passage
from knowledge.fuse import in_common
from knowledge.index import Hit
from knowledge.lexical import terms

_EXACT: Final = 0.95
_NOTHING: Final = 0.2
_ALL: Final = 0.75
_AT_MOST: Final = 0.9


def passages(question: str, found: Iterable[Hit], *, limit: int) -> list[Passage]:
    """Best first, each by its best wording. Their scores together are the probability of the best."""
    asked = tuple(terms(question))
    best: dict[str, tuple[float, bool, Hit]] = {}
    for hit in found:
        share = in_common(asked, hit.wording)
        if hit.item not in best or share > best[hit.item][0]:
            best[hit.item] = (share, tuple(terms(hit.wording)) == asked, hit)
    ordered = sorted(best.values(), key=lambda one: one[0], reverse=True)[:limit]
    each = [_probability(share) for share, _, _ in ordered]
    whole = sum(each) / each[0] if each and each[0] else 1.0
    return [
        _passage(hit, _EXACT, by_words=False) if is_exact else _passage(hit, score / whole, by_words=True)
        for (_, is_exact, hit), score in zip(ordered, each, strict=True)
    ]


def _probability(share: float) -> float:
    """A line through what was measured, on its lower side."""
    return min(_AT_MOST, max(0.0, (share - _NOTHING) / (_ALL - _NOTHING)))


def _passage(hit: Hit, score: float, *, by_words: bool) -> Passage:
    return Passage(
        *(hit.item, hit.text, hit.title, hit.source, score, hit.is_faq, hit.scope.audience),
        by_words=by_words,
        codes=hit.codes,
    )
