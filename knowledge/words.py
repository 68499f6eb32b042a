"""A shop's own words that mean the same: its customers say one, and its entries another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from knowledge.normal import plain

_MOST: Final = 4
"""Ways to ask that are looked up: each costs a search."""


class Words:
    """One tenant's, in groups."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        """By one of each group's words."""
        self._groups = {
            plain(word): same
            for same in (list(dict.fromkeys((first, *others))) for first, others in groups.items())
            for word in same
        }
        longest_first = sorted(self._groups, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def ways(self, question: str) -> list[str]:
        """To ask the same, the customer's own first."""
        text = plain(question)
        if self._any is None or not self._any.search(text):
            return [question]
        others = (self._any.sub(partial(self._other, place), text) for place in range(_MOST))
        return list(dict.fromkeys((question, *others)))[:_MOST]

    def _other(self, place: int, found: re.Match[str]) -> str:
        """The last one where it has no more."""
        same = self._groups[found[0]]
        return same[min(place, len(same) - 1)]


NO_WORDS: Final = Words({})
