"""The words that a tenant will not have said, and how they are found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

import regex

_GRAPHEME: Final = regex.compile(r"\X")


class BlockedWords:
    """One tenant's. Full width, case and white space between letters do not hide a word."""

    def __init__(self, words: Iterable[str]) -> None:
        folded = [word for word in map(_folded, words) if word]
        self._any = re.compile("|".join(map(re.escape, folded))) if folded else None
        self._beginnings = frozenset(word[:length] for word in folded for length in range(1, len(word)))
        self._longest = max(map(len, folded), default=0)

    def are_in(self, text: str) -> bool:
        """Is one of them in the text?"""
        return self._any is not None and self._any.search(_folded(text)) is not None

    def may_span(self, text: str, place: int) -> bool:
        """Might one turn out to lie across this place, once more is said behind the text?

        The place must be behind a mark or a space, where folding what is before it and what is behind it
        comes to the same as folding the whole.
        """
        if not self._beginnings:
            return False
        # The last letter may still get an accent, and be another one then.
        settled = max((letter.start() for letter in _GRAPHEME.finditer(text, place)), default=place)
        return self._begins(text, place) or self._begins(text[:settled], place)

    def _begins(self, text: str, place: int) -> bool:
        """Is the end of the text, from before the place, how one of them begins?"""
        folded = _folded(text)
        behind = len(_folded(text[place:]))
        lengths = range(behind + 1, min(self._longest, len(folded) + 1))
        return any(folded[-length:] in self._beginnings for length in lengths)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
