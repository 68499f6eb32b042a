"""The words that a tenant will not have said, and how they are found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import regex

from bot.safety.letters import folded, visible
from bot.safety.readings import Reading

_GRAPHEME: Final = regex.compile(r"\X")


class BlockedWords:
    """One tenant's. Full width, case, traditional characters, and blanks or what nobody sees between letters
    do not hide a word."""

    def __init__(self, words: Iterable[str]) -> None:
        plain = [word for word in map(folded, words) if word]
        self._any = re.compile("|".join(map(re.escape, plain))) if plain else None
        self._beginnings = frozenset(word[:length] for word in plain for length in range(1, len(word)))
        self._longest = max(map(len, plain), default=0)

    def are_in(self, text: str) -> bool:
        """Is one of them in the text?"""
        return self.are_read(Reading(text))

    def are_read(self, reading: Reading) -> bool:
        """Is one of them in what a text may stand for?"""
        return self._any is not None and self._any.search(reading.folded) is not None

    def may_span(self, text: str, place: int) -> bool:
        """Might one turn out to lie across this place, once more is said behind the text?

        The place must be behind a mark or a space, where folding what is before it and what is behind it
        comes to the same as folding the whole.
        """
        if not self._beginnings:
            return False
        before, behind = visible(text[:place]), visible(text[place:])
        text, place = before + behind, len(before)
        # The last letter may still get an accent, and be another one then.
        settled = max((letter.start() for letter in _GRAPHEME.finditer(text, place)), default=place)
        return self._begins(text, place) or self._begins(text[:settled], place)

    def _begins(self, text: str, place: int) -> bool:
        """Is the end of the text, from before the place, how one of them begins?"""
        plain = folded(text)
        behind = len(folded(text[place:]))
        lengths = range(behind + 1, min(self._longest, len(plain) + 1))
        return any(plain[-length:] in self._beginnings for length in lengths)
