"""Two rankings become one, with one score from 0 to 1, for knowledge that was not learned yet: its first
import is under way.

Rank fusion is no safe gain on clean FAQ questions; a weighted sum of comparable scores is. Neither a cosine
nor a BM25 score means anything by itself: cosines of e5 lie between about 0.8 (nothing in common) and 1, and
BM25 grows with the question. So both are put on 0 to 1 first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.types import Passage
from knowledge.index import Found, Hit
from knowledge.lexical import terms

_NOTHING_IN_COMMON: Final = 0.84
_SAME_MEANING: Final = 0.97
_BY_MEANING: Final = 0.7
"""The rest goes by words: the share of the question's characters and bigrams that the wording holds."""


def fuse(question: str, found: Found, *, limit: int) -> list[Passage]:
    """The best passages, each by its best wording."""
    asked = set(terms(question))
    cosines = {(hit.item, hit.wording): hit.score for hit in found.dense}
    # A wording found by its words alone is at most as near in meaning as the last one found by meaning.
    unseen = min(cosines.values(), default=0.0)
    best: dict[str, tuple[float, Hit]] = {}
    for hit in (*found.dense, *found.lexical):
        cosine = cosines.get((hit.item, hit.wording), unseen)
        score = _BY_MEANING * _meaning(cosine) + (1 - _BY_MEANING) * in_common(asked, hit.wording)
        if hit.item not in best or score > best[hit.item][0]:
            best[hit.item] = (score, hit)
    ordered = sorted(best.values(), key=lambda scored: scored[0], reverse=True)
    return [_passage(hit, score) for score, hit in ordered[:limit]]


def _meaning(cosine: float) -> float:
    return min(1.0, max(0.0, (cosine - _NOTHING_IN_COMMON) / (_SAME_MEANING - _NOTHING_IN_COMMON)))


def in_common(asked: Iterable[str], wording: str) -> float:
    """How much of the question the wording holds, and how much of it is the question: the mean of both."""
    asked, held = set(asked), set(terms(wording))
    if not asked or not held:
        return 0.0
    shared = len(asked & held)
    return (shared / len(asked) + shared / len(held)) / 2


def _passage(hit: Hit, score: float) -> Passage:
    return Passage(
        hit.item, hit.text, hit.title, hit.source, score, hit.is_faq, hit.scope.audience, codes=hit.codes
    )
