"""Which of several values stands under which word: 首重10元，续重2元 bears out no 续重10元.

A table is read where a text names values of one kind in the same words but for one: prices of rooms, the ends
of a stay, the terms of a return and of an exchange. A value counts as swapped where it is said under one word
of a table, stands there under another alone, and under that one nowhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final, TypeAlias

from bot.grounding.claim import Claim, Kind
from bot.grounding.claims import claims
from bot.grounding.labels import APART, LEAST, NO_REASON, key, labelled, remedies, spaced, values
from bot.grounding.text import denies, sentences

Table: TypeAlias = Mapping[str, frozenset[str]]
"""The facts that stand under each word, or beside each other fact: 满300减40，满500减80."""
_Row: TypeAlias = tuple[str, frozenset[str]]
_TERM: Final = "span"
_LATER: Final = re.compile(r"^[以之]?[后外上下]")
"""Outside of a term another holds."""


def tables(text: str) -> tuple[Table, ...]:
    """Of a `plain` text that was given; one of a single row, too, as it tells what is true as well."""
    by_word = defaultdict[tuple[str, str, bool], list[_Row]](list)
    by_value = defaultdict[tuple[str, str], list[_Row]](list)
    by_remedy = list[_Row]()
    for sentence in sentences(text):
        thing = ""
        for piece in filter(None, APART.split(sentence)):
            each = values(piece, claims(piece))
            for value, before, behind in labelled(piece, each):
                if value.family == _TERM:
                    by_remedy += [(name, value.facts) for name in remedies(f"{before} {behind}")]
                if word := key(before):
                    by_word[value.family, key(behind), True].append((word, value.facts))
                elif word := key(behind):
                    by_word[value.family, "", False].append((word, value.facts))
            if len(each) == 2:
                thing = key(piece[: each[0].start]) or thing
                by_value[each[1].family, thing] += [(fact, each[1].facts) for fact in each[0].facts]
    found = [_table(_told_apart(rows)) for rows in by_word.values()]
    found += [_table(rows) for rows in (*by_value.values(), by_remedy)]
    return tuple(filter(None, found))


class Tables:
    """All that were given, to look up an answer's values in."""

    def __init__(self, given: Sequence[Table]) -> None:
        self._given = given
        self._several = [table for table in given if len(table) > 1]
        self._known = {fact for table in self._several for facts in table.values() for fact in facts}

    def swapped(self, sentence: str, found: Sequence[Claim]) -> list[Claim]:
        """Those of the claims that were `found` in a `plain` sentence that stand under another's word."""
        if not self._known:
            return []
        return [
            claim
            for claim in found
            if not self._known.isdisjoint(claim.needs) and self._is_swapped(claim, sentence, found)
        ]

    def _is_swapped(self, claim: Claim, sentence: str, found: Sequence[Claim]) -> bool:
        piece = _piece_of(claim.words, sentence)
        each = [] if denies(piece.replace(NO_REASON, "")) else values(piece, found)
        at = next((at for at, value in enumerate(each) if claim.needs & value.facts), None)
        if at is None or (claim.kind is Kind.AMOUNT and _LATER.search(piece[each[at].end :])):
            return False
        own = (words for value, *words in labelled(piece, each) if value is each[at])
        label = spaced(" ".join(next(own, ())))
        beside = each[0].facts if at == 1 and len(each) == 2 else ()
        names = {*remedies(label)[:1], *beside}
        return any(
            self._is_anothers(table, claim, label, names)
            for table in self._several
            if any(not claim.needs.isdisjoint(facts) for facts in table.values())
        )

    def _is_anothers(self, table: Table, claim: Claim, label: str, names: set[str]) -> bool:
        words = {word for word in table if word in names or (len(word) >= LEAST and word in label)}
        words = {word for word in words if not any(word != other and word in other for other in words)}
        if len({table[word] for word in words}) != 1:
            return False  # under none that is known, or under several
        return all(claim.needs.isdisjoint(one.get(word, ())) for word in words for one in self._given)


def _piece_of(words: str, sentence: str) -> str:
    """With the one before it, where it says nothing but the value: 双床房的话，399元."""
    for last, piece in pairwise(["", *APART.split(sentence)]):
        if words in piece:
            return f"{last}，{piece}" if not key(piece.replace(words, "")) else piece
    return sentence


def _told_apart(rows: Sequence[_Row]) -> list[_Row]:
    """By what their words don't have in common: 入住时间 and 退房时间."""
    words = [word for word, _ in rows]
    if len(set(words)) < 2:
        return list(rows)
    words = [word[::-1] for word in _without_beginning([word[::-1] for word in words])]
    return list(zip(_without_beginning(words), (facts for _, facts in rows), strict=True))


def _without_beginning(words: Sequence[str]) -> list[str]:
    """The one that all have, where a word is left of each."""
    alike = sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, zip(*words, strict=False)))
    cut = max(0, min(alike, min(map(len, words)) - LEAST))
    return [word[cut:] for word in words]


def _table(rows: Iterable[_Row]) -> Table:
    table = defaultdict[str, frozenset[str]](frozenset)
    for word, facts in rows:
        table[word] |= facts
    return dict(table)
