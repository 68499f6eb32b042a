"""Which passages an answer rests on: those that bear out its claims, and those whose words it uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bot.grounding.claim import Claim
from bot.grounding.facts import facts_of_passage
from bot.grounding.text import plain
from bot.types import Passage

_HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
_WORDS: Final = re.compile(r"[a-z]{3,}")
_NEW: Final = 0.2
"""Of the answer's words: what a further passage has to add to be named."""
_LEAST: Final = 0.1
"""Of them: less is chance."""


def rests_on(answer: str, claimed: Sequence[Claim], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """In their order. In another language than the knowledge's, without a number: the likeliest.

    `claimed`: what the answer claims.
    """
    text = plain(answer)
    words, needs = _words(text), [claim.needs for claim in claimed]
    used = {passage.id: _remembered(passage.title, passage.text) & words for passage in passages}
    borne = {passage.id: _borne(needs, passage) for passage in passages}
    named = list[str]()
    while left := [one for one in used if one not in named]:
        best = max(left, key=lambda one: (len(borne[one]), len(used[one])))
        if not borne[best] and len(used[best]) <= (_NEW if named else _LEAST) * len(words):
            break
        named.append(best)
        for one in left:
            if one != best:
                used[one] -= used[best]
                borne[one] -= borne[best]
    if not named and passages and _HAN.search(passages[0].text) and not _HAN.search(text):
        return tuple(passages[:1])
    return tuple(passage for passage in passages if passage.id in named)


def _borne(needs: Sequence[frozenset[str]], passage: Passage) -> set[int]:
    facts = facts_of_passage(passage).facts
    return {number for number, need in enumerate(needs) if need & facts.keys()}


def _words_of(title: str, text: str) -> frozenset[str]:
    return frozenset(_words(plain(f"{title}\n{text}")))


_remembered: Final = lru_cache(maxsize=4096)(_words_of)
"""A shop's own passages come again and again."""


def _words(text: str) -> set[str]:
    """Pairs of Chinese characters, and Latin words."""
    pairs = {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}
    return pairs | set(_WORDS.findall(text))
